"""The tables of a district that people take away, from what its own people may know."""

from collections.abc import Iterator

from app.documents.tables import Cell, Column, Table
from app.operations.external_values import External
from app.operations.figures import Figure, Standing
from app.operations.needs import DistrictNeeds
from app.pages import look
from app.pages.language import N_
from app.pages.wording import Words
from app.planning.counts import Count
from app.planning.intervals import wilson
from app.planning.smaa import Simulation
from app.records.catalogues import Goal

SOURCES = {
    "lines": N_("fichas por hogar"),
    "totals": N_("total de la comunidad"),
    "register": N_("registro"),
}
UNITS = {
    "home": N_("hogares"),
    "person": N_("personas"),
    "community": N_("comunidades"),
    "commitment": N_("compromisos"),
    "action": N_("acciones"),
    "request": N_("pedidos"),
    "post": N_("cargos"),
}
LIMITS = N_("Límites referenciales, sin efecto legal.")


def external(words: Words, each: External) -> str:
    """An imported figure as it is read: a number with its unit, or its word."""
    if each.value is None:
        return each.text
    number = look.num(each.value, words.lang, 0 if each.value == int(each.value) else 1)
    return f"{number}\N{NO-BREAK SPACE}{each.unit}".strip("\N{NO-BREAK SPACE}")


def needs(words: Words, found: DistrictNeeds, drawn: Simulation | None) -> Table:
    """The ranked needs with their points, ranges and counts; then those without data."""
    say = words.say
    goals = {each.code: each.goal.target for each in found.gathered.evidence.indicators}
    rows: list[tuple[Cell, ...]] = []
    for need in found.listed.ranked:
        standing = drawn.standings.get(need.code) if drawn else None
        rows.append(
            (
                need.place,
                need.code,
                words.need(need.code),
                round(need.score, 2),
                *(round(segment.points, 2) for segment in need.segments),
                *((standing.first, standing.last, standing.in_top) if standing else (None,) * 3),
                need.count.x,
                need.count.n,
                goals[need.code],
                len(need.where),
                need.observed,
                len(need.missing),
            )
        )
    for each in found.listed.without_data:
        count = (each.count.x, each.count.n) if each.count.n else (None, None)
        rows.append(
            (
                *(None, each.code, words.need(each.code)),
                *((None,) * 8),
                *count,
                goals.get(each.code),
                *(None, None, len(each.visit.communities)),
            )
        )
    columns = (
        Column(say(N_("puesto")), "number", 8),
        Column(say(N_("código"))),
        Column(say(N_("necesidad")), width=48),
        Column(say(N_("puntaje")), "number"),
        Column(say(N_("puntos por brecha")), "number"),
        Column(say(N_("puntos por personas")), "number"),
        Column(say(N_("puntos por equidad")), "number"),
        Column(say(N_("puntos por asambleas")), "number"),
        Column(say(N_("puesto desde")), "number"),
        Column(say(N_("puesto hasta")), "number"),
        Column(say(N_("veces entre las primeras")), "share"),
        Column("x", "number", 8),
        Column("n", "number", 8),
        Column(say(N_("meta")), "share"),
        Column(say(N_("comunidades con brecha")), "number"),
        Column(say(N_("comunidades con dato")), "number"),
        Column(say(N_("comunidades sin dato")), "number"),
    )
    seed = say(N_("Semilla del sorteo de los empates: {seed}"), seed=found.seed)
    return Table(say(N_("Necesidades")), columns, rows, (seed,))


def indicators(words: Words, standing: Standing, *, health: bool) -> Table:
    """Every figure in force: the whole district first, then each community."""
    say = words.say
    columns = (
        Column(say(N_("código"))),
        Column(say(N_("indicador")), width=48),
        Column(say(N_("dimensión")), width=24),
        Column(say(N_("se cuentan"))),
        Column(say(N_("código de comunidad"))),
        Column(say(N_("comunidad")), width=28),
        Column(say(N_("ronda"))),
        Column(say(N_("fecha")), "day"),
        Column("x", "number", 8),
        Column("n", "number", 8),
        Column(say(N_("no se sabe")), "number"),
        Column("N", "number", 8),
        Column(say(N_("proporción")), "share"),
        Column(say(N_("rango desde")), "share"),
        Column(say(N_("rango hasta")), "share"),
        Column(say(N_("fuente")), width=24),
        Column(say(N_("versión de la ficha"))),
    )
    rows = list(_indicator_rows(words, standing, health))
    note = say(N_("Rango de 95 % (Wilson). Cada comunidad, su última ronda aprobada del año."))
    return Table(say(N_("Indicadores")), columns, rows, (note, say(LIMITS)))


