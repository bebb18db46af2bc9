"""CQL2 text as the tree that CQL2 JSON is: written by hand, so that no filter costs much to read.

OGC 21-065r2, the parts that ``app.gis.cql2`` declares. The libraries at hand were tried: one
takes minutes for twenty-five open parentheses, the other has no precedence of AND over OR. Here
every sign is read once and nesting is bounded, whoever sent it.
"""

import re
from typing import Any, NamedTuple

import shapely

from app.errors import Malformed

LONGEST = 4_000
DEEPEST = 40
Tree = dict[str, Any] | list[Any] | str | float | bool

_TOKEN = re.compile(
    r"\s*(?:"
    r"(?P<text>'(?:[^']|'')*')"
    r'|(?P<quoted>"(?:[^"]|"")+")'
    r"|(?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<sign><=|>=|<>|[=<>(),])"
    r"|(?P<word>[^\W\d][\w.:]*)"
    r")"
)
_COMPARISONS = frozenset({"=", "<>", "<", ">", "<=", ">="})
_SHAPES = frozenset(
    ("POINT", "MULTIPOINT", "LINESTRING", "MULTILINESTRING", "POLYGON", "MULTIPOLYGON")
)


class _Token(NamedTuple):
    kind: str
    text: str
    at: int


def refusal(sentence: str, **params: Any) -> Malformed:
    """What is wrong with a filter."""
    return Malformed(
        sentence,
        remedy="Escriba el filtro en CQL2, por ejemplo: name LIKE 'San%' AND value >= 0.5",
        field="filter",
        **params,
    )


def parsed(text: str) -> Tree:
    """The tree of a filter.

    Raises
    ------
    Malformed
        It is no CQL2 that is understood here, too long, or too deep.
    """
    if len(text) > LONGEST:
        raise refusal("El filtro pasa de {most} letras.", most=LONGEST)
    reader = _Reader(text, _tokens(text))
    found = reader.whole(0)
    if reader.now.kind != "end":
        raise reader.unexpected()
    return found


def _tokens(text: str) -> list[_Token]:
    found, at = [], 0
    end = len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None:
            raise refusal(
                "El filtro no se entiende desde «{rest}».", rest=text[at : at + 20].strip()
            )
        kind = str(match.lastgroup)
        found.append(_Token(kind, match[kind], match.start(kind)))
        at = match.end()
    return [*found, _Token("end", "", end)]


