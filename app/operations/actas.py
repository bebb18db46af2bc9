"""The acta of the workshop: what was voted, how it was counted, and what people decided.

It is a paper of the town hall, so it is in Spanish whatever the reader's language. Who
decided on single sheets is not named: the reason is.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlmodel import col, select

from app.documents.acta import Acta, Part, Signer, Table
from app.errors import Conflict
from app.operations import (
    acta_words,
    agreed_lists,
    ballots,
    signing,
    vote_counts,
    voting_rules,
    votings,
    workshops,
)
from app.operations.voting_rules import Body
from app.planning.reasons import percent, soles
from app.records.places import Where
from app.records.proposals import Allocation
from app.records.voting import AgreedList, BallotSheet, Voting, VotingRules, Workshop
from app.store.sessions import Reading


def of_voting(session: Reading, where: Where, voting: Voting) -> Acta:
    """The acta of a voting that has its result.

    Raises
    ------
    Conflict
        It has none yet, or nobody wrote when and where the workshop was.
    """
    votings.check_counted(voting)
    made, workshop = vote_counts.run_of(session, voting), workshops.told(session, voting)
    if made is None:
        raise Conflict("Falta contar: el acta lleva el resultado.", remedy="Cuente primero.")
    if workshop is None:
        raise Conflict(
            "Falta escribir cuándo y dónde fue el taller.", remedy="Llene los datos del acta."
        )
    rules = votings.rules_of(session, voting)
    body = voting_rules.body_of(rules)
    return Acta(
        over=f"Municipalidad Distrital de {where.name}",
        title=f"Acta del taller de priorización del presupuesto participativo {made.fiscal_year}",
        facts=_facts(voting, made, workshop),
        parts=tuple(
            part
            for part in (
                _rules(rules, body, voting),
                _ballots(session, voting, made),
                _result(made),
                _lots(made),
                _agreed(made, agreed_lists.newest(session, made)),
                _unserved(made, voting) if body.unserved_in_acta else None,
                _repeat(made),
                _notes(workshop),
            )
            if part is not None
        ),
        signatures=_signers(session, where, made, workshop),
        foot=f"Huella de los datos y las reglas (SHA-256): {made.digest}",
        roll=signing.roll(session, where, made.fiscal_year),
    )


def _signers(
    session: Reading, where: Where, made: Allocation, workshop: Workshop
) -> tuple[Signer, ...]:
    """Those whom people wrote down, else those who had a seat on the day of the workshop."""
    if workshop.body["signers"]:
        return tuple(map(signing.read, workshop.body["signers"]))
    return signing.of_workshop(session, where, made.fiscal_year, workshop.held_on)


def long_day(day: date) -> str:
    """A day as an acta says it."""
    return f"{day.day} de {acta_words.MONTHS[day.month - 1]} de {day.year}"


def _facts(voting: Voting, made: Allocation, workshop: Workshop) -> tuple[tuple[str, str], ...]:
    body = workshop.body
    hours = f", de {body['began']} a {body['ended']}" if body["began"] and body["ended"] else ""
    pairs = [
        ("Fecha", long_day(workshop.held_on) + hours),
        ("Lugar", workshop.venue),
        ("Año fiscal", str(made.fiscal_year)),
        ("Presupuesto por repartir", soles(made.cents)),
        ("De dónde salen los votos", acta_words.MODES[voting.mode]),
    ]
    if body["present"] is not None:
        pairs.insert(2, ("Agentes participantes presentes", str(body["present"])))
    return tuple(pairs)


def _rules(rules: VotingRules, body: Body, voting: Voting) -> Part:
    on = f", del {long_day(rules.ordinance_on)}" if rules.ordinance_on else ""
    article = f", artículo {rules.article}" if rules.article else ""
    marked = acta_words.KINDS[body.kind].format(least=body.least, most=body.most, total=body.total)
    sentences = [
        f"Según {rules.ordinance}{on}{article} (versión {rules.version} de las reglas).",
        f"Cédula: {marked}.",
        f"Regla: {acta_words.RULES[body.rule]}.",
    ]
    if body.rule in ("mes-add1", "mes-add1u"):
        sentences.append(f"Paso con que suben las partes: {_step(body)}.")
    links = body.ties if "lot" in body.ties else (*body.ties, "lot")
    sentences.append(
        f"Empates, en este orden: {', '.join(acta_words.TIES[link] for link in links)}."
    )
    if body.least_votes:
        sentences.append(f"Mínimo para entrar: {body.least_votes} votos.")
    for one, other in body.incompatible:
        sentences.append(f"No pueden entrar juntas la {one} y la {other}.")
    for word, lines in (("Tope", body.caps), ("Piso", body.floors)):
        sentences += [f"{word} de «{name}»: {soles(cents)}." for _, name, cents in lines]
    if body.endowments:
        sentences.append(
            "Cada comunidad que votó tiene un fondo según su población, con peso"
            f" {body.poverty_weight} a la pobreza, y lo comparten por igual sus cédulas."
        )
    if voting.mode == "totals":
        sentences.append(
            "Se contó por totales: no se sabe qué marcó junta cada persona, así que solo vale una"
            " regla que baja por la lista de votos."
        )
    return Part("Reglas", tuple(sentences))


def _step(body: Body) -> str:
    above, _, below = body.step.partition("/")
    value = float(above) / float(below or 1)
    if body.step_in_money:
        return f"{soles(round(value))} por cédula"
    return f"{percent(value)} de una parte igual"


def _ballots(session: Reading, voting: Voting, made: Allocation) -> Part:
    sheets: Mapping[str, int] = (made.detail or {})["sheets"]
    decided = session.exec(
        select(BallotSheet)
        .where(BallotSheet.voting_id == voting.id, col(BallotSheet.decided_at).is_not(None))
        .order_by(col(BallotSheet.number))
    ).all()
    back = sheets["accepted"] + sheets["void"]
    read = [_why(session, sheet) for sheet in decided]
    rows = [
        ("Impresas con código", str(sheets["printed"])),
        ("Repartidas", "no se anotó" if voting.given is None else str(voting.given)),
        ("Que volvieron y se digitaron", str(back)),
        ("Leídas distinto por las dos personas", str(read.count("differs"))),
        ("Que no se podían leer", str(read.count("unreadable"))),
        ("Que decían algo que la regla no admite", str(read.count("impossible"))),
        ("Nulas", str(sheets["void"])),
        ("Que cuentan", str(sheets["accepted"])),
    ]
    if voting.mode not in ("paper", "totals"):
        rows = [("Votos que cuentan", str(sheets["accepted"]))]
    listed = tuple(
        f"Hoja n.º {sheet.number}: {'nula' if sheet.state == 'void' else 'cuenta'}. {sheet.reason}"
        for sheet in decided
    )
    return Part(
        "Cédulas",
        table=Table(("Cédulas", "Número"), tuple(rows), (4, 1), (1,)),
        notes=(
            "Dos personas digitaron cada cédula sin verse. Las que leyeron distinto, y las que no"
            " se podían leer o aceptar, se decidieron así:",
            *listed,
        )
        if listed
        else (),
    )


def _why(session: Reading, sheet: BallotSheet) -> str:
    """Why a sheet had to be decided: differs, unreadable or impossible."""
    typings = ballots.typings_of(session, sheet)
    if any(typing.unreadable for typing in typings):
        return "unreadable"
    said = {(str(typing.marks), typing.community) for typing in typings}
    return "differs" if len(said) > 1 else "impossible"


def _result(made: Allocation) -> Part:
    funded = [each for each in made.outcomes if each["funded"]]
    order = {each["code"]: at for at, each in enumerate((made.detail or {})["rounds"])}
    rest = [each for each in made.outcomes if not each["funded"]]
    left = (made.detail or {})["left_cents"]
    rows = [
        (
            each["code"],
            each["title"],
            ", ".join(each["communities"]),
            str(each["support"]),
            soles(each["cost_cents"]),
            each["sentence"],
        )
        for each in (*sorted(funded, key=lambda each: order.get(each["code"], 0)), *rest)
    ]
    spent = sum(each["cost_cents"] for each in funded)
    return Part(
        "Resultado",
        (
            f"Entran {len(funded)} de {len(made.outcomes)} propuestas, por {soles(spent)}. Quedan"
            f" {soles(left)}.",
        ),
        Table(
            ("N.º", "Propuesta", "Comunidades", "Apoyo", "Costo", "Qué pasó"),
            tuple(rows),
            (2, 8, 5, 3, 5, 9),
            (0, 3, 4),
        ),
    )


def _lots(made: Allocation) -> Part | None:
    lots: Sequence[Mapping[str, Any]] = (made.detail or {})["lots"]
    if not lots:
        return None
    sentences = [
        "En estos empates decidió el sorteo público, con la semilla "
        f"«{made.seed}». Va primero la de huella menor:"
    ]
    for each in lots:
        drawn = sorted(each["drawn"].items(), key=lambda pair: pair[1])
        sentences.append("; ".join(f"n.º {code}: {digits[:16]}…" for code, digits in drawn) + ".")
    return Part(
        "Empates y sorteo",
        tuple(sentences),
        notes=(
            "Para repetir el sorteo en cualquier computadora, con el número de la propuesta detrás"
            f" de la semilla: printf '%s' '{made.seed}NÚMERO' | sha256sum",
        ),
    )


def _agreed(made: Allocation, found: AgreedList | None) -> Part | None:
    if found is None:
        return None
    titles = {each["code"]: each["title"] for each in made.outcomes}
    if not found.changes:
        return Part("Acuerdo", ("El taller acuerda la lista tal como salió de la cuenta.",))
    rows = tuple(
        (
            each["code"],
            titles[each["code"]],
            "entra" if each["funded"] else "sale",
            each["reason"],
        )
        for each in found.changes
    )
    return Part(
        "Acuerdo",
        (
            "El taller acuerda una lista distinta de la cuenta, por estas razones. La cuenta queda"
            " escrita arriba como salió.",
            "Lista acordada: " + ", ".join(f"n.º {code}" for code in found.funded) + ".",
        ),
        Table(("N.º", "Propuesta", "Cambio", "Razón"), rows, (2, 8, 3, 10), (0,)),
    )


def _unserved(made: Allocation, voting: Voting) -> Part:
    groups = (made.detail or {})["compared"][0]["unserved"]
    names = {each["code"]: each["name"] for each in voting.communities}
    titles = {each["code"]: each["title"] for each in made.outcomes}
    if not groups:
        return Part(
            "Grupos sin atender",
            (
                "Se revisó si algún grupo que podía pagar con su parte una propuesta quedó sin"
                " nada: no hay ninguno.",
            ),
            notes=("Prueba usada: EJR+ hasta una propuesta, utilidad igual al costo.",),
        )
    sentences = []
    for each in groups:
        where = ", ".join(names.get(code, code) for code in each["communities"])
        sentences.append(
            f"{each['ballots']} cédulas{' de ' + where if where else ''} podían pagar con su parte"
            f" la n.º {each['code']} ({titles[each['code']]}) y a ninguna se le asignó más de"
            f" {soles(each['got_cents'])} de lo que marcó."
        )
    return Part("Grupos sin atender", tuple(sentences))


def _repeat(made: Allocation) -> Part:
    return Part(
        "Cómo repetir la cuenta",
        ("Con los mismos votos, reglas y semilla sale la misma lista en cualquier computadora.",),
        notes=(f"Semilla: {made.seed}. Huella (SHA-256): {made.digest}.",),
    )


def _notes(workshop: Workshop) -> Part | None:
    lines = [line.strip() for line in workshop.body["notes"].splitlines() if line.strip()]
    return Part("Observaciones", tuple(lines)) if lines else None
