"""The routers of this room, one a file, in the order of the documentation."""

from fastapi import APIRouter

ROUTERS: tuple[APIRouter, ...] = ()
