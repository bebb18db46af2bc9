"""Where imports stand: the same pages for the whole installation and for one district."""

from typing import Annotated

from fastapi import APIRouter, Depends

from app.http.gate import Passage, Permit
from app.pages import twice

router = APIRouter()
both = twice.under(router, twice.INSTALLATION, twice.DISTRICT)
Seeing = Annotated[Passage, Depends(Permit("imports", "read"), scope="function")]
Importing = Annotated[Passage, Depends(Permit("imports", "write"), scope="function")]
LIST = "/administracion/importaciones"
ONE = LIST + "/{uuid}"


def base(passage: Passage) -> str:
    """Where the pages of this installation or district begin."""
    return f"/d/{passage.where.code}{LIST}" if passage.where.place_id is not None else LIST


def scope(passage: Passage) -> str | None:
    """The district that its files are kept to, None for the whole installation."""
    return passage.where.code if passage.where.place_id is not None else None
