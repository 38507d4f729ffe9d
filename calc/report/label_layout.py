"""Places texts in a picture: none covers another one, and none is cut off by the edge.

Widths are estimated, and never too small: a picture does not know the font that it will be shown in.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Optional

from calc.diagnostics.source import display_width
from calc.record import Record

SIZE = 13
"""The size of texts, in units of the picture."""
_WIDE = frozenset("mwMW@%—…→")
_SIGN, _CAPITAL = 8.6, 11
"""The widest digit or small letter of the usual fonts, and the widest capital."""
_ABOVE, _BELOW = 15.5, 4.5
_ALONG = 8
_APART = 3
"""Room between two texts."""


class TextPlace(Record):
    """A place for a text: its anchor, which is its `start`, `middle` or `end`, on the line that it is written on."""

    x: float
    y: float
    anchor: str = "start"


class Box(Record):
    """The room that a text takes."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Says whether two texts would cover each other."""
        apart_x = self.right + _APART <= other.left or other.right + _APART <= self.left
        return not (apart_x or self.bottom <= other.top or other.bottom <= self.top)

    def is_within(self, other: Box) -> bool:
        """Says whether it is inside of another one."""
        across = other.left <= self.left and self.right <= other.right
        return across and other.top <= self.top and self.bottom <= other.bottom


def text_width(text: str) -> float:
    """Estimates the width of a text, rather too large than too small."""
    return sum(map(_sign_width, text))


def _sign_width(sign: str) -> float:
    if sign in _WIDE or display_width(sign) != 1:
        return SIZE
    return _CAPITAL if sign.isupper() else _SIGN


def shortened(text: str, width: float, keep_end: bool = False) -> str:
    """Cuts a text to a width, at its end or, for a path, at its beginning."""
    if text_width(text) <= width:
        return text
    while text and text_width(text + "…") > width:
        text = text[1:] if keep_end else text[:-1]
    return f"…{text}" if keep_end else f"{text}…"


class Layout:
    """Remembers the texts of a picture, of which each gets the first of its spots that is free.

    Spots on a line that is `avoided` are taken only where there is no other.
    """

    def __init__(self, width: float, height: float) -> None:
        self.picture = Box(0, 0, width, height)
        self.taken: list[Box] = []
        self.avoided: list[Box] = []

    def avoid(self, start: TextPlace, end: TextPlace) -> None:
        """Adds a straight line, as small boxes along it."""
        steps = max(1, round(max(abs(end.x - start.x), abs(end.y - start.y)) / _ALONG))
        for at in range(steps + 1):
            x, y = (one + (other - one) * at / steps for one, other in ((start.x, end.x), (start.y, end.y)))
            self.avoided.append(Box(x, y, x, y))

    def place(self, text: str, spots: Iterable[TextPlace], room: Optional[Box] = None) -> Optional[TextPlace]:
        """Takes the first spot at which a text is free and within a room, by default the picture; None without one."""
        found: Optional[TextPlace] = None
        for spot in spots:
            box = box_of(text, spot)
            if box.is_within(room or self.picture) and not any(map(box.meets, self.taken)):
                found = found or spot
                if not any(map(box.meets, self.avoided)):
                    found = spot
                    break
        if found is not None:
            self.taken.append(box_of(text, found))
        return found


def box_of(text: str, spot: TextPlace) -> Box:
    """Makes the room that a text takes at a spot."""
    width = text_width(text)
    left = spot.x - {"start": 0.0, "middle": width / 2, "end": width}[spot.anchor]
    return Box(left, spot.y - _ABOVE, left + width, spot.y + _BELOW)
