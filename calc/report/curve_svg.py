"""Draw the curve of a sweep as SVG: axes with units, every jump at its place, its numbers as text for all readers."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from calc.exact import Number, divide
from calc.report.sweep_text import SweepWords
from calc.report.ui_text import say

_WIDTH, _HEIGHT, _LEFT, _TOP, _BOTTOM, _RIGHT = 780, 420, 90, 30, 60, 40
_TICKS = 5


def svg(several: Sequence[SweepWords]) -> str:
    """Draws one curve or two; lines and texts are black, jumps dashed, the second curve dotted.

    Over 60 lines: one picture from its axes to its legend.
    """
    words = several[0]
    curve, language = words.curve, words.language
    top: Number = max(*(max(one.first, one.last) for each in several for one in each.curve.pieces), 1)
    span = max(curve.high - curve.low, 1)

    def x(value: Number) -> float:
        return _LEFT + float((value - curve.low) * (_WIDTH - _LEFT - _RIGHT) / span)

    def y(amount: Number) -> float:
        return _HEIGHT - _BOTTOM - float(amount * (_HEIGHT - _TOP - _BOTTOM) / top)

    title = say("sweep-title", language, fact=words.title)
    told = [
        f"{each.rules}{': ' if each.rules else ''}{words.value(one.piece.low)}–{words.value(one.piece.high)}: "
        f"{each.total(one)}"
        for each in several for one in each.curve.pieces
    ]  # fmt: skip
    drawn = [
        f'<svg role="img" viewBox="0 0 {_WIDTH} {_HEIGHT}" xmlns="http://www.w3.org/2000/svg">',
        f"<title>{escape(title)}</title><desc>{escape('; '.join(told))}</desc>",
        "<style>text{font:13px sans-serif;fill:#1b1b1b}line,polyline{stroke:#1b1b1b;fill:none}"
        ".grid{stroke:#d0d0d0}.curve{stroke-width:2.5}.other{stroke-dasharray:2 3}"
        ".jump{stroke-dasharray:5 4;stroke:#a3341f}</style>",
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>',
    ]
    for at in range(_TICKS + 1):
        amount, value = divide(top * at, _TICKS), curve.low + span * at // _TICKS
        drawn += [
            f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y(amount):.1f}" y2="{y(amount):.1f}"/>',
            f'<text x="{_LEFT - 8}" y="{y(amount) + 4:.1f}" text-anchor="end">{words.money(amount)}</text>',
            f'<text x="{x(value):.1f}" y="{_HEIGHT - _BOTTOM + 18}" text-anchor="middle">{words.value(value)}</text>',
        ]
    for shown, each in enumerate(several):
        kind = "curve other" if shown else "curve"
        for one in each.curve.pieces:
            ends = f"{x(one.piece.low):.1f},{y(one.first):.1f} {x(one.piece.high):.1f},{y(one.last):.1f}"
            drawn.append(f'<polyline class="{kind}" points="{ends}"/>')
        for at, jump in enumerate(each.curve.jumps):
            before, after = each.curve.pieces[at].last, each.curve.pieces[at + 1].first
            place = x(jump.at)
            drawn.append(
                f'<line class="jump" x1="{place:.1f}" x2="{place:.1f}" y1="{y(before):.1f}" y2="{y(after):.1f}"/>'
            )
            if jump.change:
                anchor = "end" if place > _WIDTH * 0.7 else "start"
                shift = -6 if anchor == "end" else 6
                label = f"{words.value(jump.at)}: {words.signed(jump.change)}"
                height = min(y(before), y(after)) - 6 - 16 * ((at + shown) % 2)  # neighbours do not cover each other
                where = f'x="{place + shift:.1f}" y="{height:.1f}" text-anchor="{anchor}"'
                drawn.append(f"<text {where}>{escape(label)}</text>")
    for shown, each in enumerate(several if len(several) > 1 else ()):
        height, kind = _TOP + 4 + 18 * shown, "curve other" if shown else "curve"
        drawn += [
            f'<line class="{kind}" x1="{_LEFT + 12}" x2="{_LEFT + 52}" y1="{height}" y2="{height}"/>',
            f'<text x="{_LEFT + 58}" y="{height + 4}">{escape(each.rules)}</text>',
        ]
    currency = str(words.plan.title["currency"])
    drawn += [
        f'<line x1="{_LEFT}" x2="{_LEFT}" y1="{_TOP}" y2="{_HEIGHT - _BOTTOM}"/>',
        f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{_HEIGHT - _BOTTOM}" y2="{_HEIGHT - _BOTTOM}"/>',
        f'<text x="{_WIDTH - _RIGHT}" y="{_HEIGHT - 16}" text-anchor="end">{escape(words.title)}</text>',
        f'<text x="8" y="18">{escape(say("sweep-axis", language, currency=currency))}</text>',
        "</svg>",
    ]
    return "\n".join(drawn) + "\n"
