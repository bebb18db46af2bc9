"""What the texts of an answers file mean: communities, rounds, households, practices."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func
from sqlmodel import col, select

from app.errors import RowError
from app.records.catalogues import PracticeRow
from app.records.cycles import Round
from app.records.families import Family
from app.records.practices import Answer
from app.records.territory import Belonging, Community, Place
from app.store.sessions import Reading, columns

AT_ONCE = 500
SENSITIVE = "sensitive"
FIELDS = {
    "community": ("comunidad", "community", "codigo_comunidad", "cod_comunidad", "inei_ccpp"),
    "round": ("ronda", "round", "periodo"),
    "household": ("hogar", "household", "familia", "codigo_hogar", "vivienda"),
    "person": ("persona", "person", "person_no", "numero_persona"),
    "practice": ("practica", "practice", "codigo_practica"),
    "value": ("valor", "value", "respuesta"),
    "verified": ("verificado", "verified", "verificacion"),
    "age_months": ("edad_meses", "age_months", "meses", "edad_en_meses"),
}
NEEDED = ("community", "round", "household", "practice", "value")


@dataclass(frozen=True, slots=True)
class Household:
    """A registered home."""

    id: int
    active: bool
    consents: bool


@dataclass
class Lookups:
    """Communities by their place in ``ids``; rounds and households by community."""

    codes: dict[str, int]
    ids: NDArray[np.int64]
    districts: list[str]
    departments: NDArray[np.int64]
    rounds: dict[tuple[int, str], tuple[int, bool]]
    households: dict[tuple[int, str], Household]
    practices: dict[str, tuple[int, str]]
    place_code: str | None

    def community(self, code: str) -> int | RowError:
        """The place of a community in ``ids``."""
        found = self.codes.get(code)
        if found is None:
            return RowError(
                None,
                None,
                "No existe la comunidad." if code else "Falta el código de la comunidad.",
                code[:40],
                "Importe o cree primero la comunidad, o revise su código.",
            )
        if self.place_code is not None and self.districts[found] != self.place_code:
            return RowError(
                None, None, "La comunidad es de otro distrito.", code, "Quite sus filas."
            )
        return found

    def round(self, community: int, label: str, *, closed: bool) -> int | RowError:
        """The round of a community with this label; ``closed`` takes closed ones too."""
        found = self.rounds.get((int(self.ids[community]), label))
        if found is None:
            return RowError(
                None,
                None,
                "La comunidad no tiene esa ronda.",
                label[:40],
                "Abra primero la ronda, o revise cómo se llama (por ejemplo 2026-I).",
            )
        if found[1] and not closed:
            return RowError(
                None,
                None,
                "La ronda está cerrada.",
                label[:40],
                "Lo de una ronda cerrada ya no cambia: use la ronda abierta.",
            )
        return found[0]

    def household(self, community: int, code: str, lenient: bool) -> Household | RowError:
        """The registered, consenting home with this code."""
        found = self.households.get((int(self.ids[community]), code))
        if found is None or not found.active:
            return RowError(
                None,
                None,
                "No existe ese hogar en la comunidad.",
                code[:40],
                "Registre primero la ficha de la familia con su consentimiento.",
            )
        if not found.consents and not lenient:
            return RowError(
                None,
                None,
                "El hogar no tiene consentimiento registrado.",
                code[:40],
                "Pida el consentimiento o quite sus filas; negarse no cuesta nada.",
            )
        return found

    def practice(self, health: bool) -> Callable[[str], int | RowError]:
        """What judges a practice code, for someone who may or may not know sensitive ones."""

        def judged(code: str) -> int | RowError:
            found = self.practices.get(code.upper())
            if found is None:
                return RowError(
                    None,
                    None,
                    "No existe la práctica.",
                    code[:40],
                    "Revise el código en el catálogo (por ejemplo P-F1).",
                )
            if found[1] == SENSITIVE and not health:
                return RowError(
                    None,
                    None,
                    "La práctica es reservada.",
                    code[:40],
                    "Solo la importa quien tiene rol de salud.",
                )
            return found[0]

        return judged


def load(session: Reading, codes: Sequence[str], place_code: str | None) -> Lookups:
    """What is known of these communities, in a handful of statements."""
    found = list(_communities(session, codes))
    ids = [row[0] for row in found]
    return Lookups(
        {code: place for place, (_, code, _) in enumerate(found)},
        np.array(ids, dtype=np.int64),
        [row[2] for row in found],
        np.array([int(row[2][:2]) for row in found], dtype=np.int64),
        dict(_rounds(session, ids)),
        dict(_households(session, ids)),
        {
            code.upper(): (practice_id, sensitivity)
            for code, practice_id, sensitivity in session.exec(
                select(PracticeRow.code, PracticeRow.id, PracticeRow.sensitivity)
            ).all()
        },
        place_code,
    )


def _parts(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), AT_ONCE):
        yield items[start : start + AT_ONCE]


def _communities(session: Reading, codes: Sequence[str]) -> Iterator[tuple[int, str, str]]:
    for part in _parts(sorted(set(codes))):
        yield from session.rows(
            columns(Community.id, Community.code, Place.code)
            .join(Belonging, col(Belonging.community_id) == Community.id)
            .join(Place, col(Place.id) == Belonging.place_id)
            .where(
                col(Community.code).in_(part),
                col(Belonging.valid_to).is_(None),
                col(Community.merged_into_id).is_(None),
            )
        )


def _rounds(
    session: Reading, ids: Sequence[int]
) -> Iterator[tuple[tuple[int, str], tuple[int, bool]]]:
    for part in _parts(ids):
        for community, label, round_id, locked in session.rows(
            columns(Round.community_id, Round.label, Round.id, Round.locked_at).where(
                col(Round.community_id).in_(part)
            )
        ):
            yield (community, label), (round_id, locked is not None)


def _households(
    session: Reading, ids: Sequence[int]
) -> Iterator[tuple[tuple[int, str], Household]]:
    for part in _parts(ids):
        for community, code, family_id, state, consents in session.rows(
            columns(
                Family.community_id, Family.code, Family.id, Family.state, Family.consents
            ).where(col(Family.community_id).in_(part))
        ):
            yield (community, code), Household(family_id, state == "active", bool(consents))


def standing(session: Reading, departments: NDArray[np.int64], rounds: NDArray[np.int64]) -> int:
    """How many answers stand already in these rounds."""
    total = 0
    for part in _parts(np.unique(rounds).tolist()):
        counted = select(func.count()).where(
            col(Answer.department).in_(np.unique(departments).tolist()),
            col(Answer.round_id).in_(part),
        )
        total += session.exec(counted).one()
    return total
