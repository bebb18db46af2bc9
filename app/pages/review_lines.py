"""Technical reviews as other pages show them."""

from typing import Any

from app.operations.proposal_sheets import Sheet
from app.pages.budget_lines import year_href
from app.pages.language import N_
from app.pages.wording import Words
from app.records.places import Where

OPINIONS = {
    "feasible": (N_("viable"), "good"),
    "changes": (N_("viable con cambios"), "warn"),
    "unfeasible": (N_("no viable"), "bad"),
}
STATES = {
    "": (N_("por evaluar"), ""),
    "draft": (N_("sin firmas"), ""),
    "signed": (N_("con una firma"), "calm"),
    "complete": (N_("con dos firmas"), "good"),
    "published": (N_("publicada"), "good"),
}


def href(where: Where, year: int) -> str:
    """The address of the reviews of a year."""
    return f"{year_href(where, year)}/evaluacion"


def told(words: Words, where: Where, sheet: Sheet) -> dict[str, Any]:
    """What was published of a proposal's review, and where it is read."""
    row, proposal = sheet.review, sheet.proposal
    opinion = OPINIONS[row.opinion] if row else None
    return {
        "href": f"{href(where, proposal.fiscal_year)}/{proposal.number}",
        "opinion": (words.say(opinion[0]), opinion[1]) if opinion else None,
        "findings": row.findings if row else "",
    }
