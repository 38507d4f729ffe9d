"""Whatever the quick reader takes, the careful one reads to the same facts, members and ids, with nothing to find."""

from __future__ import annotations

from pathlib import Path

import pytest

from calc.batch.job import ResultSink
from calc.batch.row_pipeline import scan
from calc.ledger.cell_caches import DAMAGED, NeedsFullReader
from calc.ledger.full_reader import FullReader
from calc.ledger.ledger import Ledger
from calc.ledger.open_files import FileOptions, opened
from calc.ledger.read_options import ReadOptions
from calc.rules.plan import Plan
from calc.rules.plan_month import plan_for
from calc.rules.read_rulebook import read_rules
from tests.ledger.fuzz import BENCH
from tests.support.cells import Ledgers
from tests.support.ledgers import DISTRICT, PEOPLE, ROOT, SMALLVILLE, plan_in

SYSTEMS = sorted((ROOT / "tests" / "systems").glob("*.toml"))


def compared(plan: Plan, paths: list[str], asked: ReadOptions) -> tuple[int, int]:
    """How many households were read quickly, and how many there were."""
    quickly = count = 0
    with opened(tuple(paths), FileOptions()) as files:
        ledger = Ledger(files, plan, asked)
        scan(ledger, 1, ResultSink())
        for key in ledger.order:
            quick, careful, _ = ledger._reader(key[0])
            for run in ledger.parts[key[0]].runs(key[1]):
                count += 1
                if DAMAGED in run.id:
                    continue
                try:
                    facts, members, ids, _ = quick(run.rows)  # type: ignore[misc, arg-type]
                except (NeedsFullReader, KeyError, ValueError):
                    continue
                quickly += 1
                household, findings = careful.read_all(run)
                assert household is not None and not findings, (run, [one.message("en") for one in findings])
                assert household.facts == facts
                assert [one.facts for one in household.members] == members
                assert [one.id for one in household.members] == ids
                assert isinstance(careful, FullReader)
    return quickly, count


def plan_of(path: Path) -> Plan:
    book = read_rules(str(path))
    return plan_for(book, book.first_month)


@pytest.mark.slow
@pytest.mark.parametrize("path", [Path(SMALLVILLE), Path(DISTRICT), *SYSTEMS], ids=lambda one: one.stem)
@pytest.mark.parametrize("dirt", [0.0, 0.3])
def test_generated_ledgers(tmp_path: Path, path: Path, dirt: float) -> None:
    plan = plan_in(str(path)) if str(path) in (SMALLVILLE, DISTRICT) else plan_of(path)
    quickly = count = 0
    for seed in range(12):
        file = tmp_path / f"{seed}.csv"
        file.write_text(Ledgers(plan, seed).text(25, dirt), encoding="utf-8")
        one = compared(plan, [str(file)], ReadOptions(reject_duplicates=seed % 2 == 0))
        quickly, count = quickly + one[0], count + one[1]
    assert count > 200 and (quickly > count * 0.3 or dirt), (quickly, count)


def test_a_dirty_synthetic_ledger(tmp_path: Path) -> None:
    file = tmp_path / "l.csv"
    file.write_text(BENCH, encoding="utf-8")
    quickly, count = compared(plan_in(DISTRICT), [str(file)], ReadOptions())
    assert quickly > count / 2


def test_where_rules_ask_for_more_than_it_can_there_is_none(tmp_path: Path) -> None:
    file = tmp_path / "l.csv"
    file.write_text("户编号,姓名\n一,甲\n", encoding="utf-8")
    with opened((str(file),), FileOptions()) as files:
        ledger = Ledger(files, plan_in(PEOPLE), ReadOptions())
        assert ledger._reader(0)[0] is None
