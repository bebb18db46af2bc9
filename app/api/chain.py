"""The chain of one thing, both ways: what led to it and what became of it."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, Field

from app.api.figure_shapes import DayDep
from app.http.gate import Passage, Permit, ReadDep
from app.operations import needs
from app.operations.chain import walking
from app.operations.chain.nodes import Node
from app.operations.chain.walking import Missing, Reader
from app.planning.chains import Ref

router = APIRouter(tags=["chain"])
# Open to everybody: what each may see of a chain is asked of the policy thing by thing.
ReaderDep = Annotated[Passage, Depends(Permit("home", "read"), scope="function")]


class LinkOut(BaseModel):
    """A thing of the chain by its kind and key."""

    kind: str = Field(examples=["proposal"])
    key: str = Field(examples=["2028-4"])

    @classmethod
    def of(cls, ref: Ref) -> "LinkOut":
        """A reference as machines read it."""
        return cls(kind=ref[0], key=ref[1])


class NodeOut(LinkOut):
    """A thing of the chain."""

    number: str = Field(description="Cómo se llama en el papel.", examples=["P-0003-2027-2"])
    title: str
    state: str = Field(examples=["presented"])
    on: date | None
    who: str
    communities: list[str]
    before: list[LinkOut] = Field(description="Lo que llevó a esto, entre lo que se muestra.")
    after: list[LinkOut]


class MissingOut(BaseModel):
    """A link that lacks, and what lacks it."""

    code: str = Field(examples=["chain_no_objective"])
    sentence: str = Field(examples=["Ningún objetivo del PDLC lo recoge."])
    of: list[LinkOut]

    @classmethod
    def made(cls, each: Missing) -> "MissingOut":
        """A missing link as machines read it."""
        refs = [LinkOut.of(node.ref) for node in each.of]
        return cls(code=each.reason.code, sentence=each.reason.sentence, of=refs)


class ChainOut(BaseModel):
    """The walk from one thing, both ways; closed are the kinds that others may read."""

    start: LinkOut
    nodes: list[NodeOut] = Field(description="Todo lo alcanzado, en el orden de la cadena.")
    missing_before: list[MissingOut]
    missing_after: list[MissingOut]
    closed_before: list[str]
    closed_after: list[str]


@router.get("/districts/{ubigeo}/chain/{kind}/{key}")
def read_chain(
    kind: Annotated[str, Path(max_length=12, examples=["need"])],
    key: Annotated[str, Path(max_length=80, examples=["AG-02"])],
    passage: ReaderDep,
    session: ReadDep,
    day: DayDep,
) -> ChainOut:
    """From a budget line to the forms behind it, and from a form to what became of it."""
    reader = Reader(passage.policy, passage.actor, passage.where)
    found = walking.walk(session, reader, (kind, key), day)
    known = needs.of_district(session, passage.where, day)
    return ChainOut(
        start=LinkOut.of(found.node.ref),
        nodes=[
            _node(node, known.name(node.key) if node.kind in ("need", "indicator") else "", found)
            for node in found.every
        ],
        missing_before=[MissingOut.made(each) for each in found.missing_before],
        missing_after=[MissingOut.made(each) for each in found.missing_after],
        closed_before=list(found.closed_before),
        closed_after=list(found.closed_after),
    )


def _node(node: Node, name: str, found: walking.Walk) -> NodeOut:
    return NodeOut(
        kind=node.kind,
        key=node.key,
        number=node.number,
        title=name or node.title,
        state=node.state,
        on=node.on_day,
        who=node.who,
        communities=sorted(node.communities),
        before=[LinkOut.of(one) for one, other in found.links if other == node.ref],
        after=[LinkOut.of(other) for one, other in found.links if one == node.ref],
    )
