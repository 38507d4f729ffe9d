"""Lead an interview on a terminal: put each question, take its answer, say what it settles, and save at the end."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

import click

from calc.assess_households import Assessment
from calc.cli.conversation import Conversation
from calc.cli.print_assessment import PrintOptions, print_assessment
from calc.diagnostics.messages import message
from calc.engine.outcomes import NOT_APPLICABLE, Need
from calc.engine.traced.interpreter import Trace
from calc.interview.interview import Contradiction, Interview
from calc.interview.read_answer import Misread
from calc.report.as_text import household_text
from calc.report.household_file import household_file
from calc.report.interview_text import QuestionText, reasons, settled
from calc.rules.toml_document import month_text
from calc.text_forms import folded_word, half_width

_WHY = frozenset(("why", "w", "为何", "为什么", "为啥"))
_BACK = frozenset(("back", "b", "返回", "上一步", "回"))
_STOP = frozenset(("save", "quit", "q", "exit", "保存", "退出"))


def lead(
    interview: Interview, talk: Conversation, output: str | None, *, is_begun: bool, options: Sequence[str] = ()
) -> int:
    """Lead an interview to its end, or until it is stopped, and save. Returns the exit status.

    `is_begun` says that the first question was printed already, `options` are those by which it goes on.
    """
    leader = _Leader(interview, talk, options)
    try:
        is_done = leader.put_questions(is_begun)
    except KeyboardInterrupt:
        talk.say([""])
        is_done = False
    leader.close(output, is_done)
    return 0 if is_done else 1


class _Leader:
    def __init__(self, interview: Interview, talk: Conversation, options: Sequence[str]) -> None:
        self.options = options
        self.interview = interview
        self.plan = interview.plan
        self.talk = talk
        self.language = talk.language
        self.text = QuestionText(interview.plan, talk.language)

    def say(self, key: str, **values: object) -> None:
        self.talk.say([self.text.say(key, **values)])

    def put_questions(self, is_begun: bool) -> bool:
        """Put all questions. False where it was stopped before the end."""
        if not is_begun:
            self.say("ask-intro")
        while self.interview.question is not None:
            if not is_begun:
                self.talk.say(["", *self.text.lines(self.interview.state, self.interview.question)])
            is_begun = False
            answer = self._answer()
            if answer is None:
                return False
            if folded_word(answer) in _BACK:
                if not self.interview.back():
                    self.say("ask-nothing-before")
            else:
                self._take(answer)
        return True

    def _answer(self) -> str | None:
        """Listen until something is answered; None to stop."""
        while True:
            answer = self.talk.listen()
            if answer is None or folded_word(answer) in _STOP:
                return None
            if folded_word(answer) not in _WHY:
                return answer
            self.talk.say(reasons(self.interview, self.language))

    def _take(self, answer: str) -> None:
        had_everybody = self.interview.state.has_everybody
        taken = self.interview.answer(answer)
        people = self.interview.state.people
        if self.interview.state.has_everybody and not had_everybody:
            self.say("ask-people", count=len(people), names=self.text.joined(one.name for one in people))
        if isinstance(taken, Misread):
            text = message(taken.text, taken.values, self.language) if taken.is_message else None
            self.talk.say([text or self.text.say(taken.text, **taken.values)])
        elif isinstance(taken, Contradiction):
            self._settle(taken)
        elif taken and self.interview.trace is not None:
            found = settled(self.interview.trace, ((one.benefit, one.member) for one in taken), self.language)
            prospects = self.interview.prospects
            done = sum(not one.needs for one in prospects)
            line = self.text.say("ask-progress", settled=done, all=len(prospects))
            if found:
                line = f"{self.text.say('ask-settled', outcomes=found)} {line}"
            self.talk.say([f"→ {line}"])

    def _settle(self, found: Contradiction) -> None:
        """Show a contradiction, and let either answer be corrected."""
        self.say("ask-contradiction")
        self.talk.say(f"  {one.message(self.language)}" for one in found.mistakes)
        choices = [self.text.say("ask-correct-this"), *(self._correction(one) for one in found.earlier)]
        self.talk.say(f"  {at} {one}" for at, one in enumerate(choices, 1))
        while (answer := self.talk.listen()) is not None:
            if half_width(answer).strip() in ("", "1") or folded_word(answer) in _BACK:
                return
            number = half_width(answer).strip().rstrip(".)、")
            if number.isascii() and number.isdigit() and 2 <= int(number) <= len(choices):
                self.interview.correct(found, found.earlier[int(number) - 2])
                return
            self.say("ask-not-a-choice", text=answer, count=len(choices))

    def _correction(self, need: Need) -> str:
        fact = self.plan.facts[need[0]]
        state = self.interview.state
        name = self.text.member(state, need[1])
        label = self.text.say("ask-of", member=name, question=fact.about.label_in(self.language)) if name else ""
        value = self.text.value(fact, state.stated(need))
        return self.text.say("ask-correct-earlier", fact=label or fact.about.label_in(self.language), value=value)

    def close(self, output: str | None, is_done: bool) -> None:
        """Print the result, and save the household file."""
        interview = self.interview
        self.talk.say([""])
        self.say("ask-done" if is_done else "ask-stopped", count=len(interview.steps))
        if is_done and interview.trace is not None:
            click.echo("")
            self._print_result(interview.trace)
        state = interview.state
        if state.people or state.facts:
            text = household_file(self.plan, state, self.language)
            if output is None:
                click.echo(f"\n{self.text.say('ask-file')}\n{text}", nl=False)
            else:
                from calc.batch.atomic_files import whole_file

                with whole_file(output) as path, open(path, "w", encoding="utf-8") as file:
                    file.write(text)
                self.say("ask-saved", path=output)
                if not is_done:
                    self.say("ask-continue", command=self._command(output))
        self.talk.write_transcript()

    def _print_result(self, trace: Trace) -> None:
        """Print what was found out, of the benefits that were asked about: of others silence was not questioned."""
        asked = self.interview.chooser.benefits
        if len(asked) == len(self.plan.benefits):
            options = PrintOptions(self.language, "text", False, None, None, False, ())
            print_assessment(self.plan, Assessment((trace,), ()), options)
            return
        for line in household_text(trace, self.language, False, None, (), asked).split("\n"):
            for one in self.talk.fitted(line):
                click.echo(one)
        for name in asked:
            if all(one.status == NOT_APPLICABLE for one in trace.outcomes[name]):
                label = self.plan.benefits[name].about.label_in(self.language)
                click.echo(f"  {self.text.say('ask-not-applicable', benefit=label)}")
        self.say("ask-others")

    def _command(self, path: str) -> str:
        """Writes the command that goes on with this interview."""
        chooser = self.interview.chooser
        named = [] if len(chooser.benefits) == len(self.plan.benefits) else chooser.benefits
        quoted = shlex.quote(path)
        parts = [f"doudi ask {quoted} -o {quoted} -m {month_text(self.plan.month)}", *self.options]
        return " ".join([*parts, *(f"--benefit {shlex.quote(one)}" for one in named)])
