"""Bodies that come packed with gzip, as the offline application sends them."""

import gzip
import random
from uuid import UUID

import httpx
import pytest

from tests.openrosa.conftest import Phone
from tests.openrosa.serving import a_photo
from tests.town import a_diagnosis, a_plan

ONE = UUID(int=1)


def body_of(xml: bytes, **files: bytes) -> tuple[bytes, str]:
    """A document as a multipart body, and its content type."""
    parts = [("xml_submission_file", ("a.xml", xml, "text/xml"))]
    parts += [(n, (n.replace("_", "."), c, "image/jpeg")) for n, c in files.items()]
    request = httpx.Request("POST", "https://sismuni.test", files=parts)
    return request.read(), request.headers["content-type"]


def send(phone: Phone, body: bytes, kind: str, encoding: str = "gzip") -> httpx.Response:
    headers = {"content-type": kind, "content-encoding": encoding}
    return phone.client.post(f"{phone.base}/submission", content=body, headers=headers)


def test_a_packed_document_with_its_photograph_is_taken(either_phone: Phone) -> None:
    phone = either_phone
    plan = phone.document("plan", {**a_plan(), "acta_photo": "acta.jpg"}, ONE)
    body, kind = body_of(plan, acta_jpg=a_photo(random.Random(1)))

    codes = [send(phone, gzip.compress(body), kind).status_code for _ in range(2)]
    codes.append(send(phone, body, kind, "identity").status_code)

    assert codes == [201, 202, 202]
    assert [(d.state, list(d.files)) for d in phone.deliveries()] == [("taken", ["acta.jpg"])]


@pytest.mark.parametrize("kept", [0, 0.1, 0.5, 0.9, 0.999])
def test_packing_that_ends_too_soon_is_refused(phone: Phone, kept: float) -> None:
    body, kind = body_of(phone.document("diagnosis", a_diagnosis(), ONE))
    packed = gzip.compress(body)

    answer = send(phone, packed[: int(kept * len(packed))], kind)

    assert answer.status_code == 400
    assert "cortado" in answer.text
    assert phone.deliveries() == []


def test_packing_that_is_broken_is_refused(phone: Phone) -> None:
    body, kind = body_of(phone.document("diagnosis", a_diagnosis(), ONE))
    packed = bytearray(gzip.compress(body))
    packed[-8] ^= 1  # its checksum

    answers = [
        send(phone, bytes(packed), kind),
        send(phone, body, kind),
        send(phone, gzip.compress(body) + b"more", kind),
    ]

    assert [each.status_code for each in answers] == [400, 400, 400]
    assert all('nature="submit_error"' in each.text for each in answers)
    assert phone.deliveries() == []


def test_what_unpacks_to_more_than_an_upload_is_refused_while_it_comes(phone: Phone) -> None:
    body, kind = body_of(b"<a>" + b"x" * 9_000_000 + b"</a>", a_jpg=bytes(120_000_000))
    packed = gzip.compress(body, 1)

    answer = send(phone, packed, kind)

    assert len(packed) < 1_000_000
    assert answer.status_code == 413
    assert phone.deliveries() == []


def test_a_packed_document_of_more_than_ten_megabytes_is_refused(phone: Phone) -> None:
    body, kind = body_of(b"<a>" + b"x" * 10_000_001 + b"</a>")

    assert send(phone, gzip.compress(body), kind).status_code == 413
    assert phone.deliveries() == []


@pytest.mark.parametrize("encoding", ["br", "deflate", "gzip, gzip", "zstd"])
def test_other_packing_is_refused_as_unknown(phone: Phone, encoding: str) -> None:
    body, kind = body_of(phone.document("diagnosis", a_diagnosis(), ONE))

    answer = send(phone, gzip.compress(body), kind, encoding)

    assert answer.status_code == 415
    assert "gzip" in answer.text


def test_other_routes_take_no_packed_bodies(phone: Phone) -> None:
    answer = phone.client.post(
        "/api/v1/session",
        content=gzip.compress(b"{}"),
        headers={"content-type": "application/json", "content-encoding": "gzip"},
    )

    assert answer.status_code in {400, 404, 405, 415, 422}
