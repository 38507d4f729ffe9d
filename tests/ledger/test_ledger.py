"""JSON Lines flat and nested, a file of households, settings, kept columns, what is wrong and where."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from calc.batch.job import ResultSpec
from calc.diagnostics.diagnostic import InputErrors
from calc.ledger.ledger import LedgerHousehold
from calc.ledger.read_options import ReadOptions
from tests.support.ledgers import SMALLVILLE, Run, plan_in, read

CSV = 'household,name,rent,relation,wage\nh1,a,300,head,"1,000.5"\nh1,b,300,child,\nh2,c,,head,7\n'
FLAT = """{"household": "h1", "name": "a", "rent": 300, "relation": "head", "wage": 1000.5}
{"household": "h1", "name": "b", "relation": "child", "wage": null}

{"household": "h2", "name": "c", "relation": "head", "wage": "7"}
"""
NESTED = """{"id": "h1", "rent": "300", "members": [{"name": "a", "relation": "head", "wage": "1000.50"},
 {"name": "b", "relation": "child"}]}
{"household": "h2", "members": [{"id": "c", "relation": "head", "wage": 7}]}
""".replace(",\n ", ", ")


def write(tmp_path: Path, text: str, name: str = "l.csv") -> str:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def facts(found: list[Any]) -> list[Any]:
    return [
        (one.id, one.facts, one.members, one.ids) if isinstance(one, LedgerHousehold) else one.mistakes for one in found
    ]


def test_all_forms_say_the_same(tmp_path: Path) -> None:
    plan = plan_in(SMALLVILLE)
    wanted = facts(read([write(tmp_path, CSV)], plan))
    assert wanted[0][1:3] == ({"rent": 30000}, [{"relation": "head", "wage": 100050}, {"relation": "child"}])
    assert facts(read([write(tmp_path, FLAT, "l.jsonl")], plan)) == wanted
    assert facts(read([write(tmp_path, NESTED, "n.jsonl")], plan)) == wanted
    assert facts(read([write(tmp_path, NESTED.replace("\n", "\r\n"), "l")], plan)) == wanted
    out = {Run([write(tmp_path, text, f"x.{at}")], plan).out for at, text in enumerate((CSV, FLAT, NESTED))}
    assert len(out) == 1


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('{"household": "h", "wage": 1, "wage": 2}', "fact-twice"),
        ('{"id": "h", "rent": 1, "rent": 2, "members": [{}]}', "fact-twice"),
        ('{"id": "h", "members": [{"wage": 1, "wage": 1}]}', "fact-twice"),
        ('{"household": "h", "wage": 1, "Wage": 2}', "fact-twice"),
        ('{"household": "h", "rent": 1', "json-syntax"),
        ("[1]", "bad-household"), ("5", "bad-household"), ('{"wage": 5}', "no-household"),
        ('{"household": {"a": 1}, "wage": 5}', "no-household"), ('{"id": "h", "members": []}', "no-members"),
        ('{"id": "h", "members": [5]}', "no-members/list"), ('{"household": "h", "wage": [1]}', "not-an-amount"),
        ('{"household": "h", "wage": 1e999}', "not-an-amount"), ('{"household": "h", "wage": NaN}', "not-an-amount"),
        ('{"household": "h", "name": "\\ud800"}', "json-syntax/half"), ("[" * 99999, "json-syntax/deep"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_line_costs_its_household_only(tmp_path: Path, line: str, code: str) -> None:
    good = '{"household": "%s", "wage": 5}\n'
    run = Run([write(tmp_path, good % "a" + line + "\n" + good % "b", "l.jsonl")], plan_in(SMALLVILLE))
    assert run.summary.assessed == 2 and run.summary.rejected == 1
    (found,) = run.codes.values()
    assert code in found
    assert run.rejected[0].line == 2


def test_a_whole_household_twice_or_with_a_member_beside(tmp_path: Path) -> None:
    text = '{"id": "h", "members": [{}]}\n' * 2 + '{"id": "i", "members": [{}]}\n{"household": "i"}\n'
    run = Run([write(tmp_path, text, "l.jsonl")], plan_in(SMALLVILLE))
    assert [one.id for one in run.rejected] == ["h", "i"]
    assert all("household-twice" in codes for codes in run.codes.values())


def test_households_of_a_file_of_their_own(tmp_path: Path) -> None:
    own = write(tmp_path, "id,rent,savings\nh1,300,5\nh2,1,\n", "own.csv")
    run = Run([write(tmp_path, CSV)], plan_in(SMALLVILLE), owns=[own])
    assert run.summary.assessed == 2
    own = write(tmp_path, "household,rent\nh1,301\nh3,1,\nh4,x\n", "own.csv")
    run = Run([write(tmp_path, CSV)], plan_in(SMALLVILLE), owns=[own])
    wanted = {"h1": "disagreement", "h2": "household-missing", "h3": "no-members", "h4": "no-members"}
    assert run.codes == {id: [code] for id, code in wanted.items()}
    assert (run.summary.assessed, run.summary.rejected) == (0, 4)
    (found,) = run.rejected[0].mistakes
    assert (found.path, found.line, found.values["line"]) == (own, 2, 2)
    assert run.rejected[2].path == own


def test_what_a_file_of_households_may_not_be(tmp_path: Path) -> None:
    for text, code in (
        ("id,rent\nh1,1\nh1,1\n", "household-twice"),
        ("id,rent\n,1\n", "no-household"), ("rent\n1\n", "missing-column"),
        ("id,rent\nh1\n", "wrong-cell-count"), ("id,rent,Rent\nh1,1,1\n", "column-twice"),
    ):  # fmt: skip
        with pytest.raises(InputErrors) as caught:
            Run([write(tmp_path, CSV)], plan_in(SMALLVILLE), owns=[write(tmp_path, text, "own.csv")])
        assert [one.code for one in caught.value.diagnostics] == [code]


def test_household_facts_that_rows_state_must_agree_in_meaning(tmp_path: Path) -> None:
    head = "household,name,rent,verified\n"
    assert not Run([write(tmp_path, head + 'a,1,"1,000",是\na,2,1000.00,yes\na,3,,\n')], plan_in(SMALLVILLE)).rejected
    run = Run([write(tmp_path, head + "a,1,5,\na,2,6,\na,3,x,\n")], plan_in(SMALLVILLE))
    assert run.codes == {"a": ["disagreement", "not-an-amount"]}
    assert [(one.line, one.place.heading) for one in run.rejected[0].mistakes] == [(3, "rent"), (4, "rent")]


def test_every_mistake_at_its_cell(tmp_path: Path) -> None:
    text = "household,name,rent,wage,birth_date,student\na,1,x,,,\na,2,,-5,2022-02-30,maybe\nb,3,1,,,\n"
    run = Run([write(tmp_path, text)], plan_in(SMALLVILLE))
    assert [(one.code, one.line, one.place.heading) for one in run.rejected[0].mistakes] == [
        ("not-an-amount", 2, "rent"), ("out-of-range", 3, "wage"), ("not-a-date", 3, "birth_date"),
        ("not-yes-no", 3, "student"),
    ]  # fmt: skip


def test_kept_columns_come_from_the_first_row_of_a_household(tmp_path: Path) -> None:
    text = "household,name,town,rent\na,1,=x,1\nb,2,甲\u2028乙,1\na,3,Z,1\nc,4, y ,x\n"
    wanted = ResultSpec("household", "jsonl", ("town",), 0, False, "en", False)
    run = Run([write(tmp_path, text)], plan_in(SMALLVILLE), ReadOptions(kept=("town",)), wanted=wanted)
    assert [json.loads(line)["kept"] for line in run.out.split("\n")[:-1]] == [{"town": "=x"}, {"town": "甲\u2028乙"}]
    assert run.rejected[0].cells == ("y",)
    assert [name for _, name in run.summary.totals.groups] == ["=x", "甲\u2028乙", "y"]
