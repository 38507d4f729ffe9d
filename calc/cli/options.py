"""Define the options that several commands share, and find the rules file and the month they ask for."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable
from typing import IO, TYPE_CHECKING, Any

import click

from calc.cli.locale import ChineseContext, NobodyReads, first_paragraph, pick
from calc.rules.rulebook import Rulebook
from calc.rules.toml_document import month_number, month_text

if TYPE_CHECKING:
    from calc.rules.plan import Plan

_PLACED = re.compile(r"[^ ]+:\d+:")
"""A line that begins with a place in a file."""


class CompletedCommand(click.Command):
    """A command whose line a shell may complete while an option waits for its value; its words are in `language`."""

    language = "en"

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parses a line; of one that a shell completes the option that waits for its value is left out.

        click would otherwise forget the arguments before it, and the ledger among them.
        """
        if ctx.resilient_parsing and args:
            waiting = [one for one in self.params if isinstance(one, click.Option) and not one.is_flag]
            if any(args[-1] in one.opts for one in waiting):
                args = args[:-1]
        return super().parse_args(ctx, args)


def build(
    name: str, language: str, help: tuple[str, str], params: list[click.Parameter], callback: Callable[..., Any]
) -> click.Command:
    """Builds a command with its help in a language and the options of all commands."""

    def called(**values: Any) -> Any:
        try:
            return callback(language=language, **values)
        except BrokenPipeError:
            raise NobodyReads from None  # click would exit with 1

    command = CompletedCommand(
        name,
        params=[*params, *common_options(language)],
        callback=called,
        help=pick(language, *help),
        short_help=first_paragraph(pick(language, *help)),
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
    command.language = language
    if language == "zh":
        command.context_class = ChineseContext
    return command


def option(*names: str, language: str, en: str, zh: str, **attributes: Any) -> click.Option:
    """Builds an option with its help in a language."""
    return click.Option(list(names), help=pick(language, en, zh), **attributes)


def common_options(language: str) -> list[click.Parameter]:
    """Builds `--rules --lang --quiet --debug`."""
    return [
        option(
            "--rules",
            "rules_path",
            metavar="FILE",
            language=language,
            en="Rules file (default: $DOUDI_RULES, ./rules.toml, or the one installed with Doudi).",
            zh="规则文件；默认依次为 $DOUDI_RULES、./rules.toml、随程序安装的文件。",
        ),
        option(
            "--lang",
            "lang",
            type=click.Choice(["zh", "en"]),
            language=language,
            en="Language of the output (default: from the locale).",
            zh="输出语言；默认按系统设置。",
        ),
        option(
            "--quiet",
            "-q",
            is_flag=True,
            language=language,
            en="Only results, no messages.",
            zh="只输出结果，不输出消息。",
        ),
        option("--debug", is_flag=True, hidden=True, language=language, en="Show tracebacks.", zh="显示程序回溯。"),
    ]


def month_option(language: str) -> click.Option:
    """Builds `--month`."""
    return option(
        "--month",
        "-m",
        metavar="YYYY-MM",
        language=language,
        en="The month to assess: 2022-06, 2022-6, 202206 or 2022年6月 (default: the current one).",
        zh="认定月份，如 2022-06、2022-6、202206、2022年6月；默认为本月。",
    )


def labels_option(language: str) -> click.Option:
    """Builds `--labels` and `--ids`; None leaves it to the language and the format."""
    return option("--labels/--ids", "labels", default=None, language=language,
                  en="Labels for people or ids for scripts in tables (default: ids; in Chinese, labels in XLSX).",
                  zh="表格用文字（供人阅读）或用编号（供程序读取）；默认 XLSX 用文字，其他用编号。")  # fmt: skip


def bom_option(language: str) -> click.Option:
    """Builds `--bom` and `--no-bom`; None leaves it to the language and the file."""
    return option("--bom/--no-bom", "bom", default=None, language=language,
                  en="Begin CSV with a byte order mark, for Excel (default: in Chinese, if written to a file).",
                  zh="CSV 是否以 BOM 开头，便于 Excel 打开；默认写入文件时有，标准输出没有。")  # fmt: skip


def rules_file(path: str | None) -> str:
    """Finds the rules file: the path given, $DOUDI_RULES, ./rules.toml, or the one shipped."""
    from calc.rules.shipped import SHIPPED, shipped_rules

    if path:
        return shipped_rules() if path == SHIPPED else path
    if os.environ.get("DOUDI_RULES"):
        return os.environ["DOUDI_RULES"]
    if os.path.isfile("rules.toml"):
        return "rules.toml"
    return shipped_rules()


def month_wanted(text: str | None, language: str) -> int:
    """Reads a month such as `2022-06` or `2022年6月` as 202206; None is the current month. Raises click.UsageError."""
    if text is None:
        import time

        now = time.localtime()
        return now.tm_year * 100 + now.tm_mon
    month = _month_typed(text)
    if month is None:
        from calc.report.ui_text import say

        raise click.UsageError(say("wrong-month", language, text=text))
    return month


def _month_typed(text: str) -> int | None:
    """Reads a month in any of the ways people type it: 2022-06, 2022-6, 202206, 2022年6月."""
    import re

    from calc.text_forms import half_width

    found = re.fullmatch(r"(\d{4})(?:[-/.年](\d{1,2})|(\d{2}))月?", half_width(text).strip(), re.ASCII)
    return month_number(f"{found[1]}-{(found[2] or found[3]).zfill(2)}") if found else None


def require_month(rulebook: Rulebook, month: int, language: str) -> None:
    """Raise a usage error for a month before the rules begin."""
    if month < rulebook.first_month:
        from calc.diagnostics.messages import message

        values = {"first": month_text(rulebook.first_month), "month": month_text(month)}
        raise click.UsageError(message("before-first-month", values, language))


def plan_asked(rules_path: str | None, month: str | None, language: str, book: Rulebook | None = None) -> Plan:
    """Plans the month asked for of the rules file asked for, which `book` is if it has been read.

    Raises InputErrors for mistakes in the rules.
    """
    return plan_in_month(rules_file(rules_path), month_wanted(month, language), language, book)


def plan_in_month(path: str, month: int, language: str, book: Rulebook | None = None) -> Plan:
    """Plans a month of a rules file, or takes the plan that was kept of it; errors as in `plan_asked`."""
    from calc.rules.plan_cache import keep_plan, kept_plan

    plan = kept_plan(path, month)
    if plan is None:
        _, plan = _read_and_planned(path, month, language, book)
        keep_plan(path, plan)
    return plan


def book_and_plan_asked(rules_path: str | None, month: str | None, language: str) -> tuple[Rulebook, Plan]:
    """Reads the rules file asked for and plans the month asked for. Raises InputErrors for mistakes in the rules."""
    return _read_and_planned(rules_file(rules_path), month_wanted(month, language), language)


def _read_and_planned(path: str, month: int, language: str, known: Rulebook | None = None) -> tuple[Rulebook, Plan]:
    from calc.rules.plan_month import plan_for
    from calc.rules.read_rulebook import read_rules

    book = known or read_rules(path)
    require_month(book, month, language)
    return book, plan_for(book, month)


def require_ending(path: str | None, format: str, possible: tuple[str, ...], is_asked: bool, language: str) -> None:
    """Raises click.UsageError for a file to be written whose ending is that of another format, or unknown."""
    from calc.batch.writers.formats import ending_mistake, endings_for
    from calc.report.ui_text import say

    mistake = ending_mistake(path, format, is_asked)
    if mistake:
        raise click.UsageError(say(mistake, language, path=path, endings=endings_for(*possible)))


def require_table_ending(path: str | None, asked: str | None, language: str) -> None:
    """Raises click.UsageError as `require_ending` does, for a table in the format `asked` or that of its ending."""
    from calc.batch.writers.formats import FORMATS, format_of

    require_ending(path, asked or format_of(path), FORMATS if asked is None else (asked,), asked is not None, language)


def require_apart(outputs: Iterable[str | None], inputs: Iterable[str], language: str) -> None:
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


def remark(text: str, quiet: bool) -> None:
    """Prints a remark on standard error, unless `quiet`; a line with a place stays whole, for those who look for it."""
    if not quiet:
        echo_lines(text.split("\n"), err=True)


def to_terminal() -> bool:
    """Says whether results go to a terminal."""
    return sys.stdout.isatty()


def echo_lines(lines: Iterable[str], err: bool = False) -> None:
    """Prints lines; on a terminal those that are too wide are broken where their language may break."""
    width = terminal_width(sys.stderr if err else sys.stdout)
    if width is None:
        click.echo("\n".join(lines), err=err)
        return
    from calc.report.line_breaks import fitted

    parts = [[line] if _PLACED.match(line) else fitted(line, width) for line in lines]
    click.echo("\n".join(part for found in parts for part in found), err=err)


def terminal_width(stream: IO[str]) -> int | None:
    """Returns the width of the terminal that a stream goes to; None for a file or a pipe."""
    if not stream.isatty():
        return None
    import shutil

    return shutil.get_terminal_size().columns
