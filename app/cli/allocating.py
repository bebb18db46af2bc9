"""``sismuni allocate``: an election of a ``.pb`` file shared out by a rule.

With ``--json`` one object, money in céntimos::

    {"file", "rule", "utility", "budget", "spent", "left", "level", "asked", "digest",
     "funded": [code],
     "rounds": [{"code", "cost", "left", "step", "payers", "effective_votes"}],
     "verdicts": [{"code", "name", "funded", "reason", "sentence"}],
     "unserved": [{"code", "ballots", "held", "got"}]}

``--min-votes`` asks for support as the ballots give it: votes, points or points of ranks. What
the file itself asks for is in ``asked`` and only applied on demand.
"""

import argparse
from fractions import Fraction
from typing import Any

from app.cli.entry import DONE
from app.cli.speaking import answer
from app.errors import Invalid, Malformed, Unknown
from app.planning.allocation import fairness, pabulib, rules
from app.planning.allocation.limits import Limits
from app.planning.allocation.outcomes import Outcome
from app.planning.allocation.rules import Wording
from app.planning.reasons import soles
from app.settings import Settings


def allocate(asked: argparse.Namespace, _: Settings) -> int:
    """``sismuni allocate``."""
    given = _read(asked)
    wording = _wording(asked, given)
    outcome = rules.allocate(given.election, wording)
    content = _content(asked, given, wording, outcome)
    answer(content, "\n".join(_in_words(content)), as_json=asked.json)
    return DONE


def _read(asked: argparse.Namespace) -> pabulib.File:
    if not asked.file.is_file():
        raise Unknown("No existe el archivo {file}.", file=asked.file)
    try:
        return pabulib.read(asked.file.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise Malformed(
            "El archivo {file} no está en UTF-8.",
            remedy="Guárdelo como texto UTF-8 y repita la orden.",
            file=asked.file,
        ) from error


def _wording(asked: argparse.Namespace, given: pabulib.File) -> Wording:
    step, in_money = _step(asked.step)
    return Wording(
        asked.rule,
        asked.utility,
        step,
        in_money,
        asked.stop_when_exhausted,
        tuple(asked.ties.split(",")),
        asked.seed,
        Limits(least_score=asked.min_votes or 0),
    )


def _step(text: str) -> tuple[Fraction, bool]:
    """A share of an equal part for ``1%``; céntimos for a number of the currency."""
    try:
        share = text.endswith("%")
        number = Fraction(text.removesuffix("%").strip())
    except (ValueError, ZeroDivisionError) as error:
        raise Invalid(
            "«{step}» no es un paso.",
            remedy="Escriba un monto (1) o un porcentaje (1%).",
            step=text,
        ) from error
    return (number / 100, False) if share else (number * 100, True)


def _content(
    asked: argparse.Namespace, given: pabulib.File, wording: Wording, outcome: Outcome
) -> dict[str, Any]:
    names = {row["project_id"]: row.get("name", "") for row in given.projects.rows}
    return {
        "file": asked.file.name,
        "rule": outcome.rule,
        "utility": rules.utility_of(given.election, wording),
        "budget": outcome.budget,
        "spent": outcome.spent,
        "left": outcome.left,
        "level": outcome.level,
        "asked": given.least_score if asked.min_votes is None else 0,
        "digest": rules.digest(given.election, wording),
        "funded": list(outcome.funded),
        "rounds": [
            {
                "code": each.code,
                "cost": each.cost,
                "left": each.left,
                "step": each.step,
                "payers": each.payers,
                "effective_votes": float(each.effective_votes),
            }
            for each in outcome.rounds
        ],
        "verdicts": [
            {
                "code": each.code,
                "name": names[each.code],
                "funded": each.funded,
                "reason": each.reason.code,
                "sentence": each.reason.sentence,
            }
            for each in outcome.verdicts
        ],
        "unserved": [
            {"code": each.code, "ballots": each.ballots, "held": float(each.held), "got": each.got}
            for each in fairness.unserved(given.election, outcome)
        ],
    }


def _in_words(content: dict[str, Any]) -> list[str]:
    order = {code: place for place, code in enumerate(content["funded"])}
    lines = [
        f"Regla {content['rule']}: de {soles(content['budget'])} se asignan"
        f" {soles(content['spent'])} y quedan {soles(content['left'])}."
    ]
    if content["level"]:
        lines.append(f"Las partes subieron {content['level']} pasos.")
    for each in sorted(content["verdicts"], key=lambda v: order.get(v["code"], len(order))):
        mark = f"{order[each['code']] + 1:>3}." if each["funded"] else "   ·"
        lines.append(f"{mark} {each['code']} {each['name']}: {each['sentence']}")
    for each in content["unserved"]:
        lines.append(
            f"Grupo sin atender: {each['ballots']} cédulas podían pagar «{each['code']}» y a"
            f" ninguna se le asignó más de {soles(each['got'])}."
        )
    if content["asked"]:
        lines.append(
            f"El archivo pide al menos {content['asked']} de apoyo y aquí no se exigió:"
            f" use --min-votes {content['asked']}."
        )
    return [*lines, f"Huella de lo que entró: {content['digest']}"]
