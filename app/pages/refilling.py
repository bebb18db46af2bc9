"""A page whose form holds again what somebody had typed and the server did not take.

Pure: the text of a page and what was posted, and the text with both. Left alone: passwords
and files, which no page may fill; what the page itself carries in hidden boxes (the session's
key, the revision that it shows), which must be of today; every byte that says no value.
"""

import json
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from urllib.parse import urlencode

from app.pages.form_reading import (
    ATTRIBUTE,
    FORM,
    PAGE,
    Control,
    Form,
    Span,
    Tag,
    attributes_of,
    forms_of,
    label_of,
    names_of,
    plain,
)

NOTICE = "no-se-guardo"  # the id of the notice, which describes the boxes that it names
BOX = "casilla-por-corregir"
UNTOUCHED = frozenset({"password", "file", "button", "submit", "reset", "image"})
MARKS = frozenset({"checkbox", "radio"})
ROW = re.compile(r"\.\d+\.")
MOST_ROWS, MOST_NAMED = 500, 12
Pairs = Sequence[tuple[str, str]]
Edit = tuple[Span, str]


@dataclass(frozen=True, slots=True)
class Sent:
    """What was posted: where from, where to, and the boxes that the refusal names."""

    page: str
    address: str
    fields: Pairs
    wrong: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Refilled:
    """The page on both sides of the place where a notice stands."""

    before: str
    after: str
    left: Pairs  # what found no box
    where: Pairs  # the boxes to mend: id and words
    now: Pairs  # boxes that hold another text today: words and that text

    def told(self, notice: str) -> str:
        """The page with its notice; without one it says nothing of what happened."""
        return self.before + notice + self.after


@dataclass(slots=True)
class Filling:
    """A form on its way to hold what was posted."""

    html: str
    form: Form
    sent: Sent
    edits: dict[Span, str] = field(default_factory=dict)
    named: set[str] = field(default_factory=set)
    placed: Counter[tuple[str, str]] = field(default_factory=Counter)
    opened: dict[int, Tag] = field(default_factory=dict)
    where: list[tuple[str, str]] = field(default_factory=list)
    now: list[tuple[str, str]] = field(default_factory=list)

    def alter(self, tag: Tag, changes: Mapping[str, str | None]) -> None:
        """Give a tag other attributes, beside those that it was given already."""
        raw = self.edits.get(tag.at) or self.html[tag.at[0] : tag.at[1]]
        self.edits[tag.at] = changed(raw, changes)

    def unfold(self, control: Control) -> None:
        """Open what hides a box that now says something."""
        for fold in control.folds:
            self.opened[fold.at[0]] = fold


def refill(html: str, sent: Sent) -> Refilled | None:
    """The page with its form filled; None where none of its forms posts to that address.

    A list that grows by scripts has as many rows again as were posted, up to 500. Where more
    forms of a page post to one address, it is the one whose hidden boxes say what was posted.
    """
    form = _chosen(html, sent)
    for _ in range(3):  # lists stand in lists, no deeper than that
        if form is None:
            return None
        grown = _grown(html, form, sent)
        if grown == html:
            break
        html, form = grown, _chosen(grown, sent)
    return _written(_filled(html, form, sent)) if form is not None else None


def _chosen(html: str, sent: Sent) -> Form | None:
    to, posted = plain(sent.address), set(sent.fields)
    names = {name for name, _ in sent.fields}
    fitting = [form for form in forms_of(html) if to in form.goes_to(sent.page)]

    def likeness(form: Form) -> tuple[int, int, int]:
        hidden = [c for c in form.controls if c.kind == "hidden" and c.name != "_csrf"]
        alike = sum((c.name, c.value) in posted for c in hidden)
        known = set(names_of(form))
        return alike - len(hidden), len(names & known) - len(names ^ known), alike

    return max(fitting, key=likeness, default=None)


