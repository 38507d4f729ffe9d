"""Lists of names in result cells, in SQL: failed conditions, missing facts and parameters of sets of bits."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from calc.batch.duckdb.sql_templates import joined_text, phrase
from calc.batch.job import ResultSpec
from calc.engine.sql import build
from calc.engine.sql.build import Branch, Tree
from calc.engine.sql.needs_bits import WORD_BITS, NeedWords
from calc.report.encode_rows import FORMULA_STARTS, line_feeds, safe
from calc.rules.plan import BenefitPlan, Plan


class NameLists:
    """Writes lists of names as a form of results has them: with semicolons, or as members of a JSON list."""

    def __init__(self, plan: Plan, words: NeedWords, spec: ResultSpec) -> None:
        self.plan = plan
        self.words = words
        self.is_csv = spec.format == "csv"
        self.is_json = spec.format == "jsonl"
        self.is_in_objects = self.is_json and spec.by == "household"
        self.between = ", " if self.is_in_objects else ";"

    def needs(self, needs: Mapping[int, Tree], of_facts: bool) -> Tree:
        """The facts, or the unset parameters, of a set of needs given as its words; NULL for none."""
        names = [
            (name, needs[place // WORD_BITS], 1 << place % WORD_BITS)
            for place, name in enumerate(self.words.names)
            if (name in self.plan.facts) == of_facts and place // WORD_BITS in needs
        ]
        return self._listed(names)

    def failed(self, benefit: BenefitPlan, failed: Tree) -> Tree:
        """The failed conditions of a benefit; NULL for none."""
        return self._listed([(one.name, failed, 1 << at) for at, one in enumerate(benefit.conditions)])

    def _listed(self, names: Sequence[tuple[str, Tree, int]]) -> Tree:
        """The names whose bit is set in their word."""
        sets = {id(bits): bits for _, bits, _ in names if not _is_zero(bits)}
        if not sets:
            return build.null()
        found = [
            build.case([(phrase("(:bits & :bit) <> 0", bits=bits, bit=build.whole(bit)), build.word(self._name(name)))])
            for name, bits, bit in names
            if id(bits) in sets
        ]
        cell: Tree = phrase("NULLIF(:list, '')", list=build.call("CONCAT_WS", build.word(self.between), *found))
        if self.is_csv and any(safe(name) != name for name, _, _ in names):
            starts = [phrase("starts_with(:list, :mark)", list=cell, mark=mark) for mark in FORMULA_STARTS]
            cell = build.case([(build.either(*starts), joined_text([build.word("'"), cell]))], cell)
        # most rows list nothing, and their texts need not be put together
        is_any: list[Branch] = [(build.either(*(phrase(":bits <> 0", bits=one) for one in sets.values())), cell)]
        return build.case(is_any)

    def _name(self, name: str) -> str:
        """A name within a list."""
        if self.is_json:
            quoted = json.dumps(name, ensure_ascii=False)
            return quoted if self.is_in_objects else quoted[1:-1]
        return line_feeds(name) if self.is_csv else name


def _is_zero(tree: Tree) -> bool:
    return build.is_null_value(tree) or tree == build.whole(0)
