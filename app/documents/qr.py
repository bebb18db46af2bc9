"""QR codes as drawings that a page or a document may hold."""

import io

import segno


def svg(text: str, module_px: int = 4) -> str:
    """An SVG without a fixed size in print, with the quiet zone that cameras need.

    Error correction M: a folded or stained card still reads.
    """
    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        drawn,
        kind="svg",
        scale=module_px,
        border=4,
        xmldecl=False,
        svgns=True,
        svgclass="qr",
        lineclass=None,
        omitsize=False,
        nl=False,
    )
    return drawn.getvalue().decode()
