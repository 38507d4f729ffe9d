"""Makes up households of the large-table assistance, and writes them as ledgers: one row per member."""

from __future__ import annotations

import argparse
import csv
import os
from collections.abc import Iterator
from random import Random
from typing import Any

from bench.large_tables import tables

OF_HOUSEHOLD = ("prefecture", "town", "grade", "place", "rent")
OF_MEMBER = ("age", "earnings", "pension", "disability")
BY_TOWN, BY_GRADE = "by_town", "by_grade"
"""Ledgers: with the town alone, and with grade and place beside it."""
SMALL = (0.35, 0.27, 0.16, 0.12, 0.06, 0.04)
"""Shares of households of one to six members; one in two hundred has up to 13."""


def made(count: int, seed: int = 1) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Yields households: their facts and those of their members."""
    random = Random(seed)
    towns = [*tables.TOWN_PLACES.items()]
    sizes = range(1, len(SMALL) + 1)
    for _ in range(count):
        (prefecture, town), (grade, place) = random.choice(towns)
        if random.random() < 0.05:  # a town that is not listed in this prefecture
            prefecture, grade, place = random.choice(tables.PREFECTURES), "", ""
            grade, place = tables.TOWN_PLACES.get((prefecture, town), (tables.GRADES[-1], tables.PLACES[-1]))
        size = random.randint(7, 13) if random.random() < 0.005 else random.choices(sizes, SMALL)[0]
        facts = {"prefecture": prefecture, "town": town, "grade": grade, "place": place,
                 "rent": random.randrange(20_000, 90_000)}  # fmt: skip
        yield facts, [_member(random) for _ in range(size)]


def _member(random: Random) -> dict[str, Any]:
    age = random.randrange(0, 95)
    at_work, retired = 18 <= age < 65 and random.random() < 0.6, age >= 65 and random.random() < 0.8
    return {
        "age": age,
        "earnings": random.randrange(0, 260_000) if at_work else 0,
        "pension": random.randrange(20_000, 120_000) if retired else 0,
        "disability": random.choices(tables.DISABILITIES, (92, 5, 3))[0],
    }


def write(folder: str, count: int) -> None:
    """Writes both ledgers to a folder, and the columns of households and members for others than Doudi."""
    os.makedirs(folder, exist_ok=True)
    paths = [os.path.join(folder, f"{name}.csv") for name in (BY_TOWN, BY_GRADE)]
    shared = ("prefecture", "town", "rent")
    with open(paths[0], "w", newline="") as one, open(paths[1], "w", newline="") as other:
        by_town, by_grade = (csv.writer(file, lineterminator="\n") for file in (one, other))
        by_town.writerow(("household", "id", *shared, *OF_MEMBER))
        by_grade.writerow(("household", "id", *shared, "grade", "place", *OF_MEMBER))
        for number, (facts, members) in enumerate(made(count)):
            own = [facts[name] for name in shared]
            for at, member in enumerate(members):
                keys, stated = (f"H{number}", f"m{at}"), [member[name] for name in OF_MEMBER]
                by_town.writerow((*keys, *own, *stated))
                by_grade.writerow((*keys, *own, facts["grade"], facts["place"], *stated))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("count", type=int)
    given = parser.parse_args()
    write(given.folder, given.count)
