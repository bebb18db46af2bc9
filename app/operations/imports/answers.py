"""Household answers by the file: one row an answer, a million rows in seconds.

Cells repeat, so a column is read as the few texts that stand in it: each text is judged
once, and its rows follow by number. Rows are errors where the community, the round, the
household or the practice is not known, the round is closed, the family has not consented,
a practice is sensitive and the person may not see those, or two rows answer the same.

What stands under the same key is replaced and goes to the journal: the last import wins.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from app.errors import RowError
from app.operations.imports import answer_lookups
from app.operations.imports.answer_files import frame_of
from app.operations.imports.answer_lookups import Household, Lookups
from app.operations.imports.asked import Asked, Checked, Found, Say
from app.operations.imports.columns import plain
from app.operations.registers.monitoring import VALUES, VERIFIED
from app.records import stamps
from app.records.practices import DOCUMENT, NO, NOT_APPLICABLE, OBSERVED, SAID, UNKNOWN, YES
from app.store.sessions import Reading

Ints = NDArray[np.int64]
VALUE_WORDS = {
    **VALUES,
    **dict.fromkeys(("1", "si", "cumple", "si_lo_hace"), YES),
    **dict.fromkeys(("0", "no", "no_cumple", "todavia_no"), NO),
    **dict.fromkeys(("2", "no_aplica", "no_corresponde"), NOT_APPLICABLE),
    **dict.fromkeys(("3", "no_se_sabe", "no_sabe", "ns"), UNKNOWN),
}
VERIFIED_WORDS = {
    **VERIFIED,
    **dict.fromkeys(("", "0", "no", "dicho", "lo_dijo"), SAID),
    **dict.fromkeys(("1", "observado", "se_observo", "si"), OBSERVED),
    **dict.fromkeys(("2", "documento", "se_vio_en_el_carne_o_documento"), DOCUMENT),
}
MOST_PERSON, MOST_MONTHS = 99, 1_440
BAD = -1
TOLD = 1_000
MOST_MARKS = 50_000_000
MOST_SPAN = 1_000_000  # keys further apart are ranked, so that four of them fit 63 bits


@dataclass(frozen=True, slots=True)
class Answers:
    """Sound answers in the order of their key, and what they touch."""

    department: Ints
    round_id: Ints
    family_id: Ints
    person: Ints
    practice_id: Ints
    age_months: Any
    value: Ints
    verified: Ints
    row: Ints
    pairs: frozenset[tuple[int, int]]
    districts: frozenset[str]
    folded: int

    def __len__(self) -> int:
        """How many answers."""
        return len(self.row)


def check(session: Reading, asked: Asked, say: Say, *, lenient: bool = False) -> Checked:
    """Read and judge every row.

    ``lenient`` is for a rebuild: a row whose household was erased since is left out, and a
    round that was closed since is taken, since it was open when the batch came.
    """
    found = Found()
    upload = asked.upload()
    say(0, 4, "Leyendo las respuestas")
    frame, columns = frame_of(upload, asked, found)
    say(1, 4, f"Revisando {len(frame)} respuestas")
    lookups = answer_lookups.load(session, _texts(frame, columns, "community"), asked.place_code)
    judge = _Judge(frame, columns, lookups, found, lenient)
    answers = judge.answers(asked)
    say(3, 4, "Comparando con lo que ya está")
    counts = {
        "new": len(answers),
        "changed": answer_lookups.standing(session, answers.department, answers.round_id),
    }
    summary = {
        "communities": len({community for community, _ in answers.pairs}),
        "rounds": len(answers.pairs),
        "households": len(np.unique(answers.family_id)),
        "districts": sorted(answers.districts),
    }
    basis = stamps.version(session, "territory")
    return Checked(len(frame), found, counts, answers, summary, basis)


def _texts(frame: pd.DataFrame, columns: Mapping[str, str], field: str) -> list[str]:
    return [str(text).strip() for text in frame[columns[field]].cat.categories]


class _Judge:
    """Turns columns of texts into columns of numbers, noting the rows that it cannot."""

    def __init__(
        self,
        frame: pd.DataFrame,
        columns: Mapping[str, str],
        lookups: Lookups,
        found: Found,
        lenient: bool,
    ) -> None:
        self.frame = frame
        self.columns = columns
        self.lookups = lookups
        self.found = found
        self.lenient = lenient
        self.rows: Ints = frame.index.to_numpy(dtype=np.int64)
        self.sound = np.ones(len(self.rows), dtype=bool)
        if found.refused:
            self.sound &= ~np.isin(self.rows, list(found.refused))

    def answers(self, asked: Asked) -> Answers:
        """Every sound row, sorted by its key."""
        community = self._each("community", self.lookups.community)
        practice = self._each("practice", self.lookups.practice(asked.health))
        value = self._each("value", _word(VALUE_WORDS, "No se conoce esa respuesta.", "valor"))
        verified = self._each(
            "verified", _word(VERIFIED_WORDS, "No se conoce ese modo de verificar.", "v"), SAID
        )
        person = self._each("person", _count("persona", MOST_PERSON), 0)
        age = self._each("age_months", _count("edad en meses", MOST_MONTHS, empty=-2), -2)
        round_id = self._pairs(community, "round", self._round)
        family = self._pairs(community, "household", self._household)
        self._once((round_id, family, person, practice))
        return self._sorted(community, (round_id, family, person, practice), (age, value, verified))

    def _each(
        self, field: str, judged: Callable[[str], int | RowError], missing: int = BAD
    ) -> Ints:
        """A number for each row of a column, judged text by text; the default without column."""
        if field not in self.columns:
            return np.full(len(self.rows), missing, dtype=np.int64)
        column = self.frame[self.columns[field]].cat
        codes = column.codes.to_numpy()
        # -1 is a cell that its row does not reach: as if empty, and the last of the results.
        beyond = ("",) if len(codes) and codes.min() < 0 else ()
        results = [judged(str(text).strip()) for text in (*column.categories, *beyond)]
        numbers = np.array([BAD if isinstance(r, RowError) else r for r in results], np.int64)
        if results:
            self._refuse(codes.astype(np.int64) % len(results), field, results)
        return numbers[codes]

    def _pairs(
        self, community: Ints, field: str, judged: Callable[[int, str], int | RowError]
    ) -> Ints:
        """A number for each pair of a community and a text."""
        column = self.frame[self.columns[field]].cat
        texts = [*(str(text).strip() for text in column.categories), ""]
        codes = column.codes.to_numpy().astype(np.int64) % len(texts)
        both = np.where(community < 0, BAD, community * len(texts) + codes)
        distinct, inverse = _ranked(both + 1)  # 0 is the unknown community
        results = [
            BAD if pair == 0 else judged((pair - 1) // len(texts), texts[(pair - 1) % len(texts)])
            for pair in distinct.tolist()
        ]
        numbers = np.array([BAD if isinstance(r, RowError) else r for r in results], np.int64)
        self._refuse(inverse, field, results)
        return numbers[inverse]

    def _round(self, community: int, label: str) -> int | RowError:
        return self.lookups.round(community, label, closed=self.lenient)

    def _household(self, community: int, code: str) -> int | RowError:
        household = self.lookups.household(community, code, self.lenient)
        return household.id if isinstance(household, Household) else household

    def _refuse(self, which: Ints, field: str, results: Sequence[int | RowError]) -> None:
        """Leave out the rows whose result is an error; ``which`` is each row's place in them.

        A community that is not known makes its pairs unknown too: that is told once.
        """
        bad = np.array([isinstance(r, RowError) or r == BAD for r in results], dtype=bool)
        if not bad.any():
            return
        self.sound &= ~bad[which]
        told = np.array([isinstance(r, RowError) for r in results], dtype=bool)
        hit = np.flatnonzero(told[which])
        if self.lenient or not len(hit):
            return
        column = self.columns.get(field, field)
        for place in hit[:TOLD].tolist():
            error = results[int(which[place])]
            assert isinstance(error, RowError)
            row = int(self.rows[place])
            self.found.refuse_row(RowError(row, column, error.message, error.value, error.remedy))
        self.found.refused.update(self.rows[hit[TOLD:]].tolist())

    def _once(self, key: Sequence[Ints]) -> None:
        """Refuse a row that answers again what an earlier row of the file answered."""
        sound = np.flatnonzero(self.sound)
        keys = packed([part[sound] for part in key])
        order = np.argsort(keys, kind="stable")
        again = np.flatnonzero(keys[order][1:] == keys[order][:-1]) + 1
        if not len(again):
            return
        which = np.zeros(len(self.rows), dtype=np.int64)
        which[sound[order[again]]] = 1
        first = int(self.rows[sound[order[again[0] - 1]]])
        message = f"La respuesta se repite en el archivo (por ejemplo, de la fila {first})."
        remedy = "Deje una sola fila por hogar, persona y práctica."
        self._refuse(which, "practice", [0, RowError(None, None, message, "", remedy)])

    def _sorted(self, community: Ints, key: Sequence[Ints], rest: Sequence[Ints]) -> Answers:
        sound = np.flatnonzero(self.sound)
        order = sound[np.argsort(packed([part[sound] for part in key]), kind="stable")]
        round_id, family, person, practice = (part[order] for part in key)
        age, value, verified = (part[order] for part in rest)
        there = community[order]
        department = self.lookups.departments[there] if len(order) else there
        known = self.lookups.ids
        last = np.flatnonzero(np.diff(round_id, append=BAD))  # a round is of one community
        return Answers(
            department,
            round_id,
            family,
            person,
            practice,
            np.ma.array(age, mask=age < 0),
            value,
            verified,
            self.rows[order],
            frozenset(zip(known[there[last]].tolist(), round_id[last].tolist(), strict=True)),
            frozenset(self.lookups.districts[c] for c in set(there[last].tolist())),
            int((~self.sound).sum()),
        )


def _ranked(numbers: Ints) -> tuple[Ints, Ints]:
    """The distinct numbers (0 and up) in order, and each one's place among them."""
    most = int(numbers.max()) + 1 if len(numbers) else 0
    if most > MOST_MARKS:
        distinct, inverse = np.unique(numbers, return_inverse=True)
        return distinct, inverse.astype(np.int64)
    marks = np.zeros(most, dtype=bool)  # cheaper than sorting a million
    marks[numbers] = True
    places = np.cumsum(marks, dtype=np.int64) - 1
    return np.flatnonzero(marks).astype(np.int64), places[numbers]


