"""The rules of rules.py as an OpenFisca country package, in the manner of its country template.

Grades and places of towns, and the limits of rents, are found in a dictionary for one household after the other, as
nodes of parameters cannot have other children below each child. All else are parameters, indexed by enumerations.
"""

from __future__ import annotations

from typing import Any

import numpy
from openfisca_core.entities import Entity, GroupEntity
from openfisca_core.indexed_enums import Enum
from openfisca_core.parameters import ParameterNode
from openfisca_core.periods import MONTH
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable, config

from bench.large_tables import tables

MONTH_OF_ALL = "2024-06"
Person = Entity("person", "persons", "Person", "")
Household = GroupEntity(
    "household", "households", "Household", "", roles=[{"key": "member", "plural": "members", "label": "Members"}]
)


def _words(name: str, words: tuple[str, ...]) -> Any:
    return Enum(name, {f"w{at}": word for at, word in enumerate(words)})


Grade, Place, Disability = (
    _words(name, words)
    for name, words in (("Grade", tables.GRADES), ("Place", tables.PLACES), ("Disability", tables.DISABILITIES))
)
Prefecture, Town = _words("Prefecture", tables.PREFECTURES), _words("Town", tables.TOWN_NAMES)
PREFECTURE_AT, TOWN_AT = (
    {word: at for at, word in enumerate(words)} for words in (tables.PREFECTURES, tables.TOWN_NAMES)
)
TOWN_WORDS = {
    (PREFECTURE_AT[prefecture], TOWN_AT[town]): (tables.GRADES.index(grade), tables.PLACES.index(place))
    for (prefecture, town), (grade, place) in tables.TOWN_PLACES.items()
}
LAST_WORDS = len(tables.GRADES) - 1, len(tables.PLACES) - 1
LIMITS = {
    (PREFECTURE_AT[prefecture], TOWN_AT.get(town), tables.PLACES.index(place), size): value
    for (prefecture, town, place, size), value in tables.HOUSING.items()
}
EDGES = numpy.array([low for low, _ in tables.BANDS])
DEDUCTION = numpy.array(tables.DEDUCTION)


def _parameters() -> ParameterNode:
    """The tables, with a name for each key: `a0` for a band of ages, `s1` for a size, `w0` for a word."""

    def node(cells: dict[Any, Any], first: Any, scale: int = 1) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for (key, grade), value in cells.items():
            below = found.setdefault(first(key), {})
            below[f"w{tables.GRADES.index(grade)}"] = {"values": {"2024-01-01": {"value": value / scale}}}
        return found

    def band(key: Any) -> str:
        return f"a{tables.BANDS.index(key)}"

    def size(key: Any) -> str:
        return f"s{key}"

    return ParameterNode("", data={
        "first_class": node(tables.FIRST_CLASS, band),
        "reduction": node(tables.REDUCTION, size, 100),
        "second_class": node(tables.SECOND_CLASS, size),
        "child": node(tables.CHILD_ADDITION, band),
        "disability": node(tables.DISABILITY_ADDITION, lambda key: f"w{tables.DISABILITIES.index(key)}"),
    })  # fmt: skip


def _of_town(household: Any, period: Any, at: int) -> Any:
    keys = zip(household("prefecture", period).view(numpy.ndarray).tolist(),
               household("town", period).view(numpy.ndarray).tolist(), strict=True)  # fmt: skip
    return numpy.fromiter((TOWN_WORDS.get(key, LAST_WORDS)[at] for key in keys), numpy.int16)


def _given(name: str, entity: Any, kind: Any, words: Any = None) -> type[Variable]:
    """A variable that is given."""
    body: dict[str, Any] = {"value_type": kind, "entity": entity, "definition_period": MONTH, "label": name}
    if words is not None:
        body |= {"possible_values": words, "default_value": next(iter(words))}
    return type(name, (Variable,), body)


class grade(Variable):
    value_type = Enum
    possible_values = Grade
    default_value = Grade.w0
    entity = Household
    definition_period = MONTH
    label = "Grade of the town"

    def formula(household, period):
        return Grade.encode(numpy.array([*Grade], dtype=object)[_of_town(household, period, 0)])


class place(Variable):
    value_type = Enum
    possible_values = Place
    default_value = Place.w0
    entity = Household
    definition_period = MONTH
    label = "Place of the town"

    def formula(household, period):
        return Place.encode(numpy.array([*Place], dtype=object)[_of_town(household, period, 1)])


