"""Pure rules on numbers: indicators, gaps, needs, visits, proposals, allocation.

Lives here: what a neighbour may contest, exact and explained, without a store, a
screen or a shape. Never here: SQL, HTTP, geometry, clocks, files.
"""
