"""Pure geometry: reading layers, checking and measuring them, shells of maps.

Lives here: coordinates in, metres and shapes out. Never here: a store, a
priority, a person.
"""
