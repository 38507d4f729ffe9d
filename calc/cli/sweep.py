"""Define `doudi sweep`: what a household gets as one of its facts changes, exact at every threshold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from calc.cli.options import build, echo_lines, month_option, option, plan_asked, require_ending

if TYPE_CHECKING:
    from calc.engine.facts import Household
    from calc.rules.plan import FactPlan, Plan
    from calc.vary.curve import Curve

_HIGHEST = 10_000
"""The end of a sweep by default, in units of the fact."""
_HELP = (
    """What a household gets as one of its facts changes: every threshold, exact to the last decimal.

    FACT is written as for --set: `Zhang San.wage` of a member, `rent` of the household. Between thresholds the table
    says what is kept of each further yuan, and after a drop, up to where one is worse off than before it.

    \b
    Examples:
      doudi sweep household.toml --over 张三.wage
      doudi sweep household.toml --over 张三.wage --from 0 --to 6000 --svg curve.svg
      doudi sweep household.toml --over 张三.wage --format csv

    Exit status: 0 done, 1 the household was rejected, 2 could not run.
    """,
    """一个事项变化时，家庭应得多少：每个分界点都精确到最后一位小数。

    FACT 的写法与 --set 相同：成员的写作 `张三.工资`，家庭的直接写名称。表中列出两个分界点之间多收入一元留下多少，
    以及骤降之后到多少才不吃亏。

    \b
    示例：
      doudi sweep 家庭.toml --over 张三.工资
      doudi sweep 家庭.toml --over 张三.工资 --from 0 --to 6000 --svg 曲线.svg
      doudi sweep 家庭.toml --over 张三.工资 --format csv

    退出码：0 完成；1 家庭被退回；2 无法运行。
    """,
)


def command(language: str) -> click.Command:
    """Builds the command."""
    params: list[click.Parameter] = [
        click.Argument(["household"], metavar="HOUSEHOLD", required=True),
        option("--over", metavar="FACT", required=True, language=language,
               en="The fact that changes.", zh="变化的事项。"),
        option("--from", "low", metavar="VALUE", language=language,
               en="Its first value (default: the least that it may be).", zh="起始值；默认为最小值。"),
        option("--to", "high", metavar="VALUE", language=language,
               en="Its last value (default: 10000, or the most that it may be).", zh="终止值；默认 10000 或最大值。"),
        option("--benefit", "benefits", metavar="BENEFIT", multiple=True, language=language,
               en="Only this benefit (repeat for several).", zh="只看这项待遇（可重复）。"),
        month_option(language),
        option("--format", "format_", type=click.Choice(["text", "csv"]), default="text", language=language,
               en="Format of what is printed.", zh="输出格式。"),
        option("--svg", "svg_path", metavar="FILE", language=language,
               en="Also draw the curve into an SVG file.", zh="另把曲线画成 SVG 文件。"),
    ]  # fmt: skip
    return build("sweep", language, _HELP, params, sweep)


def sweep(
    language: str, household: str, over: str, low: str | None, high: str | None, benefits: tuple[str, ...],
    month: str | None, format_: str, svg_path: str | None, rules_path: str | None, lang: str | None, quiet: bool,
    debug: bool,
) -> int:  # fmt: skip
    """Move the fact and print. More than six parameters: click passes each option by its name."""
    from calc.assess_households import assess
    from calc.batch.atomic_files import whole_file
    from calc.cli.asked_households import source_of
    from calc.cli.assess import require_benefit
    from calc.diagnostics.diagnostic import render_all
    from calc.report.curve_svg import svg
    from calc.report.encode_rows import csv_text
    from calc.report.sweep_text import HEADINGS, SweepWords, as_text, rows

    require_ending(svg_path, "svg", ("svg",), False, language)
    plan = plan_asked(rules_path, month, language)
    benefits = tuple(require_benefit(plan, one, language) for one in benefits)
    assessed = assess(plan, source_of(household))
    if assessed.rejects:
        click.echo(render_all([each for one in assessed.rejects for each in one.mistakes], language), err=True)
        return 1
    curve = _curve([one.household for one in assessed.traces], plan, over, (low, high), benefits, language)
    words = SweepWords(curve, language)
    if svg_path is not None:
        with whole_file(svg_path) as path, open(path, "w", encoding="utf-8") as file:
            file.write(svg(words))
    if format_ == "csv":
        click.echo(csv_text([HEADINGS, *rows(words)], (6,)), nl=False)
    else:
        echo_lines(as_text(words))
    return 0


def _curve(
    households: list[Household], plan: Plan, over: str, ends: tuple[str | None, str | None],
    benefits: tuple[str, ...], language: str,
) -> Curve:  # fmt: skip
    """Makes the curve asked for. Raises click.UsageError for what cannot be moved."""
    from calc.report.ui_text import say
    from calc.vary.curve import Curve
    from calc.vary.pieces import Sweep, TooManyParts, can_move

    if len(households) != 1:
        raise click.UsageError(say("sweep-one-household", language))
    fact, member = _place(over, plan, households[0])
    if not can_move(fact):
        raise click.UsageError(say("sweep-not-a-number", language, name=fact.about.label_in(language)))
    low, high = _range(fact, ends, language)
    try:
        return Curve(Sweep(plan, households[0], fact.name, member, benefits or None), low, high)
    except TooManyParts:
        raise click.ClickException(say("sweep-too-many", language)) from None


def _place(over: str, plan: Plan, household: Household) -> tuple[FactPlan, int | None]:
    """Finds the fact and the place of its member. Raises InputErrors for a name that is none."""
    from calc.diagnostics.diagnostic import InputErrors
    from calc.households.overrides import parse_settings, unmatched

    settings = parse_settings([f"{over}=unknown"], plan)
    for name in settings.household:
        if name in plan.facts:
            return plan.facts[name], None
    ids = [one.id for one in household.members]
    missing = unmatched(settings, ids)
    for id, facts in settings.members.items():
        name = next(one for one in facts if one in plan.facts)
        if id in ids:
            return plan.facts[name], ids.index(id)
    raise InputErrors(missing)


def _range(fact: FactPlan, ends: tuple[str | None, str | None], language: str) -> tuple[int, int]:
    """Reads the ends of the range, in steps of the fact. Raises click.UsageError."""
    from calc.households.cell_values import read_value
    from calc.report.ui_text import say

    unit = 10**fact.decimals
    least, most = (int(one * unit) for one in fact.stated_bounds)
    found = [max(least, 0) if most >= 0 else least, min(most, _HIGHEST * unit)]
    for at, text in enumerate(ends):
        if text is not None:
            read = read_value(fact, text)
            if not isinstance(read, int):
                raise click.UsageError(say("sweep-wrong-end", language, text=text))
            found[at] = read
    if found[0] > found[1]:
        raise click.UsageError(say("sweep-wrong-ends", language))
    return found[0], found[1]
