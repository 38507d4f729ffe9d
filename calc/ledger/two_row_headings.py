"""Joins two rows of headings into one: 家庭收入 over 工资 | 经营 | 财产 is the upper one of each of its three columns.

The upper heading is in the first of its cells, or in all of them. A column with one heading has it in either row. The
lower heading is looked up first, then both together. A lower one that is known keeps its own name, unless the upper
one has another period or unit: 工资 below 年收入 is no monthly wage.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Optional

from calc.language.types import MONEY_PER_MONTH, MONEY_PER_YEAR
from calc.rules.plan import FactPlan

Texts = Sequence[str]
IsKnown = Callable[[str], object]
"""Finds the meaning of a heading; None if it has none."""
Joined = Optional["list[str]"]

_LONGEST = 30
_CAPTION = re.compile(r"[:：]|\d.*\d.*\d.*\d", re.DOTALL)
"""A title with a date, or a line such as 填报单位：…"""
_VALUE = re.compile(r"[\d０-９]")
_YEAR, _MONTH = re.compile("年|annual|year"), re.compile("月|month")
NUMBER = r"(\d{1,2}|[一二三四五六七八九十])"
_OF_MEMBER = re.compile(rf"(?:家庭)?(?:成员|member)[\s_(（-]*{NUMBER}[\s_)）-]*", re.IGNORECASE)
"""The heading over the columns of one of several members across."""
_UNIT = re.compile(r"[(（\[【]([^()（）\[\]【】]+)[)）\]】]")


def joined_rows(rows: Sequence[Texts], meaning: IsKnown, may_decide: Callable[[str], bool]) -> Joined:
    """Joins two rows into the headings of their columns; None if they are not two rows of headings.

    `may_decide` says of a heading that means nothing whether it may decide money.
    """
    if len(rows) != 2:
        return None
    upper, lower = rows
    width = max(len(upper), len(lower))
    above = [one.strip() for one in upper] + [""] * (width - len(upper))
    below = [one.strip() for one in lower] + [""] * (width - len(lower))
    if not any(below) or not _may_be_upper(above, below, meaning, may_decide):
        return None
    if not _may_be_lower(above, below, meaning):
        return None
    found, group = [], ""
    for one, other in zip(above, below, strict=True):
        group = one or group
        found.append(_heading(one, group, other, meaning))
    return found


def _may_be_upper(above: list[str], below: list[str], meaning: IsKnown, may_decide: Callable[[str], bool]) -> bool:
    """Says whether a row has headings, and is no title: one of them means something, and one has others below."""
    texts = [one for one in above if one]
    if not texts or sum(_OF_MEMBER.fullmatch(one) is not None for one in texts) > 1:
        return bool(texts)
    if any(len(one) > _LONGEST or _CAPTION.search(one) for one in texts):
        return False
    if len(set(texts)) == 1 and above[0]:
        return False
    over = any(one and other and one != other for one, other in zip(above, below, strict=True))
    return over and any(meaning(one) is not None or may_decide(one) for one in texts)


def _may_be_lower(above: list[str], below: list[str], meaning: IsKnown) -> bool:
    """Says whether a row has headings and no household: where one column has one heading above, none but a known one
    is below, and no cell holds a number.
    """
    knows_one = False
    group = ""
    for at, (one, other) in enumerate(zip(above, below, strict=True)):
        group = one or group
        if not other or other == one:
            continue
        if _VALUE.search(other) or len(other) > _LONGEST:
            return False
        is_known = _known(group, other, meaning)
        is_group = not one or (at + 1 < len(above) and (not above[at + 1] or above[at + 1] == one))
        is_group = is_group or (at > 0 and above[at - 1] == one)
        if not is_known and not is_group:
            return False
        knows_one = knows_one or is_known
    return knows_one


def _known(group: str, lower: str, meaning: IsKnown) -> bool:
    return meaning(lower) is not None or bool(group and meaning(group + lower) is not None)


def _heading(own: str, group: str, lower: str, meaning: IsKnown) -> str:
    """Finds the heading of a column by its own upper heading, the one it is below, and the lower one."""
    if not lower or lower == own:
        return own
    if not group:
        return lower
    fact = meaning(lower)
    if _OF_MEMBER.fullmatch(group):
        return f"{group} {lower}"
    if fact is None or (isinstance(fact, FactPlan) and _contradicts(group, lower, fact)):
        return f"{group} {lower}"
    unit = _UNIT.search(group) if isinstance(fact, FactPlan) and not _UNIT.search(lower) else None
    if unit is not None and meaning(lower + unit.group(0)) is None:
        return f"{group} {lower}"
    return lower


def _contradicts(group: str, lower: str, fact: FactPlan) -> bool:
    """Says whether an upper heading has a period that is not that of the fact, and the lower one does not say it."""
    text = group.casefold()
    if fact.type.kind == MONEY_PER_MONTH:
        return _YEAR.search(text) is not None and _MONTH.search(lower.casefold()) is None
    if fact.type.kind == MONEY_PER_YEAR:
        return _MONTH.search(text) is not None and _YEAR.search(lower.casefold()) is None
    return False
