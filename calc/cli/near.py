"""Define `doudi near`: the smallest change of one fact that would give a denied benefit, or more of a granted one."""

from __future__ import annotations

import click

from calc.cli.options import build, month_option, option, plan_asked

_HELP = (
    """What is missing for a benefit that is denied, or for more of it.

    It is the smallest change of one fact that would give the benefit, exact; of a benefit that is granted, the
    smallest that gives more, and the one that gives the most. Shown are facts that may be so and are not recorded,
    such as an outlay or a disability (`remedy = "evidence"` in the rules). --all adds those that people decide
    themselves and those that nobody can change.
    --two adds pairs of facts that give a benefit together, where none does by itself.

    \b
    Examples:
      doudi near household.toml
      doudi near household.toml --benefit BENEFIT --all
      doudi near household.toml --format json
      doudi near household.toml -o near.csv

    Exit status: 0 done, 1 a household was rejected, 2 could not run.
    """,
    """不符合的待遇差在哪里，已有的还能怎样增加。

    列出一个事项最少变动多少就能享受，精确到最后一位；已经享受的，列出最少变动多少金额会增加，
    变动多少金额最高。默认只列可能属实而未登记的事项，如支出、证件（规则中 `remedy = "evidence"`）；
    --all 另列本人可决定的和不能改变的；--two 另列没有哪一项能单独做到时，两项同时成立即可享受的情况。

    \b
    示例：
      doudi near 家庭.toml
      doudi near 家庭.toml --benefit 待遇 --all
      doudi near 家庭.toml --format json
      doudi near 家庭.toml -o 差距.csv

    退出码：0 完成；1 有家庭被退回；2 无法运行。
    """,
)


def command(language: str) -> click.Command:
    """Builds the command."""
    params: list[click.Parameter] = [
        click.Argument(["households"], metavar="HOUSEHOLD...", nargs=-1, required=True),
        option("--benefit", "benefits", metavar="BENEFIT", multiple=True, language=language,
               en="Only this benefit (repeat for several).", zh="只看这项待遇（可重复）。"),
        option("--all", "every", is_flag=True, language=language,
               en="Also facts that people decide themselves, or that nobody can change.",
               zh="另列本人可决定的和不能改变的事项。"),
        option("--two", is_flag=True, language=language,
               en="Where no single fact gives a benefit, also pairs of facts that do.",
               zh="没有哪一项能单独做到的，另列两项同时成立的。"),
        month_option(language),
        option("--format", "-f", "format_", type=click.Choice(["text", "json", "csv"]), language=language,
               en="Format of the results (default: by FILE's ending, else text).",
               zh="结果格式；默认按扩展名，否则为文本。"),
        option("--output", "-o", metavar="FILE", language=language,
               en="Write to FILE (txt, json, csv).", zh="写入文件（txt、json、csv）。"),
    ]  # fmt: skip
    return build("near", language, _HELP, params, near)


def near(
    language: str, households: tuple[str, ...], benefits: tuple[str, ...], every: bool, two: bool, month: str | None,
    format_: str | None, output: str | None, rules_path: str | None, lang: str | None, quiet: bool, debug: bool,
) -> int:  # fmt: skip
    """Find what is missing and print. More than six parameters: click passes each option by its name."""
    from calc.assess_households import assess
    from calc.cli.asked_households import source_of
    from calc.cli.assess import require_benefit
    from calc.cli.household_output import apart, print_warnings, report_rejects, written
    from calc.report.near_rows import AMOUNTS, SCHEMA, headings, object_of, rows_of
    from calc.report.near_text import NearWords, lacks
    from calc.rules.schema import EVIDENCE, REMEDIES
    from calc.rules.toml_document import month_text
    from calc.vary.nearest import Nearest

    plan = plan_asked(rules_path, month, language)
    wanted = [require_benefit(plan, one, language) for one in benefits]
    assessed = assess(plan, *(source_of(path) for path in households))
    remedies = REMEDIES if every else (EVIDENCE,)
    found = []
    for trace in assessed.traces:
        nearest = Nearest(plan, trace.household)
        found.append(NearWords(nearest, lacks(nearest, wanted, remedies, with_pairs=two), remedies, language))
    now = month_text(plan.month)
    written(
        output, format_, language,
        text=lambda: apart(one.lines() for one in found),
        rows=lambda: [headings(two), *(row for one in found for row in rows_of(one, now, with_pairs=two))],
        document=lambda: {"schema": SCHEMA, "month": now, "households": [object_of(one) for one in found]},
        amounts=AMOUNTS,
    )  # fmt: skip
    print_warnings(assessed.warnings, language)
    return report_rejects(assessed.rejects, language)
