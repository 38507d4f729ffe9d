"""What the columns of a ledger are: names, labels, aliases in either language, units, titles above, `--map`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from calc.diagnostics.diagnostic import InputErrors
from calc.households.headings import HOUSEHOLDS, ID, NAME
from calc.ledger.header import Header, Naming
from calc.ledger.heading_row import heading_row
from calc.ledger.ledger import Ledger
from calc.ledger.open_files import FileOptions, opened
from calc.ledger.read_options import ReadOptions
from calc.rules.plan import FactPlan
from tests.support.ledgers import PEOPLE, SMALLVILLE, plan_in, read, told


def meant(heading: str, mapped: dict[str, str] | None = None, rules: str = PEOPLE, own: bool = False) -> Any:
    meaning = Naming(plan_in(rules), mapped or {}, own).meaning(heading)
    return meaning.name if isinstance(meaning, FactPlan) else meaning


@pytest.mark.parametrize(
    ("heading", "meaning"),
    [
        ("房租", "房租"), ("Rent", "房租"), ("rent", "房租"), ("租金", "房租"),
        ("Monthly_Rent", "房租"), ("ＲＥＮＴ", "房租"),
        ("房租（元/月）", "房租"), ("房租(元)", "房租"), ("房租[元/月]", "房租"), ("房租*", "房租"), ("房 租", "房租"),
        ("房租（万元）", None), ("房租（美元）", None), ("面积", "面积"), ("Identity number", "身份证号"),
        ("户编号", HOUSEHOLDS), ("户号", HOUSEHOLDS), ("Household ID", HOUSEHOLDS), ("household", HOUSEHOLDS),
        ("编号", ID), ("id", ID), ("姓名", NAME), ("Name", NAME), ("", None), ("没有的", None), ("x" * 5000, None),
    ],
)  # fmt: skip
def test_headings(heading: str, meaning: str | None) -> None:
    assert meant(heading) == meaning


def test_in_a_file_of_households_the_id_is_the_households() -> None:
    assert [meant(one, own=True) for one in ("id", "编号", "户编号", "房租", "身份证号", "姓名")] == [
        HOUSEHOLDS, HOUSEHOLDS, HOUSEHOLDS, "房租", None, None,
    ]  # fmt: skip


def test_a_map_goes_before_everything() -> None:
    mapped = {"户籍号": "户编号", "月租": "rent", "房租": "-", "谁": "name"}
    found = [meant(one, mapped) for one in ("户籍号", "月租", "房租", "谁", "租金")]
    assert found == [HOUSEHOLDS, "房租", "-", NAME, "房租"]


def test_a_map_to_nothing_says_what_may_be_meant() -> None:
    with pytest.raises(InputErrors) as caught:
        Naming(plan_in(SMALLVILLE), {"miete": "rentt"})
    (one,) = caught.value.diagnostics
    assert one.code == "bad-setting/map" and one.help == ("did-you-mean", {"name": "rent"})


def test_unknown_headings_and_their_near_match() -> None:
    columns = Header(["household", "ren", "wages", "qqqq", "", " ", "x" * 300], Naming(plan_in(SMALLVILLE), {}))
    assert [(one.heading[:4], one.near) for one in columns.unknown] == [
        ("ren", "rent"), ("wage", "wage"), ("qqqq", None), ("xxxx", None),
    ]  # fmt: skip


def faults(tmp_path: Path, text: str, mapped: dict[str, str] | None = None) -> list[str]:
    path = tmp_path / "l.csv"
    path.write_text(text, encoding="utf-8")
    with opened((str(path),), FileOptions()) as files:
        try:
            Ledger(files, plan_in(SMALLVILLE), ReadOptions(mapped or {}))
        except InputErrors as faulty:
            return [one.code for one in faulty.diagnostics]
    return []


def test_a_file_without_a_column_for_the_household_and_one_with_two(tmp_path: Path) -> None:
    assert faults(tmp_path, "name,rent\na,1\n") == ["missing-column"]
    assert faults(tmp_path, "") == ["missing-column"]
    assert faults(tmp_path, "household,hhid,rent\na,a,1\n") == ["column-twice"]
    assert faults(tmp_path, "household,rent,Rent\na,1,2\n") == ["column-twice"]
    assert faults(tmp_path, "household,rent,old\na,1,2\n", {"old": "rent"}) == ["column-twice"]
    assert faults(tmp_path, "household,rent,old\na,1,2\n", {"old": "rent", "rent": "-"}) == []
    assert faults(tmp_path, "household,rent,,\na,1,,\n") == []


TITLES = ("低保台账,,\n2022年6月,,\n", "\n\n", '"说明,\n二行",,\n', 'x "y,,\n"没有完,,\n', "a\r", '"a\rb",,\n', "元\n")


@pytest.mark.parametrize("above", TITLES)
@pytest.mark.parametrize("heading", ["户编号,房租,姓名", '户编号,"房租\n(元)",姓名', '户编号,"房租\r(元)",姓名'])
def test_titles_above_the_headings_are_not_read(tmp_path: Path, above: str, heading: str) -> None:
    path = tmp_path / "l.csv"
    path.write_text(f"{above}{heading}\n一,5,a\n二,6,b\n", encoding="utf-8", newline="")
    found = told(read([str(path)], plan_in(PEOPLE)))
    whole = (above + heading + "\n").replace("\r", "\n")
    assert [one[:3] for one in found] == [
        ("一", whole.count("\n") + 1, {"房租": 500}), ("二", whole.count("\n") + 2, {"房租": 600}),
    ]  # fmt: skip


def test_the_first_of_the_rows_with_most_known_headings() -> None:
    naming = Naming(plan_in(SMALLVILLE), {})
    rows = [(1, ["rent", ""]), (2, ["household", "rent"]), (3, ["household", "rent"]), (4, ["h", "1"])]
    place, columns = heading_row(rows, naming)
    assert (place, columns.width, columns.heading_of("rent"), columns.place_of("Rent ")) == (1, 2, "rent", 1)
    assert heading_row([], naming)[1].width == 0


def test_headings_longer_than_what_is_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    path.write_text("household,name,rent," + "x" * 70_000 + "\nh1,a,5,\nh2,a,6,\n", encoding="utf-8")
    assert [(one[0], one[2]) for one in told(read([str(path)], plan_in(SMALLVILLE)))] == [
        ("h1", {"rent": 500}), ("h2", {"rent": 600}),
    ]  # fmt: skip
