"""Which place of INEI's gazetteer each community of a district is: offered, decided, undone.

Nothing is joined by itself. A community whose own code is INEI's needs no decision; for the
others the likeliest places of the district are offered with their confidence, and what a
person decided keeps who, when and what was shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from sqlmodel import col, select

from app.errors import Conflict, Invalid, Unknown
from app.gis import gazetteer, measure
from app.gis.gazetteer import Candidate, Named
from app.operations import districts, trail
from app.operations.remembered import remembered
from app.operations.trail import Act, Author
from app.records import place_matches
from app.records.place_matches import PlaceMatch
from app.records.places import Where
from app.records.territory import Belonging, Community, Settlement
from app.store.sessions import Reading, Writing, columns
from app.store.spatial import from_column
from app.store.types import now


@dataclass(frozen=True, slots=True)
class Offered:
    """A community with what is known of its place of the gazetteer.

    ``own`` says that its code is the place's; ``match`` is what was decided, ``place`` the
    place decided or its own; ``candidates`` are offered where nothing was decided.
    """

    community: Named
    own: bool
    match: PlaceMatch | None
    place: Named | None
    candidates: tuple[Candidate, ...]


def of_district(session: Reading, where: Where) -> Sequence[Offered]:
    """The communities of a district by name, each with its place or its candidates."""
    key = ("place matches", where.place_id)
    return remembered(session, where, key, partial(_read, session, where))


def _read(session: Reading, where: Where) -> tuple[Offered, ...]:
    ours = _communities(session, where)
    theirs = {each.code: each for each in _gazetteer(session, where.code)}
    ids = {community_id: each.code for community_id, each in ours}
    held = place_matches.standing(session, districts.own(where))
    decided = {ids[row.community_id]: row for row in held if row.community_id in ids}
    taken = {row.settlement_code for row in held} | set(ids.values())
    open_ = [each for _, each in ours if each.code not in decided and each.code not in theirs]
    free = [each for code, each in theirs.items() if code not in taken]
    offered = dict(zip([e.code for e in open_], gazetteer.candidates(open_, free), strict=True))
    return tuple(
        Offered(
            each,
            each.code in theirs,
            decided.get(each.code),
            theirs.get(decided[each.code].settlement_code if each.code in decided else each.code),
            offered.get(each.code, ()),
        )
        for _, each in ours
    )


def _communities(session: Reading, where: Where) -> list[tuple[int, Named]]:
    rows = session.rows(
        columns(Community.id, Community.code, Community.name, Community.geom)
        .join(Belonging, col(Belonging.community_id) == Community.id)
        .where(
            col(Belonging.place_id) == where.place_id,
            col(Belonging.valid_to).is_(None),
            col(Community.merged_into_id).is_(None),
        )
        .order_by(col(Community.sort_key), col(Community.code))
    )
    return [(key, _named(code, name, geom)) for key, code, name, geom in rows]


def _gazetteer(session: Reading, ubigeo: str) -> list[Named]:
    rows = session.rows(
        columns(Settlement.code, Settlement.name, Settlement.geom)
        .where(col(Settlement.district_code) == ubigeo)
        .order_by(col(Settlement.code))
    )
    return [_named(*row) for row in rows]


def _named(code: str, name: str, geom: object) -> Named:
    point = from_column(geom)
    return Named(code, name, measure.centroid(point) if point is not None else None)


def accept(
    session: Writing, author: Author, where: Where, picks: Mapping[str, str]
) -> list[PlaceMatch]:
    """Decide which place communities are: code of the community to that of the place.

    An empty code says that the gazetteer has no such place.

    Raises
    ------
    Invalid
        Nothing was chosen, or one place for two communities.
    Unknown
        No such community here, or no such place in the district.
    Conflict
        The community, or the place, was decided meanwhile.
    """
    if not picks:
        raise Invalid("No eligió ninguna comunidad.", remedy="Marque el lugar de al menos una.")
    session.hold(f"place matches {where.code}")
    known = {each.community.code: each for each in _read(session, where)}
    ids = {each.code: key for key, each in _communities(session, where)}
    there = {each.code for each in _gazetteer(session, where.code)}
    wanted = [code for code in picks.values() if code]
    if len(set(wanted)) < len(wanted):
        raise Invalid(
            "El mismo lugar está elegido para dos comunidades.", remedy="Deje una de las dos."
        )
    taken = {each.place.code for each in known.values() if each.place is not None}
    made = []
    for community, code in picks.items():
        _refuse(known.get(community), community, code, (there, taken))
        made.append(_decided(known[community], code, ids[community], author))
        session.add(made[-1])
    act = Act("match", "communities", made[0].uuid, where.place_id, digest=f"{len(made)} places")
    trail.written(session, author, where, act)
    return made


def _refuse(
    found: Offered | None, community: str, code: str, places: tuple[set[str], set[str]]
) -> None:
    there, taken = places
    if found is None:
        raise Unknown("El distrito no tiene la comunidad «{code}».", code=community[:20])
    if code and code not in there:
        raise Unknown(
            "El distrito no tiene el centro poblado «{code}».",
            remedy="Elija uno de los que se ofrecen.",
            code=code[:20],
        )
    if found.match is not None or found.own or code in taken:
        raise Conflict(
            "El lugar de {name} ya se decidió.",
            remedy="Vuelva a cargar la página y mire cómo quedó.",
            name=found.community.name,
        )


def _decided(found: Offered, code: str, community_id: int, author: Author) -> PlaceMatch:
    shown = next((each for each in found.candidates if each.place.code == code), None)
    return PlaceMatch(
        community_id=community_id,
        settlement_code=code,
        confidence=shown.confidence if shown else None,
        likeness=shown.likeness if shown else None,
        distance_m=shown.distance_m if shown else None,
        author_id=author.account_id,
    )


def undo(session: Writing, author: Author, where: Where, community: str, reason: str) -> None:
    """Take a decision back; it stays in the history with its reason.

    Raises
    ------
    Invalid
        No reason was given.
    Unknown
        Nothing is decided of this community.
    """
    if not reason.strip():
        raise Invalid("Falta la razón.", remedy="Escriba por qué se deshace.", field="reason")
    row = session.exec(
        select(PlaceMatch)
        .join(Community, col(Community.id) == PlaceMatch.community_id)
        .join(Belonging, col(Belonging.community_id) == Community.id)
        .where(
            Community.code == community,
            Belonging.place_id == where.place_id,
            col(Belonging.valid_to).is_(None),
            col(PlaceMatch.withdrawn_at).is_(None),
        )
    ).first()
    if row is None:
        raise Unknown("De esa comunidad no hay nada decidido.", remedy="Vuelva a la lista.")
    row.withdrawn_at, row.withdrawn_by_id = now(), author.account_id
    row.reason = reason.strip()[:500]
    act = Act("unmatch", "communities", row.uuid, where.place_id, row.reason)
    trail.written(session, author, where, act)
