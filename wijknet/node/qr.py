"""QR codes, for a terminal and for a page. The only door to segno."""

from __future__ import annotations

from functools import lru_cache

import segno


def show(text: str) -> None:
    """Print a code on the terminal."""
    segno.make(text, error="l").terminal(compact=True)


@lru_cache(maxsize=64)
def svg(text: str) -> str:
    """A code as SVG without a style of its own, dark on light whatever the colours of the page."""
    code = segno.make(text, error="m" if len(text) < 200 else "l", micro=False)
    return code.svg_inline(
        border=2, dark="#000", light="#fff", omitsize=True, svgclass="qr", lineclass="qr-dark"
    )
