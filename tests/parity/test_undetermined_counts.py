"""The summary says apart who is undetermined for lack of a fact and who for lack of a parameter, by both engines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from calc.batch.file_sink import FileSink
from calc.batch.job import BatchJob
from calc.batch.pipeline import run_batch
from calc.cli import run
from calc.rules.plan_month import plan_for
from calc.rules.read_rulebook import read_rules
from tests.support.small import HEAD

RULES = f"""{HEAD}
[facts.household]
n = {{ kind = "count", min = 1, max = 9 }}
yes = {{ kind = "yes/no", question_en = "Do you?" }}
[parameters]
p = {{ kind = "money/month", cite = "d 1", from.2024-01 = 10 }}
q = {{ kind = "money/month", basis = "unset", note = "not published" }}
t = {{ kind = "money/month", cite = "d 1", axes = ["n"], from.2024-01 = [["1..4", 5], ["5..", "unset"]] }}
[benefits.b]
to = "household"
per = "month"
cite = "d 1"
requires = ["yes"]
amount = "max(0, t[n])"
[benefits.c]
to = "household"
per = "month"
cite = "d 1"
requires = ["n > 8"]
amount = "max(0, q)"
"""
HOUSEHOLDS = [
    ("1", "yes", False, False), ("5", "yes", True, True), ("9", "no", True, True), ("9", "", True, False),
    ("", "no", True, False), ("5", "", True, False), ("5", "no", False, False), ("9", "yes", True, True),
    ("3", "", True, False),
]  # fmt: skip
"""Facts; and whether the household is undetermined, and that only for lack of a parameter."""


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    rules, ledger = tmp_path / "rules.toml", tmp_path / "ledger.csv"
    rules.write_text(RULES, "utf-8")
    rows = [f"{at},{n},{yes}" for at, (n, yes, _, _) in enumerate(HOUSEHOLDS)]
    ledger.write_text("\n".join(["household,n,yes", *rows, "bad,11,yes"]) + "\n", "utf-8")
    return str(rules), str(ledger)


@pytest.mark.parametrize("engine", ["rows", "duckdb"])
@pytest.mark.parametrize("months", [(202406,), (202405, 202406)])
def test_the_counts_are_those_of_the_households(
    files: tuple[str, str], tmp_path: Path, engine: str, months: tuple[int, ...]
) -> None:
    rulebook = read_rules(files[0])
    plans = tuple(plan_for(rulebook, month) for month in months)
    out, rejects = str(tmp_path / "out.csv"), str(tmp_path / "rejects.csv")
    job = BatchJob((files[1],), plans, output=out, rejects=rejects, engine=engine)
    summary = run_batch(job, FileSink(job))
    unset = sum(group.unset for group in summary.totals.groups.values())
    whole = summary.totals.whole()
    assert whole.alone == {"yes": len(months)} and whole.figures == {
        "q": 2 * len(months), "t": 2 * len(months)
    }  # fmt: skip
    assert [summary.undetermined, unset] == [sum(one[at] for one in HOUSEHOLDS) * len(months) for at in (2, 3)]


@pytest.mark.parametrize("engine", ["rows", "duckdb"])
@pytest.mark.parametrize(("form", "by"), [("csv", "household"), ("csv", "benefit"), ("jsonl", "household")])
def test_totals_of_the_results_count_the_same(
    files: tuple[str, str], tmp_path: Path, engine: str, form: str, by: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out, totals = str(tmp_path / f"out.{form}"), tmp_path / "totals.json"
    run(["batch", files[1], "--rules", files[0], "-m", "2024-06", "-o", out, "--engine", engine, "--by", by,
         "--totals", str(totals), "--rejects", str(tmp_path / "r.csv"), "-q"])  # fmt: skip
    made = json.loads(totals.read_text("utf-8"))
    assert made["totals"][0]["lacks_only"] == {"yes": 1} and made["totals"][0]["lacks_only_parameters"] == 3
    capsys.readouterr()
    run(["totals", out, str(tmp_path / "r.csv"), "--rules", files[0], "--format", "json"])
    assert json.loads(capsys.readouterr().out) == made


@pytest.mark.parametrize("engine", ["rows", "duckdb"])
def test_both_summaries_say_so(
    files: tuple[str, str], tmp_path: Path, engine: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["batch", files[1], "--rules", files[0], "-m", "2024-06", "-o", str(tmp_path / "out.csv"), "--engine", engine,
         "--rejects", str(tmp_path / "rejects.csv"), "--lang", "en"])  # fmt: skip
    lines = capsys.readouterr().err.splitlines()
    assert "of those assessed, undetermined because something is unknown: 7" in lines
    begin = lines.index("ask first; households that lack nothing but this, and that any answer settles:")
    assert lines[begin : begin + 6] == [
        "ask first; households that lack nothing but this, and that any answer settles:",
        "        1  Do you? — yes",
        "households that lack more than one thing: 3",
        "of those, lacking no fact but only figures that nobody has published: 3; to try some:",
        "        2  --set q=…  (q)",
        "        2  t, a table of the rules file",
    ]
    assert any(line.startswith("the rules have no members") and line.endswith("for: b") for line in lines)