def _indicator_rows(words: Words, standing: Standing, health: bool) -> Iterator[tuple[Cell, ...]]:
    members = {member.code: member for member in standing.members}
    for rolled in standing.all_rolled():
        known = rolled.indicator
        head = (
            known.code,
            words.need(known.code),
            words.theme(known.dimension),
            words.say(UNITS.get(known.unit, known.unit)),
        )
        whole = words.say(N_("todo el distrito"))
        yield (*head, None, whole, None, standing.day, *_count(rolled.count), None, None)
        for code, figure in standing.by_community(known.code, health=health).items():
            yield (*head, code, members[code].name, *_figure(words, figure))


def _figure(words: Words, figure: Figure) -> tuple[Cell, ...]:
    source = words.say(SOURCES.get(figure.source, figure.source))
    versions = ", ".join(str(version) for version in sorted({v for _, v in figure.forms}))
    return (figure.label, figure.held_on, *_count(figure.count), source, versions or None)


def _count(count: Count) -> tuple[Cell, ...]:
    interval = wilson(count)
    bounds = (interval.low, interval.high) if interval else (None, None)
    return (count.x, count.n, count.missing, count.population, count.share, *bounds)


def dictionary(words: Words, goals: dict[str, Goal]) -> list[Table]:
    """What each indicator means, and what each column of the other tables holds."""
    say = words.say
    columns = (
        Column(say(N_("código"))),
        Column(say(N_("indicador")), width=48),
        Column(say(N_("dimensión")), width=24),
        Column(say(N_("se cuenta")), width=36),
        Column(say(N_("de un total de")), width=36),
        Column(say(N_("mejor si"))),
        Column(say(N_("meta")), "share"),
        Column(say(N_("peor valor acordado")), "share"),
        Column(say(N_("fuente de la meta")), width=36),
        Column(say(N_("reservado"))),
    )
    rows: list[tuple[Cell, ...]] = []
    for code, known in words.indicators.items():
        goal = goals.get(code)
        rows.append(
            (
                code,
                words.need(code),
                words.theme(known.dimension),
                *words.counted_of(known),
                say(N_("sube")) if known.direction == "up" else say(N_("baja")),
                goal.target if goal else None,
                goal.worst if goal else None,
                goal.source if goal else "",
                say(N_("sí")) if known.sensitive else "",
            )
        )
    meaning = (Column(say(N_("columna"))), Column(say(N_("qué dice")), width=80))
    return [
        Table(say(N_("Indicadores")), columns, rows),
        Table(say(N_("Columnas")), meaning, [(say(name), say(said)) for name, said in MEANINGS]),
    ]


MEANINGS = (
    ("x", N_("Cuántos tienen lo que el indicador pide.")),
    ("n", N_("De cuántos se supo la respuesta.")),
    ("N", N_("Cuántos hay en total, si alguien lo sabe; vacío: no se sabe.")),
    (N_("no se sabe"), N_("Cuántos quedaron sin respuesta; no entran en n.")),
    (N_("proporción"), N_("x entre n, de 0 a 1.")),
    (N_("rango desde"), N_("Entre qué valores puede estar la proporción de todos (95 %, Wilson).")),
    (
        N_("puntaje"),
        N_("De 0 a 100: la suma de los puntos por brecha, personas, equidad y asambleas."),
    ),
    (N_("puesto desde"), N_("Entre qué puestos quedó en 9 de cada 10 cálculos.")),
    (N_("veces entre las primeras"), N_("En qué parte de los cálculos quedó entre las primeras.")),
)
