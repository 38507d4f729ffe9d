"""Define `doudi sweep`: what a household gets as one of its facts changes, exact at every threshold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from calc.cli.options import build, month_option, option, plan_asked, require_ending, rules_file

if TYPE_CHECKING:
    from calc.assess_households import Assessment
    from calc.diagnostics.source import Source
    from calc.rules.plan import FactPlan, Plan
    from calc.vary.curve import Curve
    from calc.vary.pieces import Sweep

_HIGHEST = 10_000
"""The end of a sweep by default, in units of the fact."""
_YEARS = 120
"""Years before the month at which a sweep of dates begins by default; it ends with the year after the month."""
_HELP = (
    """What a household gets as one of its facts changes.

    Every threshold is exact: to the last decimal, or to the day. FACT is written as for --set: `Zhang San.wage` of a
    member, `rent` of the household. Between thresholds of a number the table says what is kept of each further yuan,
    and after a drop, up to where one is worse off than before it. Dates have steps, words a row each.

    \b
    Examples:
      doudi sweep household.toml --over 张三.wage
      doudi sweep household.toml --over 张三.wage --to 6000 --svg curve.svg
      doudi sweep household.toml --over 张三.wage --against-rules draft.toml
      doudi sweep household.toml --over 李四.sex
      doudi sweep household.toml --over 李四.birth_date --from 1950-01-01
      doudi sweep household.toml --over 张三.wage --format csv

    Exit status: 0 done, 1 the household was rejected, 2 could not run.
    """,
    """一个事项变化时，家庭应得多少。

    每个分界点都精确到最后一位小数或某一天。事项的写法与 --set 相同：成员的写作 `张三.工资`，家庭的直接写名称。
    数字列出两个分界点之间多收入一元留下多少，以及骤降之后到多少才不吃亏；日期逐段列出；选项每项一行。

    \b
    示例：
      doudi sweep 家庭.toml --over 张三.工资
      doudi sweep 家庭.toml --over 张三.工资 --to 6000 --svg 曲线.svg
      doudi sweep 家庭.toml --over 张三.工资 --against-rules 草案.toml
      doudi sweep 家庭.toml --over 李四.性别
      doudi sweep 家庭.toml --over 李四.出生日期 --from 1950-01-01
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
               en="Its first value (default: the least that it may be; 120 years ago).",
               zh="起始值；默认为最小值，日期为 120 年前。"),
        option("--to", "high", metavar="VALUE", language=language,
               en="Its last value (default: 10000, or the most that it may be; the end of next year).",
               zh="终止值；默认 10000 或最大值，日期为次年年底。"),
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
        option("--html", metavar="PAGE", language=language,
               en="Also write one page with the curve and a table, for a browser or to print.",
               zh="另写成一个网页，含曲线和表格，可在浏览器中查看或打印。"),
    ]  # fmt: skip
    return build("sweep", language, _HELP, params, sweep)