def _grown(html: str, form: Form, sent: Sent) -> str:
    """The page with the rows that were added on it by hand."""
    known, edits = set(names_of(form)), list[Edit]()
    missing = {name for name, _ in sent.fields} - known
    for begun, until in form.templates:
        row = html[begun:until]
        pattern = re.search(r'\bname="([^"]*?)(__\w+?__)', row)
        opening = html.rfind("<template", 0, begun)
        end = html.rfind("</", 0, opening)
        if pattern is None or not re.fullmatch(r"</\w+>\s*", html[end:opening]):
            continue
        numbered = re.compile(re.escape(pattern[1]) + r"(\d{1,4})(?!\d)")
        asked = [int(m[1]) for name in missing if (m := numbered.match(name))]
        have = {int(m[1]) for name in known if (m := numbered.match(name))}
        last = min(max(asked, default=-1), MOST_ROWS - 1)
        new = [
            row.replace(pattern[2], str(at)).replace("__m__", str(at + 1))
            for at in range(last + 1)
            if at not in have
        ]
        edits.append(((end, end), "".join(new)))
    return _edited(html, edits)


def _filled(html: str, form: Form, sent: Sent) -> Filling:
    done = Filling(html, form, sent)
    given: dict[str, list[str]] = {}
    for name, value in sent.fields:
        given.setdefault(name, []).append(value.replace("\r\n", "\n"))
    whole = all(
        c.name in given
        for c in form.controls
        if c.name and c.kind not in MARKS | UNTOUCHED and "disabled" not in c.attributes
        if not ROW.search(c.name)  # scripts take blank rows away
    )
    turns: Counter[str] = Counter()
    drawn = {name.removesuffix(".text") for name in names_of(form) if name.endswith(".text")}
    for control in form.controls:
        if not control.name or "disabled" in control.attributes:
            continue
        values = given.get(control.name, [])
        if control.kind in MARKS:
            _mark(done, control, values, whole)
        elif control.kind == "select" and "multiple" in control.attributes:
            _choose(done, control, values)
        elif turns[control.name] < len(values):
            value = values[turns[control.name]]
            turns[control.name] += 1
            _place(done, control, value, control.name in drawn)
        _name_wrong(done, control)
    return done


def _place(done: Filling, control: Control, value: str, drawn: bool) -> None:
    """The one value of a box, a list or a text."""
    if control.kind in UNTOUCHED or (control.kind == "hidden" and not (drawn and _is_json(value))):
        done.placed[control.name, value] += 1
        return
    if control.kind == "select":
        _choose(done, control, [value])
        return
    typed, value = value, _day(value) if control.kind == "date" else value
    if typed and not value:
        return  # a box of a day shows days alone: it stays among what found no box
    done.placed[control.name, typed] += 1
    if value == control.value:
        return
    if control.kind != "hidden" and len(done.now) < MOST_NAMED:
        done.now.append((label_of(done.html, done.form, control) or control.name, control.value))
    if control.kind == "textarea":
        done.edits[control.inside] = "\n" + escape(value)
    else:
        done.alter(control, {"value": value})
    done.unfold(control)


def _day(text: str) -> str:
    """A day as its box wants it, from how a script or a person spells it; empty of no day."""
    spelled = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text.strip())
    if spelled:
        text = f"{spelled[3]}-{spelled[2]:0>2}-{spelled[1]:0>2}"
    return text if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else ""


def _is_json(text: str) -> bool:
    try:
        return not text or isinstance(json.loads(text), dict)
    except ValueError:
        return False


def _choose(done: Filling, control: Control, values: Sequence[str]) -> None:
    known = {option.value for option in control.options}
    wanted = known & set(values)
    for value in wanted:
        done.placed[control.name, value] += 1
    if not wanted and values:
        return  # what can be chosen has changed: it stays among what found no box
    for option in control.options:
        chosen = option.value in wanted
        if chosen != ("selected" in option.attributes):
            done.alter(option, {"selected": "" if chosen else None})
    done.unfold(control)


def _mark(done: Filling, control: Control, values: Sequence[str], whole: bool) -> None:
    """A check box or radio button; what was not posted is unmarked only if all else was."""
    marked = control.value in values
    if marked:
        done.placed[control.name, control.value] += values.count(control.value)
    before = "checked" in control.attributes
    if marked != before and (marked or whole or (values and control.kind == "radio")):
        done.alter(control, {"checked": "" if marked else None})
        done.unfold(control)


