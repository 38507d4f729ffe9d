"""Define `doudi totals`: the totals of result files, as `doudi batch` makes them at its end."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from calc.cli.options import bom_option, build, labels_option, option, rules_file, terminal_width

if TYPE_CHECKING:
    from calc.rules.rulebook import Rulebook

_HELP = (
    """Totals of result files: households, person-times and money.

    They are given by month and benefit, as the bureau reports them. RESULTS are files that `doudi batch` wrote (by
    household or by benefit; CSV, JSON Lines, XLSX or Parquet), and its files of rejects where rejected households
    are to be counted; several together are added up.

    \b
    Examples:
      doudi totals results.csv rejects.csv
      doudi totals 2022-*.csv --group-by township --format csv -o year.csv
      doudi batch ledger.csv | doudi totals -
      doudi totals june.csv --table report.toml --previous may.csv -o report.csv

    --table fills a table of fixed rows, as it goes up to the district; the file says how each row is counted.
    """,
    """汇总结果文件：户数、人次和金额。

    按月、按待遇列出，与上报口径一致。结果为 `doudi batch` 写出的文件（按户或按待遇；CSV、JSON Lines、XLSX、Parquet）；
    要计入退回户数的，一并给出退回清单；多个文件相加。

    \b
    示例：
      doudi totals 结果.csv 退回.csv
      doudi totals 2022-*.csv --group-by 乡镇 --format csv -o 全年.csv
      doudi batch 台账.csv | doudi totals -
      doudi totals 六月.csv --table 月报.toml --previous 上期.csv -o 本期.csv

    --table 按上报的固定表式填表；该文件写明每一行怎样统计。
    """,
)


def command(language: str) -> click.Command:
    """Builds the command."""
    params: list[click.Parameter] = [
        click.Argument(["results"], metavar="RESULTS...", nargs=-1, required=True),
        option("--group-by", metavar="HEADING", language=language,
               en="Totals by the values of a column that was kept.", zh="按结果中保留的一列分组汇总。"),
        option("--table", metavar="FILE", language=language,
               en="Fill the table that this file defines.", zh="按此文件定义的表式填表。"),
        option("--previous", metavar="FILE", language=language,
               en="The table of last month, as --table wrote it (csv, xlsx).", zh="上期的表，即 --table 写出的文件。"),
        option("--cell", metavar="ROW", language=language,
               en="List the households behind a row of the table.", zh="列出表中某一行涉及的家庭。"),
        option("--format", "format_", type=click.Choice(["text", "csv", "json", "xlsx"]), language=language,
               en="Format of the totals (default: by FILE's ending, else text).",
               zh="汇总格式；默认按文件扩展名，否则为文本。"),
        option("--output", "-o", metavar="FILE", language=language,
               en="File for the totals (default: standard output).", zh="汇总文件；默认为标准输出。"),
        labels_option(language),
        bom_option(language),
    ]  # fmt: skip
    return build("totals", language, _HELP, params, totals)


def totals(
    language: str,
    results: tuple[str, ...],
    group_by: str | None,
    format_: str | None,
    output: str | None,
    labels: bool | None,
    bom: bool | None,
    rules_path: str | None,
    lang: str | None,
    quiet: bool,
    debug: bool,
    table: str | None = None,
    previous: str | None = None,
    cell: str | None = None,
) -> int:
    """Add up and print. Rejects count in every month of the results; without results, in no month.

    More than six parameters: click passes each option by its name.
    """
    from calc.batch.atomic_files import outputs
    from calc.batch.open_results import read_results
    from calc.batch.read_labels import LabelReader
    from calc.batch.read_results import ResultReader
    from calc.batch.writers.file_form import FileForm
    from calc.batch.writers.open_writers import write_totals
    from calc.report import totals as shown
    from calc.report.ui_text import say
    from calc.rules.plan_month import plan_for
    from calc.rules.read_rulebook import read_rules

    if sum(path == "-" for path in results) > 1:
        raise click.UsageError(say("one-stdin", language))
    form = _form(format_, output, language)
    rulebook = read_rules(rules_file(rules_path))
    if table is not None or previous is not None or cell is not None:
        written = FileForm(language, bom, labels)
        return _fill_table(rulebook, results, table, previous, cell, output, format_ and form, written, quiet)
    reader = ResultReader(group_by, plan_for(rulebook, rulebook.first_month).decimals, LabelReader(rulebook))
    read_results(reader, results)
    plan = plan_for(rulebook, max((*reader.months, rulebook.first_month)))
    if form == "text":
        shown_as = {name: one.about.label_in(language) for name, one in plan.benefits.items()}
        currency = str(plan.title["currency"])
        text = shown.text(reader.tally, shown_as, plan.decimals, currency, language, terminal_width(sys.stdout)) + "\n"
        with outputs() as files:
            files.open(output).write(text)
        return 0
    if form == "xlsx" and output is None:
        raise click.UsageError(say("xlsx-to-file", language))
    with outputs() as files:
        write_totals(files, output, form, FileForm(language, bom, labels), reader.tally, [plan])
        sys.stdout.flush()
    return 0


def _fill_table(rulebook: Rulebook, results: tuple[str, ...], table: str | None, *options: Any) -> int:
    """Fills a table of a bureau. Raises click.UsageError where options of tables are given without one."""
    from calc.cli.totals_table import print_table
    from calc.report.ui_text import say

    if table is None:
        raise click.UsageError(say("table-needed", options[4].language))
    return print_table(rulebook, results, table, *options)


def _form(asked: str | None, output: str | None, language: str) -> str:
    """Chooses the format asked for, else by the ending of the file, else text."""
    from calc.batch.writers import formats
    from calc.report.ui_text import say

    form = asked or formats.format_of(output)
    if asked is None and (output is None or formats.ending_of(output) == "txt"):
        form = formats.TEXT
    form = formats.JSON if form == formats.JSON_LINES else form
    mistake = formats.ending_mistake(output, form, asked is not None)
    if mistake:
        possible = formats.endings_for(*(formats.TOTALS if asked is None else (asked,)))
        raise click.UsageError(say(mistake, language, path=output, endings=possible))
    return form
