"""Finds units that stand apart from the headings: 单位：万元 above them, or a row of units below.

A unit that is not that of a column's fact is put behind the heading, so that the column is as unclear as one whose
heading says it itself: 工资 under 单位：万元 is 工资（万元）, of which nothing is read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from calc.language.types import COUNT, MONEY, MONEY_PER_MONTH, MONEY_PER_YEAR, MONEYS, NUMBER, YES_NO
from calc.rules.plan import FactPlan
from calc.text_forms import half_width

ADDITION = re.compile(r"[*＊]|[(（\[【]([^()（）\[\]【】]*)[)）\]】]")
"""Additions to a name in a heading, as they are once folded: a star, a unit in brackets."""
_MONTHLY, _YEARLY = {"元/月", "元每月", "每月", "月", "yuan/month"}, {"元/年", "元每年", "每年", "年", "yuan/year"}
_OF_COUNTS = {"人", "月", "岁", "周岁", "套", "辆", "个", "级", "年"}
UNITS: dict[str, set[str]] = {
    MONEY_PER_MONTH: {"元", "yuan", *_MONTHLY},
    MONEY_PER_YEAR: {"元", "yuan", *_YEARLY},
    MONEY: {"元", "yuan"},
    COUNT: _OF_COUNTS,
    NUMBER: _OF_COUNTS,
    YES_NO: {"是/否", "y/n", "yes/no"},
}
"""Units that say what a fact of a kind has anyway. Of any other, such as 万元 or another period, nothing is read."""
_MULTIPLE = re.compile(r"[十百千万亿]+元|(?<=[(\[【])[千万亿](?=[)\]】])|\b(?:thousand|million|10k)\b")
_YEAR = re.compile(r"半?(?<![老青少中成幼\d])年(?![龄满级轻金])|\b(?:annual|yearly|year)\b")
_MONTH = re.compile(r"月|\b(?:monthly|month)\b")
_OTHER = re.compile(r"季度?|[周日]薪|[每/](?:[周日天]|星期)|\b(?:quarter(?:ly)?|weekly|daily)\b")
"""Amounts in other units than yuan, and periods, as headings say them: no 老年, 年龄, 年金, nor the year of a date."""
IsKnown = Callable[[str], object]
_LINE = re.compile(r"(?:单位|unit)s?\s*:\s*([^()\[\]]+)", re.IGNORECASE)
_AMOUNT = re.compile(
    r"[十百千万亿]*元(?:(?:/|每)[年月人])*|(?:thousand|million|10k)?\s*yuan(?:/year|/month)?", re.IGNORECASE
)
_COUNTED = "人|岁|周岁|年|月|天|级|个|套|辆|户|亩|平方米|是/否|%"
_UNIT = re.compile(rf"[(\[]?(?:单位:)?(?:[十百千万亿]*元(?:(?:/|每)[年月人])*|{_COUNTED}|yuan(?:/year|/month)?)[)\]]?")
_PERIOD = re.compile(r"(?:/|每).*")
_OWN_UNIT = re.compile(r"[(\[【].+[)\]】]")


def other_unit(heading: str, fact: FactPlan) -> str | None:
    """Finds the unit or period of amounts that a heading says and that is not that of a fact; None if it says none."""
    text, kind = half_width(heading).casefold(), fact.type.kind
    if kind not in MONEYS:
        return None
    wrong = [_MULTIPLE]
    if kind in (MONEY_PER_MONTH, MONEY_PER_YEAR):
        own, other = (_MONTH, _YEAR) if kind == MONEY_PER_MONTH else (_YEAR, _MONTH)
        wrong += [_OTHER] if own.search(text) else [_OTHER, other]
    return next((match.group() for one in wrong if (match := one.search(text)) is not None), None)


def unit_above(rows: Iterable[Sequence[str]]) -> str | None:
    """Finds the unit of amounts that rows above the headings name; None if they name none."""
    for cells in rows:
        for cell in cells:
            for line in _LINE.finditer(half_width(cell)):
                if (found := _AMOUNT.search(line.group(1))) is not None:
                    return found.group(0).strip()
    return None


def is_row_of_units(cells: Sequence[str]) -> bool:
    """Says whether a row holds units and nothing else."""
    texts = [half_width(cell).strip() for cell in cells if cell.strip()]
    return bool(texts) and all(_UNIT.fullmatch(text) for text in texts)


def with_unit(headings: Sequence[str], unit: str | None, meaning: IsKnown) -> list[str]:
    """Puts the unit of a table behind headings of amounts that have another."""
    if unit is None:
        return [*headings]
    found = []
    for heading in headings:
        fact = meaning(heading)
        is_amount = isinstance(fact, FactPlan) and fact.type.kind in MONEYS
        # of property the unit of a table says no period
        own = _PERIOD.sub("", unit) if isinstance(fact, FactPlan) and fact.type.kind == MONEY else unit
        found.append(_with(heading, own, meaning) if is_amount else heading)
    return found


def with_units(headings: Sequence[str], units: Sequence[str], meaning: IsKnown) -> list[str]:
    """Puts the unit below each heading behind it, where the fact of the heading has another."""
    below = [half_width(one).strip().strip("()[]").removeprefix("单位:") for one in units]
    below += [""] * (len(headings) - len(below))
    return [_with(one, unit, meaning) if unit else one for one, unit in zip(headings, below, strict=False)]


def _with(heading: str, unit: str, meaning: IsKnown) -> str:
    made, fact = f"{heading}（{unit}）", meaning(heading)
    if not isinstance(fact, FactPlan) or _OWN_UNIT.search(half_width(heading)):
        return heading
    return heading if unit.casefold() in UNITS.get(fact.type.kind, ()) or meaning(made) is not None else made
