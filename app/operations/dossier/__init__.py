"""The dossier of the participatory budget of a year: every annex that the planner hands in."""
