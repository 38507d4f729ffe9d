"""Write the answer of a command about a household as text, CSV or JSON, on standard output or into a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click

from calc.cli.options import echo_lines, remark

if TYPE_CHECKING:
    from calc.diagnostics.diagnostic import Diagnostic, Reject


def written(
    output: str | None, format_: str | None, language: str, *, text: Callable[[], Iterable[str]],
    rows: Callable[[], Sequence[Sequence[str]]], document: Callable[[], dict[str, Any]], amounts: Sequence[int],
) -> None:  # fmt: skip
    """Writes one of three forms; nothing is left of a file if writing fails. Raises click.UsageError.

    `amounts` are the columns of `rows` that hold numbers of our own. More than six parameters: the three forms.
    """
    from calc.batch.atomic_files import outputs
    from calc.report.as_json import dumped
    from calc.report.encode_rows import csv_text

    form = _form(output, format_, language)
    if form == "json":
        content = dumped(document()) + "\n"
    else:
        content = csv_text(rows(), amounts) if form == "csv" else "\n".join(lines := [*text()]) + "\n"
    if output is None or output == "-":
        if form == "text":
            echo_lines(lines)
        else:
            click.echo(content, nl=False)
        return
    with outputs() as files:
        files.open(output).write(content)


def apart(blocks: Iterable[Iterable[str]]) -> Iterable[str]:
    """Yields the lines of blocks, with an empty line between two of them."""
    for at, block in enumerate(blocks):
        if at:
            yield ""
        yield from block


def _form(output: str | None, format_: str | None, language: str) -> str:
    """Chooses the format asked for, else by the ending of the file, else text."""
    from calc.batch.writers.formats import ending_mistake, ending_of
    from calc.report.ui_text import say

    ending = ending_of(output)
    form = format_ or (ending if ending in ("json", "csv") else "text")
    mistake = ending_mistake(output, form, format_ is not None)
    if mistake:
        possible = {"json": ".json", "csv": ".csv"}.get(format_ or "", ".txt .json .csv")
        raise click.UsageError(say(mistake, language, path=output, endings=possible))
    return form


def print_warnings(warnings: Sequence[Diagnostic], language: str) -> None:
    """Prints what is doubtful in files that were read, on standard error."""
    from calc.diagnostics.diagnostic import render

    for one in warnings:
        remark(render(one, language) + "\n", False)


def report_rejects(rejects: Sequence[Reject], language: str) -> int:
    """Prints the mistakes of rejected households on standard error. Returns the exit status."""
    from calc.diagnostics.diagnostic import render_all

    if rejects:
        click.echo(render_all([each for one in rejects for each in one.mistakes], language), err=True)
    return 1 if rejects else 0
