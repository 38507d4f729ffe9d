"""`python -m bench.forms`: the same households as a plain ledger, in words of registers, with cells not known, and with
dates of birth in the place of identity numbers, in one form and in many.

Each engine reads them in turn, and the result is the median of the ratios to the plain one: of the processor time
of whole processes, so that another process beside them matters less. Says too whether the words gave the same bytes.
"""

from __future__ import annotations

import argparse
import csv
import filecmp
import os
import statistics
import tempfile
from collections.abc import Callable, Iterator
from random import Random

from bench.ledger import rows
from bench.measured import RULES, batch, tell
from calc.rules.plan import FactPlan, Plan
from calc.rules.plan_month import plan_for
from calc.rules.read_rulebook import read_rules

DATES = ("{y}-{m}-{d}", "{y}/{M}/{D}", "{y}.{M}.{D}", "{y}{m}{d}", "{y}年{M}月{D}日", "{y}-{m}-{d} 00:00:00")
KINDS = ("视力", "听力", "言语", "肢体", "智力", "精神", "多重")
LEVELS = ("一二三四", "1234", "ⅠⅡⅢⅣ", "壹贰叁肆")
NOT_KNOWN = ("不详", "未知", "待核实", "?")
OWN = {"户编号", "姓名", "人编号"}
"""Columns that stay as they are: without them rows are of no household."""


def plain_rows(count: int) -> Iterator[list[str]]:
    """A ledger with the kind and the level of a disability in columns of their own, in the place of the certificate."""
    made = rows(count, 1, 0.0)
    head = next(made)
    at = head.index("残疾证号")
    yield [*head[:at], "残疾证类别", "残疾证等级", *head[at + 1 :]]
    for row in made:
        number = row[at]
        kind, level = (KINDS[int(number[18]) - 1], number[19]) if number else ("", "")
        yield [*row[:at], kind, level, *row[at + 1 :]]


def in_words(plan: Plan, made: Iterator[list[str]]) -> Iterator[list[str]]:
    """The same in other spellings of the rules, with kind and level in one cell."""
    random = Random(2)
    head = next(made)
    at = head.index("残疾证类别")
    facts = [fact for name, fact in plan.facts.items() if name in head and fact.words and name != "残疾证类别"]
    spellings = {(fact.name, option, sex): [option, *_spellings(fact, option, sex)]
                 for fact in facts for option in fact.type.options for sex in "女男"}  # fmt: skip
    number = head.index("身份证号")
    yield [*head[:at], "残疾情况", *head[at + 2 :]]
    for row in made:
        for place, name in enumerate(head):
            words = spellings.get((name, row[place], "女男"[int(row[number][16]) % 2]))
            row[place] = random.choice(words) if words else row[place]
        kind, level = row[at : at + 2]
        numeral = random.choice(LEVELS)[int(level) - 1] if level else ""
        form = random.choice(("{k}{n}级", "{k}残疾{n}级", "{k}（{n}级）", "{n}级{k}"))
        yield [*row[:at], form.format(k=kind, n=numeral) if kind else "", *row[at + 2 :]]


def _spellings(fact: FactPlan, option: str, sex: str) -> list[str]:
    """The other words of an option that say no other sex."""
    return [word for word, meant in fact.words.items()
            if meant == option and all(value == sex for value in fact.sets.get(word, {}).values())]  # fmt: skip


def not_known(share: float, made: Iterator[list[str]]) -> Iterator[list[str]]:
    """The same with a share of all cells not known."""
    random = Random(3)
    head = next(made)
    open_ = [at for at, name in enumerate(head) if name not in OWN]
    yield head
    for row in made:
        for at in open_:
            if random.random() < share:
                row[at] = random.choice(NOT_KNOWN)
        yield row


def born(forms: tuple[str, ...], made: Iterator[list[str]]) -> Iterator[list[str]]:
    """The same with the date of birth, in one of some forms, and the sex in the place of the identity number."""
    random = Random(4)
    head = next(made)
    at = head.index("身份证号")
    yield [*head[:at], "出生日期", "性别", *head[at + 1 :]]
    for row in made:
        year, month, day = row[at][6:10], row[at][10:12], row[at][12:14]
        date = random.choice(forms).format(y=year, m=month, d=day, M=int(month), D=int(day))
        yield [*row[:at], date, "女男"[int(row[at][16]) % 2], *row[at + 1 :]]


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--households", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--share", type=float, default=0.25, help="of cells that are not known")
    given = parser.parse_args()
    plan, count = plan_for(read_rules(RULES), 202206), given.households
    forms: dict[str, Callable[[], Iterator[list[str]]]] = {
        "plain": lambda: plain_rows(count),
        "words": lambda: in_words(plan, plain_rows(count)),
        "not known": lambda: not_known(given.share, plain_rows(count)),
        "dates": lambda: born(DATES[:1], plain_rows(count)),
        "dates in many forms": lambda: born(DATES, plain_rows(count)),
    }
    with tempfile.TemporaryDirectory() as folder:
        paths = {}
        for name, made in forms.items():
            paths[name] = os.path.join(folder, f"{name}.csv")
            with open(paths[name], "w", encoding="utf-8", newline="") as file:
                csv.writer(file, lineterminator="\n").writerows(made())
        for engine in ("rows", "duckdb"):
            outs = {name: os.path.join(folder, f"{name}-{engine}-results.csv") for name in forms}
            turns = [{name: batch(paths[name], outs[name], "--engine", engine) for name in forms}
                     for _ in range(given.runs)]  # fmt: skip
            for name in forms:
                tell(f"{engine}, {count:,} households, {name}", count, [turn[name] for turn in turns])
            for name in [*forms][1:]:
                ratio = statistics.median(turn[name].processor / turn["plain"].processor for turn in turns)
                print(f"{engine}: {name} takes {ratio:.2f} x the processor time of plain")
            for name, other in (("plain", "words"), ("dates", "dates in many forms")):
                same = filecmp.cmp(outs[name], outs[other], shallow=False)
                print(f"{engine}: {other} give {'the same bytes' if same else 'DIFFERENT RESULTS'}")


if __name__ == "__main__":
    main()
