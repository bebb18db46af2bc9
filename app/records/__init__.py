"""Registers: one table family a file, with its shapes and queries.

Lives here: what is kept and how it is found. Never here: HTTP, a ranking, a
commit (the store commits).
"""
