"""What may be asked, and which function answers; its module is loaded only then."""

import argparse
import gc
import json
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import cast

from app import logs
from app.errors import Refusal
from app.planning.allocation.names import RULES, UTILITIES
from app.records.imports import KINDS
from app.settings import Settings, from_environment

DONE, REFUSED, NOT_WELL, STOPPED = 0, 1, 3, 130
Command = Callable[[argparse.Namespace, Settings], int]

COMMANDS = {
    "serve": "app.cli.serving:serve",
    "migrate": "app.cli.keeping:migrate",
    "import": "app.cli.importing:import_file",
    "forms check": "app.cli.forms:check",
    "allocate": "app.cli.allocating:allocate",
    "priorities": "app.cli.priorities:redo",
    "backup": "app.cli.keeping:backup",
    "restore": "app.cli.keeping:restore",
    "rebuild": "app.cli.keeping:rebuild",
    "recompute": "app.cli.keeping:recompute",
    "verify-trail": "app.cli.keeping:verify_trail",
    "health": "app.cli.keeping:health",
    "admin create": "app.cli.administrators:create",
    "admin reset": "app.cli.administrators:reset",
    "tls": "app.cli.certificates:tls_command",
    "demo load": "app.cli.demonstration:load",
    "demo national": "app.cli.demonstration:national",
    "jobs work": "app.cli.keeping:work",
    "jobs list": "app.cli.keeping:list_jobs",
}


def parser() -> argparse.ArgumentParser:
    """Everything that ``sismuni`` understands."""
    top = argparse.ArgumentParser(prog="sismuni", description="SISMUNI desde la consola.")
    commands = top.add_subparsers(dest="command", required=True, metavar="ORDEN")
    _serving(commands)
    _keeping(commands)
    _people(commands)
    _data(commands)
    _planning(commands)
    return top


def _json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="responde en JSON")


