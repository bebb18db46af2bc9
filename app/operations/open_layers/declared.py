"""What a collection is: its words, its properties, and where its features come from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from app.capture.fields import Text
from app.gis.crs import Bounds
from app.gis.feature_requests import Wanted
from app.records.open_tables import Found
from app.store.sessions import Reading

Days = tuple[date | None, date | None]


@dataclass(frozen=True, slots=True)
class Property:
    """Something that is told of every feature; ``kind`` as ``app.gis.cql2`` knows them."""

    name: str
    kind: str
    title: Text


class Source(Protocol):
    """Where the features of a collection come from; properties are in the collection's order."""

    def box(self, session: Reading) -> Bounds | None:
        """What holds them all; None where nothing has a place."""

    def days(self, session: Reading) -> Days | None:
        """From when and until when they hold; None where they have no dates."""

    def count(self, session: Reading, wanted: Wanted) -> int:
        """How many are selected, whatever the page."""

    def page(self, session: Reading, wanted: Wanted) -> Found:
        """Those of a page, in the order of their first property."""

    def one(self, session: Reading, key: str) -> Found:
        """The one of this key; refused where there is none."""


@dataclass(frozen=True, slots=True)
class Collection:
    """Features of one kind that this reader may have.

    Parameters
    ----------
    code
        Its name in addresses.
    public
        Whether everybody gets the same of it, so that whoever is between may keep it.
    dimension
        0 points, 1 lines, 2 polygons; None where there are several kinds.
    """

    code: str
    title: str
    about: str
    properties: tuple[Property, ...]
    source: Source
    public: bool = False
    dimension: int | None = None

    @property
    def kinds(self) -> Mapping[str, str]:
        """Kind by property."""
        return {each.name: each.kind for each in self.properties}

    @property
    def names(self) -> tuple[str, ...]:
        """The properties in order."""
        return tuple(each.name for each in self.properties)


@dataclass(frozen=True, slots=True)
class Shelf:
    """The collections of a root in order; each is made when it is asked for.

    ``find`` refuses what is not there or not for this reader.
    """

    title: str
    about: str
    listed: Callable[[], list[Collection]]
    find: Callable[[str], Collection]
