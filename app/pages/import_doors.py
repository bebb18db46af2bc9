"""Where imports stand: the same pages for the whole installation and for one district."""

from collections.abc import Callable
from typing import Annotated, TypeVar

from fastapi import APIRouter, Depends, Response

from app.http.gate import Passage, Permit

router = APIRouter()
Seeing = Annotated[Passage, Depends(Permit("imports", "read"), scope="function")]
Importing = Annotated[Passage, Depends(Permit("imports", "write"), scope="function")]
Route = TypeVar("Route", bound=Callable[..., Response])
LIST = "/administracion/importaciones"
ONE = LIST + "/{uuid}"


def both(path: str, method: str) -> Callable[[Route], Route]:
    """The same page for one district and for the whole installation."""

    def known(function: Route) -> Route:
        for address in (path, "/d/{ubigeo}" + path):
            router.add_api_route(address, function, methods=[method], response_model=None)
        return function

    return known


def base(passage: Passage) -> str:
    """Where the pages of this installation or district begin."""
    return f"/d/{passage.where.code}{LIST}" if passage.where.place_id is not None else LIST


def scope(passage: Passage) -> str | None:
    """The district that its files are kept to, None for the whole installation."""
    return passage.where.code if passage.where.place_id is not None else None
