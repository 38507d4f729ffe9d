"""What `calc` offers to Python programs: the names of docs/python.md, and that they do what the command does."""

from __future__ import annotations

import gc
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

import calc
from calc import BatchError, BatchJob, Collected, InputErrors, amount_text, assess, plan_for, read_rules, run_batch
from calc.cli import run
from tests.cli.run import ROOT, RULES

LEDGER, EXAMPLE = str(ROOT / "examples/ledger.csv"), str(ROOT / "examples/household.toml")
PLAN = plan_for(read_rules(RULES), 202206)


@pytest.mark.parametrize("name", sorted(calc._PUBLIC))
def test_every_public_name_is_there_and_in_the_page(name: str) -> None:
    assert getattr(calc, name).__doc__ and name in dir(calc)
    assert f"`{name}" in (ROOT / "docs/python.md").read_text("utf-8") or name in (
        "Plan",
        "Rulebook",
        "Trace",
        "Assessment",
    )


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        calc.nonsense  # noqa: B018


def test_importing_the_face_loads_nothing_of_it() -> None:
    command = [sys.executable, "-c", "import calc, sys; print(sorted(m for m in sys.modules if m.startswith('calc')))"]
    assert subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True).stdout == "['calc']\n"


def test_a_household_of_a_file_and_as_a_mapping() -> None:
    found = assess(PLAN, EXAMPLE)
    assert [amount_text(one.result.total, PLAN) for one in found.traces] == ["1275.20"] and not found.rejects
    member = {"姓名": "甲", "出生日期": "1980-01-01", "工资": "100.10"}
    (trace,), rejects = assess(PLAN, {"id": "x", "成员": [member]}).traces, assess(PLAN, {"成员": [member]}).rejects
    assert not rejects and trace.result.id == "x" and trace.value("工资", 0) == Fraction(10010, 100)


def test_a_binary_float_is_refused_and_the_household_rejected() -> None:
    found = assess(PLAN, {"成员": [{"姓名": "甲", "工资": 100.1}]})
    assert not found.traces and [one.code for one in found.rejects[0].mistakes] == ["not-an-amount"]


def test_a_file_that_is_not_there_is_raised() -> None:
    with pytest.raises(InputErrors):
        assess(PLAN, "nowhere.toml")
    with pytest.raises(InputErrors):
        run_batch(BatchJob(("nowhere.csv",), (PLAN,)), Collected())


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["rows", "duckdb"])
def test_a_job_writes_what_the_command_writes(tmp_path: Path, engine: str) -> None:
    if engine == "duckdb":
        pytest.importorskip("duckdb")
    names = ("out.csv", "rejects.csv", "totals.csv")
    one, other = ([str(tmp_path / f"{who}-{name}") for name in names] for who in ("job", "command"))
    before = gc.get_threshold()
    summary = run_batch(BatchJob((LEDGER,), (PLAN,), (), *one, engine=engine))
    assert gc.get_threshold() == before
    options = ["-o", other[0], "--rejects", other[1], "--totals", other[2], "--lang", "en", "-q"]
    assert run(["batch", LEDGER, "--rules", RULES, "-m", "2022-06", "--engine", engine, *options]) == 1
    assert [Path(path).read_bytes() for path in one] == [Path(path).read_bytes() for path in other]
    assert summary.read == summary.assessed + summary.rejected == 16 and summary.engine == engine


def test_a_sink_takes_rows_of_cells_under_their_headings() -> None:
    sink = Collected()
    summary = run_batch(BatchJob((LEDGER,), (PLAN,), format="rows", by="benefit"), sink)
    assert {len(row) for row in sink.results} == {len(sink.headings)} and sink.headings[0] == "household"
    assert len(sink.rejected) == summary.rejected and len({row[0] for row in sink.results}) == summary.assessed


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"master": "local[2]"}, "spark"),
        ({"format": "xlsx"}, "file"),
        ({"encoding": "nonsense"}, "nonsense"),
        ({"delimiter": "ab"}, "ab"),
        ({"keep": ("nowhere",)}, "nowhere"),
        ({"output": LEDGER}, LEDGER),
    ],
)  # fmt: skip
def test_a_job_that_cannot_be_done_is_refused_in_a_sentence(fields: dict[str, object], sentence: str) -> None:
    with pytest.raises(BatchError, match="(?i)" + sentence.replace("[", r"\[")):
        run_batch(BatchJob((LEDGER,), (PLAN,), **fields), Collected())  # type: ignore[arg-type]
