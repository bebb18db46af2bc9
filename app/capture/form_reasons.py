"""What pyxform and ODK Validate object to, said again in plain Spanish with what to do.

Their own sentence stays beside ours: whoever knows XLSForm finds it in the documentation of
the others, and no translation hides what was really said.

References
----------
pyxform 4.5, ``errors.py`` and ``xls2json.py``: its sentences, "[row : N] On the 'x' sheet".
"""

import re
from dataclasses import dataclass

ROW = re.compile(r"\[row : (\d+)\]")
SHEET = re.compile(r"(?:On the|for sheet:?) '(\w+)'(?: sheet)?")
COLUMN = re.compile(r"the '([\w:-]+)' value")
MOST_ORIGINAL = 1_000


@dataclass(frozen=True, slots=True)
class Reason:
    """One objection: where it stands in the workbook, what is wrong, what to do."""

    sheet: str
    row: int | None
    column: str
    message: str
    remedy: str
    original: str


# What a sentence holds, what is wrong, what to do. The first that fits is said.
SAID: tuple[tuple[str, str, str], ...] = (
    (r"reserved for form metadata", "El nombre «meta» está reservado para el propio formulario.",
     "Ponga otro nombre a ese grupo o pregunta."),
    (r"Choice names must be unique", "En una misma lista hay dos opciones con el mismo nombre.",
     "Cambie uno de los dos nombres. Si la repetición es a propósito, ponga «yes» en la columna "
     "allow_choice_duplicates de la hoja settings."),
    (r"must be unique within|Repeat names must", "Dos preguntas o grupos llevan el mismo nombre.",
     "Ponga un nombre distinto a cada pregunta, grupo y repetición."),
    (r"Names must begin with", "Ese nombre lleva signos que no valen.",
     "Empiece con una letra y use solo letras sin tilde, números y guion bajo."),
    (r"must not begin with two underscores|must not contain a period|must not be 'name' or",
     "Ese nombre no vale en esta hoja.", "Use letras, números y guion bajo."),
    (r"Choices must have a name", "Una opción no tiene nombre.", "Llene la columna name."),
    (r"Choices should have a label", "Una opción no tiene texto para mostrar.",
     "Llene la columna label."),
    (r"Question or group with no name", "Una pregunta o un grupo no tiene nombre.",
     "Llene la columna name de esa fila."),
    (r"Question with no type", "Una fila no dice qué tipo de pregunta es.",
     "Llene la columna type de esa fila, o borre la fila."),
    (r"(?:find the name|no survey element named) '(?P<what>[^']+)'",
     "Se usa «{what}» y no hay ninguna pregunta con ese nombre.",
     "Corrija el nombre dentro de ${{…}}, o agregue la pregunta."),
    (r"Reference variables names must be unique",
     "Se usa el nombre de una pregunta que está dos veces.",
     "Ponga un nombre distinto a cada una."),
    (r"Reference variables must start|Reference variable lists",
     "Una referencia a otra pregunta está mal escrita.",
     "Escríbala así: ${{nombre_de_la_pregunta}}."),
    (r"List name not in (?:external )?choices sheet:? *(?P<what>\S*)",
     "La lista «{what}» no está en la hoja choices.",
     "Agregue sus opciones en la hoja choices o corrija el nombre de la lista."),
    (r"Choice names with spaces",
     "Una opción de una pregunta de varias respuestas lleva espacios en su nombre.",
     "Cambie los espacios por guion bajo."),
    (r"There should be a choices sheet", "El formulario ofrece opciones y no tiene hoja choices.",
     "Agregue la hoja choices con las columnas list_name, name y label."),
    (r"element named '(?P<what>[^']*)' has no label", "La pregunta «{what}» no tiene texto.",
     "Llene su columna label."),
    (r"must have a sheet named 'survey'", "Falta la hoja survey, que lleva las preguntas.",
     "Nombre así la hoja de las preguntas, en minúsculas."),
    (r"Missing calculation", "Un cálculo no dice qué calcula.", "Llene la columna calculation."),
    (r"Unmatched 'begin_",
     "Un grupo o una repetición se abre y no se cierra.",
     "Agregue la fila end group o end repeat que falta."),
    (r"Unmatched 'end_",
     "Hay un end group o end repeat que no cierra nada.",
     "Borre esa fila o agregue su begin."),
    (r"Unknown question type '?(?P<what>[^'\"]+?)'?\.",
     "No existe el tipo de pregunta «{what}».", "Revise la columna type: puede ser una errata."),
    (r"missing header row|required column headers", "A la hoja le faltan sus encabezados.",
     "La primera fila lleva los nombres de las columnas: type, name, label."),
    (r"different names for the same column", "Dos encabezados son la misma columna.",
     "Deje uno solo."),
    (r"Column headers must not be empty", "Un encabezado está vacío o lleva espacios.",
     "Corrija los encabezados de la hoja choices."),
    (r"Language '(?P<what>[^']*)' is missing", "Al idioma «{what}» le faltan textos.",
     "Complete sus columnas, o esas preguntas se verán sin texto en ese idioma."),
    (r"valid machine-readable codes", "Un idioma no lleva su código.",
     "Escríbalo así en los encabezados: label::Español (es)."),
    (r"max-pixels", "Las fotos viajarán en su tamaño entero.",
     "Ponga max-pixels=1024 en la columna parameters: se envían más rápido."),
    (r"Invalid value for 'quality'|parameters' value is invalid|Parameter",
     "Un valor de la columna parameters no vale.", "Corríjalo como dice la guía de XLSForm."),
    (r"save_to|entit(?:y|ies)", "La parte de entidades del formulario no vale.",
     "SISMUNI no usa entidades: borre la hoja entities y la columna save_to."),
    (r"case-insensitive match", "Dos nombres se distinguen solo por mayúsculas.",
     "Ponga nombres que se distingan también en minúsculas."),
    (r"XPath evaluation: cannot handle function '?(?P<what>[\w:-]+)",
     "Una expresión usa la función «{what}», que no existe.", "Revise cómo se llama la función."),
    (r"Invalid XPath expression|XPathSyntax|parse error|Bad node|unsupported expression|"
     r"is not a valid XPath|Couldn't parse|Problem with (?:bind|constraint|calculation)",
     "Una expresión (relevant, constraint o calculation) está mal escrita.",
     "Revise paréntesis, comillas y nombres de esa expresión."),
    (r"[Cc]ycle|[Dd]ependency", "Dos preguntas dependen una de la otra en círculo.",
     "Quite una de las dos dependencias."),
)  # fmt: skip
OTHER = "El formulario no se puede convertir.", "Vea abajo lo que dijo el convertidor."


def explained(original: str) -> Reason:
    """One sentence of a converter in our words; in general words where we do not know it."""
    row, sheet, column = (pattern.search(original) for pattern in (ROW, SHEET, COLUMN))
    message, remedy = _words(original)
    return Reason(
        sheet=sheet[1] if sheet else ("survey" if row else ""),
        row=int(row[1]) if row else None,
        column=column[1] if column else "",
        message=message,
        remedy=remedy,
        original=original.strip()[:MOST_ORIGINAL],
    )


def _words(original: str) -> tuple[str, str]:
    for pattern, message, remedy in SAID:
        found = re.search(pattern, original, re.DOTALL)
        if found and message:
            what = (found.groupdict().get("what") or "").strip()
            return message.format(what=what), remedy.format(what=what)
    return OTHER
