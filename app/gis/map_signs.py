"""The signs of a printed map as SVG in millimetres: symbols, textures, arrow, bar and key.

What a colour says is said without it too: classes grow darker, those on the other side of a
middle bear stripes, and what is not known is hatched or has a dashed ring, never white.
"""

import math
from collections.abc import Iterable, Sequence
from html import escape
from itertools import pairwise

from app.gis.classes import NO_DATA
from app.gis.map_view import DRAWINGS

FONT = "Libertinus Serif"
INK, HALO, EDGE = "#23211e", "#ffffff", "#4a4741"
SEEN_THROUGH = 'fill-opacity="0.3"'
LEAST, MOST, UNSIZED = 1.05, 4.2, 1.4
"""Radii in millimetres of the smallest and the largest symbol, and of one without people."""
_GREY_STEP = 0.03  # of luminance: less than this is the same grey to a reader


def radius_of(people: int | None) -> float:
    """Radius in millimetres: the area grows with the people, as on the screen."""
    if not people or people < 0:
        return UNSIZED
    return min(MOST, LEAST + math.sqrt(people) * 0.07)


def luminance(colour: str) -> float:
    """How light a colour is in a grey print, 0 to 1 (Rec. 709)."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def striped(colours: Sequence[str]) -> frozenset[str]:
    """The colours that need stripes: those whose grey another class has already.

    A ramp from light to dark needs none; one with two dark ends gets them on its first side.
    """
    lightest = max(range(len(colours)), key=lambda at: luminance(colours[at]), default=0)
    if lightest in (0, len(colours) - 1) and _rising(colours):
        return frozenset()
    return frozenset(colours[:lightest])


def _rising(colours: Sequence[str]) -> bool:
    greys = [luminance(colour) for colour in colours]
    steps = [after - before for before, after in pairwise(greys)]
    return all(step > _GREY_STEP for step in steps) or all(step < -_GREY_STEP for step in steps)


def definitions() -> str:
    """The patterns that the rest refers to; once a drawing."""
    return (
        '<defs><pattern id="unknown" width="1.5" height="1.5" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><rect width="1.5" height="1.5" fill="#efebe2"/>'
        f'<rect width="0.42" height="1.5" fill="{NO_DATA}"/></pattern>'
        '<pattern id="stripes" width="1.1" height="1.1" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(-45)"><rect width="0.34" height="1.1" fill="#fff" '
        'fill-opacity="0.75"/></pattern></defs>'
    )


def symbol(
    at: tuple[float, float],
    radius: float,
    drawing: str,
    colour: str | None,
    *,
    old: bool = False,
) -> str:
    """One symbol; without a colour a dashed ring, fainter with a thin edge where it is old."""
    x, y = at
    if colour is None:
        look = (
            f'fill="#fff" fill-opacity="0.6" stroke="{NO_DATA}" stroke-width="{0.45 / radius:.3f}" '
            f'stroke-dasharray="{0.9 / radius:.3f} {0.6 / radius:.3f}"'
        )
    else:
        faint = ' fill-opacity="0.4" stroke-opacity="0.6"' if old else ""
        look = f'fill="{colour}" stroke="{EDGE}" stroke-width="{0.18 / radius:.3f}"{faint}'
    return (
        f'<path d="{DRAWINGS[drawing]}" transform="translate({x:.2f} {y:.2f}) '
        f'scale({radius:.2f})" {look}/>'
    )


def stripes(at: tuple[float, float], radius: float) -> str:
    """Stripes over a round symbol of this size."""
    return f'<circle cx="{at[0]:.2f}" cy="{at[1]:.2f}" r="{radius:.2f}" fill="url(#stripes)"/>'


def leader(place: tuple[float, float], sign: tuple[float, float]) -> str:
    """A line from where something is to the symbol that had to stand beside it."""
    (x, y), (to_x, to_y) = place, sign
    return (
        f'<path d="M{x:.2f} {y:.2f}L{to_x:.2f} {to_y:.2f}" stroke="{INK}" stroke-width="0.15"/>'
        f'<circle cx="{x:.2f}" cy="{y:.2f}" r="0.35" fill="{INK}"/>'
    )


def text(
    at: tuple[float, float], words: str, size: float, *, anchor: str = "start", fill: str = INK,
    halo: bool = False, bold: bool = False,
) -> str:  # fmt: skip
    """One line of text; with a halo it reads over anything."""
    look = f'font-family="{FONT}" font-size="{size:.2f}" text-anchor="{anchor}"'
    if bold:
        look += ' font-weight="bold"'
    where, said = f'x="{at[0]:.2f}" y="{at[1]:.2f}"', escape(words, quote=False)
    under = ""
    if halo:
        under = (
            f'<text {where} {look} fill="{HALO}" stroke="{HALO}" stroke-width="{size * 0.24:.2f}" '
            f'stroke-linejoin="round" stroke-opacity="0.9">{said}</text>'
        )
    return f'{under}<text {where} {look} fill="{fill}">{said}</text>'


def number(at: tuple[float, float], words: str, colour: str | None, radius: float) -> str:
    """A number on its symbol, dark or light as the symbol asks."""
    dark = colour is None or luminance(colour) > 0.4
    size = min(3.0, radius * 1.25)
    spot = (at[0], at[1] + size * 0.34)
    return text(spot, words, size, anchor="middle", fill=INK if dark else "#fff", bold=True)


def svg(width: float, height: float, parts: Iterable[str], *, patterns: bool = True) -> str:
    """A drawing of so many millimetres."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.2f}mm" height="{height:.2f}mm" '
        f'viewBox="0 0 {width:.2f} {height:.2f}">{definitions() if patterns else ""}'
        f"{''.join(parts)}</svg>"
    )