def sweep(
    language: str, household: str, over: str, low: str | None, high: str | None, benefits: tuple[str, ...],
    against_rules: str | None, month: str | None, format_: str | None, output: str | None, svg_path: str | None,
    html: str | None, rules_path: str | None, lang: str | None, quiet: bool, debug: bool,
) -> int:  # fmt: skip
    """Move the fact and print. More than six parameters: click passes each option by its name."""
    from calc.cli.asked_households import source_of
    from calc.cli.assess import require_benefit
    from calc.cli.household_output import print_warnings, report_rejects
    from calc.cli.sweep_output import Drawn, write_curves, write_words
    from calc.report.ui_text import say
    from calc.rules.plan_month import plan_for
    from calc.rules.read_rulebook import read_rules
    from calc.vary.word_rows import words_of

    require_ending(svg_path, "svg", ("svg",), False, language)
    require_ending(html, "html", ("html",), False, language)
    plan, source = plan_asked(rules_path, month, language), source_of(household)
    names = tuple(require_benefit(plan, one, language) for one in benefits)
    drawn = Drawn(language, format_, output, svg_path, html)
    assessed, sweep = _sweep(source, plan, over, names, language)
    print_warnings(assessed.warnings, language)
    if sweep is None:
        return report_rejects(assessed.rejects, language)
    if words_of(sweep.fact):
        given = {"--from": low, "--to": high, "--svg": svg_path, "--against-rules": against_rules}
        for name in (name for name, value in given.items() if value is not None):
            label = sweep.fact.about.label_in(language)
            raise click.UsageError(say("sweep-no-words", language, option=name, name=label))
        write_words(sweep, drawn)
        return 0
    ends = _range(sweep.fact, (low, high), plan, language)
    curves = [("" if against_rules is None else rules_file(rules_path), _curve(sweep, ends, language))]
    if against_rules is not None:
        other = plan_for(read_rules(against_rules), plan.month)
        known = tuple(name for name in names if name in other.benefits)
        assessed, sweep = _sweep(source, other, over, known, language)
        if sweep is None:
            return report_rejects(assessed.rejects, language)
        curves.append((against_rules, _curve(sweep, ends, language)))
    write_curves(curves, drawn)
    return 0


def _sweep(
    source: Source, plan: Plan, over: str, benefits: tuple[str, ...], language: str
) -> tuple[Assessment, Sweep | None]:
    """Makes the sweep of a fact; None where the household is rejected. Raises click.UsageError."""
    from calc.assess_households import assess
    from calc.households.overrides import fact_named
    from calc.report.ui_text import say
    from calc.vary.pieces import Sweep

    assessed = assess(plan, source)
    if assessed.rejects:
        return assessed, None
    if len(assessed.traces) != 1:
        raise click.UsageError(say("sweep-one-household", language))
    household = assessed.traces[0].household
    fact, member = fact_named(over.strip(), plan, household, "--over")
    return assessed, Sweep(plan, household, fact.name, member, benefits or None, is_checked=True)


def _curve(sweep: Sweep, ends: tuple[int, int], language: str) -> Curve:
    """Makes the curve of a number. Raises click.UsageError for a fact that is none."""
    from calc.report.ui_text import say
    from calc.vary.curve import Curve
    from calc.vary.pieces import TooManyParts

    try:
        return Curve(sweep, *ends)
    except TooManyParts:
        raise click.ClickException(say("sweep-too-many", language)) from None


def _range(fact: FactPlan, ends: tuple[str | None, str | None], plan: Plan, language: str) -> tuple[int, int]:
    """Reads the ends of the range, as places of the fact's scale. Raises click.UsageError."""
    from calc.diagnostics.messages import message
    from calc.households.cell_values import CellError, read_value
    from calc.report.ui_text import say
    from calc.vary.pieces import can_move
    from calc.vary.scales import scale_of

    scale = scale_of(fact)
    if scale is None:
        raise click.UsageError(say("sweep-not-a-number", language, name=fact.about.label_in(language)))
    least, most = scale.low, scale.high
    if can_move(fact):
        found = [max(least, 0) if most >= 0 else least, min(most, _HIGHEST * scale.unit)]
    else:
        begin, end = plan.month_start - _YEARS * 10000, plan.month // 100 * 10000 + 11231
        found = [max(least, int(scale.place(begin))), min(most, int(scale.place(end)))]
        found = [least, most] if found[0] > found[1] else found
    for at, text in enumerate(ends):
        if text is not None:
            read = read_value(fact, text)
            if not isinstance(read, int):
                why = message(read.code, read.values, language) if isinstance(read, CellError) else ""
                raise click.UsageError(say("sweep-wrong-end", language, text=text, why=why and f": {why}"))
            found[at] = read if can_move(fact) else int(scale.place(read))
    if found[0] > found[1]:
        raise click.UsageError(say("sweep-wrong-ends", language))
    return found[0], found[1]
