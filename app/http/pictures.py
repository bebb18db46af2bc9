"""A picture of a map as it is sent: named by its content, kept by the browser for a year."""

from fastapi import Response

from app.operations.backgrounds import Picture

# The file of a background never changes: another file is another background.
FOR_LONG = "private, max-age=31536000, immutable"


def answer(found: Picture | None, seen: str | None) -> Response:
    """The picture; 204 where there is none, 304 where it is known."""
    headers = {"Cache-Control": FOR_LONG, "Vary": "Cookie, Authorization"}
    if found is None:
        return Response(status_code=204, headers=headers)
    headers["ETag"] = f'"{found.tag}"'
    if seen is not None and found.tag in seen:
        return Response(status_code=304, headers=headers)
    return Response(found.body, headers=headers, media_type=found.media_type)
