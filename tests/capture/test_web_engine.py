"""The forms in the engine of our own application: it, Collect's and our reader say the same."""

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from app.capture import answers as capture
from app.capture import delivered, xlsforms
from app.capture.answers import Answers
from app.capture.fields import Instrument
from tests.capture.test_javarosa import (
    BROKEN,
    COMMUNITY,
    KNOWN,
    LAST,
    MORE,
    SOFT,
    SOUND,
    Change,
    Raw,
    publish,
    put,
)
from tests.capture.test_xlsforms import INSTRUMENTS, as_client
from tests.capture.web_engine import Walked, WebEngine

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def engine(browser: Browser) -> Iterator[WebEngine]:
    """One page for the whole file."""
    context = browser.new_context()
    yield WebEngine(context.new_page())
    context.close()


@pytest.fixture(scope="module")
def forms(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every form that the cases fill."""
    folder = tmp_path_factory.mktemp("forms")
    return {code: publish(INSTRUMENTS[code], folder / code, LAST["previous"]) for code in SOUND}


def read_back(instrument: Instrument, walked: Walked) -> Answers:
    """What the server makes of the engine's XML."""
    document = delivered.parse(walked.xml)
    assert document.form == xlsforms.form_id(instrument)
    assert document.community == COMMUNITY
    return capture.read(instrument, delivered.answers(instrument, document, {}), KNOWN)


@pytest.mark.parametrize(("code", "raw"), [*SOUND.items(), *MORE])
def test_a_sound_document_is_whole_and_read_back_whole(
    engine: WebEngine, forms: dict[str, Path], code: str, raw: Raw
) -> None:
    instrument = INSTRUMENTS[code]

    walked = engine.fill(forms[code], instrument, as_client(instrument, raw))

    back, ours = read_back(instrument, walked), capture.read(instrument, raw, KNOWN)
    assert (walked.faults, walked.unoffered) == ((), ())
    assert back.ok
    assert capture.canonical(back) == capture.canonical(ours)


@pytest.mark.parametrize(("code", "change", "theirs", "ours"), BROKEN)
def test_what_is_wrong_is_refused_where_collect_refuses_it(
    engine: WebEngine,
    forms: dict[str, Path],
    code: str,
    change: Change,
    theirs: tuple[str, str],
    ours: str,
) -> None:
    instrument, raw = INSTRUMENTS[code], deepcopy(SOUND[code])
    change(raw)

    walked = engine.fill(forms[code], instrument, as_client(instrument, raw))

    assert theirs in walked.faults
    assert ours in {problem.path for problem in capture.read(instrument, raw, KNOWN).blocking()}


@pytest.mark.parametrize(("code", "change", "where"), SOFT)
def test_a_doubt_asks_for_its_reason_and_then_stands(
    engine: WebEngine, forms: dict[str, Path], code: str, change: Change, where: str
) -> None:
    instrument, raw = INSTRUMENTS[code], deepcopy(SOUND[code])
    change(raw)
    unexplained = as_client(instrument, raw)
    explained = deepcopy(unexplained)
    above, _, name = where.rpartition(".")
    asked = f"{above}.why_{name}".removeprefix(".")
    put(f"{capture.form_name(above)}.why_{name}".removeprefix("."), "Lo vimos")(explained)

    refused = engine.fill(forms[code], instrument, unexplained)
    taken = engine.fill(forms[code], instrument, explained)

    assert ("required", asked) in refused.faults
    assert taken.faults == ()
    assert read_back(instrument, taken).reasons == {where: "Lo vimos"}