def patch(colour: str | None, *, with_stripes: bool = False, opaque: bool = True) -> str:
    """The patch of a class of areas in the key."""
    box = 'x="0.2" y="0.2" width="6.6" height="3.8"'
    fill = "url(#unknown)" if colour is None else colour
    edge = f'stroke="{EDGE}" stroke-width="0.2"'
    if not opaque:
        edge = f'{SEEN_THROUGH} stroke="{fill}" stroke-width="0.3"'
    parts = [f'<rect {box} fill="{fill}" {edge}/>']
    if with_stripes:
        parts.append(f'<rect {box} fill="url(#stripes)"/>')
    return svg(7, 4.2, parts)


def sample(
    drawing: str, colour: str | None, *, with_stripes: bool = False, old: bool = False
) -> str:
    """A symbol in the key."""
    parts = [symbol((3.5, 2.3), 1.8, drawing, colour, old=old)]
    if with_stripes:
        parts.append(stripes((3.5, 2.3), 1.8))
    return svg(7, 4.6, parts)


def stroke(colour: str, *, dashed: bool = False, width: float = 0.7) -> str:
    """A line in the key."""
    dash = ' stroke-dasharray="1.4 0.8"' if dashed else ""
    line = f'<path d="M0.3 2.1H6.7" stroke="{colour}" stroke-width="{width}"{dash}/>'
    return svg(7, 4.2, [line], patterns=False)


def sizes(steps: Sequence[tuple[int, str]]) -> str:
    """Symbols of so many people side by side, each with its words below."""
    parts, x = [], 0.0
    for people, words in steps:
        radius = radius_of(people)
        wide = max(2 * radius + 2, 11.0)
        middle = (x + wide / 2, MOST + 0.4)
        parts.append(
            f'<circle cx="{middle[0]:.2f}" cy="{middle[1]:.2f}" r="{radius:.2f}" fill="#e9e4d8" '
            f'stroke="{EDGE}" stroke-width="0.2"/>'
        )
        parts.append(text((middle[0], 2 * MOST + 3.4), words, 2.7, anchor="middle"))
        x += wide
    return svg(max(x, 1.0), 2 * MOST + 4.2, parts, patterns=False)


def arrow(turn: float, letter: str) -> str:
    """True north, which leans from straight up by so many degrees."""
    needle = (
        f'<g transform="rotate({turn:.2f} 5 6.5)"><path d="M5 0.4L7.6 9.4L5 7.6Z" fill="{INK}"/>'
        f'<path d="M5 0.4L2.4 9.4L5 7.6Z" fill="#fff" stroke="{INK}" stroke-width="0.3"/></g>'
    )
    return svg(10, 13.6, [needle, text((5, 13.2), letter, 3.4, anchor="middle", bold=True)],
               patterns=False)  # fmt: skip


def bar(length: float, words: Sequence[str]) -> str:
    """A scale bar of this length in four parts; words for its beginning, middle and end."""
    part, left = length / 4, 3.0
    parts = [
        f'<rect x="{left + at * part:.3f}" y="0.3" width="{part:.3f}" height="1.8" '
        f'fill="{INK if at % 2 == 0 else "#fff"}" stroke="{INK}" stroke-width="0.25"/>'
        for at in range(4)
    ]
    spots = (left, left + length / 2, left + length)
    parts += [
        text((x, 5.4), said, 2.9, anchor="middle") for x, said in zip(spots, words, strict=True)
    ]
    return svg(length + left + 12, 6.4, parts, patterns=False)
