"""Pairs of ledgers, some months apart, in which everything happens that happens to households."""

from __future__ import annotations

from random import Random

from bench.ledger import HEADINGS, rows

Rows = list[list[str]]
AT = {heading: place for place, heading in enumerate(HEADINGS)}
HOUSEHOLD, NAME, NUMBER = AT["户编号"], AT["姓名"], AT["身份证号"]


def households(made: Rows) -> list[Rows]:
    found: dict[str, Rows] = {}
    for row in made:
        found.setdefault(row[HOUSEHOLD], []).append(list(row))
    return list(found.values())


def later(random: Random, old: Rows) -> Rows:
    """The ledger some months later: people come, leave, move, die and change names; facts change, households go."""
    groups = [one for one in households(old) if random.random() > 0.03]
    for members in groups:
        event = random.random()
        one = random.choice(members)
        if event < 0.08:
            one[AT["工资"]] = random.choice(("", "不详", str(random.randint(0, 4000)), "五百"))
        elif event < 0.14:
            one[AT["养老金"]] = str(random.randint(0, 1500))
        elif event < 0.17 and len(members) > 1:
            members.remove(one)
        elif event < 0.20 and len(members) > 1:
            members.remove(one)
            home = random.choice(groups)
            home.append([home[0][HOUSEHOLD], *one[1:]])
        elif event < 0.23 and len(members) > 1:
            members.reverse()
        elif event < 0.26 and len(members) > 1:
            first, second = members[:2]
            first[NAME], second[NAME] = second[NAME], first[NAME]
        elif event < 0.28:
            one[NAME] = f"{one[NAME]}新"
        elif event < 0.30:
            one[AT["需长期照护"]] = random.choice(("是", "否", ""))
        elif event < 0.32:
            one[AT["住房套数"]] = random.choice(("?", "两", "-1"))
        elif event < 0.34:
            for member in members:
                member[AT["乡镇"]] = random.choice(("东风街道", "新镇", ""))
        elif event < 0.36:
            for member in members:
                member[HOUSEHOLD] = f"X{member[HOUSEHOLD]}"
    if random.random() < 0.5:
        random.shuffle(groups)
    return [row for members in groups for row in members]


def newcomers(seed: int) -> Rows:
    made = list(rows(6, seed + 5000))[1:]
    for row in made:
        row[HOUSEHOLD], row[NUMBER], row[AT["残疾证号"]] = f"N{row[HOUSEHOLD]}", "", ""
    return made
