"""Define `doudi rules test`: runs worked cases and shows where the answer differs."""

from __future__ import annotations

import click

from calc.cli.options import build, option, remark, rules_file

_HELP = (
    """Run the worked cases of a rules file.

    Case files and folders that are given are run too. A failing case is printed with the expected and the actual
    value, and how the actual one was computed.

    \b
    Examples:
      doudi rules test
      doudi rules test cases/ new-case.toml

    Exit status: 0 all pass, 1 a case fails, 2 could not run.
    """,
    """运行规则文件中的案例。

    所给案例文件或文件夹中的案例也一并运行。未通过的案例列出预期值和实际值，并说明实际值是怎样算出来的。

    \b
    示例：
      doudi rules test
      doudi rules test cases/ 新案例.toml

    退出码：0 全部通过；1 有案例未通过；2 无法运行。
    """,
)


def command(language: str) -> click.Command:
    """Builds the command."""
    params: list[click.Parameter] = [
        click.Argument(["paths"], metavar="[CASES]...", nargs=-1),
        option(
            "--verbose", "-v", is_flag=True, language=language, en="List passing cases too.", zh="也列出通过的案例。"
        ),
    ]
    return build("test", language, _HELP, params, test)


def test(
    language: str,
    paths: tuple[str, ...],
    verbose: bool,
    rules_path: str | None,
    lang: str | None,
    quiet: bool,
    debug: bool,
) -> int:
    """Run and print; returns the exit status.

    More than six parameters: click passes each option by its name.
    """
    from calc.cases import load_cases, run_cases
    from calc.diagnostics.diagnostic import render
    from calc.report.failed_case import format_failed_case
    from calc.report.ui_text import say
    from calc.rules.read_rulebook import read_rules

    rulebook = read_rules(rules_file(rules_path))
    cases = load_cases(rulebook, paths)
    if not cases:
        remark(say("no-cases", language), quiet)
        return 0
    failed = 0
    for outcome in run_cases(rulebook, cases):
        if outcome.passes:
            if verbose:
                click.echo(f"✓ {outcome.case.title}")
            continue
        failed += 1
        for diagnostic in outcome.diagnostics:
            click.echo(render(diagnostic, language))
        if outcome.differences:
            click.echo(format_failed_case(outcome, language))
        click.echo()
    remark(say("cases-passed", language, passed=len(cases) - failed, failed=failed), quiet)
    return 1 if failed else 0
