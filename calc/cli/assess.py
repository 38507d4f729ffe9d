"""Define `doudi assess`: the benefits each household is entitled to, and the reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from calc.cli.batch_options import duplicates_option, households_option, reading_options
from calc.cli.options import build, month_option, option

if TYPE_CHECKING:
    from calc.cli.asked_households import AskedHouseholds
    from calc.rules.plan import Plan

_HELP = (
    """What each household is entitled to in a month, and why.

    Every benefit is granted, denied or undetermined. HOUSEHOLD is a TOML or JSON file; several may be given, `-` is
    standard input. With --household ID it is a ledger in any form that `doudi batch` reads, and only that household
    of it is assessed; the options of both are the same.

    \b
    Examples:
      doudi assess household.toml --month 2022-06
      doudi assess household.toml --explain              figures with clauses
      doudi assess household.toml --why BENEFIT          one benefit in full
      doudi assess household.toml --set "*.wage=2500"    what if
      doudi assess household.toml --value total          one number, for scripts
      cat household.json | doudi assess - --format json
      doudi assess ledger.xlsx --household H031    one household

    Exit status: 0 done, 1 a household was rejected or a --value is undetermined, 2 could not run.
    """,
    """一个家庭某月可享受哪些待遇，为什么。

    每项待遇的结果为享受、不符合或待定。家庭文件为 TOML 或 JSON 文件，可给多个，`-` 为标准输入。
    加 --household 户编号时，所给的是台账（`doudi batch` 能读的都可以，读取选项相同），只认定其中这一户。

    \b
    示例：
      doudi assess 家庭.toml --month 2022-06
      doudi assess 家庭.toml --explain              逐项列出公式、数值和依据
      doudi assess 家庭.toml --why 待遇             一项待遇为何享受或不享受
      doudi assess 家庭.toml --set 李四.工资=2500   假如……会怎样
      doudi assess 家庭.toml --value total          只输出一个数字，供脚本使用
      cat 家庭.json | doudi assess - --format json
      doudi assess 台账.xlsx --household H031 --why 待遇    台账中的一户

    退出码：0 完成；1 有家庭被退回，或 --value 所求待定；2 无法运行。
    """,
)
_TOTAL = ("total", "合计", "应发合计")


def command(language: str) -> click.Command:
    """Builds the command."""
    params: list[click.Parameter] = [
        click.Argument(["households"], metavar="HOUSEHOLD...", nargs=-1, required=True),
        month_option(language),
        option("--explain", is_flag=True, language=language,
               en="Add every step with value and clause.", zh="列出每一步的数值和依据。"),
        option("--why", metavar="BENEFIT", language=language,
               en="Explain one benefit, by id or label.", zh="说明一项待遇，写编号或名称。"),
        option("--format", "-f", "format_", type=click.Choice(["text", "json", "csv"]), default="text",
               language=language, en="Format of the results (default: text).", zh="结果格式；默认为文本。"),
        option("--set", "settings", metavar="NAME=VALUE", multiple=True, language=language,
               en="Change a fact (`means_checked=yes`, `Li Si.wage=0`, `*.wage=0`) or a parameter of this month.",
               zh="改设一项（`成员.工资=2500`）或本月参数的值。"),
        option("--value", metavar="BENEFIT|total", language=language,
               en="Print only one number (for several households: id, tab, number).",
               zh="只输出一个数字（多户时每行为编号、制表符和数字）。"),
        option("--values", is_flag=True, language=language,
               en="JSON: add all derived values.", zh="JSON：附上全部推算值。"),
        option("--html", metavar="PAGE", language=language,
               en="Also write one page with every reason, for a browser or to print.",
               zh="另写成一个网页，含全部理由，可在浏览器中查看或打印。"),
        option("--household", "ids", metavar="ID", multiple=True, language=language,
               en="Assess only this household of a ledger (repeat for several).",
               zh="只认定台账中的这一户（户编号），可重复。"),
        households_option(language),
        *reading_options(language),
        duplicates_option(language),
    ]  # fmt: skip
    return build("assess", language, _HELP, params, assess)


def assess(
    language: str,
    households: tuple[str, ...],
    month: str | None,
    explain: bool,
    why: str | None,
    format_: str,
    settings: tuple[str, ...],
    value: str | None,
    values: bool,
    html: str | None,
    ids: tuple[str, ...],
    rules_path: str | None,
    lang: str | None,
    quiet: bool,
    debug: bool,
    **reading: Any,
) -> int:
    """Assess the households of all files and print; nothing is printed before all have been read.

    More than six parameters: click passes each option by its name.
    """
    from calc.cli.asked_households import FileHouseholds, is_household_file, require_no_ledger_options
    from calc.cli.print_assessment import PrintOptions, print_assessment
    from calc.report.ui_text import say

    if sum(path == "-" for path in households) > 1:
        raise click.UsageError(say("one-stdin", language))
    given = {"rules_path": rules_path, "month": month, "settings": settings, **reading}
    found: AskedHouseholds
    if ids and not all(map(is_household_file, households)):
        from calc.cli.assess_ledger import LedgerHouseholds

        found = LedgerHouseholds(language, households, ids, quiet, given)
    else:
        require_no_ledger_options(reading, language)
        found = FileHouseholds(language, households, ids, given)
    plan = found.plan
    why = why if why is None else require_benefit(plan, why, language)
    value = value if value is None else "total" if value in _TOTAL else require_benefit(plan, value, language)
    if (value is not None and (format_ != "text" or explain or why)) or (why is not None and format_ != "text"):
        raise click.UsageError(say("one-answer", language))
    found.assess(bool(settings) and format_ == "text" and value is None)
    output = PrintOptions(language, format_, explain, why, value, values, settings, found.before, found.show_ids, html)
    is_there = bool(found.answers.traces or found.answers.rejects)
    status = print_assessment(plan, found.answers, output) if is_there or not found.absent else 2
    if found.absent:
        found.print_absent()
        return 2
    return status


def require_benefit(plan: Plan, typed: str, language: str) -> str:
    """Finds the id of a benefit by its id, label or short label in either language. Raises click.UsageError."""
    from calc.diagnostics.messages import help_text
    from calc.report.ui_text import say
    from calc.rules.find_names import find_names, near_name
    from calc.rules.toml_document import month_text

    abouts = [benefit.about for benefit in plan.benefits.values()]
    found = find_names(abouts, typed)
    if len(found) == 1:
        return found[0]
    labels = [
        (one.name, one.short[language == "en"] if len(one.short) > 1 else one.label_in(language)) for one in abouts
    ]
    names = ("、" if language == "zh" else ", ").join(
        say("id-and-label", language, id=id, label=label) for id, label in labels if not found or id in found
    )
    if found:
        raise click.UsageError(say("several-benefits", language, name=typed, names=names))
    text = say("no-benefit", language, name=typed, month=month_text(plan.month), names=names)
    near = near_name(abouts, typed)
    hint = f"\n{help_text('did-you-mean', {'name': near}, language)}" if near else ""
    raise click.UsageError(text + hint)
