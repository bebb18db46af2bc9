"""What ``make run`` does, on any system: prepare whatever is wanting, then serve.

    python -m tools.run [options of ``sismuni serve``]

The server takes this process's place, so that Ctrl-C and signals reach it alone.
"""

import os
import subprocess
import sys
from collections.abc import Sequence

from tools import browser, venv
from tools.steps import ROOT, StepError, utf8_output


def prepare() -> None:
    """All that serving needs; nothing is done twice."""
    venv.ensure()
    browser.ensure()


def serve(options: Sequence[str]) -> int:
    """Become the server; only Windows, which cannot, waits for it and hands on its code."""
    command = [str(venv.python()), "-P", "-m", "app.cli", "serve", "--demo-if-new", *options]
    sys.stdout.flush()
    if os.name != "nt":
        os.execv(command[0], command)
    with subprocess.Popen(command, cwd=ROOT) as server:
        while True:
            try:
                return server.wait()
            except KeyboardInterrupt:
                continue  # the console has told the server too: let it end in order


if __name__ == "__main__":
    utf8_output()
    try:
        prepare()
    except StepError as error:
        sys.exit(f"\nNo se pudo preparar SISMUNI.\n{error}")
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(serve(sys.argv[1:]))
