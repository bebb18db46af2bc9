"""A sealed stream gives back what was written, or refuses."""

import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.store import archive
from app.store.archive import CHUNK, Damaged, NotABackup, Opening, Sealing, WrongKey
from app.store.locks import FileLock, Held

KEY = "una clave"
# The key costs a tenth of a second on purpose.
FEW = settings(max_examples=12, deadline=None)
PLAIN = bytes(range(256)) * (2 * CHUNK // 256) + b"cola"


def sealed(plain: bytes, secret: str = KEY) -> bytes:
    target = io.BytesIO()
    sealing = Sealing(target, secret)
    sealing.write(plain)
    sealing.finish()
    return target.getvalue()


def opened(stream: bytes, secret: str = KEY) -> bytes:
    opening = Opening(io.BytesIO(stream), secret)
    plain = opening.read()
    opening.finish()
    return plain


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK])
def test_what_was_sealed_comes_back(size: int) -> None:
    plain = b"x" * size

    assert opened(sealed(plain)) == plain


def test_nothing_readable_stands_in_it() -> None:
    assert b"familia 12" not in sealed(b"familia 12 " * 1000)


@FEW
@given(st.data())
def test_cut_off_anywhere_it_is_refused(data: st.DataObject) -> None:
    stream = WHOLE
    at = data.draw(st.integers(0, len(stream) - 1))

    with pytest.raises((Damaged, NotABackup)):
        opened(stream[:at])


@FEW
@given(st.data())
def test_one_byte_changed_anywhere_is_refused(data: st.DataObject) -> None:
    stream = bytearray(WHOLE)
    at = data.draw(st.integers(0, len(stream) - 1))
    stream[at] ^= 1 + data.draw(st.integers(0, 254))

    with pytest.raises((Damaged, NotABackup, WrongKey)):
        opened(bytes(stream))


WHOLE = sealed(PLAIN)


@pytest.mark.parametrize("at", [0, 1])
def test_chunks_cannot_be_dropped_at_their_limits(at: int) -> None:
    head = len(archive.MAGIC) + archive.SALT + archive.CHECK
    chunk = CHUNK + archive.TAG

    with pytest.raises(Damaged):
        opened(WHOLE[: head + at * chunk] + WHOLE[head + (at + 1) * chunk :])


def test_cut_off_between_chunks_is_refused() -> None:
    head = len(archive.MAGIC) + archive.SALT + archive.CHECK

    with pytest.raises(Damaged):
        opened(WHOLE[: head + CHUNK + archive.TAG])


def test_wrong_key_is_told_apart_from_damage() -> None:
    with pytest.raises(WrongKey, match="otra clave"):
        opened(WHOLE, "otra")


def test_second_holder_of_a_lock_is_refused_until_the_first_lets_go(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "a.lock")
    with lock, pytest.raises(Held):
        FileLock(tmp_path / "a.lock").take()

    with FileLock(tmp_path / "a.lock") as again:
        assert again.path.exists()
