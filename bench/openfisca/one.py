"""One household at a time, from its JSON text: by OpenFisca, or by Doudi with `doudi`; `--times` tells how many."""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable

HOUSEHOLD = os.path.join(os.path.dirname(os.path.abspath(__file__)), "household.json")


def by_openfisca() -> Callable[[str], object]:
    """A situation as OpenFisca's documentation has it, and the three results."""
    from openfisca_core.simulations import SimulationBuilder

    from bench.openfisca.country import MONTH_OF_ALL, ReducedSystem

    system = ReducedSystem()

    def assess(text: str) -> object:
        household = json.loads(text)
        persons = {
            one["id"]: {name: {MONTH_OF_ALL: value} for name, value in one.items() if name != "id"}
            for one in household["members"]
        }
        own = {"members": [*persons], "property_owned": {MONTH_OF_ALL: household["property"]}}
        situation = {"persons": persons, "households": {household["id"]: own}}
        simulation = SimulationBuilder().build_from_entities(system, situation)
        names = ("allowance_granted", "allowance", "old_age")
        return [simulation.calculate(name, MONTH_OF_ALL)[0].item() for name in names]

    return assess


def by_doudi() -> Callable[[str], object]:
    """The household read as `doudi assess` reads it, with all its checks, and the row engine's outcome."""
    from calc.diagnostics.source import Source
    from calc.engine.python.row_engine import RowEngine
    from calc.households.read_households import read_households
    from calc.rules.plan_month import plan_for
    from calc.rules.read_rulebook import read_rules

    plan = plan_for(read_rules(os.path.join(os.path.dirname(HOUSEHOLD), "rules.toml")), 202406)
    engine = RowEngine(plan)

    def assess(text: str) -> object:
        return engine.raw(read_households(Source("household.json", text), plan, "json").households[0])

    return assess


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("engine", choices=("openfisca", "doudi"))
    parser.add_argument("--times", type=int)
    given = parser.parse_args()
    assess = by_openfisca() if given.engine == "openfisca" else by_doudi()
    with open(HOUSEHOLD, encoding="utf-8") as file:
        text = file.read()
    if given.times is None:
        print(json.dumps(assess(text)))
        return
    texts = [text.replace("1250.50", f"{1000 + at % 1000}.50") for at in range(given.times)]
    for one in texts[:20]:
        assess(one)
    start = time.process_time()
    for one in texts:
        assess(one)
    print((time.process_time() - start) / len(texts))


if __name__ == "__main__":
    main()
