"""Name the columns of typed rows: one for each fact, one where facts are stated as not known, one for each extra."""

from __future__ import annotations

from collections.abc import Sequence

from calc.batch.duckdb.sources import TableSource
from calc.engine.fact_keys import fact_of
from calc.engine.facts import NOT_KNOWN, not_known
from calc.engine.sql.dialects import dialect_named
from calc.engine.sql.input_tables import column_type
from calc.engine.used_facts import facts_used
from calc.households.derived_facts import numbers_of
from calc.language.types import HOUSEHOLD, MEMBER, REFERENCE
from calc.record import Record
from calc.rules.plan import FactPlan, Plan


class RowShape(Record):
    """The columns of typed rows: a short name of ours for each fact and each extra column."""

    plan: Plan
    facts: dict[str, str]
    kept: int

    @classmethod
    def of(
        cls, plan: Plan, plans: Sequence[Plan], sources: Sequence[TableSource], kept: int, owned: set[str]
    ) -> RowShape:
        """The shape for the facts of some files, and of those that households have in a file of their own.

        A fact of members that no formula of `plans` uses is looked at and not held; one of the household is held,
        for its rows have to agree. So is that it is not known, and of members where the fact has a default.
        """
        columns = [(source, one) for source in sources for one in source.part.columns.facts]
        given = {one.meaning.name for _, one in columns if isinstance(one.meaning, FactPlan)} | owned
        given |= {name for source in sources for one in source.texts.values() for name in one.others}
        numbers = numbers_of(plan, MEMBER)
        for _ in numbers:  # what follows from one may be another
            given |= {name for one in numbers if one.name in given for name in one.derives.values()}
        used = {name for one in plans for name in facts_used(one)}
        held = [
            name
            for name, fact in plan.facts.items()
            if name in given and (name in used or fact.type.level != MEMBER or fact.type.kind == REFERENCE)
        ]
        open_names = {one.fact for source in sources for one in source.texts.values() if one.has_open}
        held += [not_known(name) for name in held if name in open_names
                 and (plan.facts[name].default is not None or plan.facts[name].type.level != MEMBER)]  # fmt: skip
        return cls(plan, {name: f"f{at}" for at, name in enumerate(held)}, kept)

    def of_level(self, level: int) -> list[str]:
        """The columns of a level's facts."""
        return [column for key, column in self.facts.items() if (fact_of(self.plan, key).type.level == MEMBER)
                == (level == MEMBER)]  # fmt: skip

    def references(self) -> dict[str, str]:
        """The columns of facts that refer to a member."""
        return {name: column for name, column in self.facts.items()
                if name in self.plan.facts and self.plan.facts[name].type.kind == REFERENCE}  # fmt: skip

    def own_texts(self) -> list[str]:
        """The columns of texts of facts of the household that refer to a member; its rows have to agree on them."""
        return [f"{column}_text" for name, column in self.references().items()
                if self.plan.facts[name].type.level != MEMBER]  # fmt: skip

    def open_columns(self) -> dict[str, str]:
        """The columns of facts that are stated as not known, by the column of the fact itself."""
        return {self.facts[key.removesuffix(NOT_KNOWN)]: column
                for key, column in self.facts.items() if key.endswith(NOT_KNOWN)}  # fmt: skip

    def kinds(self) -> list[tuple[str, str]]:
        """The columns of facts, with DuckDB's types."""
        types = dialect_named("duckdb").types
        return [(column, types[column_type(fact_of(self.plan, key), key)]) for key, column in self.facts.items()]

    def kept_columns(self) -> list[str]:
        """Names of the extra columns."""
        return [f"k{at}" for at in range(self.kept)]


def levels_of(shape: RowShape) -> tuple[list[str], list[str]]:
    """The columns of facts of the household, and of members."""
    return shape.of_level(HOUSEHOLD), shape.of_level(MEMBER)
