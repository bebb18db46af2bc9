"""Language packs: which lines of an instrument can be said in another language, and how.

A pack holds only what two speakers confirmed; for whatever it lacks, the Spanish sentence
stands. Codes are those of ISO 639-3.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from app.capture.fields import Choice, Field, Instrument, Text

TONGUES: dict[str, str] = {
    "quz": "Quechua cusqueño",
    "quy": "Quechua chanka",
    "qvs": "Quechua de San Martín",
    "ayr": "Aimara central",
    "ayc": "Aimara del sur",
    "cni": "Asháninka",
    "shp": "Shipibo-konibo",
    "agr": "Awajún",
    "cod": "Kukama kukamiria",
    "ame": "Yanesha",
}
"""Languages of Peru in which the forms may be offered, as their speakers are asked for."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that can be translated; ``kind`` is section, list, question, note or choice."""

    path: str
    kind: str
    label: Text
    hint: Text | None = None

    @property
    def source(self) -> str:
        """Of which Spanish words a translation is."""
        spoken = f"{self.label.es}\0{self.hint.es if self.hint else ''}"
        return hashlib.sha256(spoken.encode()).hexdigest()[:16]

    @property
    def heard(self) -> bool:
        """Whether it may have a sound and a picture: a heading has none."""
        return self.kind in ("question", "note", "choice")


@dataclass(frozen=True, slots=True)
class Words:
    """What stands for a line in a language; ``audio`` and ``picture`` are names of files."""

    label: str = ""
    hint: str = ""
    audio: str = ""
    picture: str = ""


@dataclass(frozen=True)
class Tongue:
    """The confirmed lines of one language, by path."""

    tag: str
    words: Mapping[str, Words]

    @property
    def heading(self) -> str:
        """How XLSForms call the language."""
        return f"{TONGUES.get(self.tag, self.tag)} ({self.tag})"

    def of(self, path: str) -> Words:
        """The words of a line; nothing where it was not confirmed."""
        return self.words.get(path, _NOTHING)


@dataclass(frozen=True)
class Pack:
    """The languages of one instrument; two packs with the same ``stamp`` say the same."""

    tongues: tuple[Tongue, ...] = ()
    stamp: str = field(init=False, default="")

    def __post_init__(self) -> None:
        if self.tongues:
            said = [(t.tag, sorted((p, repr(w)) for p, w in t.words.items())) for t in self.tongues]
            digest = hashlib.sha256(repr(said).encode()).hexdigest()[:8]
            object.__setattr__(self, "stamp", digest)

    def __hash__(self) -> int:
        return hash(self.stamp)

    @property
    def files(self) -> frozenset[str]:
        """Names of the sounds and pictures that go beside the form."""
        every = (words for tongue in self.tongues for words in tongue.words.values())
        return frozenset(name for w in every for name in (w.audio, w.picture) if name)


EMPTY = Pack()
_NOTHING = Words()


def lines(instrument: Instrument) -> Iterator[Line]:
    """Every line of an instrument, in the order in which it is asked; a list once."""
    lists: set[tuple[Choice, ...]] = set()
    for section in instrument.sections:
        yield Line(f"s_{section.code}", "section", section.title)
        yield from _of_fields(section.fields, lists)


def _of_fields(fields: tuple[Field, ...], lists: set[tuple[Choice, ...]]) -> Iterator[Line]:
    for each in fields:
        if each.type != "calculated":
            kind = {"repeat": "list", "note": "note"}.get(each.type, "question")
            yield Line(each.code, kind, each.label, each.hint)
        if each.choices and each.choices not in lists:
            lists.add(each.choices)
            for choice in each.choices:
                yield Line(f"{each.code}:{choice.code}", "choice", choice.label)
        yield from _of_fields(each.fields, lists)


def spread(instrument: Instrument, words: Mapping[str, Words]) -> dict[str, Words]:
    """The same words with those of a list under every field that uses the list.

    A form narrowed to what a person is asked may lack the field under which they were given.
    """
    first: dict[tuple[Choice, ...], str] = {}
    found = dict(words)
    for each, _ in instrument.walk():
        owner = first.setdefault(each.choices, each.code) if each.choices else each.code
        for choice in each.choices if owner != each.code else ():
            if f"{owner}:{choice.code}" in words:
                found[f"{each.code}:{choice.code}"] = words[f"{owner}:{choice.code}"]
    return found
