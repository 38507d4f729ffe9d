"""Facts in tables are those that the row engine reads: each household, each member, each mistake."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("duckdb", reason="needs doudi[columns]")
import duckdb

from bench.ledger import rows
from calc.batch.facts_folder import TABLES, FactsFolder, kept_columns, read_facts_folder
from calc.batch.job import BatchError, BatchJob, Collected
from calc.batch.pipeline import open_ledger, run_batch
from calc.batch.row_pipeline import scan
from calc.cli import run
from calc.ledger.ledger import LedgerHousehold
from calc.report import rejects
from calc.rules.plan import Plan
from calc.rules.plan_month import plan_for
from calc.rules.read_rulebook import read_rules
from tests.parity.test_batch_plain import CELLS, HEAD, OWN, RULES, ledger, number, row
from tests.support.both_engines import ROOT, written

DISTRICT = str(ROOT / "rules.toml")
Cells = dict[str, Any]


def plans_of(rules: str, *months: int) -> tuple[Plan, ...]:
    return tuple(plan_for(read_rules(rules), month) for month in months)


def table(folder: Path, name: str) -> list[Cells]:
    """The rows of a table, in its order."""
    found = duckdb.connect().execute(f"SELECT * FROM read_parquet('{folder}/{name}/*.parquet')")
    names = [one[0] for one in found.description]
    return [dict(zip(names, cells, strict=True)) for cells in found.fetchall()]


def stated(facts: FactsFolder, cells: Cells) -> Cells:
    """The facts that a row of a table states."""
    return {fact: cells[column] for fact, column in facts.columns.items() if cells.get(column) is not None}


def must_be_read_alike(job: BatchJob, folder: Path) -> FactsFolder:
    """Make the tables of a ledger and compare them with what the row engine reads of it."""
    summary = run_batch(job, Collected())
    facts = read_facts_folder(str(folder))
    assert sorted(one.name for one in folder.iterdir()) == sorted([*TABLES, "facts.json"])
    found: dict[int, Cells] = {one["household"]: {**one, "members": []} for one in table(folder, "households")}
    for one in table(folder, "members"):
        members = found[one["household"]]["members"]
        assert one["place"] == len(members)
        members.append((one["id"], stated(facts, one)))
    wanted, refused, warnings = [], [], 0
    with open_ledger(job) as (opened, _):
        scan(opened, 1, Collected())
        households = [one for key in opened.order for one in opened.households(*key)]
        for one in [*households, *opened.without_members()]:
            if isinstance(one, LedgerHousehold):
                members = [(id, known(own, facts)) for id, own in zip(one.ids, one.members, strict=True)]
                file = one.part.file.shown
                wanted.append((one.id, file, one.line, one.cells, known(one.facts, facts), members))
                warnings += len(one.warnings)
            else:
                refused.append(one)
    kept = kept_columns(job.kept)
    assert [(one["id"], one["file"], one["line"], tuple(one[name] for name in kept), stated(facts, one), one["members"])
            for _, one in sorted(found.items())] == wanted  # fmt: skip
    assert all(one["size"] == len(one["members"]) for one in found.values())
    english, chinese = ([line for one in refused for line in rejects.rows(one, language)] for language in ("en", "zh"))
    texts = [[*en[:7], zh[6], *en[7:]] for en, zh in zip(english, chinese, strict=True)]
    assert [[*one.values()][2:] for one in table(folder, "rejects")] == texts
    assert len(table(folder, "warnings")) == warnings
    assert (facts.households, facts.rejected) == (summary.assessed, summary.rejected) == (len(wanted), len(refused))
    return facts


def known(given: Cells, facts: FactsFolder) -> Cells:
    return {name: value for name, value in given.items() if name in facts.facts or name in facts.columns}


@pytest.mark.slow
def test_cells_of_every_kind(tmp_path: Path) -> None:
    made = ledger()
    for column, (plain, others) in CELLS.items():
        for at, cell in enumerate([*plain, *others]):
            made.append(row(**{"household": f"{column}{at}", "name": "Bea", **OWN, "days": "1", column: cell}))
    file = written(tmp_path / "ledger.csv", [HEAD, *made])
    job = BatchJob((file,), plans_of(RULES, 202401), facts_to=str(tmp_path / "facts"), keep=("note", "remark"))
    facts = must_be_read_alike(job, tmp_path / "facts")
    assert facts.rejected > 20 and facts.kept == ("note", "remark") and facts.columns["rent"] == "rent"


@pytest.mark.slow
@pytest.mark.parametrize("reject", [True, False])
def test_rows_apart_people_twice_and_a_file_of_households(reject: bool, tmp_path: Path) -> None:
    first = [*ledger(), row("n", "Nan", days="1"), row("n", "Nan", days="2"), row("t", "Tim", number=number(50))]
    first += [row("d", "Dee", **OWN, days="2"), row("e", "Eve", **OWN, days="1"), row("d", "Don", wage="3")]
    second = [row("u", "Uma", number=number(50)), row("c", "Sam", days="1"), row("f", "Flo", days="1", note="West")]
    files = [written(tmp_path / f"{at}.csv", [HEAD, *one]) for at, one in enumerate((first, second))]
    names = "abcdefntuz"
    own = written(tmp_path / "own.csv", [["household", "rent"], *([one, "300"] for one in names if one != "f")])
    job = BatchJob(tuple(files), plans_of(RULES, 202401, 202402), household_facts=(own,), group_by="note",
                   reject_duplicates=reject, facts_to=str(tmp_path / "facts"))  # fmt: skip
    facts = must_be_read_alike(job, tmp_path / "facts")
    assert facts.months == (202401, 202402)
    assert len(table(tmp_path / "facts", "warnings")) == (0 if reject else 2)


@pytest.mark.slow
def test_other_formats(tmp_path: Path) -> None:
    lines = [{"household": "x", "rent": 12.5, "members": [{"name": "Xi", "days": 1}, {"name": "Xu", "wage": 7}]},
             {"household": "y", "members": [{"name": "Yo", "days": 202206.5}]},
             {"household": "z", "remark": "two words", "members": [{"name": "Zoe", "care": "35%"}]}]  # fmt: skip
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    source = written(tmp_path / "b.csv", [HEAD, *ledger()], "gb18030")
    parquet = str(tmp_path / "c.parquet")
    copied = [[f"c-{one[0]}", *one[1:]] for one in ledger(with_numbers=False)]
    other = written(tmp_path / "other.csv", [HEAD, *copied])
    duckdb.connect().execute(f"COPY (SELECT * FROM read_csv('{other}', all_varchar = true)) TO '{parquet}'")
    files = (str(tmp_path / "a.jsonl"), source, parquet)
    job = BatchJob(files, plans_of(RULES, 202401), facts_to=str(tmp_path / "facts"))
    # the row engine reads Parquet by way of CSV
    rows_job = BatchJob((*files[:2], other), job.plans, facts_to=str(tmp_path / "same"))
    facts = must_be_read_alike(rows_job, tmp_path / "same")
    run_batch(job, Collected())
    for name in ("households", "members"):
        one, same = (table(tmp_path / folder, name) for folder in ("facts", "same"))
        assert len(one) == len(same) and [{**a, "file": "", "household": 0, "line": 0} for a in one] == [
            {**b, "file": "", "household": 0, "line": 0} for b in same
        ]
    assert facts.households == 8


@pytest.mark.slow
def test_a_district_with_dirt_in_several_files(tmp_path: Path, monkeypatch: Any) -> None:
    import calc.batch.duckdb.facts_tables as module

    monkeypatch.setattr(module, "HOUSEHOLDS_IN_FILE", 100)
    file = written(tmp_path / "ledger.csv", [*rows(450, 1, 0.1)])
    job = BatchJob((file,), plans_of(DISTRICT, 202206), facts_to=str(tmp_path / "facts"), group_by="乡镇")
    facts = must_be_read_alike(job, tmp_path / "facts")
    assert facts.rejected > 20
    files = sorted(one.name for one in (tmp_path / "facts/members").iterdir())
    assert files == [f"part-{at:05}.parquet" for at in range(-(-facts.households // 100))]


# refused


@pytest.mark.slow
def test_tables_of_other_facts_are_refused(tmp_path: Path) -> None:
    file = written(tmp_path / "ledger.csv", [HEAD, *ledger()])
    (plan,) = plans_of(RULES, 202401)
    run_batch(BatchJob((file,), (plan,), facts_to=str(tmp_path / "facts"), keep=("note",)), Collected())
    facts = read_facts_folder(str(tmp_path / "facts"))
    facts.require_facts((plan,), {"rent"})
    facts.require_facts((plan,), {"job"})  # nobody states it, which is known
    rules = tmp_path / "rules.toml"
    text = Path(RULES).read_text(encoding="utf-8")
    for changed, name in ((text.replace("max = 5000", "max = 6000"), "rent"),
                          (text.replace("[facts.member]", 'pets = { label = "Pets", kind = "count" }\n[facts.member]'),
                           "pets")):  # fmt: skip
        rules.write_text(changed, encoding="utf-8")
        with pytest.raises(BatchError, match=rf"hold the facts of 2024-01, and `{name}`"):
            facts.require_facts(plans_of(str(rules), 202401), {"rent", "pets"})
    with pytest.raises(BatchError, match="do not hold the column `district`, only `note`"):
        facts.kept_column("district")


REFUSED = {
    "-o x.csv": "not with -o",
    "--explain": "not with --explain",
    "--engine spark": "not with --engine spark",
    "--totals t.csv": "not with --totals",
}


@pytest.mark.parametrize("options", REFUSED)
def test_what_facts_do_not_go_with_is_one_sentence(options: str, tmp_path: Path, capsys: Any) -> None:
    given = ["batch", str(ROOT / "examples/ledger.csv"), "--month", "2022-06", "--lang", "en", "-q", *options.split()]
    assert run([*given, "--facts-to", str(tmp_path / "facts")]) != 0
    told = capsys.readouterr().err
    assert REFUSED[options] in told.splitlines()[-1]
    assert not [*tmp_path.iterdir()]


def test_a_folder_with_something_in_it_is_kept(tmp_path: Path, capsys: Any) -> None:
    (tmp_path / "note").touch()
    given = ["batch", str(ROOT / "examples/ledger.csv"), "--month", "2022-06", "--facts-to", str(tmp_path)]
    assert run([*given, "--lang", "en"]) == 2 and "not an empty folder" in capsys.readouterr().err
    assert [one.name for one in tmp_path.iterdir()] == ["note"]


@pytest.mark.slow
def test_the_summary_says_where_the_facts_are(tmp_path: Path, capsys: Any) -> None:
    given = ["batch", str(ROOT / "examples/ledger.csv"), "--month", "2022-06", "--facts-to", str(tmp_path / "facts")]
    files = ["--rejects", str(tmp_path / "rejects.csv"), "--lang", "en"]
    assert run([*given, *files]) == 1
    told = capsys.readouterr()
    assert f"in the tables of {tmp_path / 'facts'}" in told.err and told.out == ""
    assert (tmp_path / "rejects.csv").read_text().count("\n") > 5
