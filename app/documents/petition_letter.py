"""The letter with which a town hall puts a request before somebody else, as DOCX."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.documents.letters import Letter

MONTHS = (
    *("enero", "febrero", "marzo", "abril", "mayo", "junio"),
    *("julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What one community asks: its name, the action, and whom it reaches."""

    community: str
    action: str
    people: str


@dataclass(frozen=True, slots=True)
class Words:
    """What the letter says; the rest is fixed."""

    municipality: str
    place: str
    day: date
    code: str
    addressee: str
    title: str
    evidence: str


def docx(words: Words, asked: Sequence[Asked]) -> bytes:
    """The letter, with the acta's requests in a table and room for a signature."""
    letter = Letter(f"Carta {words.code}", words.municipality)
    day = f"{words.day.day} de {MONTHS[words.day.month - 1]} de {words.day.year}"
    letter.text(f"{words.place}, {day}")
    letter.text(f"CARTA N.º ______ - Gestión {words.code}")
    letter.text(f"Señores:\n{words.addressee}")
    letter.text(f"Asunto: {words.title}")
    letter.text(
        "De nuestra consideración: las comunidades que se nombran acordaron en asamblea lo que"
        " sigue. Como no corresponde al presupuesto participativo de esta municipalidad, lo"
        " ponemos ante ustedes y pedimos respuesta escrita."
    )
    letter.table(
        ("Comunidad", "Pedido", "A quiénes alcanza"),
        (28, 50, 22),
        [(each.community, each.action, each.people) for each in asked],
    )
    if words.evidence:
        letter.text(words.evidence)
    letter.text("Adjuntamos copia de las actas de asamblea. Atentamente,")
    letter.signatures(("Alcaldesa o alcalde", "Planeamiento y presupuesto"))
    return letter.bytes()
