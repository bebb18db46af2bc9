"""What stands in a chain: a thing of some register with its name, its state, its day and who."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from app.planning.chains import Chain, Ref
from app.planning.reasons import Reason

# The register whose policy row opens a kind; of a form that of its instrument.
REGISTER = {
    "sheet": "communities",
    "indicator": "indicators",
    "need": "needs",
    "objective": "pdlc",
    "request": "proposals",
    "proposal": "proposals",
    "petition": "petitions",
    "result": "allocation",
    "agreement": "agreements",
    "works": "agreements",
    "again": "agreements",
}


@dataclass(frozen=True, slots=True)
class Node:
    """A thing of the chain.

    ``number`` is what it is called on paper, ``title`` its words; a need or an indicator has no
    words here, since its name is that of the catalogue; of a result ``reason`` says the same in
    other languages. ``communities`` are the codes of whom it
    is about, none where it is about the district. ``public`` says that it was published, or
    that everybody may read its register. ``register`` overrides that of its kind.
    """

    kind: str
    key: str
    number: str = ""
    title: str = ""
    state: str = ""
    on_day: date | None = None
    who: str = ""
    communities: frozenset[str] = frozenset()
    public: bool = True
    register: str = ""
    reason: Reason | None = None

    @property
    def ref(self) -> Ref:
        """Its kind and key."""
        return self.kind, self.key


@dataclass(frozen=True, slots=True)
class Web:
    """Every thing of a district's chain but its forms, and their links.

    Of ``reserved`` indicators only the health role may know who has a figure.
    """

    nodes: dict[Ref, Node]
    chain: Chain
    reserved: frozenset[Ref] = frozenset()


@dataclass(slots=True)
class Weaving:
    """What is being put together: things, and links from the earlier to the later."""

    nodes: dict[Ref, Node] = field(default_factory=dict)
    pairs: list[tuple[Ref, Ref]] = field(default_factory=list)

    def add(self, node: Node, before: Iterable[Ref] = ()) -> None:
        """A thing, after those that led to it."""
        self.nodes[node.ref] = node
        self.pairs += [(ref, node.ref) for ref in before]
