"""Screens: HTML routes under Spanish addresses, rendered on the server.

Lives here: what a page shows and what its forms post. Never here: SQL, a rule,
JSON for machines.
"""
