"""Writes the reason of an outcome for the column `reason` of result files, in the words of the rules."""

from __future__ import annotations

from calc.engine.outcomes import DENIED, GRANTED, NOT_APPLICABLE, UNDETERMINED, Outcome
from calc.engine.traced.interpreter import Trace
from calc.language.types import MEMBER
from calc.report.trace_phrases import TracePhrases


class Reasons:
    """Writes the reasons of one household's outcomes."""

    def __init__(self, trace: Trace, language: str) -> None:
        self.trace = trace
        self.language = language
        self.phrases = TracePhrases(trace, language)
        self._of: dict[tuple[str, int | None], Outcome] = {
            (one.benefit, one.member): one for outcomes in trace.outcomes.values() for one in outcomes
        }

    def of_benefit(self, name: str, member: int | None) -> str:
        """Writes the failed conditions of a denied benefit, the needs of an open one, the clause of a granted one."""
        return self._reason(self._of[name, member])

    def of_household(self) -> str:
        """Writes the benefits denied to the household itself, and all open ones, each with its reason."""
        reasons = []
        for name, benefit in self.trace.plan.benefits.items():
            for status in (UNDETERMINED, DENIED):
                if status == DENIED and benefit.type.level == MEMBER:
                    continue  # all adults are denied benefits for children: only rows by benefit have it
                for outcomes in self.phrases.grouped(name, status):
                    who = self.phrases.names([one.member for one in outcomes])
                    reasons.append(f"{benefit.about.label_in(self.language)}{who}: {self._reason(outcomes[0])}")
        return self._joined(reasons)

    def _reason(self, outcome: Outcome) -> str:
        phrases, benefit = self.phrases, self.trace.plan.benefits[outcome.benefit]
        if outcome.status == NOT_APPLICABLE:
            return ""
        if outcome.status == GRANTED:
            return phrases.clauses(benefit.about.cite)
        if outcome.status == DENIED:
            failed = [phrases.failed(benefit, name, [outcome]).removeprefix("✗ ") for name in outcome.failed]
            return self._joined(failed)
        return self._joined(phrases.lacks([outcome]))

    def _joined(self, parts: list[str]) -> str:
        text = self.phrases.joined(parts)
        return text.replace(": ", "：") if self.language == "zh" else text
