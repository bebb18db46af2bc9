"""JSON over HTTP under /api/v1: parse, ask, answer.

Lives here: wire shapes and status codes. Never here: SQL, a rule, HTML.
"""
