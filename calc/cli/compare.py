"""Define `doudi compare`: two pictures of the same households, and where the difference comes from."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from calc.cli.batch_options import FORMATS, job_of, reading_options
from calc.cli.options import (
    bom_option,
    build,
    labels_option,
    month_option,
    month_wanted,
    option,
    remark,
    require_ending,
    require_table_ending,
    rules_file,
)

if TYPE_CHECKING:
    from calc.compare.known_amounts import KnownAmounts
    from calc.compare.read_picture import Picture
    from calc.rules.plan import Plan
    from calc.rules.rulebook import Rulebook


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

    两边的每一户恰属一类；金额对得上：原来 + 变动 = 现在。

    退出码：0 完成；2 无法运行；130 中断。
    """,
)


def command(language: str) -> click.Command:
    """Builds the command."""
    params: list[click.Parameter] = [
        click.Argument(["ledgers"], metavar="LEDGER...", nargs=-1, required=True),
        option("--against", "against", metavar="FILE", multiple=True, language=language,
               en="The earlier ledger (default: the same).", zh="原来的台账；默认为同一台账。"),
        option("--against-month", metavar="YYYY-MM", language=language,
               en="The month of the earlier picture (default: the same).", zh="原来的月份；默认相同。"),
        option("--against-rules", metavar="FILE", language=language,
               en="Rules to compare those of --rules with: what if they were these?",
               zh="与 --rules 比较的规则：若改用这些规则会怎样。"),
        option("--against-results", metavar="FILE", language=language,
               en="Results of an earlier `doudi batch` in place of the earlier picture.",
               zh="以此前 `doudi batch` 的结果文件作为原来的情况。"),
        option("--paid", metavar="FILE", multiple=True, language=language,
               en="A list of payments in place of the earlier picture; --map HEADING=BENEFIT says which columns.",
               zh="以发放清单作为原来的情况；用 --map 列名=待遇 指明金额列。"),
        option("--match", type=click.Choice(["id", "person"]), default="id", language=language,
               en="Match households by their ids, or by the identity numbers of their members.",
               zh="按户编号对应，或按成员身份证号对应。"),
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
        option("--engine", type=click.Choice(["auto", "rows", "duckdb"]), default="rows", language=language,
               en="`rows`, `duckdb` for large ledgers, or `auto`: duckdb from 4 MB each, else rows.",
               zh="引擎：`rows` 逐户；`duckdb` 用于大台账；`auto` 两份台账都自 4 MB 起用 duckdb，否则 rows。"),
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
    from calc.compare.known_amounts import LEAST_PAID, KnownAmounts
    from calc.engine.sql.unsupported import UnsupportedPlan
    from calc.report.ui_text import say

    match = options.pop("match")
    read = [options[name] for name in ("ledgers", "against", "paid")]
    others = [options[name] for name in ("against_results", "against_rules", "columns_file") if options[name]]
    _require_apart([options["output"], options["html"]], (*(one for paths in read for one in paths), *others), language)
    chosen = {name: options.pop(name) for name in ("output", "format_", "examples", "html")}
    hole, form = options.pop("hole"), FileForm(language, options.pop("bom"), options.pop("labels"))
    require_table_ending(chosen["output"], chosen["format_"], language)
    require_ending(chosen["html"], "html", ("html",), False, language)
    by_size, is_draft = options.pop("by_size"), bool(options["against_rules"])
    try:
        before, after = _pictures(language, options)
        is_paid = isinstance(before, KnownAmounts) and before.benefits is not None
        chosen["hole"] = None if hole is None else _steps(hole, after.plan, language)
        with ChangeSink(before.plan, after.plan, quiet, form, is_paid=is_paid, **chosen) as sink:
            sink.summary = summary = run(before, after, sink, match)
    except WrongJob as wrong:
        raise click.UsageError(wrong.message(language)) from None
    except (BatchError, UnsupportedPlan) as failed:
        raise click.ClickException(failed.message(language)) from failed.__cause__
    is_known = isinstance(before, KnownAmounts)
    twice = before.twice if isinstance(before, KnownAmounts) else ()
    print_comparison(summary, sink, by_size, is_draft, twice)
    if isinstance(before, KnownAmounts) and before.is_small:
        remark(say("paid-small", language, least=LEAST_PAID), False)
    if not quiet:
        from calc.cli.batch_summary import print_mistakes, warn_of_unknown_columns

        warn_of_unknown_columns([*([] if is_known else summary.unknown[0]), *summary.unknown[1]], language)
        rejects = ((one.id, one.mistakes) for side in summary.rejects for one in side)
        print_mistakes(rejects, after.job.show_ids, language)
        if summary.why:
            remark(say("engine-ran", language, engine=summary.engine, why=summary.why), False)
    return 0


def _pictures(language: str, options: dict[str, Any]) -> tuple[Picture | KnownAmounts, Picture]:
    """Makes both pictures of the options. Raises click.UsageError where they are the same."""
    from calc.compare.read_picture import Picture
    from calc.report.ui_text import say
    from calc.rules.read_rulebook import read_rules

    against, against_month = options.pop("against"), options.pop("against_month")
    against_rules, month, rules = options.pop("against_rules"), options.pop("month"), options["rules_path"]
    paid, results, ledgers = options.pop("paid"), options.pop("against_results"), options.pop("ledgers")
    kinds = [bool(paid), bool(results), bool(against or against_month or against_rules)]
    if sum(kinds) > 1:
        raise click.UsageError(say("compare-one-other", language))
    book = read_rules(rules_file(rules))
    benefits = paid_columns(options, book, language) if paid else {}
    common = {**options, "keep": ()}
    new = job_of(language, {**common, "ledgers": ledgers, "month": month, "rules_path": against_rules or rules})
    after = Picture(read_rules(rules_file(against_rules)) if against_rules else book, new)
    if paid:
        from calc.compare.known_amounts import payments_of

        _require_once(paid, language)
        return payments_of(new, paid, benefits), after
    if results:
        from calc.batch.read_labels import LabelReader
        from calc.compare.known_amounts import results_of

        return results_of(results, after.plan, LabelReader(book)), after
    old_ledgers, old_month = against or ledgers, month if against_month is None else against_month
    same_month = month_wanted(old_month, language) == month_wanted(month, language)
    if not against_rules and set(old_ledgers) == set(ledgers) and same_month:
        raise click.UsageError(say("compare-same", language))
    return Picture(book, job_of(language, {**common, "ledgers": old_ledgers, "month": old_month})), after


def _require_once(paths: tuple[str, ...], language: str) -> None:
    """Raises click.UsageError for a file that is given twice: its amounts would count twice."""
    from calc.report.ui_text import say

    real = [path if path == "-" else os.path.realpath(path) for path in paths]
    for at, path in enumerate(real):
        if path in real[:at]:
            raise click.UsageError(say("paid-same-file", language, path=paths[at]))


def _require_apart(outputs: list[str | None], inputs: tuple[str, ...], language: str) -> None:
    """Raises click.UsageError where a file to write is one that is read, or both that are written are one."""
    from calc.report.ui_text import say

    seen = {os.path.realpath(path) for path in inputs if path != "-"}
    for path in outputs:
        if path is None or path == "-":
            continue
        real = os.path.realpath(path)
        if real in seen:
            raise click.UsageError(say("same-file", language, path=path))
        if not os.path.exists(real) or os.path.isfile(real):
            seen.add(real)


def paid_columns(options: dict[str, Any], book: Rulebook, language: str) -> dict[str, str]:
    """Takes `--map HEADING=BENEFIT` out of the options: such columns are those of lists of payments."""
    from calc.cli.batch_options import mapping
    from calc.report.ui_text import say

    names: dict[str, str] = {}
    for name, one in book.entries.items():
        if one.section == "benefits":
            names |= {str(word).casefold(): name for word in (name, *map(one.values.get, ("label", "en"))) if word}
    mapped = mapping(options["columns"], language)
    found = {heading: names[target.casefold()] for heading, target in mapped.items() if target.casefold() in names}
    if not found:
        raise click.UsageError(say("paid-map", language))
    options["columns"] = tuple(f"{heading}={target}" for heading, target in mapped.items() if heading not in found)
    return found


def _steps(text: str, plan: Plan, language: str) -> int:
    """Reads an amount as steps of the currency. Raises click.UsageError for what is none."""
    from calc.compare.known_amounts import steps
    from calc.report.ui_text import say

    try:
        return steps(text, plan.decimals)
    except ValueError:
        raise click.UsageError(say("no-amount", language, text=text)) from None
