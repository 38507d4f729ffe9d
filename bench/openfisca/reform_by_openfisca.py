"""A reform of the reduced rules by OpenFisca: two simulations of the same households, as its documentation has it."""

from __future__ import annotations

import argparse
from typing import Any

import pyarrow
import pyarrow.parquet
from openfisca_core.periods import instant
from openfisca_core.reforms import Reform

from bench.openfisca.by_openfisca import DIRECT, WORDS, read, simulation_of
from bench.openfisca.country import MONTH_OF_ALL, ReducedSystem

BENEFITS = ("allowance", "old_age")
CHANGED = {"standard": 676, "work_cost_cap": 650}
"""The parameters of draft.toml."""


def with_changes(parameters: Any) -> Any:
    """The parameters of the reform."""
    for name, value in CHANGED.items():
        getattr(parameters, name).update(start=instant("2024-01-01"), value=value)
    return parameters


class HigherStandard(Reform):
    """The reform of draft.toml."""

    name = "A higher standard"

    def apply(self) -> None:
        self.modify_parameters(modifier_function=with_changes)


def main() -> None:
    """Write what each household gets before and after."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("output")
    parser.add_argument("way", choices=(WORDS, DIRECT))
    given = parser.parse_args()
    households, persons = read(given.folder, "parquet")
    system = ReducedSystem()
    columns: dict[str, Any] = {"household": households["household"]}
    for name, one in (("before", system), ("after", HigherStandard(system))):
        simulation = simulation_of(one, households, persons, given.way)
        columns[name] = sum(simulation.calculate(benefit, MONTH_OF_ALL) for benefit in BENEFITS)
    pyarrow.parquet.write_table(pyarrow.table(columns), given.output)


if __name__ == "__main__":
    main()
