"""Where the documents of a file belong, and what is known there: one reading a community."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from app.capture import spreadsheets
from app.capture.fields import Text
from app.capture.problems import Known
from app.capture.spread_cells import Cells
from app.capture.spreadsheets import Practice
from app.errors import Forbidden, Invalid, Refusal, Unauthenticated
from app.operations import access, forms, instruments
from app.operations.imports.asked import Asked
from app.operations.registers.monitoring import consenting
from app.records import cycles, places, policy
from app.records.catalogues import PracticeRow
from app.records.families import Family
from app.records.places import Where
from app.store.sessions import Reading

OPEN = ("none", "personal", "health")


def practices(session: Reading, *, health: bool) -> list[Practice]:
    """The practices that may be columns; sensitive ones are for the health role alone."""
    rows = session.exec(select(PracticeRow).order_by(col(PracticeRow.id))).all()
    return [
        Practice(row.code, Text(row.name_es, row.name_en), row.unit)
        for row in rows
        if health or row.sensitivity in OPEN
    ]


@dataclass(frozen=True)
class Here:
    """A community as the sender of a file stands in it."""

    session: Reading
    where: Where
    roles: tuple[str, ...]
    known: Known
    cells: Cells
    homes: str
    default_round: str

    def round(self, label: str) -> UUID | None:
        """The key of the round that a file names, or that its sender chose; None for the open one.

        Raises
        ------
        Invalid
            The community has no such round.
        """
        wanted = (label or self.default_round).strip()
        if not wanted:
            return None
        for each in cycles.rounds(self.session, self.where.community_id or 0):
            if wanted in (each.label, str(each.uuid)):
                return each.uuid
        raise Invalid(
            "La comunidad no tiene la ronda «{label}».",
            remedy="Escriba la ronda como la llama la comunidad, o deje la celda vacía.",
            field=spreadsheets.ROUND,
            label=wanted[:40],
        )

    def unwilling(self, values: Mapping[str, Any]) -> Iterator[tuple[str, Refusal]]:
        """The homes that gave no consent, by the path of that answer: they would stop the rest."""
        if not self.homes:
            return
        community = self.where.community_id
        rows = self.session.exec(select(Family).where(Family.community_id == community)).all()
        families = {family.code: family for family in rows if family.state == "active"}
        for index, row in enumerate(values.get(self.homes) or ()):
            if row.get("consent") == "refused" or row.get("visit") != "interviewed":
                continue
            if row.get("household") not in families:
                continue  # told already: it is not in the list
            try:
                consenting(families, row)
            except Refusal as refusal:
                yield f"{self.homes}[{index}].consent", refusal


class Places:
    """The instrument of a file, and each community that its lines name."""

    def __init__(self, session: Reading, asked: Asked) -> None:
        self.session = session
        self.asked = asked
        self.instrument = instruments.current(session, asked.text("instrument"))
        self.community = asked.text("community")
        self.layout = spreadsheets.layout(
            self.instrument, practices(session, health=asked.health), district=True
        )
        self.columns = self.layout.known()
        self.district = places.district(session, asked.place_code or "")
        self.actor = access.actor_of(session, asked.account_id or 0)
        self.policy = policy.read(session)
        self._here: dict[str, Here] = {}

    def of(self, code: str, district: str) -> Here:
        """The community that a line names, or the one for which the file was brought.

        Raises
        ------
        Invalid
            It names none, another than that of the page, or another district.
        Forbidden
            Whoever brought the file may not fill this instrument there.
        Unknown
            The district has no such community.
        """
        if district and district != self.district.code:
            raise Invalid(
                "La fila es de otro distrito ({code}).",
                remedy="Súbala en la página de ese distrito.",
                code=district[:12],
            )
        if self.community and code not in ("", self.community):
            raise Forbidden(
                "La fila es de otra comunidad ({code}); aquí van las de {here}.",
                remedy="Súbala en la página de esa comunidad.",
                code=code[:20],
                here=self.community,
            )
        wanted = code or self.community
        if not wanted:
            raise Invalid(
                "La fila no dice de qué comunidad es.",
                remedy="Escriba el código de la comunidad.",
            )
        if wanted not in self._here:
            self._here[wanted] = self._made(wanted)
        return self._here[wanted]

    def _made(self, code: str) -> Here:
        where = places.community(self.session, self.district, code)
        if self.actor is None:
            raise Unauthenticated("La cuenta de quien subió el archivo ya terminó.")
        access.require(self.policy, self.actor, where, self.instrument.code, "write")
        roles = access.roles_at(self.actor, where)
        forms.refuse_role(self.instrument, roles)
        return Here(
            self.session,
            where,
            roles,
            instruments.known(self.session, where, self.instrument),
            Cells(self._sources(where)),
            self.layout.homes,
            self.asked.text("round"),
        )

    def _sources(self, where: Where) -> dict[str, dict[str, str]]:
        wanted = {field.source for field, _ in self.instrument.walk() if field.source}
        return {
            source: {
                code: words.es for code, words in instruments.choices(self.session, where, source)
            }
            for source in sorted(wanted)
        }
