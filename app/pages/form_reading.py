"""The forms of a page of ours, with their controls and where each stands in the text.

No tree is built and nothing is written out again: what is changed in a page is changed at
its place, and the rest stays to the letter, nonces and all. This reads the pages that our
own templates make, in which ``<`` stands raw in tags alone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import parse_qsl, unquote, urlencode, urljoin, urlsplit

PAGE = "pagina"  # the address of a form that was refused says so on which page it stood
TAG = re.compile(
    r"<!--.*?-->|<(?:script|style)\b.*?</(?:script|style)\s*>"
    r"|<(?P<end>/?)(?P<tag>form|details|table|template|input|textarea|select|option|button)\b"
    r"(?P<rest>(?:[^>\"']++|\"[^\"]*+\"|'[^']*+')*+)>",
    re.DOTALL | re.IGNORECASE,
)
FORM = re.compile(r"<form\b(?P<rest>(?:[^>\"']++|\"[^\"]*+\"|'[^']*+')*+)>", re.IGNORECASE)
ATTRIBUTE = re.compile(
    r"\s+(?P<name>[^\s\"'<>/=]+)"
    r"(?:\s*=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s\"'=<>`]+)))?"
)
Span = tuple[int, int]


@dataclass(slots=True)
class Tag:
    """A start tag: where it stands, and what its attributes say."""

    at: Span
    attributes: dict[str, str]


@dataclass(slots=True)
class Control(Tag):
    """Something of a form that has a name; a choice of a list has its own tags."""

    kind: str  # the type of an input, or textarea, select, button
    value: str
    inside: Span = (0, 0)  # what stands in a textarea
    options: list["Option"] = field(default_factory=list)
    folds: tuple[Tag, ...] = ()

    @property
    def name(self) -> str:
        return self.attributes.get("name", "")


@dataclass(slots=True)
class Option(Tag):
    """One choice of a list."""

    value: str


@dataclass(slots=True)
class Form(Tag):
    """A form that posts: what stands in it, and what it stands in."""

    until: int = 0
    controls: list[Control] = field(default_factory=list)
    templates: list[Span] = field(default_factory=list)  # of rows that may be added
    folds: tuple[Tag, ...] = ()
    in_table: bool = False

    def goes_to(self, page: str) -> set[str]:
        """Where it may post to, as paths that can be compared."""
        also = [c.attributes["formaction"] for c in self.controls if "formaction" in c.attributes]
        action = self.attributes.get("action", "") or page
        return {plain(urljoin(page, each)) for each in (action, *also)}


def plain(address: str) -> str:
    """Path and query of an address, one spelling for each, without the page it came from."""
    parts = urlsplit(address)
    asked = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != PAGE]
    return unquote(parts.path) + (f"?{urlencode(asked)}" if asked else "")


def attributes_of(rest: str) -> dict[str, str]:
    """What a start tag says, by the names of its attributes."""
    return {
        m["name"].lower(): unescape(m["double"] or m["single"] or m["bare"] or "")
        for m in ATTRIBUTE.finditer(rest)
    }


class Reader:
    """One walk over the tags of a page."""

    def __init__(self, html: str) -> None:
        self.html = html
        self.forms: list[Form] = []
        self.form: Form | None = None
        self.list: Control | None = None
        self.folds: list[Tag] = []
        self.tables = 0
        self.waiting: list[int] = []  # templates that are open

    def read(self) -> list[Form]:
        """Every form that posts, in the order of the page."""
        for found in TAG.finditer(self.html):
            tag = (found["tag"] or "").lower()
            if tag == "template":
                self._template(found)
            elif tag and not self.waiting:
                (self._closed if found["end"] else self._opened)(tag, found)
        return self.forms

    def _template(self, found: re.Match[str]) -> None:
        if not found["end"]:
            self.waiting.append(found.end())
        elif self.waiting:
            begun = self.waiting.pop()
            if not self.waiting and self.form is not None:
                self.form.templates.append((begun, found.start()))

    def _opened(self, tag: str, found: re.Match[str]) -> None:
        attributes = attributes_of(found["rest"])
        if tag == "details":
            self.folds.append(Tag(found.span(), attributes))
        elif tag == "table":
            self.tables += 1
        elif tag == "form":
            self.form = None
            if attributes.get("method", "").lower() == "post":
                self.form = Form(found.span(), attributes, len(self.html), folds=(*self.folds,))
                self.form.in_table = self.tables > 0
                self.forms.append(self.form)
        elif tag == "option" and self.list is not None:
            self.list.options.append(self._option(found, attributes))
        elif self.form is not None and tag != "option":
            self._control(self.form, tag, found, attributes)

    def _closed(self, tag: str, found: re.Match[str]) -> None:
        if tag == "details" and self.folds:
            self.folds.pop()
        elif tag == "table":
            self.tables -= 1
        elif tag == "select":
            self.list = None
        elif tag == "form" and self.form is not None:
            self.form.until, self.form = found.start(), None

    def _option(self, found: re.Match[str], attributes: dict[str, str]) -> Option:
        words = self.html[found.end() : self.html.find("<", found.end())]
        said = attributes.get("value")
        value = " ".join(unescape(words).split()) if said is None else said
        return Option(found.span(), attributes, value)

    def _control(
        self, form: Form, tag: str, found: re.Match[str], attributes: dict[str, str]
    ) -> None:
        kind = attributes.get("type", "text").lower() if tag == "input" else tag
        value = attributes.get("value", "on" if kind in ("checkbox", "radio") else "")
        made = Control(found.span(), attributes, kind, value, folds=(*self.folds,))
        if tag == "textarea":
            end = self.html.find("</textarea", found.end())
            made.inside = (found.end(), end)
            made.value = unescape(self.html[found.end() : end]).removeprefix("\n")
        if tag == "select":
            self.list = made
        form.controls.append(made)


def forms_of(html: str) -> list[Form]:
    """The forms of a page that post."""
    return Reader(html).read()


def label_of(html: str, form: Form, control: Control) -> str:
    """The words that stand by a control; empty where it has none of its own."""
    if "aria-label" in control.attributes:
        return control.attributes["aria-label"]
    own = control.attributes.get("id", "")
    before = html.rfind("<label", form.at[0], control.at[0])
    tied = html.find(f'for="{own}"', form.at[0], form.until) if own else -1
    if tied >= 0:
        begun = html.rfind("<label", form.at[0], tied)
        return words(html[begun : html.find("</label", tied)]) if begun >= 0 else ""
    if before >= 0 and html.find("</label", before, control.at[0]) < 0:
        return words(html[before : control.at[0]])
    return ""


def words(html: str) -> str:
    """The text of a piece of a page, without what is said in brackets of style alone."""
    bare = re.sub(r'<span class="(?:opt|chip)">.*?</span>', " ", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", bare)).split())


def names_of(form: Form) -> Iterator[str]:
    """The names that a form posts."""
    return (c.name for c in form.controls if c.name)
