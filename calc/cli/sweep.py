"""Define `doudi sweep`: what a household gets as one of its facts changes, exact at every threshold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from calc.cli.options import build, month_option, option, plan_asked, require_ending, rules_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from calc.diagnostics.source import Source
    from calc.engine.facts import Household
    from calc.households.read_households import Reject
    from calc.rules.plan import FactPlan, Plan
    from calc.vary.curve import Curve
    from calc.vary.pieces import Sweep

_HIGHEST = 10_000
"""The end of a sweep by default, in units of the fact."""
_HELP = (
    """What a household gets as one of its facts changes.

    Every threshold is exact to the last decimal. FACT is written as for --set: `Zhang San.wage` of a member, `rent`
    of the household. Between thresholds the table says what is kept of each further yuan, and after a drop, up to
    where one is worse off than before it.

    \b
    Examples:
      doudi sweep household.toml --over 张三.wage
      doudi sweep household.toml --over 张三.wage --to 6000 --svg curve.svg
      doudi sweep household.toml --over 张三.wage --against-rules draft.toml
      doudi sweep household.toml --over 李四.sex
      doudi sweep household.toml --over 张三.wage --format csv

    Exit status: 0 done, 1 the household was rejected, 2 could not run.
    """,
    """一个事项变化时，家庭应得多少。

    每个分界点都精确到最后一位小数。事项的写法与 --set 相同：成员的写作 `张三.工资`，家庭的直接写名称。
    表中列出两个分界点之间多收入一元留下多少，以及骤降之后到多少才不吃亏。

    \b
    示例：
      doudi sweep 家庭.toml --over 张三.工资
      doudi sweep 家庭.toml --over 张三.工资 --to 6000 --svg 曲线.svg
      doudi sweep 家庭.toml --over 张三.工资 --against-rules 草案.toml
      doudi sweep 家庭.toml --over 李四.性别
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
        option("--against-rules", metavar="FILE", language=language,
               en="Also the curve under these rules: what if they were these?", zh="另画按这份规则的曲线，以便比较。"),
        option("--format", "-f", "format_", type=click.Choice(["text", "json", "csv"]), language=language,
               en="Format of the results (default: by FILE's ending, else text).",
               zh="结果格式；默认按扩展名，否则为文本。"),
        option("--output", "-o", metavar="FILE", language=language,
               en="Write to FILE (txt, json, csv).", zh="写入文件（txt、json、csv）。"),
        option("--svg", "svg_path", metavar="FILE", language=language,
               en="Also draw the curve into an SVG file.", zh="另把曲线画成 SVG 文件。"),
    ]  # fmt: skip
    return build("sweep", language, _HELP, params, sweep)


def sweep(
    language: str, household: str, over: str, low: str | None, high: str | None, benefits: tuple[str, ...],
    against_rules: str | None, month: str | None, format_: str | None, output: str | None, svg_path: str | None,
    rules_path: str | None, lang: str | None, quiet: bool, debug: bool,
) -> int:  # fmt: skip
    """Move the fact and print. More than six parameters: click passes each option by its name."""
    from calc.cli.asked_households import source_of
    from calc.cli.assess import require_benefit
    from calc.cli.household_output import report_rejects
    from calc.cli.sweep_output import Drawn, write_curves, write_words
    from calc.report.ui_text import say
    from calc.rules.plan_month import plan_for
    from calc.rules.read_rulebook import read_rules
    from calc.vary.word_rows import words_of

    require_ending(svg_path, "svg", ("svg",), False, language)
    plan, source = plan_asked(rules_path, month, language), source_of(household)
    names = tuple(require_benefit(plan, one, language) for one in benefits)
    drawn = Drawn(language, format_, output, svg_path)
    rejects, sweep = _sweep(source, plan, over, names, language)
    if sweep is None:
        return report_rejects(rejects, language)
    if words_of(sweep.fact):
        given = {"--from": low, "--to": high, "--svg": svg_path, "--against-rules": against_rules}
        for name in (name for name, value in given.items() if value is not None):
            label = sweep.fact.about.label_in(language)
            raise click.UsageError(say("sweep-no-words", language, option=name, name=label))
        write_words(sweep, drawn)
        return 0
    ends = _range(sweep.fact, (low, high), language)
    curves = [("" if against_rules is None else rules_file(rules_path), _curve(sweep, ends, language))]
    if against_rules is not None:
        other = plan_for(read_rules(against_rules), plan.month)
        known = tuple(name for name in names if name in other.benefits)
        rejects, sweep = _sweep(source, other, over, known, language)
        if sweep is None:
            return report_rejects(rejects, language)
        curves.append((against_rules, _curve(sweep, ends, language)))
    write_curves(curves, drawn)
    return 0


def _sweep(
    source: Source, plan: Plan, over: str, benefits: tuple[str, ...], language: str
) -> tuple[Sequence[Reject], Sweep | None]:
    """Makes the sweep of a fact; None where the household is rejected. Raises click.UsageError."""
    from calc.assess_households import assess
    from calc.report.ui_text import say
    from calc.vary.pieces import Sweep

    assessed = assess(plan, source)
    if assessed.rejects:
        return assessed.rejects, None
    if len(assessed.traces) != 1:
        raise click.UsageError(say("sweep-one-household", language))
    household = assessed.traces[0].household
    fact, member = _place(over, plan, household)
    return (), Sweep(plan, household, fact.name, member, benefits or None)


def _curve(sweep: Sweep, ends: tuple[int, int], language: str) -> Curve:
    """Makes the curve of a number. Raises click.UsageError for a fact that is none."""
    from calc.report.ui_text import say
    from calc.vary.curve import Curve
    from calc.vary.pieces import TooManyParts

    try:
        return Curve(sweep, *ends)
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
    from calc.vary.pieces import can_move

    if not can_move(fact):
        raise click.UsageError(say("sweep-not-a-number", language, name=fact.about.label_in(language)))
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
