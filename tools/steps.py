"""What the other tools share: where the tree stands, lines of progress, stamps of work done."""

import hashlib
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class StepError(RuntimeError):
    """A step cannot go on; the text says why and what to do."""


def say(text: str) -> None:
    """One line for the person who waits, at once even where output is a file."""
    print(text, flush=True)


@contextmanager
def step(text: str) -> Iterator[None]:
    """Announce a step before it begins, and say how long it took if that was over a second."""
    say(f"· {text} ...")
    began = time.monotonic()
    yield
    took_s = time.monotonic() - began
    if took_s > 1:
        say(f"  {took_s:.0f} s")


def run(
    command: Sequence[str | Path],
    *,
    cwd: Path = ROOT,
    environment: Mapping[str, str] | None = None,
    remedy: str = "",
) -> None:
    """Run a command to its end, its output shown; a failure is a ``StepError`` with the remedy."""
    words = [str(word) for word in command]
    try:
        # No standard input: nothing here may stop to ask.
        subprocess.run(words, cwd=cwd, env=environment, stdin=subprocess.DEVNULL, check=True)
    except subprocess.CalledProcessError as error:
        failed = f"Falló con el código {error.returncode}: {' '.join(words)}"
        raise StepError(f"{failed}\n{remedy}".rstrip()) from error
    except OSError as error:
        raise StepError(f"{words[0]}: {error}\n{remedy}".rstrip()) from error


def digest(*parts: Path | str) -> str:
    """A fingerprint of files and words, in the order given; a missing file counts as empty."""
    total = hashlib.sha256()
    for part in parts:
        if isinstance(part, Path):
            content = part.read_bytes() if part.is_file() else b""
        else:
            content = part.encode()
        total.update(hashlib.sha256(content).digest())
    return total.hexdigest()


def is_done(stamp: Path, key: str) -> bool:
    """Tell whether this very work was finished before."""
    return stamp.is_file() and stamp.read_text(encoding="ascii").strip() == key


def utf8_output() -> None:
    """Let Spanish through a Windows console that expects an old code page."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")
