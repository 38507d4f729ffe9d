"""One ledger in the shapes in which offices keep it: the results are the same bytes, and no person is lost."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.both_engines import must_be_alike, written

pytestmark = pytest.mark.slow

OPTIONS = ("--month", "2022-06")
HEAD = ["户编号", "姓名", "与户主关系", "出生日期", "工资", "养老金", "存款"]
Rows = list[list[str]]
Households = list[list[list[str]]]
RELATIONS = ("配偶", "子女", "父母", "孙子女")


def generated(seed: int) -> Households:
    """Households of one to four members, each with its rows; some cells are empty, some wrong."""
    draw = random.Random(seed)
    found = []
    for number in range(draw.randint(3, 9)):
        members = []
        for place in range(draw.randint(1, 4)):
            day = f"{draw.randint(1940, 2015)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}"
            if draw.random() < 0.05:
                day = "不知何日"
            relation = "户主" if place == 0 else draw.choice(RELATIONS)
            amounts = [draw.choice(["", "0", "150.5", "1,200", "3000元"]) for _ in range(3)]
            members.append([f"H{number}", f"人{number}之{place}", relation, day, *amounts])
        found.append(members)
    return found


def plain(households: Households) -> Rows:
    return [HEAD, *[row for one in households for row in one]]


def two_rows(households: Households) -> Rows:
    upper = [*HEAD[:4], "收入", "", "家庭财产"]
    return [["某街道花名册"], ["单位：元"], upper, ["", "", "", "", *HEAD[4:]], *plain(households)[1:]]


def with_totals(households: Households) -> Rows:
    made: Rows = [HEAD]
    for one in households:
        made += [*one, ["", "小计", "", "", "9", "", ""]]
    return [*made, ["合计", "", "", "", "99", "", ""], ["制表人：张", "", "审核人：李", "", "", "", ""]]


def across(households: Households) -> Rows:
    head = ["户编号", *[f"户主{one}" for one in (HEAD[1], *HEAD[3:])]]
    head += [f"成员{number}{one}" for number in (1, 2, 3) for one in HEAD[1:]]
    made = [head]
    for one in households:
        cells = [one[0][0], one[0][1], *one[0][3:], *[cell for row in one[1:] for cell in row[1:]]]
        made.append([*cells, *[""] * (len(head) - len(cells))])
    return made


def across_two_rows(households: Households) -> Rows:
    """The same with the number of each member over the columns of that member, and a row of units."""
    upper, lower = ["户编号"], [""]
    for one in across(households)[0][1:]:
        group = "户主" if one.startswith("户主") else f"家庭{one[:3]}"
        upper.append("" if group in upper else group)
        lower.append(one.removeprefix("家庭").removeprefix("户主").removeprefix(group[2:]))
    units = ["" if "工资" not in one else "元" for one in lower]
    return [["某村花名册"], ["", "单位：元"], upper, lower, units, *across(households)[1:]]


def first_only(households: Households) -> Rows:
    """The household number on the first row of each household only."""
    return [HEAD, *[["" if place else row[0], *row[1:]] for one in households for place, row in enumerate(one)]]


def without_numbers(households: Households) -> Rows:
    return [row[1:] for row in plain(households)]


SHAPES: dict[str, Callable[[Households], Rows]] = {
    "two rows": two_rows, "totals": with_totals, "across": across, "across two rows": across_two_rows,
    "first only": first_only,
}  # fmt: skip


def people_in(found: dict[str, bytes]) -> int:
    return sum(int(one.split(",")[2]) for one in found["results.csv"].decode().splitlines()[1:])


def rejected(found: dict[str, bytes]) -> set[str]:
    return {one.split(",")[0] for one in found["rejects.csv"].decode().splitlines()[1:]}


@pytest.mark.parametrize("seed", range(3))
def test_every_shape_gives_the_same_bytes(tmp_path: Path, seed: int) -> None:
    households = generated(seed)
    wanted = must_be_alike(tmp_path, [written(tmp_path / "plain.csv", plain(households))], *OPTIONS)
    left = sum(len(one) for one in households if one[0][0] in rejected(wanted))
    assert people_in(wanted) + left == sum(map(len, households))
    for name, shape in SHAPES.items():
        found = must_be_alike(tmp_path, [written(tmp_path / "shape.csv", shape(households))], *OPTIONS)
        assert (found["results.csv"], found["totals.csv"]) == (wanted["results.csv"], wanted["totals.csv"]), name
        assert rejected(found) == rejected(wanted), name


@pytest.mark.parametrize("seed", range(3))
def test_a_roster_without_numbers_differs_in_ids_alone(tmp_path: Path, seed: int) -> None:
    households = generated(seed)
    wanted = must_be_alike(tmp_path, [written(tmp_path / "plain.csv", plain(households))], *OPTIONS)
    roster = written(tmp_path / "roster.csv", without_numbers(households))
    found = must_be_alike(tmp_path, [roster], *OPTIONS, "--household-by", "head")
    ids = re.compile(rb"^[^,]*,", re.MULTILINE)
    assert ids.sub(b"", found["results.csv"]) == ids.sub(b"", wanted["results.csv"])
    assert found["totals.csv"] == wanted["totals.csv"]


@pytest.mark.parametrize("seed", range(2))
def test_a_sheet_a_township(tmp_path: Path, seed: int) -> None:
    xlsxwriter = pytest.importorskip("xlsxwriter")
    households = generated(seed)
    wanted = must_be_alike(tmp_path, [written(tmp_path / "plain.csv", plain(households))], *OPTIONS)
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    half = len(households) // 2
    for name, some in (("东乡", households[:half]), ("西乡", households[half:])):
        sheet = book.add_worksheet(name)
        for at, row in enumerate(two_rows(some)):
            sheet.write_row(at, 0, row)
    book.close()
    found = must_be_alike(tmp_path, [str(tmp_path / "a.xlsx")], *OPTIONS)
    assert (found["results.csv"], found["totals.csv"]) == (wanted["results.csv"], wanted["totals.csv"])
