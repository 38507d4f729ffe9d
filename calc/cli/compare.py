"""Define `doudi compare`: two pictures of the same households, and where the difference comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from calc.cli.batch_options import FORMATS, reading_options
from calc.cli.options import (
    bom_option,
    build,
    labels_option,
    month_option,
    option,
    remark,
    require_apart,
    require_ending,
    require_table_ending,
)
from calc.cli.picture_options import match_option, pictures

if TYPE_CHECKING:
    from calc.rules.plan import Plan

_HELP = (
    """What changed between two pictures of the same households, and why.

    A picture is a ledger, a month and rules. LEDGER in MONTH is the later one; --against, --against-month say what
    is different in the earlier one, --against-rules what the rules are to become. What is not given is the same.

    \b
    Examples:
      doudi compare june.csv -m 2022-06 --against may.csv --against-month 2022-05
      doudi compare ledger.csv -m 2022-06 --against-month 2022-05 -o changes.csv
      doudi compare ledger.csv -m 2023-01 --against-rules new.toml --group-by town
      doudi compare ledger.csv -m 2022-06 --paid paid.xlsx --map amount=BENEFIT
      doudi compare ledger.csv -m 2022-06 --against-results last.csv
      doudi compare --results june.csv --against-results may.csv

    Every household of either side is of exactly one kind, and the money adds up: before + changes = after.

    Exit status: 0 done, 2 could not run, 130 interrupted.
    """,
    """同一批家庭前后两种情况有什么变动、涉及谁、为什么。

    一种情况指台账、月份和规则。台账在所给月份的认定为现在；--against、--against-month 指定原来的台账、月份，
    --against-rules 指定将改用的规则；未指定的两边相同。

    \b
    示例：
      doudi compare 六月.csv -m 2022-06 --against 五月.csv --against-month 2022-05
      doudi compare 台账.csv -m 2022-06 --against-month 2022-05 -o 变动.csv
      doudi compare 台账.csv -m 2023-01 --against-rules 草案.toml --group-by 乡镇
      doudi compare 台账.csv -m 2022-06 --paid 发放清单.xlsx --map 金额=待遇
      doudi compare 台账.csv -m 2022-06 --against-results 上次结果.csv
      doudi compare --results 六月结果.csv --against-results 五月结果.csv

    两边的每一户恰属一类；金额对得上：原来 + 变动 = 现在。

    退出码：0 完成；2 无法运行；130 中断。
    """,
)


def command(language: str) -> click.Command:
    """Builds the command."""
    params: list[click.Parameter] = [
        click.Argument(["ledgers"], metavar="LEDGER...", nargs=-1),
        option("--against", "against", metavar="FILE", multiple=True, language=language,
               en="The earlier ledger (default: the same).", zh="原来的台账；默认为同一台账。"),
        option("--against-month", metavar="YYYY-MM", language=language,
               en="The month of the earlier picture (default: the same).", zh="原来的月份；默认相同。"),
        option("--against-rules", metavar="FILE", language=language,
               en="Rules to compare those of --rules with: what if they were these?",
               zh="与 --rules 比较的规则：若改用这些规则会怎样。"),
        option("--against-results", metavar="FILE", multiple=True, language=language,
               en="Results of an earlier `doudi batch` in place of the earlier picture, and its rejects.",
               zh="以此前 `doudi batch` 的结果文件（及退回清单）作为原来的情况。"),
        option("--results", metavar="FILE", multiple=True, language=language,
               en="Results in place of LEDGER, to compare with --against-results: nobody is assessed.",
               zh="以结果文件代替台账，与 --against-results 比较，不再认定。"),
        option("--paid", metavar="FILE", multiple=True, language=language,
               en="A list of payments in place of the earlier picture; --map HEADING=BENEFIT says which columns.",
               zh="以发放清单作为原来的情况；用 --map 列名=待遇 指明金额列。"),
        match_option(language),
        option("--output", "-o", metavar="FILE", language=language,
               en="File for the changes, a row each (csv, jsonl, xlsx, parquet).",
               zh="变动清单，每项变动一行（csv、jsonl、xlsx、parquet）。"),
        option("--format", "format_", type=click.Choice(FORMATS), language=language,
               en="Format of the changes (default: by FILE's ending).", zh="变动清单的格式；默认按扩展名。"),
        option("--html", metavar="PAGE", language=language,
               en="Write one page with tables and charts, for a browser or to print.",
               zh="写成一个网页，含表格和图，可在浏览器中查看或打印。"),
        month_option(language),
        option("--group-by", metavar="HEADING", language=language,
               en="Sums by the values of a column of the earlier ledger.", zh="按原台账某列的值分组。"),
        option("--by-size", is_flag=True, language=language,
               en="Sums by the number of people in the household.", zh="按家庭人数分组汇总。"),
        option("--hole", metavar="AMOUNT", language=language,
               en="Count households that lose more than this a month.", zh="统计每月减少超过此数的家庭。"),
        option("--examples", type=click.IntRange(0), default=10, language=language,
               en="Households whose changes are printed.", zh="逐户列出变动的户数。"),
        *reading_options(language),
        option("--engine", type=click.Choice(["auto", "rows", "duckdb", "spark"]), default="rows", language=language,
               en="`rows`, `duckdb` for large ledgers, `spark` for folders of results that it wrote, or `auto`: duckdb "
                  "from 4 MB each, else rows.",
               zh="引擎：`rows` 逐户；`duckdb` 用于大台账；`spark` 用于它写出的结果文件夹；`auto` 两份台账都自 4 MB 起"
                  "用 duckdb，否则 rows。"),
        option("--master", metavar="URL", language=language,
               en="Where the engine `spark` runs: local[2], spark://host:7077 (default: as spark-submit sets it).",
               zh="引擎 `spark` 的运行位置：local[2]、spark://主机:7077；默认按 spark-submit 的设置。"),
        option("--memory", metavar="SIZE", language=language,
               en="Memory for the engine `duckdb`, such as 500MB (default: 1GB); the rest goes to disk.",
               zh="引擎 `duckdb` 可用内存，如 500MB；默认 1GB，超出部分写入磁盘。"),
        labels_option(language),
        bom_option(language),
    ]  # fmt: skip
    return build("compare", language, _HELP, params, compare)


def compare(language: str, quiet: bool, lang: str | None, **options: Any) -> int:
    """Compare two pictures, write the changes and print the sums."""
    from calc.batch.job import BatchError, WrongJob
    from calc.batch.writers.file_form import FileForm
    from calc.cli.compare_pictures import ChangeSink, print_comparison
    from calc.compare.compare import compare as run
    from calc.compare.compare_results import compare_results
    from calc.compare.known_amounts import LEAST_PAID, KnownAmounts
    from calc.compare.known_results import KnownResults
    from calc.engine.sql.unsupported import UnsupportedPlan
    from calc.report.ui_text import say

    match = options.pop("match")
    read = [options[name] for name in ("ledgers", "against", "paid", "results", "against_results")]
    others = [options[name] for name in ("against_rules", "columns_file") if options[name]]
    require_apart([options["output"], options["html"]], (*(one for paths in read for one in paths), *others), language)
    chosen = {name: options.pop(name) for name in ("output", "format_", "examples", "html")}
    hole, form = options.pop("hole"), FileForm(language, options.pop("bom"), options.pop("labels"))
    if options["master"] is not None and options["engine"] != "spark":
        raise click.UsageError(say("master-without-spark", language))
    if options["engine"] == "spark":
        _require_folders(language, {**options, **chosen, "hole": hole})
        options["output"], chosen["output"] = chosen["output"], None
    require_table_ending(chosen["output"], chosen["format_"], language)
    require_ending(chosen["html"], "html", ("html",), False, language)
    by_size, is_draft = options.pop("by_size"), bool(options["against_rules"])
    try:
        before, after = pictures(language, options)
        is_paid = isinstance(before, KnownAmounts)
        chosen["hole"] = None if hole is None else _steps(hole, after.plan, language)
        with ChangeSink(before.plan, after.plan, quiet, form, is_paid=is_paid, **chosen) as sink:
            if isinstance(after, KnownResults):
                assert isinstance(before, KnownResults)
                sink.summary = summary = compare_results(before, after, sink)
            else:
                sink.summary = summary = run(before, after, sink, match)
    except WrongJob as wrong:
        raise click.UsageError(wrong.message(language)) from None
    except (BatchError, UnsupportedPlan) as failed:
        raise click.ClickException(failed.message(language)) from failed.__cause__
    known = before if isinstance(before, KnownAmounts) else None
    print_comparison(summary, sink, by_size, is_draft, known.twice if known else ())
    if known is not None and known.is_small:
        remark(say("paid-small", language, least=LEAST_PAID), False)
    if any(isinstance(one, KnownResults) and one.without_people for one in (before, after)):
        remark(say("results-without-people", language), False)
    if not quiet:
        from calc.cli.batch_summary import print_mistakes, warn_of_unknown_columns

        warn_of_unknown_columns([one for side in summary.unknown for one in side], language)
        rejects = ((one.id, one.mistakes) for side in summary.rejects for one in side)
        print_mistakes(rejects, after.job.show_ids, language)
        if summary.why:
            remark(say("engine-ran", language, engine=summary.engine, why=summary.why), False)
    return 0


def _require_folders(language: str, options: dict[str, Any]) -> None:
    """Raises click.UsageError unless two folders of results are compared into a third one, and nothing else."""
    from calc.compare.known_results import is_results_folder
    from calc.report.ui_text import say

    sides = [options[name] for name in ("results", "against_results")]
    are_folders = all(len(paths) == 1 and is_results_folder(paths[0]) for paths in sides)
    others = [options[name] for name in ("html", "format_", "hole")]
    if not are_folders or options["output"] in (None, "-") or any(one is not None for one in others):
        raise click.UsageError(say("compare-spark", language))


def _steps(text: str, plan: Plan, language: str) -> int:
    """Reads an amount as steps of the currency. Raises click.UsageError for what is none."""
    from calc.batch.read_results import whole_steps
    from calc.report.ui_text import say

    try:
        return whole_steps(text, plan.decimals)
    except ValueError:
        raise click.UsageError(say("no-amount", language, text=text)) from None