def _name_wrong(done: Filling, control: Control) -> None:
    """Mark a box that the refusal names, and tie it to the notice."""
    name = control.name.removesuffix(".text")
    if name not in done.sent.wrong or control.kind in ("hidden", "button", "submit"):
        return
    tied = f"{control.attributes.get('aria-describedby', '')} {NOTICE}".strip()
    changes: dict[str, str | None] = {"aria-describedby": tied}
    if control.kind != "radio":  # no button of a group is wrong by itself
        changes["aria-invalid"] = "true"
    if name not in done.named and len(done.named) < MOST_NAMED:
        own = control.attributes.get("id", "")
        if not own:
            own = changes["id"] = f"{BOX}-{len(done.named)}"
        done.where.append((own, label_of(done.html, done.form, control)))
        done.named.add(name)
    done.alter(control, changes)
    done.unfold(control)


def changed(tag: str, changes: Mapping[str, str | None]) -> str:
    """A start tag with other attributes; None takes one away, "" is one without a value."""

    def without(found: re.Match[str]) -> str:
        return "" if found["name"].lower() in changes else found[0]

    end = len(tag) - (2 if tag.endswith("/>") else 1)
    name = re.match(r"<\w+", tag)
    begun = name.end() if name else 1
    said = [
        f' {each}="{escape(value)}"' if value or each == "value" else f" {each}"
        for each, value in changes.items()
        if value is not None
    ]
    kept = ATTRIBUTE.sub(without, tag[begun:end])
    return f"{tag[:begun]}{kept.rstrip()}{''.join(said)}{tag[end:]}"


def _written(done: Filling) -> Refilled:
    for fold in (*done.form.folds, *done.opened.values()):
        done.alter(fold, {"open": ""})
    place = _place_of_notice(done.html, done.form)
    before = [edit for edit in done.edits.items() if edit[0][0] < place]
    after = [((a - place, b - place), new) for (a, b), new in done.edits.items() if a >= place]
    left = list(_left(done))
    head, rest = done.html[:place], done.html[place:]
    return Refilled(_edited(head, before), _edited(rest, after), left, done.where, done.now)


def _place_of_notice(html: str, form: Form) -> int:
    """In the form, or at the head of the page for those in a table or of a button alone."""
    typed = any(c.kind not in ("hidden", "button", "submit") for c in form.controls)
    if typed and not form.in_table:
        return form.at[1]
    found = re.search(r"<main\b[^>]*>", html)
    return found.end() if found else form.at[0]


def _left(done: Filling) -> Iterator[tuple[str, str]]:
    """What was typed and stands nowhere; what no person types is not among it."""
    silent = {c.name for c in done.form.controls if c.kind in UNTOUCHED | {"hidden", "button"}}
    placed = done.placed.copy()
    for name, posted in done.sent.fields:
        value = posted.replace("\r\n", "\n")
        if placed[name, value] > 0:
            placed[name, value] -= 1
        elif value.strip() and not name.startswith("_") and name not in silent:
            yield name, value


def _edited(html: str, edits: Sequence[Edit]) -> str:
    """The text with its pieces changed; none of them may overlap."""
    parts, at = list[str](), 0
    for (begun, until), new in sorted(edits, key=lambda edit: edit[0]):
        parts += [html[at:begun], new]
        at = until
    return "".join([*parts, html[at:]])


def standing(html: str, page: str) -> str:
    """The page under another address than its own: its forms say on which page they stand."""

    def told(found: re.Match[str]) -> str:
        attributes = attributes_of(found["rest"])
        action = attributes.get("action") or page
        if attributes.get("method", "").lower() != "post" or f"{PAGE}=" in action:
            return found[0]
        sign = "&" if "?" in action else "?"
        return changed(found[0], {"action": f"{action}{sign}{urlencode({PAGE: page})}"})

    return FORM.sub(told, html) if len(page) < 2_000 else html
