"""The two stores behind one face: engines, sessions, instants, shapes, the only commit.

Lives here: what differs between the embedded file and PostGIS. Never here: a table
of the domain, a rule, HTTP.
"""
