"""An instrument as an XLSForm: the three sheets that pyxform, Collect and people read.

Made from the definition, never typed. What XLSForm cannot say is said otherwise:

- a soft rule asks for its reason, in a question ``why_CODE`` that shows only when it fails;
- a rule on a repeat or on a worked-out value is a sentence that blocks (``block_CODE``);
- a place that may be a point, a line or an area asks which first, in ``CODE_kind``;
- what the registers offer comes in CSV files beside the form, filtered by community;
- a language that speakers confirmed has its own columns, with sounds and pictures.

References
----------
XLSForm.org, reference; ODK documentation, "Form logic" and "Select from file".
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from app.capture import xls_expressions as xpath
from app.capture.fields import Choice, Field, Instrument, Section, Text
from app.capture.packs import EMPTY, Pack

Row = dict[str, str]
GENERATION = 1
"""Of this maker: a form made otherwise from the same instrument is another version of it."""
FORM_PREFIX = "sismuni_"
COMMUNITY = "sismuni_community"
LANGUAGES = {"es": "Español (es)", "en": "English (en)"}
KIND_WORDS = {
    "point": Text("Un punto", "A point"),
    "line": Text("Una línea", "A line"),
    "polygon": Text("Un área", "An area"),
}
SHAPES = {"point": "geopoint", "line": "geotrace", "polygon": "geoshape"}
PLAIN_TYPES = {
    "text": "text",
    "integer": "integer",
    "decimal": "decimal",
    "date": "date",
    "photo": "image",
    "file": "file",
    "note": "note",
}
PREFILLED = frozenset({"text", "integer", "decimal", "date", "select_one", "yes_no_unknown"})
_SAID = "normalize-space(.) != ''"
_WHERE = Text("¿De qué comunidad es esta ficha?", "Which community is this form about?")
_WHY = Text("Cuente por qué", "Say why")
_KIND = Text("¿Cómo lo marcará en el mapa?", "How will you mark it on the map?")
_TOO_FEW = Text("Faltan filas: van al menos {n}.", "Rows are missing: at least {n}.")
_TOO_MANY = Text("Hay más de {n} filas. Use otra ficha.", "There are over {n} rows. Use another.")
_LATE = Text("La fecha todavía no llega.", "The date has not come yet.")
_LONG = Text("Son más de {n} letras.", "It is over {n} letters.")
_SPACES = Text("No bastan espacios.", "Spaces are no answer.")
_REPEATED = Text("Esto ya está en otra fila.", "This is already in another row.")


@dataclass
class Workbook:
    """The rows of the three sheets, in the order in which they are asked."""

    survey: list[Row] = field(default_factory=list)
    choices: list[Row] = field(default_factory=list)
    settings: Row = field(default_factory=dict)
    files: set[str] = field(default_factory=set)
    """Names, without ``.csv``, of the files that go beside the form."""


def form_id(instrument: Instrument) -> str:
    """How Collect and the server name the form."""
    return FORM_PREFIX + instrument.code


def form_version(instrument: Instrument, pack: Pack = EMPTY) -> str:
    """Version of the form: that of the instrument, of this maker and of the languages."""
    return f"{instrument.version}.{GENERATION}" + (f".{pack.stamp}" if pack.stamp else "")


def workbook(instrument: Instrument, pack: Pack = EMPTY) -> Workbook:
    """The XLSForm of an instrument, narrowed by the caller to who will fill it."""
    maker = _Maker(instrument, pack)
    maker.survey()
    book = maker.book
    book.settings = {
        "form_title": instrument.title.es,
        "form_id": form_id(instrument),
        "version": form_version(instrument, pack),
        "default_language": LANGUAGES["es"],
        "instance_name": f"concat('{instrument.title.es}', ' · ', ${{{COMMUNITY}}})",
    }
    return book


def columns_of(instrument: Instrument, file: str) -> tuple[str, ...]:
    """The columns, beside the name, that a form looks up in one of its files."""
    return tuple(sorted(xpath.columns(workbook(instrument).survey, file)))


def _joined(texts: Sequence[Text]) -> Text | None:
    if not texts:
        return None
    return Text(" ".join(t.es for t in texts), " ".join(t.en for t in texts))


def _numbered(text: Text, number: int) -> Text:
    return Text(text.es.format(n=number), text.en.format(n=number))


class _Maker:
    """Writes one workbook, remembering the lists of choices that it has."""

    def __init__(self, instrument: Instrument, pack: Pack) -> None:
        self.instrument = instrument
        self.pack = pack
        self.book = Workbook()
        self.lists: dict[tuple[Choice, ...], str] = {}

    def survey(self) -> None:
        self.add("select_one_from_file communities.csv", COMMUNITY, _WHERE, required="yes",
                 default=xpath.ONLY_COMMUNITY)  # fmt: skip
        self.book.files.add("communities")
        for section in self.instrument.sections:
            self.section(section)
        used = xpath.lookups(self.book.survey)
        asked = {name for row in self.book.survey for name in _file_of(row)}
        for name in sorted(used - asked):
            self.book.survey.insert(0, {"type": "csv-external", "name": name})
        self.book.files |= used | asked

    def words(self, column: str, text: Text | None, path: str = "", part: str = "label") -> Row:
        """A sentence in every language; in Spanish where the speakers gave nothing."""
        if text is None:
            return {}
        row = {f"{column}::{name}": text.of(code) for code, name in LANGUAGES.items()}
        for tongue in self.pack.tongues:
            row[f"{column}::{tongue.heading}"] = getattr(tongue.of(path), part) or text.es
        return row

    def media(self, path: str) -> Row:
        """The sounds and pictures of a line."""
        row = {}
        for tongue in self.pack.tongues:
            said = tongue.of(path)
            row[f"media::audio::{tongue.heading}"] = said.audio
            row[f"media::image::{tongue.heading}"] = said.picture
        return {column: name for column, name in row.items() if name}

    def add(self, kind: str, name: str, label: Text | None, **more: str) -> None:
        row = {"type": kind, "name": name, **self.words("label", label, name)}
        self.book.survey.append(row | {key: value for key, value in more.items() if value})

    def section(self, section: Section) -> None:
        relevant = self.said(section.relevant)
        self.add("begin_group", f"s_{section.code}", section.title, relevant=relevant)
        self.fields(section.fields)
        self.book.survey.append({"type": "end_group"})

    def fields(self, fields: tuple[Field, ...], keys: tuple[str, ...] = (), of: str = "") -> None:
        for each in fields:
            if each.type == "repeat":
                self.repeat(each)
            elif each.type == "calculated":
                self.calculated(each)
            elif each.type == "geometry" and len(each.kinds) > 1:
                self.any_place(each)
            else:
                self.question(each, keys, of)

    def said(self, expression: str) -> str:
        return xpath.said(expression, self.instrument.code)

    def question(self, asked: Field, keys: tuple[str, ...], of: str) -> None:
        hard = [*_limits(asked), *((r.constraint, r.message) for r in _hard(asked))]
        if asked.code in keys:
            hard.append((xpath.alone(of, keys, asked.code), self.key_words(of)))
        row = {
            "type": self.type_of(asked),
            "name": asked.code,
            **self.words("label", asked.label, asked.code),
            **self.words("hint", asked.hint, asked.code, "hint"),
            **self.media(asked.code),
            "required": "yes" if asked.required else "",
            "relevant": self.said(asked.relevant),
            "constraint": xpath.both([self.said(rule) for rule, _ in hard]),
            **self.words("constraint_message", _joined([words for _, words in hard])),
            "default": self.default(asked),
            "choice_filter": self.filter(asked),
        }
        self.book.survey.append({key: value for key, value in row.items() if value})
        self.reason(asked)

    def type_of(self, asked: Field) -> str:
        if asked.type == "geometry":
            return SHAPES[asked.kinds[0]]
        if asked.source and asked.source != "sectors":
            many = "select_multiple" if asked.type == "select_many" else "select_one"
            return f"{many}_from_file {asked.source}.csv"
        if asked.choices:
            many = "select_multiple" if asked.type == "select_many" else "select_one"
            return f"{many} {self.list_of(asked.choices, asked.code)}"
        return PLAIN_TYPES.get(asked.type, "text")

    def list_of(self, choices: tuple[Choice, ...], name: str) -> str:
        if choices not in self.lists:
            self.lists[choices] = f"l_{name}"
            self.book.choices += [self.choice(name, each) for each in choices]
        return self.lists[choices]

    def choice(self, name: str, choice: Choice) -> Row:
        path = f"{name}:{choice.code}"
        said = {**self.words("label", choice.label, path), **self.media(path)}
        return {"list_name": f"l_{name}", "name": choice.code, **said}

    def default(self, asked: Field) -> str:
        if not asked.prefill or asked.type not in PREFILLED or asked.source:
            return ""
        return xpath.previous(self.instrument.code, asked.code)

    def filter(self, asked: Field) -> str:
        local = asked.source in ("problems", "actions", "households")
        return f"community = ${{{COMMUNITY}}}" if local else ""

    def key_words(self, repeat: str) -> Text:
        return self.instrument.field(repeat).key_message or _REPEATED

    def reason(self, asked: Field) -> None:
        soft = [rule for rule in asked.rules if rule.severity == "soft"]
        if not soft:
            return
        fails = xpath.fails([self.said(rule.constraint) for rule in soft], asked.code)
        label = _joined([*(rule.message for rule in soft), _WHY])
        self.add("text", f"why_{asked.code}", label, relevant=fails, required="yes",
                 constraint=f"{_SAID} and string-length(.) <= 500")  # fmt: skip

    def block(self, name: str, label: Text | None, relevant: str) -> None:
        # A sentence that must be answered and cannot be: the form stays unfinished until mended.
        self.add("note", f"block_{name}", label, relevant=relevant, required="yes")

    def calculated(self, worked: Field) -> None:
        row = {"type": "calculate", "name": worked.code, "calculation": self.said(worked.calculate)}
        if worked.relevant:
            row["relevant"] = self.said(worked.relevant)
        self.book.survey.append(row)
        for index, rule in enumerate(_hard(worked)):
            fails = xpath.fails([self.said(rule.constraint)], worked.code)
            self.block(f"{worked.code}_{index}", rule.message, fails)
        self.reason(worked)

    def any_place(self, asked: Field) -> None:
        choices = tuple(Choice(kind, KIND_WORDS[kind]) for kind in asked.kinds)
        kind, relevant = f"{asked.code}_kind", self.said(asked.relevant)
        row = {"type": f"select_one {self.list_of(choices, kind)}", "name": kind}
        label = Text(f"{asked.label.es} {_KIND.es}", asked.label.en)
        row |= {**self.words("label", label, asked.code), **self.media(asked.code)}
        row |= {"required": "yes" if asked.required else "", "relevant": relevant}
        self.book.survey.append({key: value for key, value in row.items() if value})
        for each in asked.kinds:
            chosen = f"${{{kind}}} = '{each}'"
            self.add(SHAPES[each], f"{asked.code}_{each}", KIND_WORDS[each], relevant=chosen)
        parts = " , ".join(f"string(${{{asked.code}_{each}}})" for each in asked.kinds)
        whole = {"type": "calculate", "name": asked.code, "calculation": f"concat({parts})"}
        self.book.survey.append(whole)

    def repeat(self, rows: Field) -> None:
        self.add("begin_repeat", rows.code, rows.label, relevant=self.said(rows.relevant))
        if rows.hint:
            hint = self.words("label", rows.hint, rows.code, "hint")
            self.book.survey.append({"type": "note", "name": f"note_{rows.code}", **hint})
        self.fields(rows.fields, rows.key, rows.code)
        self.book.survey.append({"type": "end_repeat"})
        # Where the rows are not asked, nothing is wanting: the rule stands on their condition.
        asked = f"({self.said(rows.relevant)}) and " if rows.relevant else ""
        fewest = max(rows.minimum or 0, int(rows.required))
        if fewest:
            relevant = f"{asked}count(${{{rows.code}}}) < {fewest}"
            self.block(f"{rows.code}_few", _numbered(_TOO_FEW, fewest), relevant)
        if rows.maximum is not None:
            relevant = f"{asked}count(${{{rows.code}}}) > {rows.maximum}"
            self.block(f"{rows.code}_many", _numbered(_TOO_MANY, rows.maximum), relevant)
        for index, rule in enumerate(rows.rules):
            fails = f"{asked}not({self.said(rule.constraint)})"
            if rule.severity == "soft":
                self.add("text", f"why_{rows.code}", _joined([rule.message, _WHY]),
                         relevant=fails, required="yes", constraint=_SAID)  # fmt: skip
            else:
                self.block(f"{rows.code}_{index}", rule.message, fails)


def _hard(asked: Field) -> list[xpath.Rule]:
    return [rule for rule in asked.rules if rule.severity == "hard"]


def _limits(asked: Field) -> Iterator[tuple[str, Text]]:
    low, high = asked.minimum, asked.maximum
    if asked.type in ("integer", "decimal") and (low is not None or high is not None):
        bounds = [
            f". >= {low}" if low is not None else "",
            f". <= {high}" if high is not None else "",
        ]
        words = Text(f"Va un número desde {low or 0}.", f"A number from {low or 0}.")
        if high is not None:
            words = Text(
                f"Va un número entre {low or 0} y {high}.", f"A number from {low or 0} to {high}."
            )
        yield xpath.both([bound for bound in bounds if bound]), words
    if asked.not_future:
        yield ". <= today()", _LATE
    if asked.type == "text":
        if asked.required:  # to an engine, spaces are an answer
            yield _SAID, _SPACES
        yield f"string-length(.) <= {asked.max_length}", _numbered(_LONG, asked.max_length)


def _file_of(row: Row) -> Iterator[str]:
    kind, _, name = row.get("type", "").partition("_from_file ")
    if name and kind.startswith("select_"):
        yield name.removesuffix(".csv")
