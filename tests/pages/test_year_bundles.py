"""Equal requests on the page of a year: short at first sight, with what a norm would say behind."""

from tests.http.town import Town
from tests.pages.district_town import AT, YEAR
from tests.pages.test_district_pages import said


def test_what_an_unverified_norm_would_say_waits_behind_its_why(district: Town) -> None:
    page = district.client("planner").get(f"{AT}/presupuesto/{YEAR}")

    shown, _, rest = page.text.partition('<details class="why"><summary>por qué</summary>')
    assert "Comunidades que lo piden: 2" in said(page)
    assert "por verificar" not in shown
    assert "de referencia (por verificar)" in rest.partition("</details>")[0]
