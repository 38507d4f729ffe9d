"""Writes a household file of one page: what every family is asked, and the names of all else, a line for each topic."""

from __future__ import annotations

from collections.abc import Iterable

from calc.households.headings import MEMBERS, Headings
from calc.interview.interview import Interview
from calc.interview.state import NamedMember, State
from calc.language.types import HOUSEHOLD, MEMBER
from calc.report.as_text import heading as title_of
from calc.report.template import household_heading, household_toml, one_line, remark, toml_key
from calc.report.ui_text import say
from calc.rules.plan import FactPlan, Plan


def short_household(plan: Plan, language: str) -> str:
    """Writes the file. Rules without topics have no first conversation: there, every fact has a line."""
    if not any(one.question for one in plan.topics.values()):
        return household_toml(plan, language)
    return "\n".join(_ShortTemplate(plan, language).lines()) + "\n"


class _ShortTemplate:
    def __init__(self, plan: Plan, language: str) -> None:
        self.plan = plan
        self.language = language
        self.headings = Headings(plan)
        people = (NamedMember("1", {}),) if plan.has_members else ()
        interview = Interview(plan, State("1", {}, people, True))
        self.topic_of = interview.chooser.topic_of
        first = interview.chooser.people
        always = {name for name, _ in interview.asked_of_everybody()}
        self.first = [
            fact for name, fact in plan.facts.items()
            if (name in always and fact.default is None) or (first is not None and name in first.asked())
        ]  # fmt: skip

    def lines(self) -> Iterable[str]:
        side = 1 if self.language == "zh" else 0
        yield f"# {title_of(self.plan, self.language)}"
        yield from (f"# {line}" for line in say("template-short-how", self.language).split("\n"))
        yield ""
        yield f'{toml_key(("id", "编号")[side])} = ""'
        yield from self._level(HOUSEHOLD)
        if self.plan.has_members:
            yield ""
            yield f"# {say('template-members', self.language)}"
            yield ""
            yield f"[[{toml_key((MEMBERS, '成员')[side])}]]"
            yield f'{toml_key(("name", "姓名")[side])} = ""'
            yield from self._level(MEMBER)

    def _level(self, level: int) -> Iterable[str]:
        for fact in self.first:
            if fact.type.level == level:
                yield f'{self._key(fact)} = ""  # {one_line(remark(fact, self.plan, self.language))}'
        groups: dict[str, list[FactPlan]] = {name: [] for name in self.plan.topics}
        others = []
        for name, fact in self.plan.facts.items():
            if fact.type.level != level or fact in self.first:
                continue
            if name in self.topic_of:
                groups[self.topic_of[name]].append(fact)
            elif fact.default is None:
                others.append(fact)
        for name, facts in groups.items():
            if facts:
                yield self._listed(self.plan.topics[name].label_in(self.language), facts)
        if others:
            yield self._listed(say("template-others", self.language), others)

    def _listed(self, label: str, facts: list[FactPlan]) -> str:
        colon, comma = ("：", "、") if self.language == "zh" else (": ", ", ")
        return f"# {one_line(label)}{colon}{comma.join(map(self._key, facts))}"

    def _key(self, fact: FactPlan) -> str:
        return household_heading(fact, self.headings, self.language)
