"""Define `doudi rules diff`: how two rules files differ in what is in force."""

from __future__ import annotations

import click

from calc.cli.options import build, echo_lines, month_option, month_wanted, option, remark, require_month, rules_file

_HELP = (
    """How two rules files, or two months of one file, differ.

    Lists entries in force that were added, dropped or changed, with each key before and after; texts that change no
    answer (labels, notes, questions) do not count.

    \b
    Examples:
      doudi rules diff rules.toml draft.toml --month 2023-01
      doudi rules diff rules.toml rules.toml -m 2022-06 --against-month 2022-05

    Exit status: 0 nothing differs, 1 something does, 2 could not run.
    """,
    """两份规则文件（或同一文件的两个月份）有什么差别。

    列出生效内容中新增、删除、改动的条目及每一项的前后内容；不影响结果的文字（名称、说明、问句）不计。

    \b
    示例：
      doudi rules diff rules.toml 草案.toml --month 2023-01
      doudi rules diff rules.toml rules.toml -m 2022-06 --against-month 2022-05

    退出码：0 没有差别；1 有差别；2 无法运行。
    """,
)


def command(language: str) -> click.Command:
    """Builds the command."""
    params: list[click.Parameter] = [
        click.Argument(["old"], metavar="OLD", required=True),
        click.Argument(["new"], metavar="NEW", required=True),
        month_option(language),
        option("--against-month", metavar="YYYY-MM", language=language,
               en="The month of OLD (default: the same).", zh="旧文件的月份；默认相同。"),
        option("--format", "format_", type=click.Choice(["text", "json"]), default="text", language=language,
               en="Format of what is printed.", zh="输出格式。"),
    ]  # fmt: skip
    return build("diff", language, _HELP, params, diff)


def diff(
    language: str, old: str, new: str, month: str | None, against_month: str | None, format_: str,
    rules_path: str | None, lang: str | None, quiet: bool, debug: bool,
) -> int:  # fmt: skip
    """Print the differences. More than six parameters: click passes each option by its name."""
    from calc.report.as_json import dumped
    from calc.report.rules_diff import as_text, as_values
    from calc.report.ui_text import say
    from calc.rules.plan_month import plan_for
    from calc.rules.read_rulebook import read_rules
    from calc.vary.rule_steps import changed_entries

    books = read_rules(rules_file(old)), read_rules(rules_file(new))
    later = month_wanted(month, language)
    months = later if against_month is None else month_wanted(against_month, language), later
    for book, one in zip(books, months, strict=True):
        require_month(book, one, language)
        plan_for(book, one)  # raises for mistakes
    found = changed_entries(books[0], months[0], books[1], months[1])
    if format_ == "json":
        click.echo(dumped(as_values(found)))
    elif found:
        echo_lines(as_text(found, language))
    else:
        remark(say("rules-alike", language), quiet)
    return 1 if found else 0
