"""The rules of rules.toml as an OpenFisca country package, in the manner of its country template."""

from __future__ import annotations

import os

import numpy
from openfisca_core.entities import Entity, GroupEntity
from openfisca_core.periods import MONTH
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable, config

MONTH_OF_ALL = "2024-06"
Person = Entity("person", "persons", "Person", "")
Household = GroupEntity(
    "household", "households", "Household", "", roles=[{"key": "member", "plural": "members", "label": "Members"}]
)


class age(Variable):
    value_type = int
    entity = Person
    definition_period = MONTH
    label = "Age"


class wage(Variable):
    value_type = float
    entity = Person
    definition_period = MONTH
    label = "Wage"


class pension(Variable):
    value_type = float
    entity = Person
    definition_period = MONTH
    label = "Pension"


class works_in_city(Variable):
    value_type = bool
    entity = Person
    definition_period = MONTH
    label = "Works in the city"


class severely_disabled(Variable):
    value_type = bool
    entity = Person
    definition_period = MONTH
    label = "Severely disabled"


class property_owned(Variable):
    value_type = float
    entity = Household
    definition_period = MONTH
    label = "Property"


class countable_income(Variable):
    value_type = float
    entity = Person
    definition_period = MONTH
    label = "Wage less work costs, and pension"

    def formula(person, period, parameters):
        wage = person("wage", period)
        work_cost = numpy.minimum(wage, parameters(period).work_cost_cap) * person("works_in_city", period)
        return wage - work_cost + person("pension", period)


class household_income(Variable):
    value_type = float
    entity = Household
    definition_period = MONTH
    label = "Household income"

    def formula(household, period, parameters):
        return household.sum(household.members("countable_income", period))


class uplift(Variable):
    value_type = float
    entity = Household
    definition_period = MONTH
    label = "Uplift for members of 70 and over or severely disabled"

    def formula(household, period, parameters):
        members = household.members
        uplifted = (members("age", period) >= 70) + members("severely_disabled", period)
        return parameters(period).standard * parameters(period).uplift_rate * household.sum(uplifted)


class allowance_granted(Variable):
    value_type = bool
    entity = Household
    definition_period = MONTH
    label = "Income a head below the standard, and property within the limit"

    def formula(household, period, parameters):
        standard = parameters(period).standard * household.nb_persons()
        limit = parameters(period).property_months * standard
        return (household("household_income", period) < standard) * (household("property_owned", period) <= limit)


class allowance(Variable):
    value_type = float
    entity = Household
    definition_period = MONTH
    label = "Minimum living allowance"

    def formula(household, period, parameters):
        gap = parameters(period).standard * household.nb_persons() - household("household_income", period)
        amount = numpy.maximum(0, numpy.ceil(gap + household("uplift", period)))
        return amount * household("allowance_granted", period)


def allowance_rounded_first() -> type[Variable]:
    """The allowance with its due amount rounded to the fen before it is rounded up, as whoever knows floats writes."""

    class allowance(Variable):
        def formula(household, period, parameters):
            gap = parameters(period).standard * household.nb_persons() - household("household_income", period)
            due = numpy.round(gap + household("uplift", period), 2)
            return numpy.maximum(0, numpy.ceil(due)) * household("allowance_granted", period)

    return allowance


class old_age(Variable):
    value_type = float
    entity = Household
    definition_period = MONTH
    label = "Old-age benefit"

    def formula(household, period, parameters):
        return household.sum(parameters(period).old_age_rate.calc(household.members("age", period)))


VARIABLES = [
    age,
    wage,
    pension,
    works_in_city,
    severely_disabled,
    property_owned,
    countable_income,
    household_income,
    uplift,
    allowance_granted,
    allowance,
    old_age,
]


class ReducedSystem(TaxBenefitSystem):
    """The rules; `double` gives variables 64 bits by a change of OpenFisca's table of types: it has no setting."""

    def __init__(self, double: bool = False, rounded_first: bool = False) -> None:
        super().__init__([Person, Household])
        if double:
            config.VALUE_TYPES[float]["dtype"] = numpy.float64
        self.add_variables(*VARIABLES)
        if rounded_first:
            self.update_variable(allowance_rounded_first())
        self.load_parameters(os.path.join(os.path.dirname(os.path.abspath(__file__)), "parameters"))
