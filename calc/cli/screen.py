"""Define `doudi screen`: who on a list could have something, and what to do next about each household."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from calc.cli.batch_options import FORMATS, households_option, job_of, mapping, reading_options
from calc.cli.options import (
    bom_option,
    build,
    labels_option,
    month_option,
    option,
    remark,
    require_apart,
    require_table_ending,
    rules_file,
)

if TYPE_CHECKING:
    from calc.batch.job import BatchJob
    from calc.compare.join_registers import Registers
    from calc.compare.received import ReceivedAmounts, ReceivedColumns
    from calc.rules.plan import Plan

_LINES = 5
"""Lines of a register that are listed."""
_HELP = (
    """Who on a list could have something, and what to do next.

    LIST is read as by `doudi batch`: a monitoring list, a register, a village roll. Its households come back sorted by
    what to do: entitled and not receiving (most money first), receiving what is not due, decided by one fact, by
    several.

    \b
    Examples:
      doudi screen list.csv -m 2022-05 --receiving receives -o todo.xlsx
      doudi screen list.csv --paid paid.csv --map amount=BENEFIT
      doudi screen list.csv --register first.xlsx --register second.csv
      doudi screen list.csv --benefit NAME --benefit NAME

    --receiving names a column with the benefits that people receive (words of the rules), or HEADING=BENEFIT a column
    with yes, no or amounts of one benefit. What people receive is never offered to them.
    "One fact decides" means that whatever is answered, no benefit stays open.
    --register names a file with a row a person: what it states is joined to the people of the list by identity
    number. Households of which two sources contradict each other are a group of their own.

    Exit status: 0 done, 2 could not run, 130 interrupted.
    """,
    """名单上谁可以享受什么，每户下一步做什么。

    名单按 `doudi batch` 的方式读取：监测名单、登记表、村花名册均可。各户按下一步工作排序：
    符合而未享受（金额大的在前）、享受而不符合、再问一项即可确定、缺几项信息。

    \b
    示例：
      doudi screen 名单.csv -m 2022-05 --receiving 现享受 -o 待办.xlsx
      doudi screen 名单.csv --paid 发放清单.csv --map 金额=待遇
      doudi screen 名单.csv --register 登记表一.xlsx --register 登记表二.csv
      doudi screen 名单.csv --benefit 待遇 --benefit 待遇

    --receiving 指定写明已享受待遇的列（用规则中的词），或用 列名=待遇 指定某项待遇的是否列、金额列。
    已享受的待遇不再列为可申请。“再问一项即可确定”是指无论怎样回答，都不再有待定的待遇。
    --register 指定每人一行的登记表，其中内容按身份证号并入名单中的人；两处来源互相矛盾的户单列一类。

    退出码：0 完成；2 无法运行；130 中断。
    """,
)


def command(language: str) -> click.Command:
    """Builds the command."""
    params: list[click.Parameter] = [
        click.Argument(["ledgers"], metavar="LIST...", nargs=-1, required=True),
        month_option(language),
        option("--receiving", metavar="HEADING", multiple=True, language=language,
               en="Column of what people receive; HEADING=BENEFIT for one benefit.",
               zh="已享受待遇的列；列名=待遇 表示某一项待遇的列。"),
        option("--word", "words", metavar="WORD=BENEFIT", multiple=True, language=language,
               en="Another word of the list for a benefit; `-` for none.", zh="名单中待遇的其他写法；`-` 表示没有。"),
        option("--paid", metavar="FILE", multiple=True, language=language,
               en="A list of payments; --map HEADING=BENEFIT says which columns.",
               zh="发放清单；用 --map 列名=待遇 指明金额列。"),
        option("--register", "registers", metavar="FILE[=MAP]", multiple=True, language=language,
               en="A register: facts of people, by identity number; MAP is its `--columns`.",
               zh="登记表，按身份证号并入其中的事项；列名表为该表的 `--columns` 文件。"),
        option("--benefit", "benefits", metavar="NAME", multiple=True, language=language,
               en="Only these benefits count (default: all).", zh="只看这些待遇；默认全部。"),
        option("--output", "-o", metavar="FILE", language=language,
               en="File for the households, a row each (csv, jsonl, xlsx, parquet).",
               zh="各户清单，每户一行（csv、jsonl、xlsx、parquet）。"),
        option("--format", "format_", type=click.Choice(FORMATS), language=language,
               en="Format of the households (default: by FILE's ending).", zh="清单的格式；默认按扩展名。"),
        option("--examples", type=click.IntRange(0), default=10, language=language,
               en="Households that are printed.", zh="列出的户数。"),
        option("--pieces", type=click.IntRange(0), default=50, language=language,
               en="Households for which all values of a deciding number are worked out (slow).",
               zh="决定的一项是数字时，列出各值结果的户数（较慢）。"),
        households_option(language),
        *reading_options(language),
        option("--keep", "keep", metavar="HEADING", multiple=True, language=language,
               en="Copy a column of the list into the results.", zh="把名单的一列保留到结果中。"),
        labels_option(language),
        bom_option(language),
    ]  # fmt: skip
    return build("screen", language, _HELP, params, screen)


def screen(language: str, quiet: bool, lang: str | None, **options: Any) -> int:
    """Screen a list, write its households and print the sums."""
    from calc.batch.job import BatchError
    from calc.batch.writers.file_form import FileForm
    from calc.cli.batch_summary import warn_of_unknown_columns
    from calc.cli.screen_sink import ScreenSink
    from calc.compare.received import ReceivedAmounts
    from calc.compare.screen import ScreenJob
    from calc.compare.screen import screen as run

    chosen = {name: options.pop(name) for name in ("output", "format_", "examples", "pieces")}
    form = FileForm(language, options.pop("bom"), options.pop("labels"))
    require_table_ending(chosen["output"], chosen["format_"], language)
    benefits, kept, registers = options.pop("benefits"), options["keep"], options.pop("registers")
    read = [*options["ledgers"], *options["paid"], *options["household_facts"], options["columns_file"]]
    read += [part for one in registers for part in (one, *_divided(one))]
    require_apart([chosen["output"]], [path for path in read if path], language)
    try:
        job, received = _job(language, options)
        asked = tuple(_asked(job.plans[0], one, language) for one in benefits) or None
        joined = _registers(registers, job)
        with ScreenSink(job.plans[0], kept, form, quiet, asked=asked, **chosen) as sink:
            unknown = run(ScreenJob(job, received, asked, joined), sink, sink.take)
    except BatchError as error:
        raise click.UsageError(error.message(language)) from None
    sink.print_sums()
    if not quiet:
        unknown_ones = [*unknown, *(one for each in (joined.registers if joined else ()) for one in each.unknown)]
        warn_of_unknown_columns(unknown_ones, language)
        sink.print_mistakes(job.show_ids)
        if joined is not None:
            _print_registers(joined, language)
        if isinstance(received, ReceivedAmounts):
            _print_strangers(received, language)
        elif received is None:
            from calc.report.ui_text import say

            remark(say("screen-receiving-unknown", language), False)
    return 0


def _job(language: str, options: dict[str, Any]) -> tuple[BatchJob, ReceivedColumns | ReceivedAmounts | None]:
    """Makes the job of the options, and what says who receives what."""
    from calc.cli.picture_options import paid_columns
    from calc.compare.known_amounts import payments_of
    from calc.compare.received import BenefitWords, ReceivedAmounts, ReceivedColumns
    from calc.ledger.header import IGNORED, Naming
    from calc.record import replace
    from calc.report.ui_text import say
    from calc.rules.read_rulebook import read_rules

    receiving, words, paid = options.pop("receiving"), options.pop("words"), options.pop("paid")
    if receiving and paid:
        raise click.UsageError(say("screen-receiving-or-paid", language))
    if paid:
        benefits = paid_columns(options, read_rules(rules_file(options["rules_path"])), language)
        job = job_of(language, {**options, "engine": "rows"})
        return job, ReceivedAmounts(payments_of(job, paid, benefits), job.plans[0])
    given = mapping(words, language)
    headings = {}
    job = job_of(language, {**options, "engine": "rows"})
    plan = job.plans[0]
    known = BenefitWords(plan)
    for word, target in given.items():
        if target != "-" and not known.has(target):
            raise click.UsageError(say("screen-word", language, text=f"{word}={target}"))
    for one in receiving:
        heading, _, benefit = one.rpartition("=")
        is_one = bool(heading) and known.has(benefit)
        headings[heading.strip() if is_one else one] = _asked(plan, benefit, language) if is_one else None
    naming = Naming(plan, job.mapped)
    set_aside = {one: IGNORED for one in headings if naming.meaning(one) is None}
    job = replace(job, keep=(*job.keep, *headings), columns={**set_aside, **job.columns})
    return job, ReceivedColumns(plan, headings, BenefitWords(plan, given)) if headings else None


def _asked(plan: Plan, text: str, language: str) -> str:
    """Finds the benefit that a word means. Raises click.UsageError where it is none."""
    from calc.cli.assess import require_benefit
    from calc.compare.received import BenefitWords

    found = BenefitWords(plan).read(text)
    if isinstance(found, list) and len(found) == 1:
        return list(plan.benefits)[found[0]]
    return require_benefit(plan, text, language)


def _print_strangers(received: ReceivedAmounts, language: str) -> None:
    from calc.diagnostics.punctuation import listed
    from calc.report.ui_text import say

    strangers = list(received.strangers())
    if received.known.sides and len(strangers) == len(received.known.sides):
        remark(say("screen-no-payment-met", language), False)
    elif strangers:
        some = listed([*strangers[:3], *(["…"] if len(strangers) > 3 else [])], language)
        remark(say("screen-strangers", language, count=len(strangers), some=some), False)


def _registers(given: tuple[str, ...], job: BatchJob) -> Registers | None:
    """Reads the registers of the options. Raises click.UsageError for a file that is given twice."""
    import os

    from calc.batch.job import WrongJob
    from calc.compare.join_registers import read_registers
    from calc.ledger.ledger_map import read_ledger_map
    from calc.report.ui_text import say

    if not given:
        return None
    files = [(one, "") if one == "-" or os.path.exists(one) else _divided(one) for one in given]
    seen = [one if one == "-" else os.path.realpath(one) for one in (*job.ledgers, *job.household_facts)]
    for path, _ in files:
        real = path if path == "-" else os.path.realpath(path)
        if real in seen:
            raise (
                WrongJob("one-stdin")
                if path == "-"
                else click.UsageError(say("paid-same-file", job.language, path=path))
            )
        seen.append(real)
    plan = job.plans[0]
    return read_registers([(path, read_ledger_map(own, plan) if own else None) for path, own in files], job)


def _divided(text: str) -> tuple[str, str]:
    """Divides FILE=MAP."""
    path, equals, own = text.rpartition("=")
    return (path, own) if equals and path and own else (text, "")


def _print_registers(joined: Registers, language: str) -> None:
    """Counts the people of each register that are on the list, and what of it could not be read."""
    from calc.report.ui_text import say

    for one in joined.registers:
        strangers, whole = joined.strangers(one), len({*one.people, *one.unread})
        lines = sorted({line for number in strangers for line in one.lines_of(number)})
        shown = ", ".join([*map(str, lines[:_LINES]), *(["…"] if len(lines) > _LINES else [])])
        some = say("screen-register-lines", language, lines=shown) if lines else ""
        values = {"people": whole, "met": whole - len(strangers), "strangers": len(strangers), "some": some}
        remark(say("screen-register", language, path=one.path, **values), False)
        if one.set_aside:
            remark(say("screen-register-set-aside", language, path=one.path, count=one.set_aside), False)
        unread = [*one.nameless, *(each for number in strangers for each in one.unread.get(number, ()))]
        if unread:
            values = {"count": len({each.line for each in unread}), "line": unread[0].line}
            what = unread[0].message(language)
            remark(say("screen-register-unread", language, path=one.path, what=what, **values), False)
    if joined.without_number:
        remark(say("screen-without-number", language, count=joined.without_number), False)
