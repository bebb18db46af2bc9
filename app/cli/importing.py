"""``sismuni import``: look at a file, and bring it in."""

import argparse

from app.settings import Settings


def import_file(asked: argparse.Namespace, settings: Settings) -> int:
    """``sismuni import``."""
    raise NotImplementedError
