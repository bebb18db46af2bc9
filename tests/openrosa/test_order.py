"""However often, in whatever order and in however many pieces documents come, they are the same."""

import hashlib
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from sqlmodel import col, select

from app.operations import intake
from app.records.intake import Form
from app.store.sessions import Store
from tests.openrosa.serving import (
    NAME,
    Document,
    Yard,
    a_photo,
    found,
    post,
    require_all_is_well,
    serving,
    wait_until_taken,
)
from tests.worlds import Worlds

AT_ONCE = 50


def documents(yard: Yard, count: int) -> dict[UUID, Document]:
    """So many documents, the same for the same count; two of five with a photograph."""
    chance, made = random.Random(count), {}
    for number in range(1, count + 1):
        name = UUID(int=number)
        template, photo = yard.activity, None
        if number % 5 < 2:
            template, photo = yard.plan, a_photo(chance)
        made[name] = Document(template.replace(str(NAME).encode(), str(name).encode()), photo)
    return made


def deliver_each_fifty_times(url: str, home: Path, count: int) -> None:
    yard, store = found(url, home), Store(url)
    sent = documents(yard, count)
    # The fifty of a document stand together, so that they come at the same moment.
    posts = [each for each in sent.values() for _ in range(AT_ONCE)]
    limits = httpx.Limits(max_connections=AT_ONCE)

    with (
        serving(yard) as (_, address),
        httpx.Client(base_url=address, timeout=120, limits=limits) as client,
        ThreadPoolExecutor(AT_ONCE) as pool,
    ):
        codes = Counter(pool.map(lambda d: post(client, d, with_photo=True).status_code, posts))
        wait_until_taken(store)

    assert codes == {201: count, 202: count * (AT_ONCE - 1)}
    require_all_is_well(store, yard, sent)
    store.close()


def test_fifty_at_once_of_each_of_ten_documents_are_ten(store_url: str, tmp_path: Path) -> None:
    deliver_each_fifty_times(store_url, tmp_path, 10)


@pytest.mark.verify
def test_fifty_at_once_of_each_of_two_hundred_documents_are_two_hundred(
    store_url: str, tmp_path: Path
) -> None:
    deliver_each_fifty_times(store_url, tmp_path, 200)


def digest(store: Store) -> str:
    """One digest of all that the documents say, whatever came first."""
    total = hashlib.sha256()
    with store.reading() as session:
        for form in session.exec(select(Form).order_by(col(Form.uuid))):
            about = (str(form.uuid), form.instrument, form.version, form.state, form.revision)
            total.update(repr(about).encode() + intake.canonical(intake.answers_of(session, form)))
    return total.hexdigest()


def test_shuffled_order_and_split_attachments_give_the_same_content(
    store_url: str, worlds: Worlds, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    other_url = f"sqlite:///{(tmp_path / 'other' / 'other.db').as_posix()}"
    worlds.empty(other_url)
    yards = found(store_url, tmp_path), found(other_url, tmp_path / "other")
    sent = documents(yards[0], 25)
    with serving(yards[0]) as (_, address), httpx.Client(base_url=address, timeout=60) as client:
        codes = [post(client, each, with_photo=True).status_code for each in sent.values()]
        store = Store(store_url)
        wait_until_taken(store)

    pieces = [(each, whole) for each in sent.values() for whole in (False, True, True)]
    random.Random(3).shuffle(pieces)
    with (
        serving(yards[1]) as (_, address),
        httpx.Client(base_url=address, timeout=60) as client,
        ThreadPoolExecutor(8) as pool,
    ):
        shuffled = set(pool.map(lambda p: post(client, p[0], with_photo=p[1]).status_code, pieces))
        other = Store(other_url)
        wait_until_taken(other)

    assert codes == [201] * 25
    assert shuffled == {201, 202}
    require_all_is_well(store, yards[0], sent)
    require_all_is_well(other, yards[1], sent)
    assert digest(store) == digest(other)
    store.close()
    other.close()
