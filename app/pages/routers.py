"""The routers of this room, one a file."""

from fastapi import APIRouter

ROUTERS: tuple[APIRouter, ...] = ()
