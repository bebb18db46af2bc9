"""Remove what the other tools made; the data of an installation (``var/sismuni``) stays."""

import shutil
import sys
from pathlib import Path

from tools import localpg
from tools.steps import ROOT, utf8_output

MADE = (
    ".venv",
    "node_modules",
    "dist",
    "web/static/vendor",
    "var/test-report.xml",
    ".pytest_cache",
    ".mypy_cache",
    ".ruff_cache",
    ".hypothesis",
)
CLUSTERS = ("var/pg-test", "var/pg-bench")


def remove(root: Path = ROOT) -> None:
    """Stop the private clusters of this tree, then remove all that can be made again."""
    for cluster in CLUSTERS:
        for durable in (True, False):
            folder = localpg.place(root / cluster, durable=durable)
            if folder.exists():
                localpg.remove(folder)
    for name in MADE:
        path = root / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


if __name__ == "__main__":
    utf8_output()
    try:
        remove()
    except localpg.LocalPgError as error:
        sys.exit(str(error))
