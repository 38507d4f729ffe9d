"""Doudi's row engine over made-up households in one process: processor seconds of the rules alone."""

from __future__ import annotations

import argparse
import time

from bench.large_tables.households import BY_GRADE, BY_TOWN, made
from calc.engine.python.row_engine import RowEngine
from calc.rules.plan_month import plan_for
from calc.rules.read_rulebook import read_rules

MONTH = 202406


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("rules")
    parser.add_argument("ledger", choices=(BY_TOWN, BY_GRADE))
    parser.add_argument("count", type=int)
    given = parser.parse_args()
    engine = RowEngine(plan_for(read_rules(given.rules), MONTH))
    households = []
    for facts, members in made(given.count):
        if given.ledger == BY_TOWN:
            del facts["grade"], facts["place"]
        households.append((facts, members, [f"m{at}" for at in range(len(members))]))
    start = time.process_time()
    for one in households:
        engine.run(*one)
    print(time.process_time() - start)


if __name__ == "__main__":
    main()
