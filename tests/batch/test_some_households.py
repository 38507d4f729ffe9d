"""Some households of a ledger get the answer that `run_batch` has for them, from every form of ledger."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from calc.batch.job import BatchJob, Collected
from calc.batch.pipeline import run_batch
from calc.batch.some_households import assess_some
from calc.exact import plain
from calc.households.overrides import parse_settings
from calc.ledger.csv_blocks import BLOCK, cut
from calc.ledger.find_households import is_one_slip
from tests.ledger.fuzz import BEN, JSONL, OWNS, PERSONS, SMALL
from tests.support.ledgers import DISTRICT, PEOPLE, SMALLVILLE, plan_in

SCATTERED = SMALL + "h1,Zoe,upper,300,,,,child,2016-01-01,,,\nh9,Fay,upper,x,,,,head,,,,\n h3 ,Gus,,,,,,lodger,,,,\n"
LOOSE = "household,name,district,wage\nh1,Ann,upper,1\n,Bea,,2\nh2,Cyd,lower,3\n"
OTHER = "household,name,district,rent\nh2,Ida,upper,9\nh7,Jo,lower,5\n"


def same(job: BatchJob) -> list[str]:
    """Compares each household of a ledger, asked for one by one and all together, with the run of the whole."""
    whole = Collected()
    run_batch(job, whole)
    rows = {row["household"]: row for row in csv.DictReader(io.StringIO(",".join(whole.headings) + "\n" + whole.text))}
    rejected: dict[str, list[Any]] = {}
    for one in whole.rejected:
        rejected.setdefault(one.id, []).append(one)
    ids = [*rows, *(id for id in rejected if ":" not in id)]
    every = assess_some(job, ids)
    assert [one.result.id for one in every.traces] == list(rows) and not every.absent
    assert [one for id in ids for one in rejected.get(id, [])] == list(every.rejects)
    for id in ids:
        found = assess_some(job, [id])
        assert list(found.rejects) == rejected.get(id, [])
        for trace in found.traces:
            total = trace.result.total
            assert ("" if total is None else plain(total, job.plans[0].decimals)) == rows[id]["total"], id
            assert len(trace.household.members) == int(rows[id]["members"])
        assert len(found.traces) == (id in rows)
    return ids


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "rules", "options"),
    [
        (SMALL, SMALLVILLE, {}),
        (SCATTERED, SMALLVILLE, {}),
        (LOOSE, SMALLVILLE, {}),
        (LOOSE, SMALLVILLE, {"fill_down": True}),
        (PERSONS, PEOPLE, {}),
        (PERSONS, PEOPLE, {"reject_duplicates": False}),
    ],
)
@pytest.mark.parametrize("block", [90, BLOCK])
def test_they_have_the_answers_of_the_whole(
    text: str, rules: str, options: dict[str, Any], block: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cut, "__defaults__", (block,))
    (tmp_path / "l.csv").write_bytes(text.encode("gb18030"))
    assert len(same(BatchJob((str(tmp_path / "l.csv"),), (plan_in(rules),), **options))) > 1


@pytest.mark.slow
def test_every_form_of_ledger(tmp_path: Path) -> None:
    plan = plan_in(SMALLVILLE)
    lines, small, own, other = (tmp_path / name for name in ("l.jsonl", "l.csv", "own.csv", "other.csv"))
    lines.write_text(JSONL, encoding="utf-8")
    small.write_text(SMALL, encoding="utf-8")
    own.write_text(OWNS, encoding="utf-8")
    other.write_text(OTHER, encoding="utf-8")
    assert same(BatchJob((str(lines),), (plan,))) == ["h1", "h2", "3"]
    assert "h5" in same(BatchJob((str(small),), (plan,), household_facts=(str(own),)))  # it has no row of a member
    assert "h7" in same(BatchJob((str(small), str(other)), (plan,)))  # both files have h2


@pytest.mark.slow
def test_parquet_and_workbooks(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    xlsxwriter, _ = pytest.importorskip("xlsxwriter"), pytest.importorskip("python_calamine")
    plan = plan_in(SMALLVILLE)
    small, parquet, book = (str(tmp_path / name) for name in ("l.csv", "l.parquet", "l.xlsx"))
    Path(small).write_text(SMALL, encoding="utf-8")
    with duckdb.connect() as connection:  # its own: the shared one may have an unread result
        connection.execute(f"COPY (FROM read_csv('{small}', all_varchar=true)) TO '{parquet}' (FORMAT parquet)")
    assert "h1" in same(BatchJob((parquet,), (plan,)))
    with xlsxwriter.Workbook(book) as workbook:
        people, homes = workbook.add_worksheet("people"), workbook.add_worksheet("homes")
        for at, row in enumerate(csv.reader(io.StringIO(SMALL))):
            people.write_row(at, 0, row)
        for at, row in enumerate(csv.reader(io.StringIO("household,floor_area\nh1,30\nh2,40\nh3,50\nh4,60\n"))):
            homes.write_row(at, 0, row)
    assert "h1" in same(BatchJob((book,), (plan,)))


@pytest.mark.slow
def test_households_named_by_their_heads(tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    path.write_text("姓名,身份证号,与户主关系,月工资,存款\n张三,11010519491231002X,户主,1,0\n李四,,配偶,2,\n", "utf-8")
    job = BatchJob((str(path),), (plan_in(DISTRICT),), household_by="head")
    assert len(same(job)) == 1


@pytest.mark.slow
def test_members_across_and_heads_whose_numbers_are_keys(tmp_path: Path) -> None:
    plan, across, keyed = plan_in(DISTRICT), tmp_path / "across.csv", tmp_path / "keyed.csv"
    across.write_text(
        "某村花名册,,,,,,\n户编号,户主姓名,户主出生日期,户主工资,成员1姓名,成员1关系,成员1工资\n"
        "A,甲,1960-01-01,100,乙,配偶,\nB,丁,1950-01-01,0,,,\n",
        "gb18030",
    )
    job = BatchJob((str(across),), (plan,), without=("财产",))
    assert same(job) == ["A", "B"] and len(assess_some(job, ["A"]).traces[0].household.members) == 2
    keyed.write_text(
        "户主身份证号,姓名,身份证号,与户主关系,月工资,存款\n"
        f"{BEN},张三,{BEN},户主,1,0\n{BEN},李四,,配偶,2,\n,{'王五'},,户主,1,\n",
        "utf-8",
    )
    assert same(BatchJob((str(keyed),), (plan,)))


def test_settings_change_them_and_the_answers_before_are_kept(tmp_path: Path) -> None:
    path, plan = tmp_path / "l.csv", plan_in(SMALLVILLE)
    path.write_text(SMALL, encoding="utf-8")
    plain_job = BatchJob((str(path),), (plan,))
    job = BatchJob((str(path),), (plan,), settings=parse_settings(["Ann.wage=7"], plan))
    found = assess_some(job, ["h1"], unchanged=plain_job)
    assert found.traces[0].household.members[0].facts["wage"] == 7 * 100
    assert found.before[0].household.members[0].facts["wage"] == 120050


def test_ids_that_are_not_there_get_similar_ones(tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    path.write_text("household,name,rent\nH031,a,1\nH013,b,1\nX-5,c,1\n", encoding="utf-8")
    found = assess_some(BatchJob((str(path),), (plan_in(SMALLVILLE),)), ["h31", "H030", "5", "zzz", " H013 "])
    assert dict(found.absent) == {"h31": ("H031",), "H030": ("H031",), "5": ("X-5",), "zzz": ()}
    assert [one.result.id for one in found.traces] == ["H013"]


@pytest.mark.parametrize(
    ("one", "other", "slip"),
    [("ab", "ab", True), ("ab", "ac", True), ("ab", "abc", True), ("xab", "ab", True), ("abcd", "acbd", True),
     ("abcd", "badc", False), ("abc", "xyz", False), ("a", "b", False), ("aa", "a", True), ("abba", "aba", True),
     ("aabb", "bbaa", False)],
)  # fmt: skip
def test_one_slip(one: str, other: str, slip: bool) -> None:
    assert is_one_slip(one, other) is is_one_slip(other, one) is slip