def _serving(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    serve = commands.add_parser("serve", help="prepara los datos y atiende hasta Ctrl-C")
    serve.add_argument(
        "--demo-if-new", action="store_true", help="carga el distrito de ejemplo si no hay datos"
    )
    serve.add_argument("--host", help="dirección en que atiende")
    serve.add_argument("--port", type=int, help="puerto en que atiende")
    serve.add_argument("--tls", action="store_true", help="atiende por HTTPS (vea «sismuni tls»)")
    tls = commands.add_parser("tls", help="hace o toma el certificado de esta máquina")
    tls.add_argument("--name", action="append", default=[], help="otro nombre de la máquina")
    tls.add_argument("--ip", action="append", default=[], help="otra dirección de la máquina")
    tls.add_argument("--cert", type=Path, help="certificado propio (PEM, con su cadena)")
    tls.add_argument("--key", type=Path, help="clave del certificado propio (PEM)")
    tls.add_argument("--to", type=Path, help="carpeta de la guía para imprimir")


def _keeping(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    commands.add_parser("migrate", help="actualiza los datos, con una copia antes")
    backup = commands.add_parser("backup", help="guarda una copia cifrada de todo")
    backup.add_argument("--to", type=Path, help="archivo o carpeta de la copia")
    _json(backup)
    restore = commands.add_parser("restore", help="trae de vuelta una copia")
    restore.add_argument("file", type=Path, metavar="ARCHIVO")
    restore.add_argument("--replace", action="store_true", help="en lugar de los datos que hay")
    commands.add_parser("rebuild", help="rehace los registros desde lo recibido")
    recompute = commands.add_parser("recompute", help="vuelve a contar los indicadores")
    recompute.add_argument("--locked", action="store_true", help="también las rondas cerradas")
    commands.add_parser("verify-trail", help="comprueba que nadie alteró la auditoría")
    _json(commands.add_parser("health", help="cómo está la instalación"))
    jobs = commands.add_parser("jobs", help="trabajos largos")
    these = jobs.add_subparsers(dest="what", required=True, metavar="QUÉ")
    work = these.add_parser("work", help="ejecuta los trabajos que esperan")
    work.add_argument("--forever", action="store_true", help="sin terminar, como un servicio")
    _json(these.add_parser("list", help="los últimos trabajos"))


def _people(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    admin = commands.add_parser("admin", help="quien administra la instalación")
    these = admin.add_subparsers(dest="what", required=True, metavar="QUÉ")
    create = these.add_parser("create", help="crea la primera cuenta")
    create.add_argument("--login", help="usuario")
    create.add_argument("--name", help="nombre")
    reset = these.add_parser("reset", help="da otra contraseña")
    reset.add_argument("login", metavar="USUARIO")
    for each in (create, reset):
        each.add_argument(
            "--password-stdin", action="store_true", help="lee la contraseña de la entrada"
        )


def _data(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    bring = commands.add_parser("import", help="importa un archivo")
    bring.add_argument("kind", choices=KINDS, metavar="CLASE", help=", ".join(KINDS))
    bring.add_argument("file", type=Path, metavar="ARCHIVO")
    bring.add_argument("--dry-run", action="store_true", help="solo muestra qué haría")
    bring.add_argument("--place", metavar="UBIGEO", help="lugar al que se refiere")
    bring.add_argument(
        "--option", action="append", default=[], metavar="NOMBRE=VALOR", help="opción de la clase"
    )
    bring.add_argument("--health", action="store_true", help="admite las prácticas sensibles")
    _json(bring)
    forms = commands.add_parser("forms", help="formularios propios (XLSForm)")
    these = forms.add_subparsers(dest="what", required=True, metavar="QUÉ")
    check = these.add_parser("check", help="dice si un XLSForm se puede publicar")
    check.add_argument("file", type=Path, metavar="ARCHIVO")
    _json(check)
    demo = commands.add_parser("demo", help="datos de ejemplo")
    these = demo.add_subparsers(dest="what", required=True, metavar="QUÉ")
    these.add_parser("load", help="carga el distrito de ejemplo")
    national = these.add_parser("national", help="llena muchos distritos, para medir")
    national.add_argument("--districts", type=int, required=True, metavar="N")


def _planning(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    redo = commands.add_parser("priorities", help="rehace una lista congelada desde sus datos")
    redo.add_argument("file", type=Path, metavar="ARCHIVO")
    _json(redo)
    share = commands.add_parser("allocate", help="reparte el presupuesto de un archivo .pb")
    share.add_argument("file", type=Path, metavar="ARCHIVO")
    share.add_argument(
        "--rule", choices=RULES, default="greedy", metavar="REGLA", help=", ".join(RULES)
    )
    share.add_argument(
        "--utility", choices=UTILITIES, help="lo que vale una propuesta para quien la marca"
    )
    share.add_argument(
        "--step", default="1", metavar="PASO", help="cuánto suben las partes: 1 o 1%%"
    )
    share.add_argument(
        "--stop-when-exhausted", action="store_true", help="termina cuando ya nada más alcanza"
    )
    share.add_argument(
        "--min-votes", type=int, metavar="N", help="apoyo que debe tener una propuesta"
    )
    share.add_argument(
        "--ties", default="support,cost,id", metavar="ORDEN", help="orden de desempate"
    )
    share.add_argument("--seed", default="", metavar="SEMILLA", help="semilla del sorteo")
    _json(share)


def main(arguments: Sequence[str] | None = None) -> int:
    """Answer one command; returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        # A Windows console may expect a code page without our signs.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    asked = parser().parse_args(arguments)
    name = " ".join(filter(None, (asked.command, getattr(asked, "what", None))))
    try:
        settings = from_environment()
        # Other users of the machine have no business with people's data.
        settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        logs.set_up(settings, "shell")
        return _command(name)(asked, settings)
    except Refusal as refusal:
        _tell(refusal, as_json=getattr(asked, "json", False))
        return REFUSED
    except KeyboardInterrupt:
        return STOPPED


def _command(name: str) -> Command:
    """The function that answers.

    What a module makes while it loads stays: walking it again and again for garbage took a
    third of the time to start.
    """
    module, _, function = COMMANDS[name].partition(":")
    gc.disable()
    try:
        return cast(Command, getattr(import_module(module), function))
    finally:
        gc.enable()


def _tell(refusal: Refusal, *, as_json: bool) -> None:
    remedy = refusal.remedy.format(**refusal.params) if refusal.params else refusal.remedy
    rows = [
        {"row": r.row, "field": r.field, "message": r.message, "value": r.value, "remedy": r.remedy}
        for r in refusal.rows
    ]
    if as_json:
        answer = {"detail": str(refusal), "remedy": remedy, "field": refusal.field, "rows": rows}
        print(json.dumps({"error": answer}, ensure_ascii=False))
        return
    print(refusal, file=sys.stderr)
    for row in refusal.rows[:20]:
        where = f"fila {row.row}: " if row.row is not None else ""
        print(f"  {where}{row.field or ''} {row.message} {row.remedy}".rstrip(), file=sys.stderr)
    if len(refusal.rows) > 20:
        print(f"  … y {len(refusal.rows) - 20} más", file=sys.stderr)
    if remedy:
        print(remedy, file=sys.stderr)
