"""A synthetic ledger of a district, one row a person: `python -m bench.ledger 6000 --seed 1 > ledger.csv`.

Composition follows published national figures (households on dibao average 1.7 members; Ministry of Civil Affairs,
statistical bulletin of 2022); incomes, shares of illness and disability are made up. No person in it is real:
identity numbers have area codes from 990000 on, which are not assigned, and a valid check digit.
`--dirt 0.01` spoils that share of the households, each in one of the ways in which real ledgers are spoilt.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterator
from random import Random

from calc.households.identity_numbers import check_digit

HEADINGS = (
    "户编号", "乡镇", "家庭经济状况已核对", "边缘认定日期", "姓名", "身份证号", "与户主关系", "就读阶段", "残疾证号",
    "需长期照护", "重病认定", "在本市务工", "工资", "核定务工成本", "经营净收入", "养老金", "基础养老金",
    "赡养抚养费收入", "货币财产", "住房套数", "法定义务人情况", "未达到的自理指标数", "父亲情况", "母亲情况",
    "孤儿认定", "保障选择",
)  # fmt: skip
TOWNS = ("东风街道", "城陵街道", "三眼桥街道", "枫桥湖街道", "郭镇乡", "康王乡", "西塘镇", "梅溪镇")
SIZES, WEIGHTS = (1, 2, 3, 4, 5, 6), (55, 24, 12, 6, 2, 1)
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英玉兰文华建国志红春梅雪冬"

Row = dict[str, str]


class Dice(Random):
    """Random numbers that also count people, so that no two have the same identity number."""

    people = 0


def rows(count: int, seed: int = 1, dirt: float = 0.0) -> Iterator[list[str]]:
    """The rows of so many households, headings first; the same arguments give the same rows."""
    yield list(HEADINGS)
    random = Dice(seed)
    for at in range(count):
        members = household(random, at)
        if dirt and random.random() < dirt:
            spoil(random, members)
        for member in members:
            yield [member.get(heading, "") for heading in HEADINGS]


def household(random: Dice, at: int) -> list[Row]:
    """The members of a household, the head first."""
    own = {"户编号": f"H{at + 1:07d}", "乡镇": TOWNS[at * 7919 % len(TOWNS)]}
    own["家庭经济状况已核对"] = "是" if random.random() < 0.985 else ""
    size = random.choices(SIZES, WEIGHTS)[0]
    if size > 1 and random.random() < 0.03:
        own["边缘认定日期"] = f"2021-{random.randint(1, 12):02d}-{random.randint(1, 28):02d}"
    if size == 1:
        members = [lone_person(random)]
    else:
        head = adult(random, "户主", 30, 72)
        members = [head]
        born = int(head["身份证号"][6:10])
        if random.random() < 0.6:
            members.append(adult(random, "配偶", 2022 - born - 5, 2022 - born + 5))
        while len(members) < size:
            younger = random.random() < 0.7
            members.append(child(random, born) if younger else adult(random, "父母", 2022 - born + 20, 95))
    return [{**own, **member} for member in members]


def lone_person(random: Dice) -> Row:
    if random.random() < 0.04:
        return orphan(random)
    person = adult(random, "户主", 30, 90)
    if random.random() < 0.1:  # nobody to support an old or disabled person who lives alone
        person["法定义务人情况"] = "无义务人"
        person["未达到的自理指标数"] = str(random.choice((0, 0, 0, 1, 2, 4)))
    elif random.random() < 0.9:
        person["法定义务人情况"] = "有人有能力"
    return person


def adult(random: Dice, relation: str, youngest: int, oldest: int) -> Row:
    age = random.randint(max(18, youngest), max(18, min(99, oldest)))
    row = {"姓名": name(random), "身份证号": identity_number(random, 2022 - age), "与户主关系": relation}
    if age < 60 and random.random() < 0.45:
        row["工资"] = amount(random, 500, 3200)
        row["在本市务工"] = "是" if random.random() < 0.7 else "否"
        if random.random() < 0.6:
            row["核定务工成本"] = amount(random, 100, 700)
    elif age < 65 and random.random() < 0.25:
        row["经营净收入"] = amount(random, 50, 900)
    if age >= 60 and random.random() < 0.85:
        row["养老金"], row["基础养老金"] = amount(random, 110, 420), "123"
    if random.random() < 0.1:
        row["赡养抚养费收入"] = amount(random, 50, 400)
    if random.random() < 0.24:
        disabled(random, row)
    if (age >= 60 or "残疾证号" in row) and random.random() < 0.9:
        row["法定义务人情况"] = "有人有能力" if random.random() < 0.9 else "均无能力"
    if random.random() < 0.09:
        row["重病认定"] = "是"
    if random.random() < 0.3:
        row["货币财产"] = amount(random, 200, 26000)
    if random.random() < 0.5:
        row["住房套数"] = "1"
    return row


def child(random: Dice, born: int) -> Row:
    age = random.randint(1, min(22, max(1, 2022 - born - 20)))
    row = {"姓名": name(random), "身份证号": identity_number(random, 2022 - age), "与户主关系": "子女"}
    if age >= 6:
        row["就读阶段"] = "义务教育" if age < 16 else random.choice(("高中阶段", "全日制专科本科", "无"))
    if random.random() < 0.05:
        disabled(random, row)
    if age < 18 and random.random() < 0.03:
        row["父亲情况"], row["母亲情况"] = "死亡", random.choice(("失联", "重病", "残疾"))
    return row


def orphan(random: Dice) -> Row:
    born = 2022 - random.randint(3, 17)
    row = {"姓名": name(random), "身份证号": identity_number(random, born), "与户主关系": "户主"}
    return {**row, "父亲情况": "死亡", "母亲情况": "死亡", "孤儿认定": "是", "保障选择": "儿童福利保障",
            "法定义务人情况": "无义务人"}  # fmt: skip


def disabled(random: Dice, row: Row) -> None:
    kind = random.choices(range(1, 8), (12, 14, 2, 48, 12, 10, 2))[0]
    row["残疾证号"] = f"{row['身份证号']}{kind}{random.choices((1, 2, 3, 4), (20, 33, 27, 20))[0]}"
    row["需长期照护"] = "是" if random.random() < 0.6 else "否"


def name(random: Dice) -> str:
    return random.choice(SURNAMES) + "".join(random.choices(GIVEN, k=random.choice((1, 2, 2))))


def amount(random: Dice, low: int, high: int) -> str:
    whole = random.randint(low, high)
    return str(whole) if random.random() < 0.7 else f"{whole}.{random.randint(0, 99):02d}"


def identity_number(random: Dice, year: int) -> str:
    """A number with a valid check digit and an area code that nobody has."""
    area, serial = divmod(random.people, 1000)
    random.people += 1
    body = f"99{area % 10000:04d}{year}{random.randint(1, 12):02d}{random.randint(1, 28):02d}{serial:03d}"
    return body + check_digit(body)


def spoil(random: Dice, members: list[Row]) -> None:
    """One thing wrong with a household, as people and spreadsheets make it."""
    member = random.choice(members)
    match random.randrange(10):
        case 0:
            member["工资"] = random.choice(("约800", "不详", "1,2OO", "八百"))
        case 1:
            member["身份证号"] = f"{float(member['身份证号'][:17] + '0'):.5E}"
        case 2:
            member["身份证号"] = member["身份证号"][:-3] + "000"
        case 3:
            member["身份证号"] = member["身份证号"][:17] + ("1" if member["身份证号"][-1] != "1" else "2")
        case 4:
            member["与户主关系"] = "女婿的表弟"
        case 5:
            member["养老金"] = "-200"
        case 6:
            member["户编号"] = ""
        case 7:
            member["家庭经济状况已核对"] = "待核"
        case 8:
            members.append({**member, "姓名": name(random)})
        case _:
            member["残疾证号"] = member["身份证号"] + "91"


def main() -> None:
    """Write the ledger to standard output as UTF-8 CSV."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("households", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--dirt", type=float, default=0.0)
    given = parser.parse_args()
    sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]
    csv.writer(sys.stdout, lineterminator="\n").writerows(rows(given.households, given.seed, given.dirt))


if __name__ == "__main__":
    main()
