"""Define `doudi next`: what will change in a household by itself, month by month."""

from __future__ import annotations

from typing import Any

import click

from calc.cli.batch_options import households_option, reading_options
from calc.cli.options import bom_option, build, month_option, month_wanted, option, require_month, rules_file

_HELP = (
    """What will change by itself, month by month, and why.

    Birthdays, terms and rules already published are what changes it. The facts stay as they are and the months go on.
    Only months in which something can change are assessed.

    \b
    Examples:
      doudi next household.toml
      doudi next household.toml -m 2022-05 --months 36
      doudi next household.toml --format json
      doudi next household.toml -o changes.csv
      doudi next ledger.csv --months 3 -o due.xlsx

    Of a ledger (csv, xlsx, jsonl, parquet) the households in which a benefit changes are listed, month by month.

    Exit status: 0 done, 1 a household was rejected, 2 could not run.
    """,
    """逐月列出今后会自行发生的变动及原因。

    原因是生日、期限和已公布的规则。所填的事项不变，只是月份推移；只核算可能有变动的月份。

    \b
    示例：
      doudi next 家庭.toml
      doudi next 家庭.toml -m 2022-05 --months 36
      doudi next 家庭.toml --format json
      doudi next 家庭.toml -o 变动.csv
      doudi next 台账.csv --months 3 -o 到期.xlsx

    台账（csv、xlsx、jsonl、parquet）按月列出待遇会有变动的家庭。

    退出码：0 完成；1 有家庭被退回；2 无法运行。
    """,
)
_MOST = 600
"""Months ahead: fifty years."""


def command(language: str) -> click.Command:
    """Builds the command."""
    params: list[click.Parameter] = [
        click.Argument(["households"], metavar="HOUSEHOLD...", nargs=-1, required=True),
        month_option(language),
        option("--months", type=click.IntRange(1, _MOST), default=24, show_default=True, language=language,
               en="How many months to look ahead.", zh="往后看几个月。"),
        option("--format", "-f", "format_", type=click.Choice(["text", "json", "csv"]), language=language,
               en="Format of the results (default: by FILE's ending, else text).",
               zh="结果格式；默认按扩展名，否则为文本。"),
        option("--output", "-o", metavar="FILE", language=language,
               en="Write to FILE (txt, json, csv; of a ledger csv, jsonl, xlsx, parquet).",
               zh="写入文件（txt、json、csv；台账为 csv、jsonl、xlsx、parquet）。"),
        households_option(language),
        *reading_options(language),
        bom_option(language),
    ]  # fmt: skip
    return build("next", language, _HELP, params, next_)


def next_(
    language: str, households: tuple[str, ...], month: str | None, months: int, format_: str | None,
    output: str | None, rules_path: str | None, lang: str | None, quiet: bool, debug: bool, **reading: Any,
) -> int:  # fmt: skip
    """Look ahead and print. More than six parameters: click passes each option by its name."""
    from calc.assess_households import assess
    from calc.cli.asked_households import LEDGERS, source_of
    from calc.cli.household_output import apart, print_warnings, report_rejects, written
    from calc.report.next_text import AMOUNTS, HEADINGS, SCHEMA, NextWords
    from calc.rules.read_rulebook import read_rules
    from calc.rules.toml_document import month_text
    from calc.vary.answers import picture_of
    from calc.vary.months import Timeline
    from calc.vary.next_changes import NextChanges

    first = month_wanted(month, language)
    book = read_rules(rules_file(rules_path))
    require_month(book, first, language)
    timeline = Timeline(book, first, months)
    if all(path.lower().endswith(LEDGERS) for path in households):
        from calc.batch.writers.file_form import FileForm
        from calc.cli.batch_options import job_of
        from calc.cli.next_ledger import next_of_ledger

        form = FileForm(language, reading.pop("bom"))
        job = job_of(language, {**reading, "ledgers": households, "month": month, "rules_path": rules_path})
        return next_of_ledger(job, timeline, output, format_, form, quiet)
    assessed = assess(timeline.plan(first), *(source_of(path) for path in households))
    finder = NextChanges(timeline)
    found = [
        (NextWords(timeline, one.household, language), [*finder.of(picture_of(one.household))])
        for one in assessed.traces
    ]
    ends = {"from": month_text(timeline.months[0]), "to": month_text(timeline.months[-1])}
    written(
        output, format_, language,
        text=lambda: apart(words.lines(changes) for words, changes in found),
        rows=lambda: [HEADINGS, *(row for words, changes in found for row in words.rows(changes))],
        document=lambda: {"schema": SCHEMA, **ends, "households": [words.object(changes) for words, changes in found]},
        amounts=AMOUNTS,
    )  # fmt: skip
    print_warnings(assessed.warnings, language)
    return report_rejects(assessed.rejects, language)
