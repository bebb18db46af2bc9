"""A district that does not exist, alive enough to walk through; and a whole invented country.

Lives here: how the invented district is told (``seeds/demo`` holds its words) and how many
invented districts are filled for measuring. Never here: a rule of the house. Whatever is an
instrument goes through the intake, as if people had sent it.
"""

from app.operations.demo.loading import Loaded, load
from app.operations.demo.national import Size, national
from app.operations.demo.people import Credential, DemoCard, card, credentials

__all__ = ["Credential", "DemoCard", "Loaded", "Size", "card", "credentials", "load", "national"]
