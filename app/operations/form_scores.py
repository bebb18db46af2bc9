"""The score of a form, and of a community's round, for those whom it helps.

Of a form: whoever sent it, and who accompanies or reviews her. Of a community and round: its
council and the same. No list shows it and nothing is ever ordered by it.
"""

from collections.abc import Collection
from dataclasses import replace

from sqlmodel import col, select

from app.operations import reinterviews, signs
from app.operations.trail import Author
from app.planning import quality_score
from app.planning.quality_score import Score, Signs
from app.records.cycles import Round
from app.records.intake import Form
from app.store.sessions import Reading

COMPANIONS = frozenset({"health_agent", "planner", "facility"})
STANDING = ("sent", "approved", "locked")


def may_see(document: Form, author: Author, roles: Collection[str]) -> bool:
    """Whether a form's score is this person's to see."""
    own = author.account_id is not None and document.author_id == author.account_id
    return own or bool(COMPANIONS & set(roles))


def of_document(session: Reading, document: Form) -> Score:
    """The score of one form, with the agreement of its round where homes were asked again."""
    return quality_score.score(_signs(session, document))


def of_round(session: Reading, round_: Round) -> Score | None:
    """The score of all that a community's round holds; None where it holds nothing."""
    wanted = select(Form).where(Form.round_id == round_.id, col(Form.state).in_(STANDING))
    forms = session.exec(wanted.order_by(col(Form.id))).all()
    if not forms:
        return None
    every = quality_score.together([signs.of_document(session, form) for form in forms])
    return quality_score.score(_again(session, round_, every))


def _signs(session: Reading, document: Form) -> Signs:
    found = signs.of_document(session, document)
    round_ = session.get(Round, document.round_id) if document.round_id else None
    if round_ is None or document.instrument != reinterviews.LINES:
        return found
    return _again(session, round_, found)


def _again(session: Reading, round_: Round, found: Signs) -> Signs:
    told = reinterviews.agreed(session, round_.uuid)
    return replace(found, agreed=(told.over_all.equal, told.over_all.n)) if told else found
