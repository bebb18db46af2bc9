"""Coming in: what opens an account, and what no longer does."""

from tests.http.town import HERE, PASSWORD, Town, an_account, seat_of


def test_password_opens_the_account(town: Town) -> None:
    an_account(town.store, "junta", seat_of("council"))
    client = town.client()

    answer = client.post("/entrar", data={"login": "Junta ", "password": PASSWORD})

    assert answer.status_code == 303
    assert answer.headers["location"] == "/inicio"
    landed = client.get("/inicio")
    assert landed.headers["location"] == f"/d/990101/comunidades/{HERE}"
