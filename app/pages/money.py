"""Money as people type it on a page: read as in their sheets."""

from app.operations.typed_money import MOST, cents

__all__ = ["MOST", "cents"]
