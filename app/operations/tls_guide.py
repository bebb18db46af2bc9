"""A page to pin up: how a phone comes to trust the town hall's own authority."""

import json
import tempfile
from html import escape
from pathlib import Path

import typst

from app.documents import qr

STEPS = (
    ("Antes", "Conecte el teléfono a la red (wifi) de la municipalidad."),
    (
        "1",
        "Lea este código con la cámara. El teléfono avisará que no conoce el sitio: "
        "elija «Avanzado» y continúe, solo esta vez. Se descarga un archivo.",
    ),
    (
        "2 · Android",
        "Ajustes › Seguridad › Más ajustes › Cifrado y credenciales › Instalar un certificado › "
        "Certificado de CA. Elija el archivo descargado.",
    ),
    (
        "2 · iPhone",
        "Ajustes › Perfil descargado › Instalar. Después: Ajustes › General › Información › "
        "Confianza de certificados, y active SISMUNI.",
    ),
    (
        "2 · Windows",
        "Abra el archivo › Instalar certificado › Entidades de certificación raíz de confianza.",
    ),
    ("3", "Compruebe que la huella que muestra el teléfono es la de abajo. Si no, no siga."),
)
SCOPE = (
    "Esta autoridad solo puede responder por nombres locales y direcciones privadas: "
    "confiar en ella no abre ningún otro sitio."
)


def write(folder: Path, address: str, fingerprint: str) -> list[Path]:
    """Write the guide as SVG (the code alone), HTML and PDF; returns the files.

    ``address`` is where the authority's certificate is fetched.
    """
    folder.mkdir(parents=True, exist_ok=True)
    code = qr.svg(address)
    files = {
        "codigo.svg": code.encode(),
        "guia.html": _html(code, address, fingerprint).encode(),
        "guia.pdf": _pdf(code, address, fingerprint),
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in files]


def _html(code: str, address: str, fingerprint: str) -> str:
    steps = "".join(f"<dt>{escape(head)}</dt><dd>{escape(text)}</dd>" for head, text in STEPS)
    return (
        '<!doctype html><html lang="es"><meta charset="utf-8">'
        "<title>SISMUNI: confiar en la conexión</title>"
        "<style>body{font:16px/1.5 sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem}"
        "dt{font-weight:bold}code{overflow-wrap:anywhere}figure{margin:1rem 0}"
        "figure svg{width:14rem;height:auto}</style>"
        f"<h1>Entrar a SISMUNI sin avisos</h1><figure>{code}<figcaption><code>{escape(address)}"
        f"</code></figcaption></figure><dl>{steps}</dl>"
        f"<p>Huella (SHA-256): <code>{escape(fingerprint)}</code></p><p>{escape(SCOPE)}</p></html>"
    )


_PAGE = """
#let told = json("told.json")
#set page(paper: "a4", margin: 2cm)
#set text(lang: "es", size: 12pt)
= Entrar a SISMUNI sin avisos
#align(center)[#image("code.svg", width: 6cm) #raw(told.address)]
#for step in told.steps [
  *#step.at(0)* \\
  #step.at(1)

]
#text(size: 9pt)[Huella (SHA-256): \\ #raw(told.fingerprint)]

#text(size: 9pt, told.scope)
"""


def _pdf(code: str, address: str, fingerprint: str) -> bytes:
    told = {"address": address, "fingerprint": fingerprint, "steps": STEPS, "scope": SCOPE}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "guide.typ").write_text(_PAGE, encoding="utf-8")
        (folder / "code.svg").write_text(code, encoding="utf-8")
        (folder / "told.json").write_text(json.dumps(told), encoding="utf-8")
        return typst.compile(folder / "guide.typ", root=folder)
