"""Verbs that tie rooms together: import, derive, review, rank, publish.

Lives here: an act that a person would name. Never here: HTTP, HTML, a commit of
its own session.
"""
