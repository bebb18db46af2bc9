"""/health for whoever watches, /metrics for Prometheus, and the local authority for phones.

They stand outside the gate's table: /health must answer when the store, where the table
is, does not; it tells nothing that needs a role.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse

from app.errors import Unknown
from app.http.encrypted import FORWARDED
from app.http.gate import (
    Passage,
    Permit,
    ReadDep,
    SettingsDep,
    StoreDep,
    address,
    found_actor,
)
from app.operations import health, tls
from app.settings import LOOPBACK, Settings
from app.store import backup
from app.store.sessions import Store

router = APIRouter()


@router.get("/health", include_in_schema=False)
def read_health(store: StoreDep, settings: SettingsDep) -> JSONResponse:
    """How the installation stands; 503 where nobody can work."""
    found = health.look(store, settings)
    told = health.as_json(found)
    told["backup_at"] = found.backup_at.isoformat() if found.backup_at else None
    return JSONResponse(told, 200 if found.serves else 503, {"Cache-Control": "no-store"})


def may_measure(request: Request, session: ReadDep, settings: SettingsDep) -> None:
    """Let this machine through, or whoever may read the operation.

    A request that a proxy passed on comes from wherever the proxy says, not from here.
    """
    is_forwarded = any(name in request.headers for name in FORWARDED)
    if address(request, settings) in LOOPBACK and not is_forwarded:
        return
    Permit("operation", "read").passage(request, session, found_actor(request, session))


@router.get("/metrics", include_in_schema=False, dependencies=[Depends(may_measure)])
def read_metrics(request: Request, store: StoreDep, settings: SettingsDep) -> Response:
    """Counters of this process and the state of the installation, as Prometheus reads them."""
    lines = [*_traffic(request.state.traffic), *_installation(store, settings)]
    return Response("\n".join(lines) + "\n", media_type="text/plain; version=0.0.4")


def _traffic(traffic: Any) -> list[str]:
    lines = [
        "# HELP sismuni_requests_total Requests answered, by route and status.",
        "# TYPE sismuni_requests_total counter",
    ]
    for (route, status), count in sorted(traffic.counts.copy().items()):
        lines.append(f'sismuni_requests_total{{route="{_label(route)}",status="{status}"}} {count}')
    lines += [
        "# TYPE sismuni_request_seconds_total counter",
        f"sismuni_request_seconds_total {traffic.seconds:.6f}",
    ]
    return lines


def _installation(store: Store, settings: Settings) -> list[str]:
    found = health.look(store, settings)
    lines = [
        "# TYPE sismuni_up gauge",
        f"sismuni_up {int(found.serves)}",
        "# TYPE sismuni_problem gauge",
        *(
            f'sismuni_problem{{kind="{kind}"}} {int(kind in found.problems)}'
            for kind in health.WORDS
        ),
        "# TYPE sismuni_disk_free_bytes gauge",
        f"sismuni_disk_free_bytes {found.disk_free_bytes}",
        "# TYPE sismuni_quarantined_entries gauge",
        f"sismuni_quarantined_entries {found.quarantined}",
        "# TYPE sismuni_jobs gauge",
        *(f'sismuni_jobs{{state="{state}"}} {n}' for state, n in sorted(found.jobs.items())),
    ]
    if found.backup_age_days is not None:
        lines += [
            "# TYPE sismuni_backup_age_seconds gauge",
            f"sismuni_backup_age_seconds {found.backup_age_days * 86_400:.0f}",
        ]
    if found.serves:
        lines += [
            "# TYPE sismuni_store_bytes gauge",
            f"sismuni_store_bytes {backup.size_bytes(settings.url)}",
        ]
    return lines


def _label(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


@router.get("/autoridad.crt", include_in_schema=False)
def read_authority(
    passage: Annotated[Passage, Depends(Permit("home", "read"), scope="function")],
    settings: SettingsDep,
) -> Response:
    """The certificate of this town hall's own authority, for phones to trust it."""
    path = tls.folder(settings) / tls.AUTHORITY
    if not path.exists():
        raise Unknown("Esta instalación no tiene autoridad propia.")
    return Response(
        path.read_bytes(),
        media_type="application/x-x509-ca-cert",
        headers={"Content-Disposition": 'attachment; filename="sismuni-autoridad.crt"'},
    )
