"""A district with something of every layer of the maps, and with names that try to be markup."""

from datetime import timedelta

from shapely.geometry import LineString, MultiPolygon, Point, box

from app.operations import counts, instruments, seeding
from app.operations.seats import Seat
from app.operations.standing import columns
from app.records import stamps
from app.records.aggregates import Publication
from app.records.base import folded, sort_key
from app.records.diagnoses import Asset, Hazard
from app.records.imports import ImportBatch
from app.records.plans import Action
from app.records.proposals import Origin, Proposal
from app.records.territory import Boundary, Community, ExternalValue, Facility, Place
from app.store.sessions import Store, Writing
from app.store.spatial import to_column
from tests import world
from tests.http.town import an_account

EVIL = "<script>alert(1)</script>{{ 7 * 7 }}"
SAID = "Palabras de la asamblea"
NAMED = "Rosa Nombre Propio"
KEPT = "P-F11"  # a sensitive indicator
NAMES = {"A": f"Alto {EVIL}", "B": "Bajo Ñuble", "C": "Cerro", "D": "Dos Ríos", "E": "Eco"}
# x of n of births in a facility, of early breastfeeding and of enough meals; C was asked long ago.
BIRTHS = {"A": ((1, 8), (4, 10), (6, 12)), "B": ((9, 9), (10, 10), (9, 9))}
LONG_AGO = {"C": ((2, 4), (3, 6), (3, 6))}
# x of n of handwashing and of safe water; nobody went to E.
FIGURES = {"A": (12, 31, 4, 31), "B": (20, 25, 6, 25), "C": (2, 22, 3, 22), "D": (30, 30, 30, 30)}


def settle(store: Store) -> None:
    """Catalogues, the district and all that stands on its maps."""
    seeding.seed(store)
    with store.writing() as session:
        district = world.district(session)
        _limits(session, district)
        here = {code: _community(session, district, code, at) for at, code in enumerate(NAMES)}
        for code, figures in FIGURES.items():
            _monitored(session, here[code], figures, BIRTHS.get(code, ()))
        for code, births in LONG_AGO.items():
            _long_ago(session, here[code], births)
        for practice in ("P-F1", "P-F2", KEPT):
            world.goal(session, practice, 0.8, 0.1)
        _assembly(session, here["A"])
        _asked_for(session, district, here["A"])
        _published(session, district, here)
        stamps.bump(session, "territory", f"district:{district.code}")
        rounds = session.rows(columns(world.Round.community_id, world.Round.id))
        counts.recompute_many(session, rounds)
    for login, role in (("oficial", "official"), ("planificadora", "planner")):
        an_account(store, login, Seat(role, ubigeo=world.UBIGEO))
    an_account(store, "dpo", Seat("dpo", ubigeo=world.UBIGEO))


def _limits(session: Writing, district: Place) -> None:
    square = MultiPolygon([box(-76.8, -7.2, -76.2, -6.8)])
    session.add(Boundary(place_id=district.id, geom=to_column(square)))
    batch = ImportBatch(
        kind="indicators", file_name="anemia.csv", sha256="0" * 64, state="published"
    )
    session.add(batch)
    session.flush()
    session.add(
        ExternalValue(
            place_code=district.code,
            indicator="anemia_pct",
            period="2025",
            import_id=batch.id,
            value=43.2,
            unit="%",
            source="MINSA 2025",
        )
    )
    session.add(
        ExternalValue(
            place_code=district.code,
            indicator="nivel_riesgo_inundacion_consolidado",
            period="2025",
            import_id=batch.id,
            text="Muy Alto",
            source="CENEPRED 2025",
        )
    )
    session.add(
        Facility(
            code="00001234",
            name="Posta Central",
            search="posta central",
            place_id=district.id,
            category="I-2",
            geom=to_column(Point(-76.5, -7.0)),
        )
    )


def _community(session: Writing, district: Place, code: str, at: int) -> Community:
    row = world.community(
        session, district, code, people=100 + 60 * at, at=(-76.7 + at / 10, -7.1 + at / 20)
    )
    row.name = NAMES[code]
    row.search, row.sort_key = folded(row.name)[:120], sort_key(row.name)[:160]
    return row


