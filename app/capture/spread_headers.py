"""Which column of a person's sheet is which question.

A heading is known by the codes that templates carry, else by the words of the questions
without accents or case. It may stand under a title, or over a row of codes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.capture.spread_cells import plain
from app.capture.spreadsheets import COMMUNITY, DISTRICT, FICHA, LINKS, UUID, Column, Layout, Tab

LOOKED_AT = 10
"""Lines among which the heading is looked for."""
IGNORED = "-"
_ALSO = {
    FICHA: ("ficha", "numero de ficha", "nro de ficha", "n ficha"),
    COMMUNITY: ("codigo comunidad", "cod comunidad", "codigo de comunidad", "ccpp", "inei ccpp"),
    UUID: ("uuid", "instanceid", "id de la ficha"),
    DISTRICT: ("ubigeo", "codigo de distrito", "cod distrito", "iddist"),
    "household": (
        "hogar",
        "codigo hogar",
        "codigo del hogar",
        "codigo de hogar",
        "cod hogar",
        "codigo de familia",
        "codigo de la familia",
    ),
}


@dataclass(frozen=True, slots=True)
class Heading:
    """What the heading of a sheet says.

    ``titles`` are its words by place, ``codes`` the columns that they name, ``first`` the
    place of the first line under it, ``target`` the repeat whose rows the lines are.
    """

    at: int
    first: int
    titles: tuple[str, ...]
    codes: Mapping[int, str]
    target: tuple[str, ...]


def letter(place: int) -> str:
    """The letter of a column, the first being 0."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(65 + rest) + name
    return name


def heading(
    layout: Layout, rows: Sequence[Sequence[str]], chosen: Mapping[str, str]
) -> Heading | None:
    """The heading of a sheet, or None where nothing in it looks like one.

    ``chosen`` are the columns that a person named: code by letter, ``-`` for none.
    """
    known = layout.known()
    looked = rows[:LOOKED_AT]
    coded = next((i for i, row in enumerate(looked) if _all_codes(row, known)), None)
    if coded is not None:
        codes = {p: cell.strip() for p, cell in enumerate(rows[coded]) if cell.strip() in known}
        titled = coded - 1 if coded and _by_words(layout, rows[coded - 1]) else coded
        for at in (titled, coded):
            for place, code in _by_words(layout, rows[at]).items():
                if place not in codes and code not in codes.values():
                    codes[place] = code
        return _made(layout, (titled, coded + 1), rows[titled], _with(codes, chosen, known))
    best: tuple[int, int, dict[int, str]] = (0, 0, {})
    for at, row in enumerate(looked):
        codes = _by_words(layout, row)
        if len(codes) > best[0]:
            best = (len(codes), at, codes)
    count, at, codes = best
    if count < 2 and not chosen:
        return None
    return _made(layout, (at, at + 1), rows[at], _with(codes, chosen, known))


def _all_codes(row: Sequence[str], known: Mapping[str, Column]) -> bool:
    said = [cell.strip() for cell in row if cell.strip()]
    hits = sum(cell in known for cell in said)
    return hits >= 2 and hits >= 0.6 * len(said)


def _by_words(layout: Layout, row: Sequence[str]) -> dict[int, str]:
    words = [plain(cell) for cell in row]
    tabs = [(tab, dict(_words(tab))) for tab in layout.tabs]
    counted = [(sum(word in named for word in set(words) - {""}), tab, named)
               for tab, named in tabs]  # fmt: skip
    _, _, mine = max(counted, key=lambda each: each[0])
    rest: dict[str, str] = {}
    for _, _, named in counted:
        rest = {**named, **rest}
    rest |= {word: code for code in _ALSO for word in _ALSO[code] if code in layout.known()}
    rest |= {plain(layout.known()[code].title.es): code for code in LINKS}
    found: dict[int, str] = {}
    for place, word in enumerate(words):
        code = mine.get(word) or rest.get(word)
        if code and code not in found.values():
            found[place] = code
    return found


def _words(tab: Tab) -> Iterator[tuple[str, str]]:
    for column in reversed(tab.columns):  # of two with the same words the first counts
        for words in (column.code, column.title.en, column.title.es):
            yield plain(words), column.code


def _with(
    codes: dict[int, str], chosen: Mapping[str, str], known: Mapping[str, Column]
) -> dict[int, str]:
    found = {p: code for p, code in codes.items() if letter(p) not in chosen}
    for place in range(702):
        code = chosen.get(letter(place), "")
        if code in known:
            found = {p: other for p, other in found.items() if other != code}
            found[place] = code
    return dict(sorted(found.items()))


def _made(
    layout: Layout, span: tuple[int, int], titles: Sequence[str], codes: dict[int, str]
) -> Heading:
    known = layout.known()
    asked = [known[code] for code in codes.values() if known[code].field is not None]
    plainly = [column for column in asked if not column.item]
    target = max((column.chain for column in plainly), key=len, default=())
    items = [column.chain for column in asked if column.item]
    if items and len(target) == 0:
        target = items[0][:1]
    fits = {place: code for place, code in codes.items() if _fits(known[code], target)}
    words = tuple(" ".join(title.split()) for title in titles)
    return Heading(span[0], span[1], words, fits, target)


def _fits(column: Column, target: tuple[str, ...]) -> bool:
    """Whether a column may stand beside rows of this repeat: not those of two lists at once."""
    if column.item:
        return column.chain[:1] == target[:1]
    return column.chain == target[: len(column.chain)]
