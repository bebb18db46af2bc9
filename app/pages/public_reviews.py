"""Technical reviews as they were published: what everybody outside the team reads."""

from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from app.errors import Unknown
from app.http.gate import Passage
from app.operations import review_publishing
from app.pages import budget_lines, shell, wording
from app.pages.language import N_
from app.pages.review_lines import OPINIONS, href
from app.pages.wording import Words
from app.planning.reasons import again
from app.records.places import Where
from app.store.sessions import Reading


def told(words: Words, where: Where, year: int, said: dict[str, Any]) -> dict[str, Any]:
    """A published review as a list shows it."""
    opinion = OPINIONS[said["opinion"]]
    return {
        **said,
        "href": f"{href(where, year)}/{said['number']}",
        "opinion": (words.say(opinion[0]), opinion[1]),
    }


def one(
    request: Request, passage: Passage, session: Reading, year: int, number: int
) -> HTMLResponse:
    """What anybody reads of a review, as it was published: nothing of drafts shows through."""
    words = wording.of_page(request, passage, session)
    every = review_publishing.told_of(session, passage.where, year)
    found = next((each for each in every if each["number"] == number), None)
    if found is None:
        raise Unknown(
            "La evaluación de la propuesta {number} de {year} todavía no se publicó.",
            remedy="Todas se publican el mismo día; vuelva a la lista del año.",
            number=number,
            year=year,
        )
    return shell.page(
        request,
        passage,
        "budget/public_review.html",
        title=found["title"],
        over=words.say(
            N_("Evaluación técnica de la propuesta {number} del {year}"), number=number, year=year
        ),
        back=href(passage.where, year),
        told=told(words, passage.where, year, found),
        parts=[
            part
            | {
                "name": budget_lines.criterion(words, part["criterion"], part["name"]),
                "sentence": words.reason(again(part["criterion"], part)),
            }
            for part in found["parts"]
        ],
    )
