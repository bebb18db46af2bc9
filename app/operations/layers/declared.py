"""What a layer is: marks with a place, values that colour them, and the words of its legend."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from shapely.geometry.base import BaseGeometry

from app.capture.fields import Text
from app.gis.classes import Classes
from app.gis.map_view import Style
from app.records.places import Where
from app.store.sessions import Reading


@dataclass(frozen=True, slots=True)
class Asked:
    """Where, for whom, and with which choices a layer is asked for.

    Parameters
    ----------
    public
        Whether the reader may know what is published and no more.
    day
        The day that figures are told for.
    indicator
        Code of an indicator or need; empty takes the layer's first.
    round
        Label of a round; empty takes each community's last.
    since
        Label of the earlier round that a change is told from; empty takes the one before.
    only_gap
        Leave out communities that are not known to be short of the target.
    """

    where: Where
    public: bool
    day: date
    lang: str = "es"
    indicator: str = ""
    round: str = ""
    since: str = ""
    only_gap: bool = False


@dataclass(frozen=True, slots=True)
class Value:
    """What is told of one mark, as its reader may know it; ``rank`` is written on the symbol.

    ``value`` colours it, None where it is not known; ``text`` is said in its place. ``shade``
    colours it instead where it differs. What is ``old`` is drawn fainter.
    """

    value: float | None = None
    x: int | None = None
    n: int | None = None
    text: str = ""
    people: int | None = None
    lines: tuple[tuple[str, str], ...] = ()
    rank: str = ""
    hidden: bool = False
    shade: float | None = None
    old: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing on a map; without a shape it stands in the table alone."""

    code: str
    name: str
    shape: BaseGeometry | None
    href: str = ""
    about: Value = field(default_factory=Value)


@dataclass(frozen=True, slots=True)
class Told:
    """The values of a layer by the code of their mark, with all that its legend says.

    ``sentence`` sums the map up; ``first`` are the codes that it is most about, in order;
    ``on`` is the date of the newest figure, None where there is none; ``chosen`` the code of
    the indicator or need that is told of.
    """

    title: str
    values: Mapping[str, Value]
    n: str
    sentence: str
    unit: str = ""
    classes: Classes | None = None
    on: date | None = None
    note: str = ""
    first: tuple[str, ...] = ()
    chosen: str = ""


Choice = tuple[str, str]
"""Code and words of what a reader may choose for a layer."""
Choices = Callable[[Reading, Asked], Sequence[Choice]]
Marks = Callable[[Reading, Asked], Sequence[Mark]]
Tell = Callable[[Reading, Asked, Sequence[Mark]], Told]


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer, declared once for screens, the API and whatever serves it later.

    Parameters
    ----------
    code, slug
        In addresses of the API and of the pages.
    register
        The register of the policy table that must be readable besides the maps.
    public
        Whether there is anything in it for who may know only what is published.
    marks
        What stands where.
    tell
        Values and words; a layer coloured by no value tells only n and its sentence.
    asks
        Choices that it takes: indicator, round, since, gap.
    choices
        The indicators or needs that a reader may choose from; None where it takes none.
    ground
        Whether it colours the communities: one such layer is on at a time.
    heat
        Whether a map may show where its points crowd.
    under
        Whether it lies under all others, on from the start; a page leaves it off while empty.
    more
        Whether a page keeps it behind the first questions.
    method
        Whether the page of methods says how it is made.
    """

    code: str
    slug: str
    title: Text
    about: Text
    register: str
    public: bool
    marks: Marks
    tell: Tell
    source: Text
    style: Style = Style.POINTS
    colour: str = "#5d6470"
    asks: frozenset[str] = frozenset()
    choices: Choices | None = None
    ground: bool = False
    sized: Text | None = None
    cluster: bool = False
    drawing: str = "circle"
    heat: bool = False
    under: bool = False
    more: bool = False
    method: bool = False
