"""Every layer of a district, declared once, and who may see which.

A layer opens to whoever may read the maps and the layer's own register. Where the policy
gives no more than the public's view, the layer shows what is published, or nothing.
"""

from app.capture.fields import Text
from app.errors import Unknown
from app.operations.layers import (
    choices,
    facilities,
    figures,
    ground,
    needed,
    reported,
    support,
    undertaken,
)
from app.operations.layers.declared import Layer

_MONITORING = Text("Fichas de monitoreo aprobadas", "Approved monitoring forms")
_DIAGNOSES = Text("Diagnósticos comunales aprobados", "Approved communal diagnoses")
_SIZED = Text(
    "Cuanto más grande el símbolo, más personas viven ahí.",
    "The larger the symbol, the more people live there.",
)
_SIZED_REACH = Text(
    "Cuanto más grande el símbolo, a más personas alcanza.",
    "The larger the symbol, the more people it reaches.",
)

LAYERS: tuple[Layer, ...] = (
    Layer(
        "support",
        "apoyo",
        Text("Apoyo primero", "Support first"),
        Text(
            "Qué comunidades necesitan apoyo primero, y en qué",
            "Which communities need support first, and in what",
        ),
        "visits",
        False,
        ground.communities,
        support.tell,
        _MONITORING,
        ground=True,
        sized=_SIZED,
    ),
    Layer(
        "need",
        "necesidad",
        Text("Una necesidad", "One need"),
        Text(
            "A cuántas personas alcanza una necesidad en cada comunidad",
            "How many people a need reaches in each community",
        ),
        "needs",
        False,
        ground.communities,
        needed.tell,
        Text("Fichas de monitoreo y diagnósticos aprobados", "Approved forms and diagnoses"),
        asks=frozenset({"indicator", "gap"}),
        choices=choices.ranked_needs,
        ground=True,
        sized=_SIZED_REACH,
    ),
    Layer(
        "indicator",
        "indicador",
        Text("Un indicador", "One indicator"),
        Text("El valor de un indicador en cada comunidad", "An indicator in each community"),
        "indicators",
        True,
        ground.communities,
        figures.value,
        _MONITORING,
        asks=frozenset({"indicator", "round", "gap"}),
        choices=choices.indicators,
        ground=True,
        sized=_SIZED,
    ),
    Layer(
        "gap",
        "brecha",
        Text("Una brecha", "One gap"),
        Text(
            "Cuánto le falta a cada comunidad para la meta",
            "How far each community is from the target",
        ),
        "indicators",
        False,
        ground.communities,
        figures.gap,
        _MONITORING,
        asks=frozenset({"indicator", "round", "gap"}),
        choices=choices.with_goal,
        ground=True,
        sized=_SIZED,
    ),
    Layer(
        "coverage",
        "cobertura",
        Text("Cuánto se sabe", "How much is known"),
        Text("De qué comunidades faltan datos", "Which communities lack data"),
        "indicators",
        False,
        ground.communities,
        support.coverage,
        _MONITORING,
        ground=True,
        sized=_SIZED,
    ),
    Layer(
        "problems",
        "problemas",
        Text("Problemas de las asambleas", "Problems of the assemblies"),
        Text("Los problemas que nombraron las asambleas", "Problems that assemblies named"),
        "diagnosis",
        False,
        reported.problems,
        reported.tell_problems,
        _DIAGNOSES,
        drawing="triangle",
        colour="#7b3f98",
        sized=_SIZED_REACH,
    ),
    Layer(
        "hazards",
        "peligros",
        Text("Peligros señalados", "Hazards pointed out"),
        Text("Los peligros que señalaron las asambleas", "Hazards that assemblies pointed out"),
        "diagnosis",
        False,
        reported.hazards,
        reported.tell_hazards,
        _DIAGNOSES,
        drawing="diamond",
        colour="#23211e",
    ),
    Layer(
        "assets",
        "recursos",
        Text("Lugares y servicios útiles", "Useful places and services"),
        Text("Lo que las asambleas marcaron como útil", "What assemblies marked as useful"),
        "diagnosis",
        False,
        reported.assets,
        reported.tell_assets,
        _DIAGNOSES,
        drawing="square",
        colour="#35736e",
        cluster=True,
    ),
    Layer(
        "actions",
        "acciones",
        Text("Acciones de los planes", "Actions of the plans"),
        Text("Las acciones de los planes comunales", "The actions of the communal plans"),
        "plan",
        False,
        undertaken.actions,
        undertaken.tell_actions,
        Text("Planes comunales aprobados", "Approved communal plans"),
        drawing="square",
        colour="#2f5a80",
        sized=_SIZED_REACH,
    ),
    Layer(
        "proposals",
        "propuestas",
        Text("Propuestas al presupuesto", "Proposals to the budget"),
        Text("Las propuestas al presupuesto participativo", "Proposals to the budget"),
        "proposals",
        True,
        undertaken.proposals,
        undertaken.tell_proposals,
        Text("Registro de propuestas del distrito", "The district's register of proposals"),
        drawing="star",
        colour="#a06a00",
        sized=_SIZED_REACH,
    ),
    Layer(
        "facilities",
        "establecimientos",
        Text("Establecimientos de salud", "Health facilities"),
        Text("Los establecimientos de salud del distrito", "The district's health facilities"),
        "territory",
        True,
        facilities.marks,
        facilities.tell,
        Text("Registro de establecimientos (RENIPRESS)", "Register of facilities (RENIPRESS)"),
        drawing="cross",
        colour="#1a5fb4",
    ),
)
_BY_CODE = {layer.code: layer for layer in LAYERS}
_BY_SLUG = {layer.slug: layer for layer in LAYERS}


def by_code(code: str) -> Layer:
    """The layer of this code; refused where there is none."""
    return _found(_BY_CODE.get(code), code)


def by_slug(slug: str) -> Layer:
    """The layer of this part of a page's address; refused where there is none."""
    return _found(_BY_SLUG.get(slug), slug)


def _found(layer: Layer | None, name: str) -> Layer:
    if layer is None:
        raise Unknown(
            "No hay ninguna capa «{name}».",
            remedy="Elija una de la lista de mapas del distrito.",
            name=name[:40],
        )
    return layer
