"""OpenFisca over a folder of households, as a process of its own: read, build, calculate, write."""

from __future__ import annotations

import argparse
import os
from typing import Any

import numpy
import pyarrow
import pyarrow.csv
import pyarrow.parquet
from openfisca_core.simulations import SimulationBuilder

from bench.openfisca.country import MONTH_OF_ALL, ReducedSystem

OF_PERSONS = ("age", "wage", "pension", "works_in_city", "severely_disabled")
IN_FEN = ("wage", "pension", "property")


def read(folder: str, format: str, between: tuple[int, int] | None = None) -> tuple[dict[str, Any], dict[str, Any]]:
    """The columns of households and of persons; amounts in yuan, as OpenFisca's packages hold them."""
    found = []
    for name in ("households", "members"):
        path = os.path.join(folder, f"{name}.{format}")
        if format == "csv":
            table = pyarrow.csv.read_csv(path)
        else:
            wanted = None
            if between is not None:
                wanted = [("household", ">=", between[0]), ("household", "<", between[1])]
            table = pyarrow.parquet.read_table(path, filters=wanted)
        columns = {column: table.column(column).to_numpy() for column in table.column_names if column != "place"}
        if format == "parquet":
            columns |= {column: columns[column] / 100 for column in IN_FEN if column in columns}
        found.append(columns)
    return found[0], found[1]


WORDS, NUMBERS, DIRECT = "words", "numbers", "direct"
"""By the builder, with the role of each person as a word, as everybody writes it, or as a number; or without it."""


def simulation_of(system: Any, households: dict[str, Any], persons: dict[str, Any], way: str) -> Any:
    """A simulation by the documented builder, or with the arrays that it would make set directly."""
    builder = SimulationBuilder()
    builder.create_entities(system)
    ids, of_persons = households["household"], persons["household"]
    if way == DIRECT:  # needs households in order, each with a member
        people, group = builder.populations["person"], builder.populations["household"]
        people.count, people.ids = len(of_persons), numpy.arange(len(of_persons))
        group.count, group.ids = len(ids), ids
        group.members_entity_id = of_persons - ids[0]
    else:
        builder.declare_person_entity("person", numpy.arange(len(of_persons)))
        group = builder.declare_entity("household", ids)
        roles = numpy.array(["member"] * len(of_persons)) if way == WORDS else numpy.zeros(len(of_persons), numpy.int16)
        builder.join_with_persons(group, of_persons, roles)
    simulation = builder.build(system)
    for name in OF_PERSONS:
        simulation.set_input(name, MONTH_OF_ALL, persons[name])
    simulation.set_input("property_owned", MONTH_OF_ALL, households["property"])
    return simulation


def results(simulation: Any, ids: Any) -> pyarrow.Table:
    """What is written."""
    columns = {name: simulation.calculate(name, MONTH_OF_ALL) for name in ("allowance_granted", "allowance", "old_age")}
    return pyarrow.table({"household": ids, **columns})


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("format", choices=("parquet", "csv"))
    parser.add_argument("output")
    parser.add_argument("--chunk", type=int)
    parser.add_argument("--way", choices=(WORDS, NUMBERS, DIRECT), default=WORDS)
    parser.add_argument("--double", action="store_true")
    parser.add_argument("--rounded-first", action="store_true")
    given = parser.parse_args()
    system = ReducedSystem(given.double, given.rounded_first)
    if given.chunk is None:
        households, persons = read(given.folder, given.format)
        simulation = simulation_of(system, households, persons, given.way)
        pyarrow.parquet.write_table(results(simulation, households["household"]), given.output)
        return
    path = os.path.join(given.folder, "households.parquet")
    count = pyarrow.parquet.read_metadata(path).num_rows
    os.makedirs(given.output, exist_ok=True)
    for first in range(0, count, given.chunk):
        households, persons = read(given.folder, given.format, (first, first + given.chunk))
        simulation = simulation_of(system, households, persons, given.way)
        part = os.path.join(given.output, f"{first:012}.parquet")
        pyarrow.parquet.write_table(results(simulation, households["household"]), part)


if __name__ == "__main__":
    main()
