"""How fast it is, measured: ``make bench`` prints one table and writes ``var/bench.json``.

Lives here: invented data at full size, what is timed, and the bare programs that it is held
against, side by side in one run. Never here: a check that others rely on, nor any shortcut
that the program itself does not take. The table is tested; nothing is timed in a test.
"""