class band(Variable):
    value_type = str
    entity = Person
    definition_period = MONTH
    label = "Band of the age"

    def formula(person, period):
        names = numpy.array([f"a{at}" for at in range(len(EDGES))])
        return names[numpy.searchsorted(EDGES, person("age", period), side="right") - 1]


class size(Variable):
    value_type = str
    entity = Household
    definition_period = MONTH
    label = "Size, up to the last one that tables have"

    def formula(household, period):
        return numpy.array([f"s{at}" for at in range(13)])[numpy.clip(household.nb_persons(), 1, 12)]


class first_class_of_person(Variable):
    value_type = float
    entity = Person
    definition_period = MONTH
    label = "First class by age and grade"

    def formula(person, period, parameters):
        return parameters(period).first_class[person("band", period)][person.household("grade", period)]


class child_rate(Variable):
    value_type = float
    entity = Person
    definition_period = MONTH
    label = "Addition by age"

    def formula(person, period, parameters):
        return parameters(period).child[person("band", period)][person.household("grade", period)]


class additions_of_person(Variable):
    value_type = float
    entity = Person
    definition_period = MONTH
    label = "Additions by age and by disability"

    def formula(person, period, parameters):
        by_disability = parameters(period).disability[person("disability", period)]
        return person("child_rate", period) + by_disability[person.household("grade", period)]


class limit(Variable):
    value_type = float
    entity = Household
    definition_period = MONTH
    label = "Limit of the rent"

    def formula(household, period):
        columns = [household(name, period).view(numpy.ndarray).tolist() for name in ("prefecture", "town", "place")]
        sizes = numpy.clip(household.nb_persons(), 1, 12).tolist()
        rows = zip(*columns, sizes, strict=True)
        return numpy.fromiter((LIMITS.get((at, town, kind, count)) or LIMITS[at, None, kind, count]
                               for at, town, kind, count in rows), numpy.float64)  # fmt: skip


class need(Variable):
    value_type = float
    entity = Household
    definition_period = MONTH
    label = "What the household needs"

    def formula(household, period, parameters):
        size, grade = household("size", period), household("grade", period)
        first = household.sum(household.members("first_class_of_person", period))
        reduced = first * parameters(period).reduction[size][grade]
        rounded = numpy.ceil(numpy.round(reduced / 10, 4)) * 10
        additions = household.sum(household.members("additions_of_person", period))
        rent = numpy.minimum(household("rent", period), household("limit", period))
        return rounded + parameters(period).second_class[size][grade] + additions + rent


class income(Variable):
    value_type = float
    entity = Household
    definition_period = MONTH
    label = "Countable income"

    def formula(household, period):
        earnings = household.members("earnings", period)
        steps = numpy.minimum(earnings // tables.STEP, tables.STEPS - 1).astype(int)
        countable = numpy.maximum(0, earnings - DEDUCTION[steps])
        return household.sum(countable + household.members("pension", period))


class assistance(Variable):
    value_type = float
    entity = Household
    definition_period = MONTH
    label = "Assistance"

    def formula(household, period):
        return numpy.maximum(0, household("need", period) - household("income", period))


class child_allowance(Variable):
    value_type = float
    entity = Person
    definition_period = MONTH
    label = "Allowance of a child in a household in need"

    def formula(person, period):
        is_in_need = person.household("income", period) < person.household("need", period)
        return person("child_rate", period) * (person("age", period) < 18) * is_in_need


class LargeTables(TaxBenefitSystem):
    """The rules, with 64 bits: amounts of many yen and a share need more than 32."""

    def __init__(self) -> None:
        super().__init__([Person, Household])
        config.VALUE_TYPES[float]["dtype"] = numpy.float64
        given = [_given("prefecture", Household, Enum, Prefecture), _given("town", Household, Enum, Town),
                 _given("rent", Household, float), _given("age", Person, int), _given("earnings", Person, float),
                 _given("pension", Person, float), _given("disability", Person, Enum, Disability)]  # fmt: skip
        computed = [grade, place, band, size, first_class_of_person, child_rate, additions_of_person, limit, need]
        self.add_variables(*given, *computed, income, assistance, child_allowance)
        self.parameters = _parameters()
