"""The state of a store is the same just as long as nothing is committed in it."""

from app.records import stamps
from app.store.sessions import Store


def _write(store: Store) -> None:
    with store.writing() as session:
        stamps.bump(session, "something")


def test_reading_changes_no_state(sqlite_store: Store) -> None:
    # Alone on the embedded store: in a cluster every other database's commits show too.
    before = sqlite_store.state()
    with sqlite_store.reading() as session:
        stamps.version(session, "something")

    assert sqlite_store.state() == before


def test_each_commit_changes_the_state(store: Store) -> None:
    seen = [store.state()]
    for _ in range(3):
        _write(store)
        seen.append(store.state())

    assert len(set(seen)) == 4


def test_a_commit_of_another_process_changes_the_state(store: Store) -> None:
    another = Store(store.url)
    before = store.state()
    _write(another)
    another.close()

    assert store.state() != before


def test_what_is_not_committed_changes_no_state_and_what_then_is_does(store: Store) -> None:
    with store.writing() as session:
        stamps.bump(session, "something")
        session.flush()
        during = [store.state() for _ in range(2)]

    assert store.state() not in during
    assert not store.is_sqlite or len(set(during)) == 1


def test_a_lost_connection_is_opened_anew_and_trusts_nothing_from_before(store: Store) -> None:
    before = store.state()
    store._watch.driver.close()

    after = store.state()

    assert after != before
