"""What sets SISMUNI up, checks it and packs it: never imported by the application.

``run``, ``check`` and all they call before the virtual environment exists use the
standard library alone; nothing here needs a shell, so that Windows needs no make.
"""
