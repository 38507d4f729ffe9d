"""Write one self-contained page: tables that sort, bars as inline SVG, no network, readable on a phone and on paper."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from html import escape

from calc.report.label_layout import shortened

_STYLE = """
:root { color-scheme: light; --ink: #1b1b1b; --soft: #5a5a5a; --rule: #c8c8c8; --gain: #1f6f4a; --loss: #a3341f; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 62rem; color: var(--ink); background: #fff;
  font: 1rem/1.5 "Noto Sans CJK SC", "Noto Sans SC", "Microsoft YaHei", "PingFang SC", system-ui, sans-serif; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
p.note { color: var(--soft); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { border-bottom: 1px solid var(--rule); padding: .3rem .5rem; text-align: left; vertical-align: top; }
th.number, td.number { text-align: right; white-space: nowrap; }
th button { font: inherit; font-weight: bold; border: 0; background: none; padding: 0; cursor: pointer;
  color: inherit; }
th button:focus-visible { outline: 2px solid var(--ink); }
tr.sum td { font-weight: bold; border-top: 2px solid var(--ink); }
td:first-child { white-space: nowrap; }
svg { max-width: 100%; height: auto; } svg.marks { position: absolute; width: 0; height: 0; }
@media (max-width: 40rem) { table { font-size: .85rem; } .scroll > svg { min-width: 38rem; } h1 { font-size: 1.2rem; } }
svg text { font: 13px "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", system-ui, sans-serif; fill: var(--ink); }
.gain { fill: var(--gain); } .loss { fill: url(#hatch); stroke: var(--loss); }
@media print { @page { size: A4; margin: 15mm; } body { max-width: none; padding: 0; font-size: 10pt; }
  h2 { break-after: avoid; } tr, svg { break-inside: avoid; } thead { display: table-header-group; }
  .scroll { overflow: visible; } }
"""
_SORT = """
for (const table of document.querySelectorAll("table[data-sorts]")) {
  table.querySelectorAll("th button").forEach((button, at) => button.addEventListener("click", () => {
    const head = button.parentElement, up = head.getAttribute("aria-sort") !== "ascending";
    table.querySelectorAll("th").forEach(one => one.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    const value = row => { const cell = row.cells[at]; return cell.dataset.value ?? cell.textContent; };
    const rows = [...table.tBodies[0].rows], numbers = head.classList.contains("number");
    rows.sort((a, b) => numbers ? value(a) - value(b) : value(a).localeCompare(value(b)));
    table.tBodies[0].append(...(up ? rows : rows.reverse()));
  }));
}
"""
_HATCH = (
    '<svg class="marks" aria-hidden="true"><defs><pattern id="hatch" width="6" height="6" '
    'patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" fill="#fff"/>'
    '<rect width="3" height="6" fill="#a3341f"/></pattern></defs></svg>\n'
)
"""The pattern of losses, which black and white shows too."""
_WIDTH, _LABELS, _ROW = 720, 250, 24


def page(title: str, language: str, parts: Iterable[str]) -> str:
    """Writes the page: a heading, then the parts, each of which is markup."""
    code = "zh-CN" if language == "zh" else "en"
    return (
        f'<!doctype html>\n<html lang="{code}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<header><h1>{escape(title)}</h1>"
        f"</header>\n{_HATCH}<main>\n{''.join(parts)}</main>\n<script>{_SORT}</script>\n</body>\n</html>\n"
    )


def section(title: str, *parts: str) -> str:
    """Writes a part of the page under a heading."""
    return f"<section>\n<h2>{escape(title)}</h2>\n{''.join(parts)}</section>\n"


def paragraph(text: str, kind: str = "") -> str:
    """Writes a paragraph."""
    return f"<p{f' class={kind!r}' if kind else ''}>{escape(text)}</p>\n"


def table(
    headings: Sequence[str], rows: Sequence[Sequence[str]], numbers: Collection[int], last_is_sum: bool = False,
    sorts: bool = True,
) -> str:  # fmt: skip
    """Writes a table that sorts by a click on a heading, unless its last row is the sum of the others."""
    sorts = sorts and not last_is_sum and len(rows) > 1

    def cell(at: int, text: str) -> str:
        if at not in numbers:
            return f"<td>{escape(text)}</td>"
        plain = text.replace(",", "").replace("−", "-").replace("+", "")
        return f'<td class="number" data-value="{escape(plain)}">{escape(text)}</td>'

    head = "".join(
        f'<th scope="col"{" class=number" if at in numbers else ""}>'
        f"{f'<button type=button>{escape(one)}</button>' if sorts else escape(one)}</th>"
        for at, one in enumerate(headings)
    )
    lines = [
        f"<tr{' class=sum' if last_is_sum and place == len(rows) - 1 else ''}>"
        f"{''.join(cell(at, text) for at, text in enumerate(row))}</tr>\n"
        for place, row in enumerate(rows)
    ]
    return (
        f'<div class="scroll"><table{" data-sorts" if sorts else ""}>\n<thead><tr>{head}</tr></thead>\n'
        f"<tbody>\n{''.join(lines)}</tbody></table></div>\n"
    )


def bars(title: str, values: Sequence[tuple[str, int, str]]) -> str:
    """Draws bars from a common line, gains to the right and losses, hatched, to the left.

    `values` are labels, numbers and the texts of the numbers; the description of the picture lists them all.
    """
    if not values:
        return ""
    highest = max(0, *(one for _, one, _ in values))
    lowest = min(0, *(one for _, one, _ in values))
    span = (highest - lowest) or 1
    room = _WIDTH - _LABELS - 2 * 90
    zero = _LABELS + 90 + room * -lowest / span
    height = _ROW * len(values) + 8
    drawn = [
        f'<line x1="{zero:.1f}" y1="0" x2="{zero:.1f}" y2="{height}" stroke="#1b1b1b"/>',
    ]
    for at, (label, value, text) in enumerate(values):
        y, length = at * _ROW + 6, room * abs(value) / span
        start, kind = (zero, "gain") if value >= 0 else (zero - length, "loss")
        beyond = zero + length + 6 if value >= 0 else zero - length - 6
        anchor = "start" if value >= 0 else "end"
        drawn += [
            f'<text x="0" y="{y + 13}">{escape(shortened(label, _LABELS + 40))}</text>',
            f'<rect class="{kind}" x="{start:.1f}" y="{y}" width="{max(length, 0.5):.1f}" height="16"/>',
            f'<text x="{beyond:.1f}" y="{y + 13}" text-anchor="{anchor}">{escape(text)}</text>',
        ]
    told = "; ".join(f"{label} {text}" for label, _, text in values)
    return (
        f'<div class="scroll"><svg role="img" viewBox="0 0 {_WIDTH} {height}" xmlns="http://www.w3.org/2000/svg">'
        f"<title>{escape(title)}</title><desc>{escape(told)}</desc>{''.join(drawn)}</svg></div>\n"
    )
