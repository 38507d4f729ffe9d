"""Facts as the cells people write them in, in many forms that mean the same; ledgers of generated households."""

from __future__ import annotations

import csv
import io
from random import Random
from typing import Any

from calc.households.identity_numbers import check_digit
from calc.language.types import CHOICE, DATE, LIMITS, MONEYS, NUMERIC, REFERENCE, SHARE, TEXT, YES_NO
from calc.rules.plan import FactPlan, Plan
from tests.support.households import Generator

_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
DIRT = ("x", "-1", "1e5", "2022-13-01", "约", "\ufffd", "１２", '"')
YES, NO = ("是", "有", "√", "yes", "Y", "1", "TRUE", "对"), ("否", "无", "×", "no", "N", "0", "False", "没有")


def cell(random: Random, fact: FactPlan, value: Any) -> str:
    """A value as a cell."""
    kind = fact.type.kind
    if kind == YES_NO:
        text = random.choice(YES if value else NO)
    elif kind == DATE:
        year, month, day = value // 10000, value // 100 % 100, value % 100
        iso = f"{year:04d}-{month:02d}-{day:02d}"
        chinese = f"{year:04d}年{month}月" + (f"{day}日" if day > 1 or random.random() < 0.5 else "")
        text = random.choice((iso, iso.replace("-", "."), f"{year:04d}/{month}/{day}", f"{value:08d}", chinese))
    elif kind in NUMERIC:
        text = number(random, value, fact.decimals, kind)
    elif kind == CHOICE:
        at = fact.type.options.index(value)
        text = random.choice((value, *(fact.options_en[at : at + 1] if fact.options_en else ())))
    else:
        text = value
    if kind != TEXT and random.random() < 0.1:
        text = text.translate(_WIDE)
    if random.random() < 0.002:  # the careful reader's
        return f"\u3000{text}"
    return random.choice((" ", "")) + text + random.choice(("", " ")) if random.random() < 0.2 else text


def number(random: Random, value: int, decimals: int, kind: str) -> str:
    sign, whole = ("-" if value < 0 else ""), abs(value)
    digits = str(whole).rjust(decimals + 1, "0")
    front, back = (digits[:-decimals], digits[-decimals:]) if decimals else (digits, "")
    forms = [front + (f".{back}" if back else "")]
    if back.strip("0") == "":
        forms.append(front)
    elif back.endswith("0"):
        forms.append(f"{front}.{back.rstrip('0')}")
    forms.append(f"{int(front):,}" + (f".{back}" if back else ""))
    if kind in MONEYS:
        forms += [f"{forms[0]}元", f"¥{forms[0]}"]
        if whole % 10**decimals == 0 and int(front) % 1000 == 0 and front != "0":
            forms.append(f"{int(front) // 10_000}.{int(front) % 10_000 // 1000}万")
    if kind == SHARE and decimals >= 2:
        forms.append(f"{int(front + back[:2])}.{back[2:] or '0'}%")
    text = random.choice(forms)
    return sign + text if not sign or text[0] != "¥" else forms[0].join((sign, ""))


def person(random: Random, at: int) -> str:
    """A valid identity number that nobody has, each of another person."""
    day = f"{random.randint(1930, 2021)}{random.randint(1, 12):02d}{random.randint(1, 28):02d}"
    body = f"99{at // 1000 % 10000:04d}{day}{at % 1000:03d}"
    return body + check_digit(body)


class Ledgers:
    """Ledgers of generated households of a plan, with blanks, other forms, personal numbers and some dirt."""

    def __init__(self, plan: Plan, seed: int) -> None:
        self.plan = plan
        self.random = Random(seed)
        self.made = Generator(plan, seed)
        self.people = seed * 5000 % 9_000_000
        self.numbers = {one.name for one in plan.facts.values() if one.type.kind == TEXT and one.format}

    def headings(self) -> list[FactPlan]:
        """Most facts, but seldom those that a personal number or others tell: made at random, they would contradict."""
        derived = {name for one in self.plan.facts.values() for name in one.derives.values()}
        marked = (one for one in self.plan.facts.values() if one.type.kind in LIMITS and one.default is not None)
        derived |= {one.name for one in marked if (one.type.low, one.type.high) != one.stated_bounds}
        chance = self.random.random
        return [one for one in self.plan.facts.values() if chance() < (0.03 if one.name in derived else 0.9)]

    def text(self, count: int, dirt: float = 0.0) -> str:
        """A CSV file of so many households."""
        random, facts = self.random, self.headings()
        out = io.StringIO()
        write = csv.writer(out, lineterminator="\n").writerow
        names = [random.choice((one.name, one.about.en or one.name)) for one in facts]
        more = random.choice(([], ["member id"], ["姓名"], ["member id", "姓名"]))
        words = ["household", *(more if self.plan.has_members else [])]
        self.has_ids = len(words) > 1
        write([*words, *names] if self._distinct(names) else [*words, *(one.name for one in facts)])
        for at in range(count):
            household = self.made.household(at)
            members = [one.facts for one in household.members] if self.plan.has_members else [{}]
            own = household.facts
            said = {one.name: self.of(one, own) for one in facts if one.name in own}
            for place, member in enumerate(members):
                self.people += 1
                self.identity = person(random, self.people)
                given = {**said, **{one.name: self.of(one, member) for one in facts if one.name in member}}
                if random.random() < 0.3:
                    given = {key: value for key, value in given.items() if place == 0 or key not in said}
                row = [f"h{at}", *(f"m{place}" for _ in words[1:]), *(given.get(one.name, "") for one in facts)]
                if random.random() < dirt:
                    row[random.randrange(len(row))] = random.choice(DIRT)
                write(row)
        return out.getvalue()

    def _distinct(self, names: list[str]) -> bool:
        folded = [one.casefold().replace(" ", "").replace("_", "") for one in names]
        return len(set(folded)) == len(folded)

    def of(self, fact: FactPlan, member: dict[str, Any]) -> str:
        """A cell; personal numbers are valid ones, and members are called by their ids."""
        if fact.type.kind == REFERENCE:
            place = member[fact.name]
            return "无" if place < 0 else f"m{place}" if self.has_ids else str(place + 1)
        if fact.name not in self.numbers:
            return cell(self.random, fact, member[fact.name])
        certificate = f"{self.identity}{self.random.randint(1, 7)}{self.random.randint(1, 4)}"
        return self.identity if fact.format == "identity-number" else certificate
