"""The front of the administration: what this person may run here."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from app.http.gate import Passage, Permit
from app.pages import shell
from app.pages.doors import may_open
from app.pages.language import N_, say
from app.records.places import EVERYWHERE

router = APIRouter()
# Any account may knock; the doors behind are each one's own.
Knocking = Annotated[Passage, Depends(Permit("own_account", "read"), scope="function")]
# Words, a sentence, the address, whether it stands under the district, and the register.
DOORS = (
    (
        N_("Cuentas y roles"),
        N_("Quién entra, con qué rol y dónde; tarjetas, PIN y entrega de cargos."),
        ("/administracion/cuentas", True),
        "accounts",
    ),
    (
        N_("Celulares"),
        N_("Los que entregan fichas por su cuenta: inscribirlos y anularlos."),
        ("/celulares", True),
        "devices",
    ),
    (
        N_("Formularios propios"),
        N_("Los que la municipalidad hace en Excel para ODK Collect, y lo que llegó con ellos."),
        ("/formularios", True),
        "own_forms",
    ),
    (
        N_("Lenguas"),
        N_("Las fichas en las lenguas del distrito: traducir, grabar y confirmar."),
        ("/lenguas", True),
        "translations",
    ),
    (
        N_("Importaciones"),
        N_("Límites, comunidades, establecimientos, indicadores y respuestas."),
        ("/administracion/importaciones", True),
        "imports",
    ),
    (
        N_("Centros poblados del INEI"),
        N_("Qué lugar del padrón es cada comunidad: se propone, usted decide."),
        ("/administracion/centros-poblados", True),
        "imports",
    ),
    (
        N_("Trabajos"),
        N_("Lo que el sistema hace por su cuenta y cómo va."),
        ("/administracion/trabajos", True),
        "jobs",
    ),
    (
        N_("Catálogos y normas"),
        N_("Prácticas, indicadores, metas y normas, con su vigencia."),
        ("/administracion/catalogos", True),
        "catalogues",
    ),
    (
        N_("Datos personales"),
        N_("Lo que una familia puede pedir: ver, corregir, borrar, saber quién miró."),
        ("/administracion/privacidad", True),
        "privacy",
    ),
    (
        N_("Auditoría"),
        N_("Quién cambió qué, cuándo y por qué."),
        ("/administracion/auditoria", True),
        "audit",
    ),
    (
        N_("Permisos"),
        N_("La tabla que decide qué ve y qué hace cada rol."),
        ("/administracion/permisos", False),
        "policy",
    ),
    (
        N_("Copias y estado"),
        N_("Copias de seguridad, espacio en disco y salud del sistema."),
        ("/administracion/operacion", True),
        "operation",
    ),
)


@router.get("/d/{ubigeo}/administracion")
@router.get("/administracion")
def show(request: Request, passage: Knocking) -> HTMLResponse:
    """The doors that this person may open; the page says so where there is none."""
    lang = shell.language(request, passage.actor)
    root = f"/d/{passage.where.code}" if passage.where.place_id is not None else ""
    doors = []
    for words, sentence, (address, local), register in DOORS:
        where = passage.where if local else EVERYWHERE
        path = (root if local else "") + address
        if may_open(passage, where, register) and shell.stands(request, path):
            doors.append((say(lang, words), path, say(lang, sentence)))
    return shell.page(
        request, passage, "people/administration.html", title=N_("Administración"), doors=doors
    )
