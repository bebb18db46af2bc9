"""Paper and spreadsheets made from plain values: PDF, XLSX, QR cards.

Lives here: layout. Never here: a store, a rule, HTTP.
"""
