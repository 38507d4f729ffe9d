"""OpenFisca over a ledger of households, as a process of its own: read, build, calculate, write."""

from __future__ import annotations

import argparse
import time
from typing import Any

import numpy
import pyarrow
import pyarrow.csv
from openfisca_core.simulations import SimulationBuilder

from bench.large_tables import country, tables
from bench.large_tables.country import MONTH_OF_ALL, LargeTables

WORDS = {"prefecture": tables.PREFECTURES, "town": tables.TOWN_NAMES, "grade": tables.GRADES, "place": tables.PLACES,
         "disability": tables.DISABILITIES}  # fmt: skip


def simulation_of(system: Any, ledger: pyarrow.Table) -> Any:
    """A simulation by the documented builder, with what the ledger has."""
    columns = {name: ledger.column(name).to_numpy() for name in ledger.column_names}
    households, first, of_persons = numpy.unique(columns["household"], return_index=True, return_inverse=True)
    builder = SimulationBuilder()
    builder.create_entities(system)
    builder.declare_person_entity("person", numpy.arange(len(of_persons)))
    group = builder.declare_entity("household", households)
    builder.join_with_persons(group, of_persons, numpy.array(["member"] * len(of_persons)))
    simulation = builder.build(system)
    for name, column in columns.items():
        if name in ("household", "id"):
            continue
        own = column if name in ("age", "earnings", "pension", "disability") else column[first]
        if name in WORDS:
            kind = getattr(country, name.capitalize())
            codes = {word: f"w{at}" for at, word in enumerate(WORDS[name])}
            own = kind.encode(numpy.array([codes[word] for word in own]))
        simulation.set_input(name, MONTH_OF_ALL, own)
    return simulation


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("ledger")
    parser.add_argument("output")
    given = parser.parse_args()
    system = LargeTables()
    ledger = pyarrow.csv.read_csv(given.ledger)
    start = time.process_time()
    simulation = simulation_of(system, ledger)
    built = time.process_time()
    paid = simulation.calculate("assistance", MONTH_OF_ALL)
    children = simulation.calculate("child_allowance", MONTH_OF_ALL)
    end = time.process_time()
    group = simulation.populations["household"]
    result = pyarrow.table({"household": group.ids, "assistance": paid, "child_allowance": group.sum(children)})
    pyarrow.csv.write_csv(result, given.output)
    print(f"{built - start} {end - built}")


if __name__ == "__main__":
    main()
