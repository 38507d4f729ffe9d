"""Prints a household's result on a terminal as lines that fit the window. Only this module imports rich."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.text import Text

from calc.diagnostics.source import display_width
from calc.engine.traced.interpreter import Trace
from calc.report import as_text
from calc.report.explain import explained
from calc.report.line_breaks import wrapped
from calc.report.ui_text import say
from calc.rules.plan import Plan

_STYLES = {"granted": "bold green", "entitled": "bold green", "undetermined": "yellow", "denied": "red"}
_INDENT = 4
"""Columns by which a reason is set in below its benefit."""


def show(
    plan: Plan, traces: Sequence[Trace], language: str, explain: bool, why: str | None, changes: as_text.Changes
) -> None:
    """Prints all households; `changes` are the lines on what settings changed."""
    console = Console(markup=False, highlight=False)
    width = console.width

    def put(text: str, style: str = "", indent: int = 0) -> None:
        for line in wrapped(text, width - indent):
            console.print(Text(" " * indent + line, style=style), no_wrap=True, overflow="ignore", crop=False)

    old = as_text.warning(plan, language)
    if old:
        put(old, "yellow")
    put(as_text.heading(plan, language), "bold")
    for trace in traces:
        console.print()
        put(trace.result.id, "bold")
        if explain or why is not None:
            for line in explained(trace, language, why):
                put(line.lstrip(), "", 2 + len(line) - len(line.lstrip()))
        else:
            for one in _lines(trace, language, width):
                console.print(one, no_wrap=True, overflow="ignore", crop=False)
        if why is None:
            for at, line in enumerate(as_text.after_rows(trace, language, explain)):
                put(line.lstrip(), "bold" if at == 0 else "", len(line) - len(line.lstrip()))
        for line in changes.get(trace.result.id, ()):
            put(line.lstrip(), "", len(line) - len(line.lstrip()))


def _lines(trace: Trace, language: str, width: int) -> Iterator[Text]:
    """Writes each benefit with its status and amount, and below it the reason."""
    table = as_text.rows(trace, language)
    statuses = {row.status: say(row.status, language) for row in table}
    status_width = max(map(display_width, statuses.values()), default=0)
    amount_width = max((display_width(row.amount) for row in table), default=0)
    widest = max((display_width(row.name) for row in table), default=0)
    name_width = max(12, min(widest, width - status_width - amount_width - 4))
    for row in table:
        names = wrapped(row.name, name_width)
        line = Text(as_text.padded(names[0], name_width) + "  ")
        amount = " " * (amount_width - display_width(row.amount)) + row.amount
        status = as_text.padded(statuses[row.status], status_width)
        line.append(f"{status}  {amount}".rstrip(), style=_STYLES[row.status])
        yield line
        for more in names[1:]:
            yield Text(more)
        for reason in wrapped(row.reason, width - _INDENT) if row.reason else ():
            yield Text(" " * _INDENT + reason)
