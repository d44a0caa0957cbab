"""The icons: drawn for this program on a grid of 24, as lines of two wide with round ends."""

from __future__ import annotations

from typing import Final


def _lines(*paths: str) -> str:
    return "".join(f'<path d="{path}"/>' for path in paths)


DRAWN: Final = {
    "today": _lines("M4 11 12 4l8 7", "M6 9.5V20h12V9.5", "M10 20v-5h4v5"),
    "agenda": _lines("M4 6h16v14H4z", "M4 10h16", "M8 3.5V7M16 3.5V7", "M8 14h3M13 14h3M8 17h3"),
    "rooms": _lines("M6 21V4h9l3 2v15", "M3 21h18", "M14.5 12.5v.5"),
    "requests": _lines("M4 13l3-8h10l3 8v6H4z", "M4 13h5l1.5 2.5h3L15 13h5"),
    "roster": _lines("M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z", "M3 20c0-4 2.5-6 6-6s6 2 6 6")
    + _lines("M15.5 4.5a3 3 0 0 1 0 6", "M17.5 14.5c2.3.8 3.5 2.7 3.5 5.5"),
    "count": _lines("M6 5v14M10 5v14M14 5v14M18 5v14", "M3.5 16l17-8"),
    "chart": _lines("M4 20h16", "M7 20v-6M12 20V9M17 20V5"),
    "neighbours": _lines("M12 8.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z")
    + _lines("M5.5 20a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z")
    + _lines("M18.5 20a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z", "M11 8.5 7 15M13 8.5l4 6.5M8 17.5h8"),
    "box": _lines("M4 8l8-4 8 4v8l-8 4-8-4z", "M4 8l8 4 8-4", "M12 12v8"),
    "card": _lines("M3.5 6h17v12h-17z", "M7 10h6M7 14h10"),
    "settings": _lines("M4 7h9M17 7h3M4 17h3M11 17h9")
    + _lines("M15 9a2 2 0 1 0 0-4 2 2 0 0 0 0 4z", "M9 19a2 2 0 1 0 0-4 2 2 0 0 0 0 4z"),
    "screen": _lines("M3 5h18v11H3z", "M8 20h8M12 16v4"),
    "print": _lines("M7 9V4h10v5", "M7 17H4V9h16v8h-3", "M7 14h10v6H7z"),
    "more": _lines("M5 12h.01M12 12h.01M19 12h.01"),
    "plus": _lines("M12 5v14M5 12h14"),
    "left": _lines("M14 6l-6 6 6 6"),
    "right": _lines("M10 6l6 6-6 6"),
    "clock": _lines("M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17z", "M12 7.5V12l3 2"),
    "pin": _lines("M12 21c4-5 6-8 6-11a6 6 0 0 0-12 0c0 3 2 6 6 11z", "M12 12v-.01"),
    "people": _lines("M12 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z", "M5 20c0-4 3-6 7-6s7 2 7 6"),
    "lock": _lines("M6 11h12v9H6z", "M8.5 11V8a3.5 3.5 0 0 1 7 0v3"),
    "key": _lines("M8 15.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8z", "M12 11.5h9M17.5 11.5v3.5M20.5 11.5V14"),
    "down": _lines("M12 4v11M7.5 10.5 12 15l4.5-4.5", "M5 19.5h14"),
    "door": _lines("M13 4h6v16h-6", "M4 12h10M10.5 8.5 14 12l-3.5 3.5"),
    "edit": _lines("M5 19l1-4L16 5l3 3L9 18z", "M14 7l3 3"),
    "swap": _lines("M5 8h13M15 5l3 3-3 3", "M19 16H6M9 13l-3 3 3 3"),
    "copy": _lines("M9 9h11v11H9z", "M5 15H4V4h11v1"),
    "disk": _lines("M4 6c0-1.5 3.5-2.5 8-2.5s8 1 8 2.5v12c0 1.5-3.5 2.5-8 2.5S4 19.5 4 18z")
    + _lines("M4 6c0 1.5 3.5 2.5 8 2.5S20 7.5 20 6", "M4 12c0 1.5 3.5 2.5 8 2.5s8-1 8-2.5"),
    "shield": _lines("M12 3.5 5 6v5c0 4.5 3 7.5 7 9.5 4-2 7-5 7-9.5V6z", "M9 12l2.2 2.2L15.5 10"),
    "globe": _lines("M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17z")
    + _lines("M3.5 12h17", "M12 3.5c3 3 3 14 0 17M12 3.5c-3 3-3 14 0 17"),
    # The icons of states, each of its own shape so that colour is never needed.
    "requested": _lines("M12 19a7 7 0 1 0 0-14 7 7 0 0 0 0 14z"),
    "confirmed": _lines("M5 12.5l4.5 4.5L19 7.5"),
    "declined": _lines("M6.5 6.5l11 11M17.5 6.5l-11 11"),
    "conflict": _lines("M12 4 2.8 20h18.4z", "M12 10v4.5M12 17.2v.1"),
    "withdrawn": _lines("M5.5 12h13"),
    "cancelled": _lines("M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16z", "M6.5 17.5l11-11"),
    "moved": _lines("M4 12h14M13 7l5 5-5 5"),
    "note": _lines("M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17z", "M12 11v5.5M12 7.7v.1"),
    "dots": _lines("M6 12h.01M12 12h.01M18 12h.01"),
}
"""Markup of each icon by name."""