def packed(parts: Sequence[Ints]) -> Ints:
    """One number for each row that orders and tells apart like its parts, in their order."""
    total = np.zeros(len(parts[0]), dtype=np.int64)
    for part in parts:
        low = int(part.min()) if len(part) else 0
        span = int(part.max()) - low + 1 if len(part) else 1
        if span > MOST_SPAN:
            _, ranks = np.unique(part, return_inverse=True)
            total = total * (int(ranks.max()) + 1) + ranks
        else:
            total = total * span + (part - low)
    return total


def _word(words: Mapping[str, int], message: str, field: str) -> Callable[[str], int | RowError]:
    known = ", ".join(list(words)[:4])

    def judged(text: str) -> int | RowError:
        number = words.get(plain(text))
        if number is None:
            return RowError(None, field, message, text[:40], f"Use, por ejemplo: {known}.")
        return number

    return judged


def _count(what: str, most: int, empty: int = 0) -> Callable[[str], int | RowError]:
    def judged(text: str) -> int | RowError:
        bare = text.removesuffix(".0")
        if not bare:
            return empty
        if bare.isascii() and bare.isdigit() and int(bare) <= most:
            return int(bare)
        return RowError(None, None, f"La {what} no es posible.", text[:40],
                        f"Escriba un número entero entre 0 y {most}.")  # fmt: skip

    return judged
