"""The layers of the maps, each declared once: what it draws, who may see it, what it says.

Lives here: which registers feed a layer, its legend and its sentence. Never here: HTML, a
route, colours chosen for one screen. A household never stands on a map: its sheets name a
sector, and a sector has no place.
"""
