"""Writes totals as a table for people, as rows of a file, or as values for JSON: by month, group and benefit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from calc.engine.totals import HOUSEHOLDS, MONEY, OPEN, PERSONS, UNCOUNTED, Group, Totals
from calc.report.aligned import aligned, thousands
from calc.report.format_values import currency_name
from calc.report.result_rows import Amounts
from calc.report.ui_text import say
from calc.rules.toml_document import month_text

HEADINGS = ("month", "group", "benefit", "households", "persons", "money", "undetermined", "rejected")
ALL = "all"
SCHEMA = "doudi.totals/1"


def sections(tally: Totals) -> Iterator[tuple[str, str, Group]]:
    """Yields month, group and numbers: each group of each month, each month, and all together; nothing twice."""
    months = tally.of_months()
    names = {name for _, name in tally.groups}
    is_grouped = names != {""} and bool(names)
    for month, whole in months.items():
        if is_grouped:
            for (own, group_name), group in tally.groups.items():
                if own == month:
                    yield month_text(month), group_name, group
        yield month_text(month), ALL, whole
    if len(months) > 1:
        if is_grouped:
            for name in dict.fromkeys(name for _, name in tally.groups):
                together = Group()
                for (_, own_name), group in tally.groups.items():
                    if own_name == name:
                        together.add(group)
                yield ALL, name, together
        yield ALL, ALL, tally.whole()


def ordered(group: Group, order: list[str]) -> list[str]:
    """Sorts the benefits of a group in the order of the rules; unknown ones come last."""
    known = {name: place for place, name in enumerate(order)}
    return sorted(group.benefits, key=lambda name: (known.get(name, len(known)), name))


def rows(tally: Totals, order: list[str], decimals: int) -> Iterator[list[str]]:
    """Yields the rows of a file of totals: each benefit, then the sum of the section."""
    amounts = Amounts(decimals)
    for month, name, group in sections(tally):
        for benefit in ordered(group, order):
            numbers = group.benefits[benefit]
            yield [month, name, benefit, str(numbers[HOUSEHOLDS]), _persons(numbers), amounts[numbers[MONEY]],
                   str(numbers[OPEN]), ""]  # fmt: skip
        yield [month, name, ALL, str(group.assessed), "", amounts[group.money], str(group.undetermined),
               str(group.rejected)]  # fmt: skip


def as_object(tally: Totals, order: list[str], decimals: int) -> dict[str, Any]:
    """Makes the totals as values for JSON."""
    amounts = Amounts(decimals)
    return {
        "schema": SCHEMA,
        "totals": [
            {
                "month": month,
                "group": name,
                "assessed": group.assessed,
                "undetermined": group.undetermined,
                "rejected": group.rejected,
                "money": amounts[group.money],
                "lacks_only_parameters": group.unset,
                "lacks_only": dict(sorted(group.alone.items())),
                "needs_parameters": dict(sorted(group.figures.items())),
                "benefits": {
                    benefit: {
                        "households": group.benefits[benefit][HOUSEHOLDS],
                        "persons": group.benefits[benefit][PERSONS],
                        "persons_unknown": group.benefits[benefit][UNCOUNTED],
                        "money": amounts[group.benefits[benefit][MONEY]],
                        "undetermined": group.benefits[benefit][OPEN],
                    }
                    for benefit in ordered(group, order)
                },
            }
            for month, name, group in sections(tally)
        ],
    }


def text(
    tally: Totals, labels: dict[str, str], decimals: int, currency: str, language: str, most: int | None = None
) -> str:
    """Writes the totals as a table for people, at most `most` columns wide; months and groups below one another."""
    whole = say("all-together", language)
    parts = []
    several = len(list(sections(tally))) > 1
    for month, name, group in sections(tally):
        title = whole if month == ALL else month
        if several:
            title += f" · {whole if name == ALL else name or '—'}"
        parts.append("\n".join(_section(title, group, labels, Amounts(decimals), currency, language, most)))
    return "\n\n".join(parts)


def _section(
    title: str, group: Group, labels: dict[str, str], amounts: Amounts, currency: str, language: str, most: int | None
) -> list[str]:
    """Writes the table of one month and group. More than six parameters: what is in it, and its form."""
    head = [title, *(say(key, language) for key in ("households-n", "persons-n", "money-n", "undetermined"))]
    table = [head]
    for benefit in ordered(group, list(labels)):
        numbers = group.benefits[benefit]
        table.append([labels.get(benefit, benefit), _grouped(numbers[HOUSEHOLDS]), _persons(numbers, True),
                      thousands(amounts[numbers[MONEY]]), _grouped(numbers[OPEN])])  # fmt: skip
    money = f"{thousands(amounts[group.money])} {currency_name(currency, language)}"
    table.append([say("total-n", language), _grouped(group.assessed), "", money, _grouped(group.undetermined)])
    lines = aligned(table, most)
    if group.rejected:
        lines.append(say("rejected-n", language, count=group.rejected))
    return lines


def _persons(numbers: list[int], grouped: bool = False) -> str:
    text = _grouped(numbers[PERSONS]) if grouped else str(numbers[PERSONS])
    return f"{text}+" if numbers[UNCOUNTED] else text


def _grouped(number: int) -> str:
    return f"{number:,}"
