"""The acta of a frozen list of priorities: the list, what was not waited for, what was decided.

It is a paper of the town hall, so it is in Spanish whatever the reader's language. Reserved
indicators stand in it for the whole district alone, as everywhere.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.documents.acta import Acta, Part, Signer, Table
from app.errors import Conflict
from app.operations import actas, figure_cards, priority_versions, signing, standing
from app.planning import versions
from app.planning.reasons import grouped, tenths
from app.records.places import Where
from app.records.priority_versions import PriorityVersion
from app.store.sessions import Reading

CRITERIA = {"gap": "Brecha", "people": "Personas", "equity": "Equidad", "assembly": "Asambleas"}
TIERS = {"alta": "alta", "frontera": "frontera", "baja": "menor"}
STATES = {"sent": "por revisar", "returned": "devuelta", "quarantined": "en cuarentena"}
DECISIONS = {
    "attend": "se atiende en este ciclo",
    "postpone": "se deja para otro ciclo",
    "elsewhere": "se gestiona ante otra entidad",
}


def of_version(
    session: Reading, where: Where, version: PriorityVersion, names: Mapping[str, str]
) -> Acta:
    """The acta of a frozen version; ``names`` of its needs by code.

    Raises
    ------
    Conflict
        It is not frozen.
    """
    if version.state != "frozen" or version.day is None:
        raise Conflict(
            "El acta se imprime cuando la lista está congelada.",
            remedy="Espere al congelamiento anunciado.",
        )
    return Acta(
        over=f"Municipalidad Distrital de {where.name}",
        title=f"Acta de prioridades: {version.label}",
        facts=(
            ("Versión", f"{version.number}"),
            ("Datos al", actas.long_day(version.day)),
            ("Se anunció para", actas.long_day(version.freezes_on)),
            ("Adoptada por", version.acta),
            ("Semilla del sorteo", version.seed),
        ),
        parts=tuple(
            part
            for part in (
                _list(version, names),
                _weights(version),
                _without(version, names),
                _cards(session, where, version),
                _pending(version),
                _decided(session, version, names),
                _repeat(version),
            )
            if part is not None
        ),
        signatures=_signers(session, where, version.freezes_on),
        foot=f"Huella de lo que entró (SHA-256): {version.digest}",
    )


def _signers(session: Reading, where: Where, day: date) -> tuple[Signer, ...]:
    """Those who concert the list: the town hall, the CCL, the committee and the communities."""
    seats = signing.seats_on(session, where, day)
    return (
        signing.official(seats, signing.MAYOR),
        signing.official(seats, signing.PLANNING),
        *signing.members(seats, "ccl"),
        *signing.members(seats, "oversight"),
        Signer("Por las juntas vecinales comunales"),
    )


def _list(version: PriorityVersion, names: Mapping[str, str]) -> Part:
    rows = [
        (
            str(need["place"]),
            names.get(need["code"], need["code"]),
            f"{grouped(need['x'])} de {grouped(need['n'])}" if need.get("n") else "",
            tenths(need["score"]),
            str(need["first"])
            if need["first"] == need["last"]
            else f"{need['first']} a {need['last']}",
            TIERS.get(need["tier"], need["tier"]),
        )
        for need in version.outcome["ranked"]
    ]
    return Part(
        "La lista",
        (
            "Las necesidades del distrito por puntaje. El rango dice entre qué puestos puede estar"
            " cada una por lo que no se sabe; dos con rangos que se cruzan están parejas.",
        ),
        Table(
            ("N.º", "Necesidad", "Cuenta", "Puntaje", "Rango", "Grupo"),
            tuple(rows),
            (2, 14, 5, 4, 4, 4),
            (0, 3),
        ),
    )


def _weights(version: PriorityVersion) -> Part:
    """The points of each group and their mean, which made the list."""
    used = versions.from_plain(version.inputs).weighting
    codes = tuple(CRITERIA)
    rows = [
        (ballot.participant, *(f"{ballot.points.get(code, 0):g}" for code in codes))
        for ballot in used.ballots
    ]
    mean = ("Lo que ordena la lista", *(tenths(used.mean[code]) for code in codes))
    return Part(
        "Cuánto pesó cada razón",
        (
            "De 100 puntos. Cada grupo da los suyos y la lista usa su promedio."
            if rows
            else "De 100 puntos. Ningún grupo dio los suyos: las cuatro razones pesan igual.",
        ),
        Table(
            ("Grupo", *CRITERIA.values()),
            (*rows, mean),
            (6, 2, 2, 2, 2),
            (1, 2, 3, 4),
        ),
    )


def _without(version: PriorityVersion, names: Mapping[str, str]) -> Part | None:
    codes = [code for code, _ in version.outcome["without_data"]]
    if not codes:
        return None
    told = ", ".join(names.get(code, code) for code in codes)
    return Part("Sin datos suficientes", (f"No tienen puesto y quedan para visita: {told}.",))


def _cards(session: Reading, where: Where, version: PriorityVersion) -> Part:
    cards = figure_cards.cards(session, version)
    said = [card.answer for card in cards]
    known = {m.id: m.name for m in standing.members(session, where, version.freezes_on)}
    rows = tuple(
        (known.get(card.community_id, ""), card.note) for card in cards if card.answer == "differs"
    )
    return Part(
        "Lo que respondieron las comunidades",
        (
            f"De {len(said)} fichas de datos, {said.count('agrees')} volvieron conformes,"
            f" {said.count('differs')} no conformes y {said.count('')} sin respuesta.",
        ),
        Table(("Comunidad", "Qué no es correcto"), rows, (2, 5)) if rows else None,
    )


def _pending(version: PriorityVersion) -> Part | None:
    if not version.pending:
        return None
    rows = tuple(
        (str(each["community"]), STATES.get(each["state"], str(each["state"])))
        for each in version.pending
    )
    return Part(
        "Fichas en camino que no se esperaron",
        (f"Razón: {version.reason}",),
        Table(("Comunidad", "Estado de la ficha"), rows, (2, 1)),
    )


def _decided(session: Reading, version: PriorityVersion, names: Mapping[str, str]) -> Part | None:
    made: Mapping[str, Any] = priority_versions.decisions(session, version)
    if not made:
        return None
    rows = tuple(
        (names.get(code, code), DECISIONS.get(row.decision, row.decision), row.reason)
        for code, row in made.items()
    )
    return Part(
        "Decisiones al lado de la lista",
        ("No cambian el puntaje: quedan escritas con su razón.",),
        Table(("Necesidad", "Decisión", "Razón"), rows, (3, 2, 4)),
    )


def _repeat(version: PriorityVersion) -> Part:
    return Part(
        "Cómo repetir la cuenta",
        ("Con los mismos datos, pesos y semilla sale la misma lista en cualquier computadora.",),
        notes=(f"Semilla: {version.seed}. Huella (SHA-256): {version.digest}.",),
    )
