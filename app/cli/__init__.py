"""``sismuni``: the same operations, from a shell.

Lives here: what is asked, how it is said in the console, exit codes. Never here: a
rule, SQL, what an operation already does.

Exit codes: 0 done, 1 refused or failed, 2 asked wrongly, 3 done but something is not
well (``health``, ``verify-trail``), 130 stopped with Ctrl-C.
"""

from app.cli.entry import main

__all__ = ["main"]
