"""Find a route among hundreds without trying them one by one.

FastAPI asks each included router whether it has the route, and each tries all of its own.
Here a router first looks with one expression whether the path can be one of its own, which
a hundred routes answer in microseconds. Nothing else changes: which route is taken, in which
order, and what is refused.
"""

import re

from fastapi import APIRouter
from starlette.routing import Match
from starlette.types import Scope

GROUP = re.compile(r"\(\?P<\w+>")


def prompt(router: APIRouter, prefix: str = "") -> APIRouter:
    """A router that says at once that a path is none of its own; it is included at ``prefix``."""
    patterns = {getattr(route, "path_regex", None) for route in router.routes}
    if None in patterns:
        raise TypeError("only routes with a path can be told apart by it")
    parts = (GROUP.sub("(?:", each.pattern.removeprefix("^")) for each in patterns if each)
    own = re.compile(re.escape(prefix) + f"(?:{'|'.join(sorted(parts))})")

    def matches(scope: Scope) -> tuple[Match, Scope]:
        path = scope.get("path", "").removeprefix(scope.get("root_path", ""))
        if own.match(path) is None:
            return Match.NONE, {}
        return APIRouter.matches(router, scope)

    router.matches = matches  # type: ignore[method-assign]
    return router
