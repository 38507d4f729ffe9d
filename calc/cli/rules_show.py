"""Define `doudi rules show`: what is in force in a month and where it comes from."""

from __future__ import annotations

import click

from calc.cli.options import book_and_plan_asked, build, echo_lines, month_option, option

_HELP = (
    """What is in force in a month, or one entry with its history.

    In force are standards, benefits, checks and documents; a section or a single entry is named.

    \b
    Examples:
      doudi rules show
      doudi rules show NAME --month 2022-09
      doudi rules show facts                  what a household file may state
      doudi rules show functions              the functions of the language
    """,
    """某月生效的内容，或一个条目的全文和沿革。

    生效的内容为标准、待遇、数据检查和文件；也可以指定一类或一个条目。

    \b
    示例：
      doudi rules show
      doudi rules show 名称 --month 2022-09
      doudi rules show facts                  家庭文件可以写哪些事项
      doudi rules show functions              公式语言的函数
    """,
)


def command(language: str) -> click.Command:
    """Builds the command."""
    params: list[click.Parameter] = [
        click.Argument(["name"], metavar="[NAME]", required=False),
        month_option(language),
        option(
            "--format",
            "format_",
            type=click.Choice(["text", "json"]),
            default="text",
            language=language,
            en="Format of the output.",
            zh="输出格式。",
        ),
    ]
    return build("show", language, _HELP, params, show)


def show(
    language: str,
    name: str | None,
    month: str | None,
    format_: str,
    rules_path: str | None,
    lang: str | None,
    quiet: bool,
    debug: bool,
) -> int:
    """Print what is in force.

    More than six parameters: click passes each option by its name.
    """
    import unicodedata

    from calc.language.expression_error import close_match
    from calc.report import rules_json
    from calc.report import rules_listing as shown
    from calc.report.ui_text import say

    book, plan = book_and_plan_asked(rules_path, month, language)
    if name is None or name in shown.SECTIONS:
        lines = shown.overview(book, plan, language, name)
        answer = rules_json.as_plain(plan, name)
    else:
        plain = unicodedata.normalize("NFKC", name)
        found = shown.entry(book, plan, plain, language)
        if found is None:
            near = close_match(plain, shown.known(book, plan))
            text = say("no-name", language, name=name)
            if near:
                from calc.diagnostics.messages import help_text
                from calc.diagnostics.punctuation import semicolon

                text += f"{semicolon(language)}{help_text('did-you-mean', {'name': near}, language)}"
            raise click.UsageError(text)
        lines = found
        answer = rules_json.entry_as_plain(book, plan, shown.resolved(book, plan, plain))
    if format_ == "json":
        from calc.report.as_json import dumped

        click.echo(dumped(answer))
    else:
        echo_lines(lines)
    return 0
