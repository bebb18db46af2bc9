"""The words of the chain: what each thing is called, where it stands, what its state is called."""

from collections.abc import Mapping
from urllib.parse import quote

from app.operations import instruments, pdlc_reading
from app.operations.chain.nodes import Node
from app.pages.budget_lines import AGREED
from app.pages.budget_lines import STATES as PROPOSED
from app.pages.language import N_
from app.pages.need_lines import community_href, need_href, root
from app.pages.petition_lines import STATES as FILED
from app.pages.wording import Words
from app.planning.chains import Ref
from app.records.places import Where
from app.store.sessions import Reading

STAGES = {
    "form": (N_("Fichas"), N_("{n} ficha"), N_("{n} fichas")),
    "sheet": (N_("Comunidades"), N_("{n} comunidad"), N_("{n} comunidades")),
    "indicator": (N_("Indicadores"), N_("{n} indicador"), N_("{n} indicadores")),
    "need": (N_("Necesidades y su brecha"), N_("{n} necesidad"), N_("{n} necesidades")),
    "objective": (N_("Objetivos del PDLC"), N_("{n} objetivo"), N_("{n} objetivos")),
    "request": (N_("Pedidos de los planes"), N_("{n} pedido"), N_("{n} pedidos")),
    "proposal": (N_("Propuestas"), N_("{n} propuesta"), N_("{n} propuestas")),
    "petition": (N_("Gestiones"), N_("{n} gestión"), N_("{n} gestiones")),
    "result": (N_("Votación o asignación"), N_("{n} resultado"), N_("{n} resultados")),
    "agreement": (N_("Acuerdos"), N_("{n} acuerdo"), N_("{n} acuerdos")),
    "works": (N_("Obras y dinero"), N_("{n} obra"), N_("{n} obras")),
    "again": (N_("La misma medida, después"), N_("{n} medición"), N_("{n} mediciones")),
}
NEEDS = {
    "ranked": (N_("en la lista"), ""),
    "waiting": (N_("sin datos suficientes"), "warn"),
    "met": (N_("meta alcanzada"), "good"),
    "voiced": (N_("nombrada en asambleas"), ""),
    "unlisted": (N_("fuera de la lista"), ""),
}
FORMS = {
    "draft": (N_("borrador"), ""),
    "sent": (N_("enviada"), "calm"),
    "returned": (N_("devuelta"), "warn"),
    "approved": (N_("aprobada"), "good"),
    "locked": (N_("cerrada"), "shut"),
}
REQUESTS = {
    "taken": (N_("recogido"), "good"),
    "own": (N_("lo hace la comunidad"), "calm"),
    "free": (N_("nadie lo recogió todavía"), "warn"),
}
RESULTS = {"funded": (N_("entra"), "good"), "unfunded": (N_("no entra"), "")}
STATES: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "form": FORMS,
    "need": NEEDS,
    "request": REQUESTS,
    "proposal": PROPOSED,
    "petition": {code: (word, "") for code, word in FILED.items()},
    "result": RESULTS,
    "agreement": AGREED,
    "works": AGREED,
}


def href(where: Where, ref: Ref) -> str:
    """The address of the chain of a thing."""
    return f"{root(where)}/cadena/{ref[0]}/{quote(ref[1])}"


def who(words: Words, node: Node) -> str:
    """Who has it, or how it was decided."""
    if node.kind == "result":
        voted = node.who == "voting"
        return words.say(N_("votación")) if voted else words.say(N_("evaluación técnica"))
    return node.who


def title(words: Words, node: Node) -> str:
    """What a thing is called, whole."""
    if node.kind in ("indicator", "need"):
        return words.need(node.key)
    year, _, number = node.key.partition("-")
    parts: dict[str, tuple[str, ...]] = {
        "form": (words.say(FORM_NAMES.get(node.register, N_("Ficha"))), node.title, node.number),
        "sheet": (
            node.title,
            words.say(N_("ronda {label}"), label=node.number) if node.number else "",
        ),
        "again": (words.need(node.title), words.say(N_("ronda {label}"), label=node.number)),
        "proposal": (words.say(N_("Propuesta {n} de {year}"), n=number, year=year), node.title),
        "result": (words.reason(node.reason) if node.reason else node.title,),
        "works": (node.title, f"CUI {node.number}" if node.number else ""),
    }
    return " · ".join(part for part in parts.get(node.kind, (node.title,)) if part)


FORM_NAMES = {
    "monitoring": N_("Monitoreo de la comunidad"),
    "household_monitoring": N_("Monitoreo por hogares"),
    "diagnosis": N_("Diagnóstico comunal"),
    "plan": N_("Plan comunal"),
    "family": N_("Ficha de familia"),
    "self_assessment": N_("Autoevaluación familiar"),
    "evaluation": N_("Autoevaluación comunal"),
    "activity": N_("Actividad"),
    "progress": N_("Avance del plan"),
    "council": N_("Acta de la junta"),
}


def short(words: Words, node: Node) -> str:
    """What a thing is called in a strip."""
    year, _, number = node.key.partition("-")
    state = words.say(STATES[node.kind][node.state][0]) if node.state in states_of(node) else ""
    named = {
        "sheet": node.title,
        "proposal": words.say(N_("propuesta {n} de {year}"), n=number, year=year),
        "result": state,
        "works": " · ".join(part for part in (words.say(N_("obra")), state) if part),
        "again": words.say(N_("ronda {label}"), label=node.number),
        **dict.fromkeys(("objective", "petition", "agreement", "request"), node.number),
    }
    return named.get(node.kind) or title(words, node)


def states_of(node: Node) -> Mapping[str, tuple[str, str]]:
    return STATES.get(node.kind, {})


def address(session: Reading, where: Where, node: Node) -> str:
    """The page of a thing itself; "" where it has none of its own."""
    year, _, number = node.key.partition("-")
    if node.kind == "form":
        slug = instruments.SLUGS.get(node.register)
        (community,) = node.communities
        return f"{community_href(where, community)}/{slug}/{node.key}" if slug else ""
    if node.kind == "objective":
        plan = pdlc_reading.in_force(session, where)
        return f"{root(where)}/plan/{plan.uuid}/objetivos/{node.key}" if plan else ""
    return {
        "sheet": community_href(where, node.key),
        "indicator": need_href(where, node.key),
        "need": need_href(where, node.key),
        "proposal": f"{root(where)}/presupuesto/{year}/propuestas/{number}",
        "petition": f"{root(where)}/gestiones/{year}/{number}",
        "result": f"{root(where)}/presupuesto/{year}"
        + ("/resultado" if node.who == "voting" else "#resultado"),
        "agreement": f"{root(where)}/seguimiento/{year}/{number}",
        "works": f"{root(where)}/seguimiento/{year}/{number}#dinero",
        "again": f"{root(where)}/seguimiento/{year}/{number}#cambio",
    }.get(node.kind, "")