class _Reader:
    """Where the reading of one filter stands."""

    def __init__(self, text: str, tokens: list[_Token]) -> None:
        self.text = text
        self.tokens = tokens
        self.place = 0

    @property
    def now(self) -> _Token:
        """The token that comes."""
        return self.tokens[self.place]

    def unexpected(self) -> Malformed:
        """The refusal of the token that comes."""
        rest = self.text[self.now.at : self.now.at + 20]
        if not rest:
            return refusal("El filtro se corta antes de terminar.")
        return refusal("El filtro no se entiende desde «{rest}».", rest=rest)

    def is_word(self, *words: str) -> bool:
        """Whether one of these words comes."""
        return self.now.kind == "word" and self.now.text.upper() in words

    def takes(self, *words: str) -> bool:
        """Whether one of these words comes; it is read then."""
        found = self.is_word(*words)
        self.place += found
        return found

    def takes_sign(self, sign: str) -> bool:
        """As ``takes``, for a sign."""
        found = self.now.kind == "sign" and self.now.text == sign
        self.place += found
        return found

    def needs(self, sign: str) -> None:
        """Read a sign that must come."""
        if not self.takes_sign(sign):
            raise self.unexpected()

    def whole(self, depth: int) -> Tree:
        """Terms joined by OR, which binds least."""
        return self._joined("OR", self._all, depth)

    def _all(self, depth: int) -> Tree:
        return self._joined("AND", self._factor, depth)

    def _joined(self, word: str, part: Any, depth: int) -> Tree:
        found = [part(depth)]
        while self.takes(word):
            found.append(part(depth))
        return found[0] if len(found) == 1 else {"op": word.lower(), "args": found}

    def _factor(self, depth: int) -> Tree:
        if depth > DEEPEST:
            raise refusal("El filtro tiene demasiados niveles.")
        if self.takes("NOT"):
            return {"op": "not", "args": [self._factor(depth + 1)]}
        if self.takes_sign("("):
            found = self.whole(depth + 1)
            self.needs(")")
            return found
        return self._predicate()

    def _predicate(self) -> Tree:
        if self.takes("S_INTERSECTS"):
            return self._meets()
        left = self._scalar()
        if self.now.kind == "sign" and self.now.text in _COMPARISONS:
            sign = self.now.text
            self.place += 1
            return {"op": sign, "args": [left, self._scalar()]}
        if self.takes("IS"):
            denied = self.takes("NOT")
            if not self.takes("NULL"):
                raise self.unexpected()
            return _denied(denied, {"op": "isNull", "args": [left]})
        return self._listed(left)

    def _meets(self) -> Tree:
        self.needs("(")
        left = self._spatial()
        self.needs(",")
        right = self._spatial()
        self.needs(")")
        return {"op": "s_intersects", "args": [left, right]}

    def _listed(self, left: Tree) -> Tree:
        denied = self.takes("NOT")
        if self.takes("LIKE"):
            return _denied(denied, {"op": "like", "args": [left, self._scalar()]})
        if self.takes("BETWEEN"):
            low = self._scalar()
            if not self.takes("AND"):
                raise self.unexpected()
            return _denied(denied, {"op": "between", "args": [left, low, self._scalar()]})
        if self.takes("IN"):
            return _denied(denied, {"op": "in", "args": [left, self._list()]})
        if isinstance(left, bool) and not denied:
            return left
        raise self.unexpected()

    def _list(self) -> Tree:
        self.needs("(")
        found = [self._scalar()]
        while self.takes_sign(","):
            found.append(self._scalar())
        self.needs(")")
        return found

    def _scalar(self) -> Tree:
        token = self.now
        self.place += 1
        match token.kind:
            case "text":
                return token.text[1:-1].replace("''", "'")
            case "number":
                return float(token.text)
            case "quoted":
                return {"property": token.text[1:-1].replace('""', '"')}
            case "word":
                return self._word(token)
        self.place -= 1
        raise self.unexpected()

    def _word(self, token: _Token) -> Tree:
        name = token.text.upper()
        if name in {"TRUE", "FALSE"}:
            return name == "TRUE"
        opens = self.now.kind == "sign" and self.now.text == "("
        if name in {"DATE", "TIMESTAMP"} and opens:
            self.needs("(")
            value = self.now
            if value.kind != "text":
                raise self.unexpected()
            self.place += 1
            self.needs(")")
            return {name.lower(): value.text[1:-1]}
        if name == "CASEI" and opens:
            return self._small(token)
        if opens:
            raise refusal("La función «{name}» no se conoce aquí.", name=token.text[:40])
        return {"property": token.text}

    def _small(self, token: _Token) -> Tree:
        self.needs("(")
        if self.is_word("CASEI"):
            raise refusal("CASEI toma un solo texto.")
        found = self._scalar()
        self.needs(")")
        return {"op": token.text.lower(), "args": [found]}

    def _spatial(self) -> Tree:
        token = self.now
        name = token.text.upper()
        if token.kind == "word" and name == "BBOX":
            self.place += 1
            numbers = self._list()
            return {"bbox": numbers}
        if token.kind == "word" and name in _SHAPES:
            return self._shape()
        found = self._scalar()
        if not isinstance(found, dict) or "property" not in found:
            self.place -= 1
            raise self.unexpected()
        return found

    def _shape(self) -> Tree:
        start, open_ = self.now.at, 0
        self.place += 1
        while True:
            token = self.now
            if token.text not in {"(", ")", ","} and token.kind != "number":
                raise self.unexpected()
            open_ += {"(": 1, ")": -1}.get(token.text, 0)
            self.place += 1
            if open_ == 0:
                break
        try:
            shape = shapely.from_wkt(self.text[start : token.at + 1])
        except shapely.errors.GEOSException as error:
            raise refusal(
                "La geometría «{wkt}» no se entiende.", wkt=self.text[start : start + 30]
            ) from error
        return dict(shapely.geometry.mapping(shape))


def _denied(denied: bool, tree: Tree) -> Tree:
    return {"op": "not", "args": [tree]} if denied else tree
