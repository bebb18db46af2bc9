"""The doors of every page: where a person may go from here."""

from collections.abc import Callable
from dataclasses import replace

from app.http.gate import Passage
from app.operations import access
from app.pages.language import N_, say
from app.records.places import EVERYWHERE, Where

Door = tuple[str, str, bool, int | None]  # words, address, whether it is open now, a count

# Words, address behind the district's, the registers of which one must be readable.
DOORS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (N_("Comunidades"), "/comunidades", ("communities",)),
    (N_("Bandeja"), "/bandeja", ("review",)),
    (N_("Prioridades"), "/prioridades", ("needs",)),
    (N_("PDLC"), "/plan", ("pdlc",)),
    (N_("Presupuesto"), "/presupuesto", ("proposals",)),
    (N_("Seguimiento"), "/seguimiento", ("agreements",)),
    (N_("Mapas"), "/mapas", ("maps",)),
    (
        N_("Administración"),
        "/administracion",
        ("accounts", "imports", "catalogues", "audit", "privacy", "operation"),
    ),
)
OFFICE = (
    (N_("Cuentas"), "/administracion/cuentas", "accounts"),
    (N_("Permisos"), "/administracion/permisos", "policy"),
    (N_("Auditoría"), "/administracion/auditoria", "audit"),
)


def may_open(passage: Passage, where: Where, register: str) -> bool:
    """Whether this person may read or run a register at a place."""
    return any(
        access.grant(passage.policy, passage.actor, where, register, verb)
        for verb in ("read", "manage")
    )


def of(passage: Passage, lang: str, path: str, stands: Callable[[str], bool]) -> list[Door]:
    """The doors that a person may open from here; ``stands`` tells which addresses answer."""
    doors: list[Door] = []
    own = {bond.community_id for bond in passage.actor.bonds if bond.community_id is not None}
    at_home = passage.where.community_id in own
    if own:
        doors.append((say(lang, N_("Mi comunidad")), "/mi-comunidad", at_home, None))
    if passage.where.place_id is None:
        return doors + _office(passage, lang, path)
    around = replace(
        passage.where,
        community_id=None,
        community_code=None,
        community_name=None,
        facility_id=None,
    )
    root = f"/d/{around.code}"
    for words, address, registers in DOORS:
        readable = any(may_open(passage, around, register) for register in registers)
        if readable and stands(root + address):
            current = path.startswith(root + address) and not at_home
            doors.append((say(lang, words), root + address, current, None))
    return doors


def _office(passage: Passage, lang: str, path: str) -> list[Door]:
    """The doors of whoever administers the whole installation."""
    return [
        (say(lang, words), address, path.startswith(address), None)
        for words, address, register in OFFICE
        if access.grant(passage.policy, passage.actor, EVERYWHERE, register, "read")
    ]
