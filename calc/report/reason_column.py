"""Why, in one cell: what decided a benefit of a household or member, in the words of the rules."""

from __future__ import annotations

from calc.engine.outcomes import DENIED, GRANTED, NOT_APPLICABLE, UNDETERMINED, Outcome
from calc.engine.traced.interpreter import Trace
from calc.language.types import MEMBER
from calc.report.explain import Teller
from calc.report.ui_text import say


class Reasons:
    """The reasons of one household's outcomes."""

    def __init__(self, trace: Trace, language: str) -> None:
        self.trace = trace
        self.language = language
        self.teller = Teller(trace, language, False)
        self._of: dict[tuple[str, int | None], Outcome] = {
            (one.benefit, one.member): one for outcomes in trace.outcomes.values() for one in outcomes
        }

    def of_benefit(self, name: str, member: int | None) -> str:
        """Of a denied benefit what failed, of an open one what is missing, of a granted one its clause."""
        return self._told(self._of[name, member])

    def of_household(self) -> str:
        """What the household itself was denied, and everything that is open."""
        told = []
        for name, benefit in self.trace.plan.benefits.items():
            for status in (UNDETERMINED, DENIED):
                if status == DENIED and benefit.type.level == MEMBER:
                    continue  # every adult is denied what is for children: the rows by benefit tell it
                for outcomes in self.teller.grouped(name, status):
                    who = self.teller.names([one.member for one in outcomes])
                    told.append(f"{benefit.about.label_in(self.language)}{who}: {self._told(outcomes[0])}")
        return self._joined(told)

    def _told(self, outcome: Outcome) -> str:
        plan, teller = self.trace.plan, self.teller
        benefit = plan.benefits[outcome.benefit]
        if outcome.status == NOT_APPLICABLE:
            return ""
        if outcome.status == GRANTED:
            return "; ".join(benefit.about.cite)
        if outcome.status == DENIED:
            failed = [teller.failed(benefit, name, [outcome]).removeprefix("✗ ") for name in outcome.failed]
            return self._joined(failed)
        parts = [say("needs", self.language, facts=teller.listed(list(outcome.missing)))] if outcome.missing else []
        if outcome.unset:
            labels = [plan.about(one).label_in(self.language) for one in outcome.unset]
            parts.append(say("unset", self.language, parameters=teller.joined(labels)))
        return self._joined(parts)

    def _joined(self, parts: list[str]) -> str:
        text = self.teller.joined(parts)
        return text.replace(": ", "：") if self.language == "zh" else text
