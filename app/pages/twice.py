"""One page under two addresses: for a place and for what it lies in."""

from collections.abc import Callable
from typing import TypeVar

from fastapi import APIRouter, Response

Route = TypeVar("Route", bound=Callable[..., Response])
INSTALLATION, DISTRICT, COMMUNITY = "", "/d/{ubigeo}", "/d/{ubigeo}/comunidades/{codigo}"


def under(
    router: APIRouter, one: str, other: str
) -> Callable[[str, str], Callable[[Route], Route]]:
    """A decorator of routes by path and method, which then stand under both beginnings."""

    def both(path: str, method: str) -> Callable[[Route], Route]:
        def known(function: Route) -> Route:
            for root in (one, other):
                router.add_api_route(root + path, function, methods=[method], response_model=None)
            return function

        return known

    return both
