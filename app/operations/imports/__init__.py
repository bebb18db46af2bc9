"""What each kind of import reads, checks and writes; one file a kind.

A kind is a module with ``check(session, asked, say) -> Checked``, which reads the file and
writes nothing; ``publish(session, batch, checked) -> set of stamps``, inside the write lock
and quick; and ``undo(session, batch) -> set of stamps``. Heavy libraries may be imported
here: only the worker, the shell and tests load these modules (``importing.module_of``).
"""
