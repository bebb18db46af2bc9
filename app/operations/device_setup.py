"""How a telephone is set up: what its sheet says to a camera.

References
----------
ODK documentation, "Importing and exporting": the settings of Collect as a QR code.
"""

import base64
import json
import zlib

from app.operations.devices import Enrolled


def settings_qr(address: str, token: str, title: str) -> str:
    """The text of the QR code that sets ODK Collect up with a token in its address.

    JSON, compressed by zlib, as Base64: docs.getodk.org/collect-import-export.
    """
    return _settings(title, server_url=f"{address}/openrosa/{token}")


def capture_address(address: str, token: str) -> str:
    """What the camera of a telephone opens to set up our own application.

    The token stands behind the #, which no browser sends and no log sees.
    """
    return f"{address}/captura/#k={token}"


def digest_qr(address: str, enrolled: Enrolled, title: str) -> str:
    """As ``settings_qr``, with name and secret: over plain HTTP they stay on the telephone."""
    server = f"{address}/openrosa"
    return _settings(title, server_url=server, username=enrolled.name, password=enrolled.secret)


def _settings(title: str, **server: str) -> str:
    settings = {
        "general": {
            "protocol": "odk_default",
            **server,
            "form_update_mode": "match_exactly",
            "autosend": "wifi_and_cellular",
        },
        "admin": {},
        "project": {"name": title, "icon": "S", "color": "#8f2a20"},
    }
    packed = zlib.compress(json.dumps(settings, separators=(",", ":")).encode(), 9)
    return base64.b64encode(packed).decode()
