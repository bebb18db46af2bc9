"""Who takes part in a participatory budget: what can be wrong with a row, and live shares.

Kinds are those of the reglamento's definition of participating agents; the technical team has
voice and no vote (practice of the ordinances).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

KINDS = (
    *("council", "community", "indigenous", "social", "women", "youth", "elderly", "disability"),
    *("producers", "professional", "education", "church", "public_body", "ccl"),
    *("municipal_council", "technical_team", "other"),
)
VOICELESS = ("technical_team",)  # voice, but no vote
SEXES = ("", "F", "M")
DNI_DIGITS = 8

MISSING = ("Falta este dato.", "Escríbalo: sin él no se puede inscribir.")
NO_KIND = ("No es un tipo de organización de la lista.", "Elija uno de la lista de la plantilla.")
NO_SEX = ("El sexo se escribe F o M.", "Si no se sabe, déjelo vacío.")
NO_DNI = (
    "El DNI tiene ocho cifras, sin letras ni espacios.",
    "Cópielo del documento; si empieza con cero, escríbalo como texto.",
)
SAME_DNI = ("Ese DNI ya está inscrito.", "Deje una sola inscripción de la persona.")
SAME_PERSON = (
    "Esa persona ya está inscrita por esa organización.",
    "Deje una sola inscripción de la persona.",
)


@dataclass(frozen=True, slots=True)
class AgentText:
    """An agent as somebody wrote it; ``folded`` names are for comparing."""

    organisation: str
    kind: str
    name: str
    dni: str = ""
    sex: str = ""
    folded: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one field, and what to do."""

    field: str
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Member:
    """An agent as the shares see it; ``community`` is a code, empty for the whole district."""

    community: str
    womens: bool
    sex: str
    voice_only: bool


@dataclass(frozen=True, slots=True)
class Shares:
    """Who is in: ``women`` of ``sex_known`` agents, and which communities have nobody."""

    agents: int
    voters: int
    women: int
    sex_known: int
    womens_organisations: int
    communities: int
    without: tuple[str, ...]

    @property
    def women_share(self) -> float | None:
        """0..1 of those whose sex is known; None where nobody's is."""
        return self.women / self.sex_known if self.sex_known else None


def faults(text: AgentText) -> list[Fault]:
    """What is wrong with an agent by itself."""
    wrong = (
        ("organisation", not text.organisation.strip(), MISSING),
        ("name", not text.name.strip(), MISSING),
        ("kind", text.kind not in KINDS, NO_KIND),
        ("sex", text.sex not in SEXES, NO_SEX),
        ("dni", not well_formed(text.dni), NO_DNI),
    )
    return [Fault(field, *said) for field, is_wrong, said in wrong if is_wrong]


def well_formed(dni: str) -> bool:
    """Whether a text is a DNI: eight digits and nothing else."""
    return len(dni) == DNI_DIGITS and dni.isascii() and dni.isdigit()


def repeated(texts: Sequence[tuple[int, AgentText]]) -> Mapping[int, Fault]:
    """Rows that repeat an earlier one, by their key: by DNI, or organisation and person.

    The first of equal rows stands; a DNI that is not well formed repeats nothing.
    """
    found: dict[int, Fault] = {}
    seen: dict[tuple[str, ...], int] = {}
    for key, text in texts:
        marks: list[tuple[tuple[str, ...], Fault]] = []
        if well_formed(text.dni):
            marks.append((("dni", text.dni), Fault("dni", *SAME_DNI)))
        if all(text.folded):
            marks.append((("both", *text.folded), Fault("name", *SAME_PERSON)))
        for mark, fault in marks:
            if mark in seen:
                found.setdefault(key, fault)
        if key not in found:
            seen |= {mark: key for mark, _ in marks}
    return found


def shares(members: Iterable[Member], communities: Iterable[str]) -> Shares:
    """The live shares of a register, against the communities of the district."""
    rows = list(members)
    present = {each.community for each in rows if each.community}
    every = tuple(dict.fromkeys(communities))
    return Shares(
        agents=len(rows),
        voters=sum(not each.voice_only for each in rows),
        women=sum(each.sex == "F" for each in rows),
        sex_known=sum(each.sex in ("F", "M") for each in rows),
        womens_organisations=sum(each.womens for each in rows),
        communities=len(every),
        without=tuple(code for code in every if code not in present),
    )


def entitled(members: Iterable[Member]) -> dict[str, int]:
    """How many may vote, by community; those of the whole district stand under ``""``."""
    found: dict[str, int] = {}
    for each in members:
        if not each.voice_only:
            found[each.community] = found.get(each.community, 0) + 1
    return found
