"""Synthetic households of the district: realistic in composition, of 2 or 3 members, no real person."""

from __future__ import annotations

from random import Random
from typing import Any

from calc.engine.facts import Household, Member


def households(count: int, seed: int = 1) -> list[Household]:
    """So many households as engines take them: amounts in fen, dates as numbers."""
    random = Random(seed)
    return [_household(random, at) for at in range(count)]


def _household(random: Random, at: int) -> Household:
    facts: dict[str, Any] = {"家庭经济状况已核对": random.random() < 0.97}
    if random.random() < 0.05:
        facts["边缘认定日期"] = 20210301
    members = [_adult(random, "户主", 25, 75)]
    if random.random() < 0.6:
        members.append(_adult(random, "配偶", 25, 75))
    while len(members) < 2 or (len(members) < 3 and random.random() < 0.5):
        members.append(_child(random) if random.random() < 0.6 else _adult(random, "父母", 60, 90))
    return Household(f"H{at:07d}", facts, tuple(Member(f"{at}-{place}", one) for place, one in enumerate(members)))


def _adult(random: Random, relation: str, youngest: int, oldest: int) -> dict[str, Any]:
    born = 2022 - random.randint(youngest, oldest)
    facts: dict[str, Any] = {
        "与户主关系": relation,
        "出生日期": born * 10000 + random.randint(1, 12) * 100 + random.randint(1, 28),
    }
    if 2022 - born < 60 and random.random() < 0.5:
        facts["工资"] = random.randint(500, 4000) * 100
        facts["在本市务工"] = random.random() < 0.7
        facts["核定务工成本"] = random.randint(0, 700) * 100
    if 2022 - born >= 60 and random.random() < 0.7:
        facts["养老金"] = random.randint(100, 1500) * 100
        facts["基础养老金"] = 12300
    if random.random() < 0.15:
        facts["残疾证类别"] = random.choice(("肢体", "视力", "听力", "智力", "精神"))
        facts["残疾证等级"] = random.randint(1, 4)
        facts["需长期照护"] = random.random() < 0.5
    if random.random() < 0.08:
        facts["重病认定"] = True
    if random.random() < 0.2:
        facts["货币财产"] = random.randint(0, 60000) * 100
    return facts


def _child(random: Random) -> dict[str, Any]:
    born = 2022 - random.randint(1, 20)
    facts: dict[str, Any] = {
        "与户主关系": "子女",
        "出生日期": born * 10000 + random.randint(1, 12) * 100 + random.randint(1, 28),
    }
    if 2022 - born > 6:
        facts["就读阶段"] = "义务教育" if 2022 - born < 16 else random.choice(("高中阶段", "全日制专科本科", "无"))
    return facts
