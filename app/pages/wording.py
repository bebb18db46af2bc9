"""The words of the district's pages: indicators, themes, counts and reasons in a language.

The rules give codes, numbers and a Spanish sentence; here they become what a person of
that page's language reads, with figures written as that language writes them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from fastapi import Request

from app.capture.fields import Text
from app.http.gate import Passage
from app.operations import access, definitions, instruments, standing
from app.operations.figures import Indicator
from app.pages import look, shell
from app.pages.language import N_, say
from app.planning.counts import Count
from app.planning.reasons import Number, Reason
from app.planning.smaa import Standing
from app.records.places import Where
from app.store import types
from app.store.sessions import Reading

BASES = {
    "home": N_("{x} de {n} hogares"),
    "person": N_("{x} de {n} personas"),
    "community": N_("{x} de {n} comunidades"),
    "commitment": N_("{x} de {n} compromisos"),
    "action": N_("{x} de {n} acciones"),
    "request": N_("{x} de {n} pedidos"),
    "post": N_("{x} de {n} cargos"),
}
CRITERIA = {
    "gap": N_("Brecha"),
    "people": N_("Personas"),
    "equity": N_("Equidad"),
    "assembly": N_("Asambleas"),
}
ABOUT = {
    "gap": N_("Cuánto falta para la meta, en promedio por comunidad."),
    "people": N_("Cuánta gente del distrito está sin lo que la meta pide."),
    "equity": N_("Cuán postergadas están las comunidades afectadas."),
    "assembly": N_("En cuántas asambleas lo nombraron; cada comunidad cuenta igual."),
}
TIERS = {"alta": "high", "frontera": "border", "baja": "low"}
DECIDED = {
    "score": N_("por su puntaje"),
    "cost": N_("empatan en puntaje: va antes la que cuesta menos"),
    "people": N_("empatan: va antes la que alcanza a más personas"),
    "votes": N_("empatan: va antes la que tuvo más votos"),
    "assemblies": N_("va antes el que nombraron más asambleas"),
    "lot": N_("empatan en todo: decidió el sorteo público"),
}


def today() -> date:
    """The day in Lima."""
    return types.today()


@dataclass(frozen=True, slots=True)
class Words:
    """What things are called in the language of a page."""

    lang: str
    indicators: Mapping[str, Indicator]
    themes: Mapping[str, Text]
    kinds: Mapping[str, Text]

    def say(self, sentence: str, **params: object) -> str:
        """A marked sentence in this language."""
        return say(self.lang, sentence, **params)

    def counted(self, one: str, many: str, n: int, **params: object) -> str:
        """One or many of something, with its number: ``1 ficha``, ``412 fichas``."""
        return self.say(one if n == 1 else many, n=look.num(n, self.lang), **params)

    def need(self, code: str) -> str:
        """An indicator, or a theme that no indicator measures, by its name."""
        found = self.indicators.get(code)
        if found is None:
            return self.theme(code.removeprefix("theme:"))
        return found.name_en if self.lang == "en" and found.name_en else found.name_es

    def counted_of(self, known: Indicator) -> tuple[str, str]:
        """What an indicator counts, of a whole of what; with the district's threshold."""
        texts = (known.numerator, known.denominator)
        if self.lang == "en":
            texts = (definitions.english(texts[0]), definitions.english(texts[1]))
        if known.limit is None:
            return texts
        told = self.say(
            N_("con {share} o más de respuestas «sí»; umbral desde el {day}: {source}"),
            share=look.tight_share(known.limit.share, self.lang),
            day=look.day(known.limit.since, self.lang),
            source=known.limit.source,
        )
        return told, texts[1]

    def theme(self, code: str) -> str:
        """A theme or dimension by its name."""
        return self.themes[code].of(self.lang) if code in self.themes else code

    def kind(self, code: str) -> str:
        """What sort of action a request asks for."""
        return self.kinds[code].of(self.lang) if code in self.kinds else code

    def basis(self, code: str, count: Count | None) -> str:
        """``12 de 31 hogares``; "no se sabe" where nobody answered."""
        if count is None or not count.n:
            return self.say(look.UNKNOWN)
        unit = self.indicators[code].unit if code in self.indicators else "person"
        shown = {"x": look.num(count.x, self.lang), "n": look.num(count.n, self.lang)}
        return self.say(BASES[unit], **shown)

    def places(self, standing: Standing) -> str:
        """``entre el puesto 4 y el 9``, or the one place where it always stands."""
        if standing.first == standing.last:
            return self.say(N_("siempre en el puesto {place}"), place=standing.first)
        return self.say(
            N_("entre el puesto {first} y el {last}"), first=standing.first, last=standing.last
        )

    def even(self, codes: tuple[str, ...]) -> str:
        """``parejo con X, Y``; empty where it stands alone."""
        if not codes:
            return ""
        return self.say(N_("parejo con {names}"), names=", ".join(self.need(c) for c in codes))

    def reason(self, reason: Reason) -> str:
        """A reason as this language says it, its numbers as this language writes them."""
        return self.written(reason.text, reason.numbers)

    def written(self, text: str, numbers: Mapping[str, Number]) -> str:
        """A template of a reason with its raw numbers."""
        return say(self.lang, text).format(**{k: self._shown(k, v) for k, v in numbers.items()})

    def _shown(self, name: str, number: Number) -> str:
        if isinstance(number, str):
            return number
        if name.endswith("_centimos"):
            return look.soles(int(number), self.lang)
        if name.endswith("_share"):
            return look.share(number, self.lang)
        return look.num(number, self.lang, 0 if isinstance(number, int) else 1)


def view(passage: Passage, register: str) -> str:
    """How much of another register whoever asks may see here; public where there is no row."""
    found = access.grant(passage.policy, passage.actor, passage.where, register, "read")
    return found.view if found else "public"


def of_page(request: Request, passage: Passage, session: Reading) -> Words:
    """The words for whoever asks, in their language."""
    return of_place(session, passage.where, shell.language(request, passage.actor))


def of_place(session: Reading, where: Where, lang: str) -> Words:
    """The words for a place in a language."""
    themes = _choices(session, "diagnosis", "theme")
    kinds = _choices(session, "plan", "kind")
    return Words(lang, standing.indicators(session, where), themes, kinds)


def _choices(session: Reading, instrument: str, code: str) -> dict[str, Text]:
    """The answers that an instrument offers to one of its questions."""
    return {
        choice.code: choice.label
        for field, _ in instruments.current(session, instrument).walk()
        if field.code == code
        for choice in field.choices
    }
