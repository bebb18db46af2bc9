"""Instruments as data: definitions, rules, answers, and their wire formats.

Lives here: what a form asks, checks and means, the same for every way in.
Never here: a store, HTTP, a screen.
"""
