"""Define `doudi map`: look at the columns of a ledger, and write what they hold into a small file."""

from __future__ import annotations

import os
from typing import Any

import click

from calc.cli.batch_options import households_option, reading_options
from calc.cli.options import build, echo_lines, month_option, option, remark, require_ending

_HELP = (
    """A first look at a ledger: what each column is taken for.

    Nothing is assessed. Every row is read, and cells that would not be read are listed. -o writes a small file to
    complete: what each heading means, with the doubtful ones as comments. `doudi batch --columns` uses it, this month
    and the next ones.

    \b
    Examples:
      doudi map ledger.xlsx
      doudi map ledger.xlsx -o ledger-map.toml
      doudi batch ledger.xlsx --columns ledger-map.toml -o results.csv
      doudi map next-month.xlsx --columns ledger-map.toml     what is new in it

    Exit status: 0 a run would start and read everything, 1 something has to be decided or would not be read,
    2 could not run.
    """,
    """先看一遍台账：每一列是什么，哪些单元格读不了。

    不作认定。读取每一行；-o 生成一个待补全的小文件，写明每个列名的含义，拿不准的列为注释。
    以后每个月都可用 `doudi batch --columns` 使用它。

    \b
    示例：
      doudi map 台账.xlsx
      doudi map 台账.xlsx -o ledger-map.toml
      doudi batch 台账.xlsx --columns ledger-map.toml -o 结果.csv
      doudi map 下月.xlsx --columns ledger-map.toml          看看有什么变化

    退出码：0 可以运行且全部读得了；1 有待定的列或读不了的内容；2 无法运行。
    """,
)


def command(language: str) -> click.Command:
    """Builds the command."""
    params: list[click.Parameter] = [
        click.Argument(["ledgers"], metavar="LEDGER...", nargs=-1, required=True),
        option("--output", "-o", metavar="FILE", language=language,
               en="Write what the columns hold to a TOML file, for `doudi batch --columns`.",
               zh="把各列的含义写入 TOML 文件，供 `doudi batch --columns` 使用。"),
        option("--format", "format_", type=click.Choice(["text", "json"]), default="text", language=language,
               en="Format of what is printed.", zh="输出格式。"),
        month_option(language),
        households_option(language),
        *reading_options(language),
    ]  # fmt: skip
    return build("map", language, _HELP, params, look)


def look(language: str, output: str | None, format_: str, quiet: bool, lang: str | None, **options: Any) -> int:
    """Look at the ledger, print what was found and write the file; returns the exit status."""
    from calc.batch.job import BatchError
    from calc.batch.look import look_at_ledger
    from calc.cli.batch_options import job_of
    from calc.cli.batch_summary import sheets_line, warn_of_unknown_columns
    from calc.cli.progress import progress_bar
    from calc.engine.sql.unsupported import UnsupportedPlan
    from calc.report.column_look import as_text, as_values
    from calc.report.ledger_map_toml import map_toml

    require_ending(output, "toml", ("toml",), False, language)
    if output is not None:
        _require_new(output)
    job = job_of(language, options)
    bar = progress_bar(quiet, language)

    def show(stage: str, done: int, whole: int) -> None:
        if bar is not None:
            bar.show(stage, done, whole, 0)

    try:
        found, sheets, unknown = look_at_ledger(job, show)
    except BatchError as error:
        raise click.UsageError(error.message(language)) from None
    except UnsupportedPlan as unsupported:
        raise click.ClickException(unsupported.message(language)) from None
    finally:
        if bar is not None:
            bar.stop()
    plan = job.plans[-1]
    if output is not None:
        _write(output, map_toml(found, plan, job.ledger_map, language))
    if format_ == "json":
        from calc.report.as_json import dumped

        click.echo(dumped(as_values(found, plan, language)))
    else:
        echo_lines(as_text(found, plan, language).splitlines())
    if not quiet:
        for one in sheets:
            remark(sheets_line(one, language), False)
        warn_of_unknown_columns([*found.gone, *unknown], language)
        if output is not None:
            _print_next(output, found, language)
    return 0 if found.is_clear else 1


def _require_new(output: str) -> None:
    """Raises InputErrors for a file that exists: somebody may have decided things in it."""
    if os.path.exists(output):
        from calc.diagnostics.diagnostic import Diagnostic, InputErrors, Place
        from calc.diagnostics.source import Source

        raise InputErrors([Diagnostic("cannot-write/map", Place(Source(output, "")))])


def _write(output: str, text: str) -> None:
    from calc.batch.atomic_files import whole_file

    content = text.encode("utf-8", "replace")
    with whole_file(output) as path, open(path, "wb") as file:
        file.write(content)


def _print_next(output: str, found: Any, language: str) -> None:
    from calc.report.ui_text import say

    columns = sum(len(one.open) for one in found.tables)
    remark(say("map-written-open" if columns else "map-written", language, path=output, columns=columns), False)
