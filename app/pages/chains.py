"""The chain of one thing: from its forms to what became of it, stage by stage."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import HTMLResponse

from app.http.gate import Passage, Permit, ReadDep
from app.operations.chain import walking
from app.pages import chain_lines, chain_words, shell, wording
from app.pages.need_lines import root

router = APIRouter()
BASE = "/d/{ubigeo}/cadena/{tipo}/{clave}"
# Open to everybody: what each may see of a chain is asked of the policy thing by thing.
ChainDep = Annotated[Passage, Depends(Permit("home", "read"), scope="function")]
Key = Annotated[str, Path(max_length=80)]


@router.get(BASE)
def show(
    request: Request,
    tipo: Annotated[str, Path(max_length=12)],
    clave: Key,
    passage: ChainDep,
    session: ReadDep,
) -> HTMLResponse:
    """The whole walk from one thing, both ways."""
    words = wording.of_page(request, passage, session)
    reader = chain_lines.reader(passage)
    found = walking.walk(session, reader, (tipo, clave), wording.today())
    return shell.page(
        request,
        passage,
        "chain/show.html",
        title=chain_words.title(words, found.node),
        sentence=chain_lines.told(words, found),
        stages=chain_lines.stages(session, passage, words, found),
        own=chain_words.address(session, passage.where, found.node),
        root=root(passage.where),
    )
