"""Reasons: numbers kept raw, shown as people read them."""

import pytest

from app.planning.reasons import Reason, percent, soles


@pytest.mark.parametrize(
    ("centimos", "shown"),
    [(0, "S/ 0"), (150, "S/ 1,50"), (1_250_000_00, "S/ 1 250 000"), (-105, "S/ -1,05")],
)
def test_money_is_printed_in_soles(centimos: int, shown: str) -> None:
    assert soles(centimos).replace("\N{NO-BREAK SPACE}", " ") == shown


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (0, "0 %"),
        (0.0001, "menos de 0,1 %"),
        (0.387, "38,7 %"),
        (0.5, "50 %"),
        (0.99999, "más de 99,9 %"),
        (1, "100 %"),
    ],
)
def test_not_zero_is_never_shown_as_zero(share: float, shown: str) -> None:
    assert percent(share).replace("\N{NO-BREAK SPACE}", " ") == shown


def test_the_sentence_fills_its_numbers() -> None:
    reason = Reason(
        "left",
        "Entra: quedan {left_centimos} para {people} personas.",
        {"left_centimos": 100_050, "people": 2214},
    )

    assert reason.sentence.replace("\N{NO-BREAK SPACE}", " ") == (
        "Entra: quedan S/ 1 000,50 para 2 214 personas."
    )
