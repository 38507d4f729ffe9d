"""A ledger comes to what its households come to one by one; its totals are those of its result files, and add up."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.ledger import rows as bench_rows
from calc.batch.job import ResultSpec
from calc.batch.read_results import ResultReader
from calc.engine.facts import Household, Member
from calc.engine.outcomes import DENIED, GRANTED, NOT_APPLICABLE, UNDETERMINED, Outcome, Result
from calc.engine.totals import HOUSEHOLDS, MONEY, PERSONS, Totals
from calc.engine.traced.interpreter import Trace
from calc.exact import Number
from calc.language.types import MEMBER
from calc.ledger.ledger import LedgerHousehold
from calc.ledger.read_options import ReadOptions
from calc.report.encode_rows import csv_text
from calc.report.result_rows import table
from calc.rules.plan import Plan
from tests.ledger.fuzz import rejected_text
from tests.support.cells import Ledgers
from tests.support.ledgers import DISTRICT, SMALLVILLE, Run, numbers_of, plan_in, read

STATUS = {GRANTED: "granted", DENIED: "denied", NOT_APPLICABLE: "not_applicable", UNDETERMINED: "undetermined"}
FORMS = [(by, form) for by in ("household", "benefit") for form in ("csv", "jsonl")]


def ledger(tmp_path: Path, rules: str, seed: int, count: int = 30, dirt: float = 0.15) -> str:
    """Generated households, most of them undetermined; with seed 0 likely ones, most of them determined."""
    path = tmp_path / f"{Path(rules).stem}-{seed}.csv"
    text = Ledgers(plan_in(rules), seed).text(count, dirt)
    if seed == 0:
        text = csv_text(bench_rows(60, 4, 0.1) if rules == DISTRICT else families(40))
    path.write_text(text, encoding="utf-8")
    return str(path)


def families(count: int) -> Iterator[list[str]]:
    """Families of Smallville with up to four children, now and then with a mistake or a gap."""
    yield ["household", "name", "district", "rent", "savings", "verified", "registered_on", "floor_area", "relation",
           "birth_date", "wage", "student", "care_share", "sick_days"]  # fmt: skip
    for at in range(count):
        own = [f"f{at}", "", ("upper", "lower", "island")[at % 3], str(at * 11), str(at * 40), "yes", "2023-01-02",
               "x" if at % 13 == 5 else "50.5"]  # fmt: skip
        yield [*own, "head", f"19{50 + at}-05-06", str(at * 31 % 900), "no", "0.5" if at % 4 == 0 else "0", "1"]
        for child in range(at % 5):
            yield [*own, "child", "" if at % 11 == 4 else f"20{20 - at % 12 - child:02d}-02-28", "", "yes", "", ""]


def amount(value: Number | None, decimals: int) -> str:
    if value is None:
        return ""
    whole = int(value * 10**decimals)
    assert whole == value * 10**decimals
    return f"{whole // 10**decimals}.{whole % 10**decimals:0{decimals}d}"


def as_row(plan: Plan, household: Household, outcome: Outcome) -> dict[str, str]:
    """The row by benefit that an outcome of the explaining engine comes to."""
    return {
        "household": household.id,
        "benefit": outcome.benefit,
        "member": "" if outcome.member is None else household.members[outcome.member].id,
        "status": STATUS[outcome.status],
        "amount": amount(outcome.amount, plan.decimals),
        "failed": ";".join(outcome.failed),
        "needs": ";".join(outcome.needs),
        "unset": ";".join(outcome.unset),
    }


def traced(plan: Plan, path: str) -> list[tuple[Household, Result]]:
    """The households of a ledger that could be read, each through the explaining engine; not those that fail checks."""
    found = []
    for entry in read([path], plan):
        if isinstance(entry, LedgerHousehold):
            members = tuple(Member(id, facts) for id, facts in zip(entry.ids, entry.members, strict=True))
            household = Household(entry.id, entry.facts, members)
            result = Trace(plan, household).result
            if not result.failed_checks:
                found.append((household, result))
    return found


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def text_of(run: Run, plan: Plan, wanted: ResultSpec) -> str:
    headings = table(wanted.by, plan, wanted.kept, wanted.explain).headings
    return (csv_text([headings]) if wanted.format == "csv" else "") + run.out


@pytest.mark.slow
@pytest.mark.parametrize("rules", [SMALLVILLE, DISTRICT], ids=["smallville", "district"])
@pytest.mark.parametrize("seed", range(3))
def test_a_ledger_comes_to_what_each_household_comes_to(tmp_path: Path, rules: str, seed: int) -> None:
    plan, path = plan_in(rules), ledger(tmp_path, rules, seed)
    households = traced(plan, path)
    wanted = ResultSpec("benefit", "csv", (), None, False, "en", False)
    rows = rows_of(text_of(Run([path], plan, wanted=wanted), plan, wanted))
    keys = ("household", "benefit", "member", "status", "amount", "failed", "needs", "unset")
    expected = [as_row(plan, household, one) for household, result in households for one in result.outcomes]
    assert [{key: row[key] for key in keys} for row in rows] == expected
    wanted = ResultSpec("household", "csv", (), None, False, "en", False)
    rows = rows_of(text_of(Run([path], plan, wanted=wanted), plan, wanted))
    assert [row["household"] for row in rows] == [household.id for household, _ in households]
    for row, (household, result) in zip(rows, households, strict=True):
        assert row["members"] == str(len(household.members))
        assert row["total"] == amount(result.total, plan.decimals)
        assert row["total_at_least"] == amount(result.total_at_least, plan.decimals)
        is_open = any(one.status == UNDETERMINED for one in result.outcomes)
        assert row["status"] == ("undetermined" if is_open else "determined")
        needs = {name for one in result.outcomes if one.status == UNDETERMINED for name in one.needs}
        assert set(filter(None, row["needs"].split(";"))) == needs


@pytest.mark.slow
@pytest.mark.parametrize("rules", [SMALLVILLE, DISTRICT], ids=["smallville", "district"])
@pytest.mark.parametrize(("by", "form"), FORMS)
def test_totals_of_a_run_are_those_of_its_files(tmp_path: Path, rules: str, by: str, form: str) -> None:
    plan = plan_in(rules)
    for seed in (0, 5):
        wanted = ResultSpec(by, form, (), None, False, "en", False)
        run = Run([ledger(tmp_path, rules, seed)], plan, wanted=wanted)
        assert run.summary.rejected and run.summary.assessed
        reader = ResultReader(None, plan.decimals)
        reader.file("o", text_of(run, plan, wanted))
        reader.months = [plan.month]
        reader.file("r", rejected_text(run.rejected, form))
        assert numbers_of(reader.tally) == numbers_of(run.summary.totals)
        whole = run.summary.totals.whole()
        assert (whole.assessed, whole.rejected) == (run.summary.assessed, run.summary.rejected)


@pytest.mark.parametrize("rules", [SMALLVILLE, DISTRICT], ids=["smallville", "district"])
def test_totals_of_a_run_are_the_sums_over_its_households(tmp_path: Path, rules: str) -> None:
    plan, path = plan_in(rules), ledger(tmp_path, rules, 0)
    households = traced(plan, path)
    group = Run([path], plan).summary.totals.whole()
    assert group.assessed == len(households)
    assert group.money == sum(result.total_at_least for _, result in households) * 10**plan.decimals
    for name, benefit in plan.benefits.items():
        granted = [[one for one in result.outcomes if (one.benefit, one.status) == (name, GRANTED)]
                   for _, result in households]  # fmt: skip
        numbers = group.benefits.get(name, [0] * 5)
        assert numbers[HOUSEHOLDS] == sum(map(bool, granted))
        paid = sum((one.amount or 0) for outcomes in granted for one in outcomes)
        assert numbers[MONEY] == paid * 10**plan.decimals
        if benefit.type.level == MEMBER:
            assert numbers[PERSONS] == sum(map(len, granted))
    assert sum(numbers[HOUSEHOLDS] for numbers in group.benefits.values()) > 20


def test_groups_add_up_to_the_whole_and_come_back_from_files(tmp_path: Path) -> None:
    plan = plan_in(SMALLVILLE)
    path = tmp_path / "l.csv"
    towns = ("东街", "=x", "'y", "a;b", "", "all", "甲\u2028乙", '"q"')
    lines = ["household,name,relation,birth_date,town,rent,wage"]
    for at in range(80):
        town = towns[at % len(towns)].replace('"', '""')
        lines.append(f'h{at},A,head,1980-01-02,"{town}",{"x" if at % 9 == 0 else at},{at * 17}')
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    plain = Run([str(path)], plan)
    for by, form in FORMS:
        wanted = ResultSpec(by, form, ("town",), 0, False, "en", False)
        run = Run([str(path)], plan, ReadOptions(kept=("town",)), wanted=wanted)
        assert {name for _, name in run.summary.totals.groups} == set(towns)
        assert run.summary.totals.whole().__getstate__() == plain.summary.totals.whole().__getstate__()
        reader = ResultReader("town", plan.decimals)
        reader.file("o", text_of(run, plan, wanted))
        assert {key: (one.assessed, one.benefits) for key, one in reader.tally.groups.items()} == {
            key: (one.assessed, one.benefits) for key, one in run.summary.totals.groups.items() if one.assessed
        }  # fmt: skip


@pytest.mark.slow
def test_a_ledger_cut_at_a_household_adds_up_to_the_whole(tmp_path: Path) -> None:
    plan, path = plan_in(SMALLVILLE), ledger(tmp_path, SMALLVILLE, 7, 40, 0.1)
    text = Path(path).read_text("utf-8")
    head, body = text.split("\n", 1)
    whole = Run([path], plan)
    for at in (5, 20, 33):
        cut = body.index(f"\nh{at},") + 1 if f"\nh{at}," in body else 0
        parts = []
        for place, piece in enumerate((body[:cut], body[cut:])):
            parts.append(str(tmp_path / f"{at}-{place}.csv"))
            Path(parts[-1]).write_text(f"{head}\n{piece}", "utf-8")
        runs = [Run([one], plan) for one in parts]
        assert "".join(one.out for one in runs) == whole.out
        together = Totals()
        for one in runs:
            together.add(one.summary.totals)
        assert numbers_of(together) == numbers_of(whole.summary.totals)
        both = Run(parts, plan)
        assert both.out == whole.out and numbers_of(both.summary.totals) == numbers_of(whole.summary.totals)


@pytest.mark.slow
def test_files_with_other_columns_are_each_read_by_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("calc.engine.python.row_engine.FREQUENT", 3)
    monkeypatch.setattr("calc.engine.python.row_engine.WORTH", 3)
    plan, paths = plan_in(SMALLVILLE), []
    for at, left_out in enumerate([(), ("rent", "wage"), ("savings", "student"), ("floor_area", "care_share")]):
        head, *rows = families(40)
        kept = [place for place, name in enumerate(head) if name not in left_out]
        lines = [head, *([f"{at}-{row[0]}", f"p{place}", *row[2:]] for place, row in enumerate(rows))]
        path = tmp_path / f"{at}.csv"
        path.write_text(csv_text([[line[place] for place in kept] for line in lines]), encoding="utf-8")
        paths.append(str(path))
    together = Run(paths, plan)
    assert together.summary.assessed
    assert together.out == "".join(Run([path], plan).out for path in paths)


def test_objects_hold_what_rows_hold(tmp_path: Path) -> None:
    plan, path = plan_in(SMALLVILLE), ledger(tmp_path, SMALLVILLE, 9)
    rows = ResultSpec("benefit", "csv", (), None, False, "en", False)
    objects = ResultSpec("household", "jsonl", (), None, False, "en", False)
    flat = rows_of(text_of(Run([path], plan, wanted=rows), plan, rows))
    nested = [json.loads(line) for line in Run([path], plan, wanted=objects).out.splitlines()]
    found = [
        (one["id"], each["benefit"], each["member"] or "", each["status"], each["amount"] or "",
         ";".join(each.get("failed", [])), ";".join(each.get("needs", [])))
        for one in nested for each in one["benefits"]
    ]  # fmt: skip
    keys = ("household", "benefit", "member", "status", "amount", "failed", "needs")
    assert found == [tuple(row[key] for key in keys) for row in flat]
