"""Which function runs which kind of job.

The functions are named, not imported: they pull in heavy libraries, and this table is
read by the web process too, which must stay small. A runner is called as
``runner(store, job, report)``; it calls ``report(done, total, message)`` often (cheap
enough for every hundred rows; it raises where the work must stop), returns the job's
``result`` or None, and refuses with a ``Refusal`` that a person can read. It may be
run again after a kill, so it must give the same end when started anew.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any, cast

from app.operations.progress import Report
from app.records.jobs import Job
from app.store.sessions import Store

Runner = Callable[[Store, Job, Report], dict[str, Any] | None]

RUNNERS: dict[str, str] = {
    "backup": "app.operations.backups:run",
    "import_preview": "app.operations.import_jobs:run_preview",
    "import_publish": "app.operations.import_jobs:run_publish",
    "import_undo": "app.operations.import_jobs:run_undo",
    "map_layers": "app.operations.layers.national:run",
    "map_tiles": "app.operations.open_layers.tilesets:run",
    "orphans": "app.operations.orphans:run",
    "retention": "app.operations.retention:run",
}


def runner(kind: str) -> Runner:
    """The function of a kind; its module is loaded now. ``KeyError`` where there is none."""
    module, _, name = RUNNERS[kind].partition(":")
    return cast(Runner, getattr(import_module(module), name))
