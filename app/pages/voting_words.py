"""What votings are called on the pages: states, kinds of ballot, rules, faults, ties."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.operations.voting_rules import Body
from app.pages import look
from app.pages.language import N_
from app.pages.wording import Words
from app.records.voting import Voting

STATES = {
    "preparing": (N_("en preparación"), "calm"),
    "open": (N_("abierta"), "warn"),
    "closed": (N_("cerrada, sin asignar"), "calm"),
    "allocated": (N_("con resultado"), "good"),
    "annulled": (N_("anulada"), "shut"),
}
MODES = {
    "paper": N_("Cédulas de papel, digitadas una por una"),
    "totals": N_("Asamblea: hoja de conteo con totales"),
    "plans": N_("El orden de los planes comunales"),
    "merit": N_("Puntaje de la evaluación técnica"),
    "file": N_("Archivo .pb"),
}
KINDS = {
    "approval": N_("marcar varias propuestas"),
    "points": N_("repartir puntos"),
    "order": N_("poner en orden"),
}
RULES = {
    "greedy": N_("Votos, y lo que no cabe se pasa"),
    "greedy-stop": N_("Votos, hasta la primera que no cabe"),
    "mes": N_("Partes iguales"),
    "mes-add1": N_("Partes iguales que suben (Add1)"),
    "mes-add1u": N_("Partes iguales que suben, y el resto por votos (Add1U)"),
    "mes-epsilon": N_("Partes iguales, y el resto con ayuda de todos"),
    "phragmen": N_("Phragmén: paga primero el grupo que junta primero"),
    "max-welfare": N_("El conjunto con más utilidad"),
}
ABOUT = {
    "greedy": N_(
        "Se baja de la más votada a la menos votada. Lo que no cabe se pasa y se prueba la "
        "siguiente, hasta el final."
    ),
    "greedy-stop": N_(
        "Se baja de la más votada a la menos votada y la cuenta termina en la primera que no cabe."
    ),
    "mes": N_(
        "Cada cédula tiene la misma parte del dinero y paga con ella lo que marcó. Entra primero "
        "la que menos pide a cada quien. Puede sobrar dinero que nadie puede juntar."
    ),
    "mes-add1": N_(
        "Como partes iguales; las partes suben paso a paso mientras lo elegido alcance para "
        "pagarse con el presupuesto."
    ),
    "mes-add1u": N_(
        "Como partes iguales que suben; lo que al final sobra baja por la lista de votos."
    ),
    "mes-epsilon": N_("Como partes iguales; lo que sobra lo completan todos, también sin marca."),
    "phragmen": N_(
        "A cada cédula le llega dinero a la misma velocidad; un grupo compra lo que marcó apenas "
        "junta lo que cuesta."
    ),
    "max-welfare": N_(
        "De todos los conjuntos que caben, el que suma más. Con más dinero puede dejar fuera lo "
        "que antes entraba."
    ),
}
UTILITIES = {
    "": N_("según la cédula"),
    "cost": N_("lo que cuesta"),
    "cardinality": N_("cada propuesta vale igual"),
    "points": N_("los puntos"),
}
TIES = {
    "support": N_("más apoyo"),
    "votes": N_("más cédulas que la marcan"),
    "cost": N_("la que cuesta menos"),
    "people": N_("la que beneficia a más personas"),
    "id": N_("el número menor"),
    "lot": N_("sorteo público"),
}
FAULTS = {
    "unknown": N_("Marca un número que no está en la cédula."),
    "too_many": N_("Marca más propuestas de las que se puede."),
    "too_few": N_("Marca menos propuestas de las que se pide."),
    "points": N_("Sus puntos no suman lo que reparte cada cédula."),
    "community": N_("No dice de qué comunidad es."),
    "unreadable": N_("No se puede leer."),
}
STEPS = {
    "floor": N_("por el piso de su grupo"),
    "rule": N_("por la regla"),
    "completion": N_("con lo que sobraba"),
}


def choices(words: Words, table: Mapping[str, str], only: Iterable[str] = ()) -> list[Any]:
    """Codes with their words, to choose from."""
    wanted = set(only) or set(table)
    return [(code, words.say(text)) for code, text in table.items() if code in wanted]


def rule(words: Words, code: str) -> str:
    """A rule by its name."""
    return words.say(RULES.get(code, code))


def how(words: Words, body: Body) -> str:
    """What a ballot asks for, big: ``Marque hasta 5``."""
    if body.kind == "points":
        return words.say(N_("Reparta {total} puntos"), total=body.total)
    if body.kind == "order":
        return words.say(N_("Ponga en orden hasta {most}"), most=body.most)
    return words.say(N_("Marque hasta {most}"), most=body.most)


def how_more(words: Words, body: Body) -> str:
    """The rest of what a ballot asks for, small."""
    least = words.say(N_("Al menos {least}."), least=body.least) if body.least else ""
    if body.kind == "points":
        asked = words.say(
            N_("Escriba los puntos en los cuadros, entre {most} propuestas como máximo."),
            most=body.most,
        )
    elif body.kind == "order":
        asked = words.say(N_("Escriba 1 en la primera, 2 en la segunda, y así."))
    else:
        asked = words.say(N_("Una equis en el cuadro."))
    return f"{asked} {least}".strip()


def facts(words: Words, body: Body) -> list[tuple[str, str]]:
    """The rules as pairs of a name and words."""
    pairs = [
        (words.say(N_("Cédula")), f"{how(words, body)}. {how_more(words, body)}"),
        (words.say(N_("Regla")), f"{rule(words, body.rule)}. {words.say(ABOUT[body.rule])}"),
    ]
    if body.rule.startswith(("mes", "max")):
        pairs.append((words.say(N_("Qué vale una propuesta")), words.say(UTILITIES[body.utility])))
    if body.rule in ("mes-add1", "mes-add1u"):
        pairs.append((words.say(N_("Paso")), step(words, body)))
    pairs.append(
        (
            words.say(N_("Empates")),
            ", ".join(words.say(TIES[link]) for link in (*body.ties, "lot") if link in TIES)
            if "lot" not in body.ties
            else ", ".join(words.say(TIES[link]) for link in body.ties),
        )
    )
    return pairs + _limits(words, body)


def step(words: Words, body: Body) -> str:
    """How the shares go up."""
    number, _, below = body.step.partition("/")
    value = float(number) / float(below or 1)
    if body.step_in_money:
        said = words.say(N_("{money} por cédula"), money=look.soles(round(value * 100), words.lang))
    else:
        said = words.say(N_("{share} de una parte igual"), share=look.share(value, words.lang, 2))
    if body.exhausted:
        said += words.say(N_(", hasta que nada más quepa"))
    return said


def _limits(words: Words, body: Body) -> list[tuple[str, str]]:
    pairs = []
    if body.least_votes:
        pairs.append((words.say(N_("Mínimo de votos")), look.num(body.least_votes, words.lang)))
    if body.incompatible:
        said = ", ".join(f"{one} – {other}" for one, other in body.incompatible)
        pairs.append((words.say(N_("No pueden entrar juntas")), said))
    for name, lines in ((N_("Topes"), body.caps), (N_("Pisos"), body.floors)):
        if lines:
            said = ", ".join(
                f"{group}: {look.soles(cents, words.lang, 0)}" for _, group, cents in lines
            )
            pairs.append((words.say(name), said))
    if body.endowments:
        said = words.say(
            N_("según su población, con peso {weight} a la pobreza; entre las que votan"),
            weight=body.poverty_weight,
        )
        pairs.append((words.say(N_("Fondo de cada comunidad")), said))
    if body.seed:
        pairs.append((words.say(N_("Semilla del sorteo")), body.seed))
    return pairs


def state(words: Words, voting: Voting) -> tuple[str, str]:
    """A state with its look."""
    text, kind = STATES[voting.state]
    return words.say(text), kind


def marks(found: Sequence[Any], kind: str, *, totals: bool = False) -> str:
    """Marks as they are typed: ``3 7 12`` or ``3=5 7=5``."""
    if kind == "points" or totals:
        return " ".join(f"{code}={points}" for code, points in found)
    return " ".join(str(code) for code, _ in found)


def named(voting: Voting, found: Sequence[Any], kind: str) -> list[str]:
    """Marks with the names of what they mark; an unknown number alone."""
    titles = {each["code"]: each["title"] for each in voting.options}
    lines = []
    for at, (code, points) in enumerate(found, 1):
        before = f"{at}. " if kind == "order" else ""
        after = f" ({points})" if points != 1 else ""
        lines.append(f"{before}{code} {titles.get(str(code), '?')}{after}")
    return lines
