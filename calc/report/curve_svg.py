"""Draw the curve of a sweep as SVG: axes with units, every jump at its place, its numbers as text for all readers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from calc.exact import Number, magnitude
from calc.report.chart_ticks import round_step, ticks
from calc.report.label_layout import Box, Layout, TextPlace, shortened, text_width
from calc.report.sweep_text import SweepWords
from calc.report.ui_text import say
from calc.vary.curve import CurvePiece, Jump

_WIDTH, _PLOT, _LEAST = 780, 330, 40
"""The width of the picture, the height of what is drawn in it, the least room at the right."""
_ROW, _MARK = 20, 6
_TICKS = 5
_STYLE = (
    '.curves text{font:13px "Noto Sans CJK SC","Microsoft YaHei","PingFang SC",system-ui,sans-serif;fill:#1b1b1b;'
    "paint-order:stroke;stroke:#fff;stroke-width:3px;stroke-linejoin:round}"
    ".curves line,.curves polyline{stroke:#1b1b1b;fill:none}.curves .grid{stroke:#d0d0d0}"
    ".curves .curve{stroke-width:2.5;stroke-linecap:round}.curves .other{stroke-dasharray:.1 5}"
    ".curves .open{stroke-width:1}.curves text.other{font-style:italic}"
    ".curves .jump{stroke-dasharray:5 4;stroke:#a3341f}.curves .lead{stroke:#6b6b6b;stroke-width:.7}"
)
"""A white edge keeps texts readable on lines; nothing is said by colour alone."""


def svg(several: Sequence[SweepWords]) -> str:
    """Draws one curve or two; lines and texts are black, jumps dashed, the second curve dotted, its labels slanted."""
    return "\n".join(_Picture(several).lines()) + "\n"


def numbers(several: Sequence[SweepWords]) -> str:
    """Says what the curves show, piece by piece."""
    return "; ".join(
        f"{each.rules}{': ' if each.rules else ''}{each.value(one.piece.low)}–{each.value(one.piece.high)}: "
        f"{each.total(one)}"
        for each in several for one in each.curve.pieces
    )  # fmt: skip


class _Picture:
    """Holds the scales of a picture and the texts that are placed in it."""

    def __init__(self, several: Sequence[SweepWords]) -> None:
        self.several = several
        words = self.words = several[0]
        self.language = words.language
        pieces = [one for each in several for one in each.curve.pieces]
        grid = words.smallest_amount
        highest: Number = max(*(max(one.first, one.last) for one in pieces), grid * _TICKS)
        step = round_step(highest, _TICKS, grid)
        self.top = -(-highest // step) * step
        self.amounts = ticks(0, self.top, _TICKS, grid)
        self.left = max(map(text_width, map(words.money, self.amounts))) + 16
        self.right = max(_LEAST, text_width(words.value(words.curve.high)) / 2 + 4)
        self.keys = [*(each.rules for each in several if len(several) > 1),
                     *([say("sweep-thin", self.language)] if any(one.is_open for one in pieces) else [])]  # fmt: skip
        self.above = 30 + _ROW * len(self.keys)
        self.base = self.above + _PLOT
        self.height = self.base + 60
        self.layout = Layout(_WIDTH, self.height)

    def x(self, value: int) -> float:
        """The place of a value of the fact."""
        low, high = self.words.curve.low, self.words.curve.high
        return self.left + (value - low) * (_WIDTH - self.left - self.right) / max(high - low, 1)

    def y(self, amount: Number) -> float:
        """The height of an amount."""
        return self.base - float(amount * _PLOT / self.top)

    def lines(self) -> Iterator[str]:
        """Yields the lines of the picture; texts come last, so that no line crosses them."""
        title = say("sweep-title", self.language, fact=self.words.title)
        yield f'<svg class="curves" role="img" viewBox="0 0 {_WIDTH} {self.height}" xmlns="http://www.w3.org/2000/svg">'
        yield f"<title>{escape(title)}</title><desc>{escape(numbers(self.several))}</desc>"
        yield f"<style>{_STYLE}</style>"
        yield f'<rect width="{_WIDTH}" height="{self.height}" fill="#fff"/>'
        texts = [*self._axes_texts(), *self._keys_texts()]
        for each in self.several:
            for one in each.curve.pieces:
                self.layout.avoid(*(TextPlace(self.x(value), self.y(amount)) for value, amount in _ends(one)))
        labels = [*self._labels()]
        yield from self._grid()
        for shown, each in enumerate(self.several):
            for one in each.curve.pieces:
                yield from self._piece(one, shown)
            for at, jump in enumerate(each.curve.jumps):
                yield from self._jump(each, at, jump)
        yield from self._keys_lines()
        yield from labels
        yield from texts
        yield "</svg>"

    def _grid(self) -> Iterator[str]:
        end = _WIDTH - self.right
        for amount in self.amounts:
            yield _line("grid", self.left, end, self.y(amount), self.y(amount))
        yield _line("", self.left, self.left, self.above, self.base)
        yield _line("", self.left, end, self.base, self.base)

    def _piece(self, one: CurvePiece, shown: int) -> Iterator[str]:
        if one.failed_checks:
            return
        kind = f"curve{' other' if shown else ''}{' open' if one.is_open else ''}"
        points = " ".join(f"{self.x(value):.1f},{self.y(amount):.1f}" for value, amount in _ends(one))
        yield f'<polyline class="{kind}" points="{points}"/>'

    def _jump(self, each: SweepWords, at: int, jump: Jump) -> Iterator[str]:
        before, after = each.curve.pieces[at], each.curve.pieces[at + 1]
        if not (before.failed_checks or after.failed_checks):
            yield _line("jump", self.x(jump.at), self.x(jump.at), self.y(before.last), self.y(after.first))

    def _labels(self) -> Iterator[str]:
        """Yields the labels of jumps, the largest first; those without room are counted."""
        found = [(each, jump.at, jump.change, shown, max(each.curve.pieces[at].last, each.curve.pieces[at + 1].first))
                 for shown, each in enumerate(self.several) for at, jump in enumerate(each.curve.jumps)
                 if jump.change]  # fmt: skip
        found.sort(key=lambda one: -magnitude(one[2]))
        left_out = 0
        room = Box(self.left + 2, self.above - 14, _WIDTH - 2, self.base - 2)
        for each, value, change, shown, higher in found:
            text = f"{each.value(value)}: {each.signed(change)}"
            place, height = self.x(value), self.y(higher)
            spot = self.layout.place(text, self._spots(place, height - 6), room)
            if spot is None:
                left_out += 1
                continue
            yield _line("lead", place, place, height, spot.y)
            yield _text(text, spot, "other" if shown else "")
        if left_out:
            text = say("sweep-without-room", self.language, count=left_out)
            spot = self.layout.place(text, [TextPlace(_WIDTH - 4, 18, "end")])
            if spot is not None:
                yield _text(text, spot)

    def _spots(self, place: float, height: float) -> Iterator[TextPlace]:
        """Yields places for a label: at its jump, then higher, then lower, at either side of it."""
        sides = [TextPlace(place + _MARK, 0), TextPlace(place - _MARK, 0, "end")]
        if place > _WIDTH * 0.7:
            sides.reverse()
        heights = [height - _ROW * at for at in range(_PLOT // _ROW)]
        heights += [height + _ROW * at for at in range(1, _PLOT // _ROW)]
        for one in heights:
            for side in sides:
                yield TextPlace(side.x, one, side.anchor)

    def _axes_texts(self) -> Iterator[str]:
        words, layout = self.words, self.layout
        currency = str(words.plan.title["currency"])
        title = shortened(words.title, _WIDTH / 2)
        fixed = [(say("sweep-axis", self.language, currency=currency), TextPlace(8, 18)),
                 (title, TextPlace(_WIDTH - 4, self.height - 16, "end"))]  # fmt: skip
        fixed += [(words.money(one), TextPlace(self.left - 8, self.y(one) + 4, "end")) for one in self.amounts]
        marks = words.ticks(_TICKS + 1)
        fixed += [(text, TextPlace(self.x(value), self.base + 18, "middle")) for value, text in marks]
        for text, spot in fixed:
            if layout.place(text, [spot]) is not None:
                yield _text(text, spot)

    def _keys_texts(self) -> Iterator[str]:
        for at, key in enumerate(self.keys):
            spot = TextPlace(self.left + 58, self.above - 14 - _ROW * (len(self.keys) - 1 - at))
            text = shortened(key, _WIDTH - spot.x - 4, keep_end=True)
            if self.layout.place(text, [spot]) is not None:
                yield _text(text, spot, "other" if at == 1 and len(self.several) > 1 else "")

    def _keys_lines(self) -> Iterator[str]:
        for at in range(len(self.keys)):
            height = self.above - 18 - _ROW * (len(self.keys) - 1 - at)
            is_rules = len(self.several) > 1 and at < len(self.several)
            kind = ("curve other" if at else "curve") if is_rules else "curve open"
            yield _line(kind, self.left + 12, self.left + 52, height, height)


def _ends(one: CurvePiece) -> tuple[tuple[int, Number], tuple[int, Number]]:
    return (one.piece.low, one.first), (one.piece.high, one.last)


def _line(kind: str, left: float, right: float, top: float, bottom: float) -> str:
    of_kind = f' class="{kind}"' if kind else ""
    return f'<line{of_kind} x1="{left:.1f}" x2="{right:.1f}" y1="{top:.1f}" y2="{bottom:.1f}"/>'


def _text(text: str, spot: TextPlace, kind: str = "") -> str:
    of_kind = f' class="{kind}"' if kind else ""
    anchor = "" if spot.anchor == "start" else f' text-anchor="{spot.anchor}"'
    return f'<text{of_kind} x="{spot.x:.1f}" y="{spot.y:.1f}"{anchor}>{escape(text)}</text>'
