"""Photographs lose what the camera wrote beside them and are shown only to those who may."""

import io
import struct
import zlib

import pytest
from PIL import Image

from app.store.types import uuid7
from tests.api.house import COMMUNITY, FORMS, Api, document
from tests.http.town import DISTRICT, THERE

GPS = 0x8825


def a_photo(kind: str = "JPEG", size: tuple[int, int] = (640, 480)) -> bytes:
    """A photograph with the place and the owner that a phone writes."""
    image = Image.new("RGB", size, (180, 40, 40))
    exif = image.getexif()
    exif[0x0112] = 6  # lying on its side
    exif[0x013B] = "Rosa Ficticia"
    exif.get_ifd(GPS)[1] = "S"
    exif.get_ifd(GPS)[2] = (9.0, 55.0, 48.0)
    target = io.BytesIO()
    image.save(target, kind, exif=exif)
    return target.getvalue()


def upload(api: Api, uuid: str, content: bytes, code: str = "activity", role: str = "council"):
    return api.ask(role).post(
        f"{FORMS}/{code}/{uuid}/attachments", files={"file": ("foto.jpg", content, "image/jpeg")}
    )


def sent_with_photo(api: Api) -> tuple[str, str]:
    uuid = str(uuid7())
    sha256 = upload(api, uuid, a_photo()).json()["sha256"]
    body = document("activity", activity_photo=sha256) | {"uuid": uuid}
    answer = api.ask("council").post(f"{FORMS}/activity", json=body)
    assert answer.status_code == 201, answer.text
    return uuid, sha256


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_place_and_owner_go_and_the_picture_stands_upright(api: Api, kind: str) -> None:
    uuid = str(uuid7())
    answer = upload(api, uuid, a_photo(kind))

    assert answer.status_code == 201, answer.text
    kept = api.town.settings.files / answer.json()["sha256"][:2] / answer.json()["sha256"]
    content = kept.read_bytes()
    with Image.open(io.BytesIO(content)) as image:
        assert not image.getexif()
        assert image.size == (480, 640)
    assert b"Rosa" not in content


def test_photo_is_shown_to_those_who_see_the_answer(both_api: Api) -> None:
    uuid, sha256 = sent_with_photo(both_api)
    address = f"{FORMS}/activity/{uuid}/attachments/{sha256}"

    shown = both_api.ask("planner").get(address)

    assert shown.status_code == 200
    assert shown.headers["content-type"] == "image/jpeg"
    assert "private" in shown.headers["cache-control"]
    assert both_api.ask("health_agent").get(address).status_code == 404  # sees the sheet, not this
    assert both_api.ask("public").get(address).status_code == 401
    assert both_api.ask("neighbour").get(address).status_code == 403


def test_photo_of_one_document_is_not_read_through_another(api: Api) -> None:
    _, sha256 = sent_with_photo(api)
    other = str(uuid7())
    body = document("activity", activity_photo=sha256, attendees_women=3) | {"uuid": other}
    api.ask("council").post(f"{FORMS}/activity", json=body)

    answer = api.ask("council").get(f"{FORMS}/activity/{other}/attachments/{sha256}")

    assert answer.status_code == 404


def test_photo_before_sending_is_its_authors_alone(api: Api) -> None:
    uuid = str(uuid7())
    sha256 = upload(api, uuid, a_photo()).json()["sha256"]
    address = f"{FORMS}/activity/{uuid}/attachments/{sha256}"
    api.ask("council").put(
        f"{COMMUNITY}/drafts/activity/{uuid}", json={"answers": {"activity_photo": sha256}}
    )

    assert api.ask("council").get(address).status_code == 200
    assert api.ask("planner").get(address).status_code == 404


def test_same_photo_twice_is_kept_once(api: Api) -> None:
    uuid = str(uuid7())

    first, second = upload(api, uuid, a_photo()), upload(api, uuid, a_photo())

    assert first.json() == second.json()
    files = [each for each in api.town.settings.files.rglob("*") if each.is_file()]
    assert len(files) == 1


def test_photo_for_a_document_of_another_community_is_refused(api: Api) -> None:
    uuid, _ = sent_with_photo(api)
    elsewhere = f"/api/v1/districts/{DISTRICT}/communities/{THERE}/forms/activity/{uuid}"

    answer = api.ask("neighbour").post(
        f"{elsewhere}/attachments", files={"file": ("foto.jpg", a_photo(), "image/jpeg")}
    )

    assert answer.status_code == 409


def a_bomb() -> bytes:
    """A PNG of a few bytes that says it has 900 million points."""
    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", len(header))
        + chunk
        + struct.pack(">I", zlib.crc32(chunk))
        + b"\x00\x00\x00\x00IEND\xaeB`\x82"
    )


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 400),
        (b"<svg onload='x'></svg>", 415),
        (b"%PDF-1.4", 415),
        (a_photo()[:900], 400),
        (a_bomb(), 413),
        (b"\xff\xd8\xff" + b"0" * 15_000_001, 413),
    ],
    ids=["empty", "svg", "pdf", "cut", "bomb", "heavy"],
)
def test_what_is_no_photo_is_refused_and_leaves_nothing(
    api: Api, content: bytes, status: int
) -> None:
    answer = upload(api, str(uuid7()), content)

    assert answer.status_code == status, answer.text
    assert answer.json()["remedy"]
    assert not [each for each in api.town.settings.files.rglob("*") if each.is_file()]
