"""Prints a household's result on a terminal as a table that fits the window. Only this module imports rich."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from calc.engine.traced.interpreter import Trace
from calc.report import as_text
from calc.report.explain import explained
from calc.report.ui_text import say
from calc.rules.plan import Plan

_STYLES = {"granted": "bold green", "undetermined": "yellow", "denied": "dim"}


def show(plan: Plan, traces: Sequence[Trace], language: str, explain: bool, why: str | None) -> None:
    """Prints all households."""
    console = Console(markup=False, highlight=False)
    console.print(Text(as_text.heading(plan, language), style="bold"))
    old = as_text.warning(plan, language)
    if old:
        console.print(Text(old, style="yellow"))
    for trace in traces:
        console.print()
        console.print(Text(trace.result.id, style="bold"))
        if explain or why is not None:
            for line in explained(trace, language, why):
                depth = len(line) - len(line.lstrip())
                console.print(Padding(Text(line.lstrip()), (0, 0, 0, depth + 2)))
        else:
            console.print(_table(trace, language))
        if why is None:
            console.print(Text(as_text.total_line(trace, language), style="bold"))
            note = None if explain else as_text.footnote(trace, language)
            if note:
                console.print(Text(note, style="dim"))


def _table(trace: Trace, language: str) -> Table:
    table = Table(box=None, pad_edge=False, show_header=True, header_style="dim", padding=(0, 2, 0, 0))
    table.add_column(say("benefit", language), overflow="fold", max_width=28)
    table.add_column(say("status", language), no_wrap=True)
    table.add_column(say("amount", language), justify="right", no_wrap=True)
    table.add_column(say("reason", language), overflow="fold")
    styles = {say(status, language): style for status, style in _STYLES.items()}
    for name, status, amount, reason in as_text.rows(trace, language):
        style = styles[status]
        table.add_row(Text(name), Text(status, style=style), Text(amount, style=style), Text(reason, style="dim"))
    return table
