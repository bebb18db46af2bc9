"""QR codes as drawings that a page or a document may hold."""

import io

import segno


def svg(text: str) -> str:
    """An SVG of class ``qr`` that takes the size of its box, with the quiet zone for cameras.

    Error correction M: a folded or stained card still reads.
    """
    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        drawn,
        kind="svg",
        border=4,
        xmldecl=False,
        svgns=True,
        svgclass="qr",
        lineclass=None,
        omitsize=True,
        nl=False,
    )
    return drawn.getvalue().decode()