Counted = tuple[tuple[int, int], ...]


def _births(figures: Counted) -> dict[str, tuple[int, int]]:
    return dict(zip(("P-R1", "P-R2", "P-B2"), figures, strict=False))


def _long_ago(session: Writing, here: Community, births: Counted) -> None:
    held = instruments.today() - timedelta(days=500)
    cycle = world.cycle(session, here, held.replace(month=1, day=1))
    once = world.a_round(session, cycle, 3, held, "2025-A")
    form = world.form(session, "monitoring", here, once)
    world.totals(session, form, _births(births))


def _monitored(
    session: Writing, here: Community, figures: tuple[int, int, int, int], births: Counted
) -> None:
    held = instruments.today() - timedelta(days=20)
    cycle = world.cycle(session, here, held.replace(month=1, day=1))
    first = world.a_round(session, cycle, 1, held - timedelta(days=180), "2026-A")
    last = world.a_round(session, cycle, 2, held, "2026-B")
    hands, homes, water, asked = figures
    world.totals(
        session, world.form(session, "monitoring", here, first), {"P-F1": (hands // 2, homes)}
    )
    now = {"P-F1": (hands, homes), "P-F2": (water, asked), KEPT: (1, homes), **_births(births)}
    world.totals(session, world.form(session, "monitoring", here, last), now)


def _assembly(session: Writing, here: Community) -> None:
    form = world.form(session, "diagnosis", here)
    held = instruments.today() - timedelta(days=40)
    spot = {"theme": "water", "people": 90, "votes_women": 8, "votes_men": 2}
    world.diagnosis(
        session,
        form,
        held,
        [
            {"description": f"{SAID} {EVIL}", "geom": to_column(Point(-76.7, -7.1)), **spot},
            {"description": f"{SAID} sin lugar", "theme": "roads"},
        ],
        hazards_asked=True,
        families=40,
        population=160,
        children_under_5=14,
        pregnant_women=2,
        minutes_rain=150,
        facility_min_dry=90,
        facility_min_rain=150,
    )
    line = to_column(LineString([(-76.7, -7.1), (-76.6, -7.05)]))
    session.add(Hazard(form_id=form.id, community_id=here.id, kind="flood", families=12, geom=line))
    session.add(Hazard(form_id=form.id, community_id=here.id, kind="frost", families=30))
    session.add(
        Asset(
            form_id=form.id,
            community_id=here.id,
            kind="school",
            name=SAID,
            geom=to_column(Point(-76.69, -7.1)),
        )
    )


def _asked_for(session: Writing, district: Place, here: Community) -> None:
    form = world.form(session, "plan", here)
    day = instruments.today() - timedelta(days=30)
    wish = {
        "title": f"{SAID}: reservorio",
        "responsible": NAMED,
        "cost_cents": 1_200_000,
        "geom": to_column(Point(-76.71, -7.09)),
    }
    made: list[Action] = world.plan(session, form, [wish], day)
    for number, state in ((1, "draft"), (2, "presented")):
        proposal = Proposal(
            place_id=district.id,
            fiscal_year=2028,
            number=number,
            title=f"{SAID} en propuesta {number}",
            state=state,
            cost_cents=1_200_000,
        )
        session.add(proposal)
        session.flush()
        session.add(Origin(proposal_id=proposal.id, action_uuid=made[0].uuid, community_id=here.id))


def _published(session: Writing, district: Place, here: dict[str, Community]) -> None:
    day = instruments.today() - timedelta(days=200)
    shown = {"A": ("published", 13, 29), "B": ("suppressed", None, None), "": ("published", 60, 99)}
    for code, (state, x, n) in shown.items():
        session.add(
            Publication(
                place_id=district.id,
                community_id=here[code].id if code else None,
                indicator="P-F1",
                round_label="2026-A",
                as_of=day,
                state=state,
                x=x,
                n=n,
            )
        )
