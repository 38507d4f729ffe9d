"""Define `doudi letter`: what was decided, why, and what one can do, for a household or all of a ledger."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from calc.cli.batch_options import duplicates_option, households_option, reading_options
from calc.cli.options import build, month_option, option, remark, require_ending
from calc.cli.picture_options import match_option

if TYPE_CHECKING:
    from calc.cli.letter_households import LetterHouseholds
    from calc.engine.facts import Household
    from calc.report.decision_letters import DecisionLetters
    from calc.report.letter import LetterText

_HELP = (
    """The letter to a household: what was decided, and why.

    It says how that was computed, under which clause, and what one can do. HOUSEHOLD is a household file or a ledger.
    The sentences are those of the rules file. With --against or
    --against-month letters are written of what changed since then, and of the end to households that are gone;
    --changes keeps to the changes that `doudi compare -o` listed. -o FILE.txt or FILE.html holds all letters,
    any other name is a folder with a file for each; --form fills an office's own Word document.

    \b
    Examples:
      doudi letter household.toml --benefit BENEFIT
      doudi letter household.toml --benefit BENEFIT -o letters.html
      doudi letter ledger.csv --benefit BENEFIT --for denied -o refused
      doudi letter june.csv --benefit BENEFIT --against may.csv -o changed
      doudi letter june.csv --benefit BENEFIT --against may.csv --changes c.csv
      doudi letter household.toml --benefit BENEFIT --form a.docx -o letter.docx

    Exit status: 0 done, 1 a household was rejected or no letter was written, 2 could not run.
    """,
    """给家庭的告知书：作了什么决定，为什么。

    告知书写明怎样算得、依据哪一条、可以怎样办。所给的是家庭文件或台账。文字取自规则文件。
    加 --against 或 --against-month 时，只写其后的变动，不再列入的家庭写终止；再加 --changes 时，只写变动清单
    所列的变动。-o 文件.txt 或 文件.html 含全部告知书；其他名称为文件夹，每份一个文件；
    --form 填写本单位的 Word 表格。

    \b
    示例：
      doudi letter 家庭.toml --benefit 待遇
      doudi letter 家庭.toml --benefit 待遇 -o 告知书.html
      doudi letter 台账.csv --benefit 待遇 --for denied -o 不予确认
      doudi letter 六月.csv --benefit 待遇 --against 五月.csv -o 变动
      doudi letter 六月.csv --benefit 待遇 --against 五月.csv --changes 变动.csv
      doudi letter 家庭.toml --benefit 待遇 --form 表格.docx -o 告知书.docx

    退出码：0 完成；1 有家庭被退回，或没有可写的告知书；2 无法运行。
    """,
)


def command(language: str) -> click.Command:
    """Builds the command."""
    from calc.rules.schema import LETTER_KINDS

    params: list[click.Parameter] = [
        click.Argument(["households"], metavar="HOUSEHOLD...", nargs=-1, required=True),
        option("--benefit", "benefits", metavar="BENEFIT", multiple=True, required=True, language=language,
               en="The benefit that it is about (repeat for several).", zh="关于哪项待遇，可重复。"),
        option("--for", "kinds", type=click.Choice(LETTER_KINDS), multiple=True, language=language,
               en="Only letters of this kind of decision (default: whatever was decided).",
               zh="只写这类决定的告知书；默认按实际结果。"),
        month_option(language),
        option("--against", metavar="HOUSEHOLD", multiple=True, language=language,
               en="The household or ledger earlier (default: the same).", zh="原来的家庭文件或台账；默认相同。"),
        option("--against-month", metavar="YYYY-MM", language=language,
               en="The earlier month (default: the same).", zh="原来的月份；默认相同。"),
        match_option(language),
        option("--changes", metavar="FILE", language=language,
               en="Only the changes in this file, which `doudi compare -o` wrote.",
               zh="只写这份变动清单所列的变动（由 `doudi compare -o` 写出）。"),
        option("--household", "ids", metavar="ID", multiple=True, language=language,
               en="Only this household (repeat for several).", zh="只写这一户（户编号），可重复。"),
        option("--form", metavar="FILE", language=language,
               en="A Word document whose fields are filled (.docx).", zh="要填写的 Word 表格（.docx）。"),
        option("--output", "-o", metavar="FILE|FOLDER", language=language,
               en="FILE.txt, FILE.html or a folder (default: text on standard output).",
               zh="文件.txt、文件.html 或文件夹；默认以文本输出。"),
        households_option(language),
        *reading_options(language),
        duplicates_option(language),
    ]  # fmt: skip
    return build("letter", language, _HELP, params, letter)


def letter(
    language: str, households: tuple[str, ...], benefits: tuple[str, ...], kinds: tuple[str, ...], month: str | None,
    against: tuple[str, ...], against_month: str | None, match: str, changes: str | None, ids: tuple[str, ...],
    form: str | None, output: str | None, quiet: bool, lang: str | None, debug: bool, **given: Any,
) -> int:  # fmt: skip
    """Write the letters. More than six parameters: click passes each option by its name."""
    from calc.cli.assess import require_benefit
    from calc.cli.letter_households import LetterHouseholds
    from calc.cli.options import rules_file
    from calc.compare.read_changes import changed_lines
    from calc.report.decision_letters import DecisionLetters, MissingLetter
    from calc.report.ui_text import say
    from calc.rules.read_rulebook import read_rules

    _require_place(output, form is not None, language)
    is_compared = bool(against) or against_month is not None
    if match == "person" and not is_compared:
        raise click.UsageError(say("letter-match-against", language))
    if changes is not None and not is_compared:
        raise click.UsageError(say("letter-changes-against", language))
    rulebook = read_rules(rules_file(given["rules_path"]))
    if not rulebook.letters:
        raise click.UsageError(say("letter-none", language))
    given = {**given, "settings": (), "book": rulebook}
    now = LetterHouseholds(language, households, month, given)
    earlier = None
    if is_compared:
        before_month = month if against_month is None else against_month
        earlier = LetterHouseholds(language, against or households, before_month, given)
        if not against and earlier.plan.month == now.plan.month:
            raise click.UsageError(say("compare-same", language))
    names = list(dict.fromkeys(require_benefit(now.plan, one, language) for one in benefits))
    plans = [now.plan] if earlier is None else [now.plan, earlier.plan]
    writer = DecisionLetters(
        rulebook, now.plan, None if earlier is None else earlier.plan, names, kinds, language, given["show_ids"],
        None if changes is None else changed_lines(changes, plans),
    )  # fmt: skip
    try:
        letters, unsure = _letters(writer, now, earlier, ids, match == "person")
    except MissingLetter as missing:
        raise click.UsageError(say("letter-missing", language, kind=missing.kind, benefit=missing.benefit)) from None
    _write(letters, output, form, language)
    if unsure:
        remark(say("letters-unsure", language, count=unsure), quiet)
    return _told(letters, now, writer, quiet, language)


def _require_place(output: str | None, is_form: bool, language: str) -> None:
    """Raises click.UsageError for a file whose ending is not one of letters; a name without an ending is a folder."""
    from calc.batch.writers.formats import HTML, TEXT, ending_of

    if not is_form:
        require_ending(output, HTML if ending_of(output) in ("html", "htm") else TEXT, (TEXT, HTML), False, language)


def _letters(
    writer: DecisionLetters, now: LetterHouseholds, earlier: LetterHouseholds | None, ids: tuple[str, ...],
    by_people: bool,
) -> tuple[list[LetterText], int]:  # fmt: skip
    """Makes the letters to all households, or to those with some ids. Raises click.UsageError for ids not there.

    Counts the households without an end, though none now has their people: they may be those of a rejected one.
    """
    from calc.report.ui_text import say
    from calc.text_forms import clean_id
    from calc.vary.follow_people import FollowedPeople
    from calc.vary.people import number_fact

    wanted = {clean_id(id): id for id in ids}
    if wanted and writer.listed is not None:
        writer.listed = frozenset(one for one in writer.listed if one[0] in wanted)
    before: list[Household] = [] if earlier is None else list(earlier.each())
    households: Iterable[Household] = now.each()
    if earlier is not None:
        households = list(households)
        writer.people = FollowedPeople(before, households, number_fact(now.plan), by_people)
    found: list[LetterText] = []
    seen: set[str] = set()
    for one in households:
        seen.add(one.id)
        if not wanted or one.id in wanted:
            found += writer.of_household(one)
    seen |= {one.id for one in now.rejects}
    people = writer.people.before.items()
    gone = [id for id, one in people if id not in seen and (not wanted or one.id in wanted)]
    is_unsure = by_people and bool(now.rejects)
    for id in () if is_unsure else gone:
        found += writer.of_gone(id)
    known = {*seen, *(one.id for one in before)}
    absent = [id for key, id in wanted.items() if key not in known]
    if absent:
        raise click.UsageError(say("no-such-household", now.language, id=absent[0]))
    return found, len(gone) if is_unsure else 0


def _write(letters: list[LetterText], output: str | None, form: str | None, language: str) -> None:
    """Writes the letters where they are wanted; a file or folder is whole or not there."""
    from calc.batch.atomic_files import whole_file, whole_folder
    from calc.batch.writers.formats import ending_of
    from calc.report.letter_files import all_as_text, as_page, as_text, file_names

    ending = ending_of(output)
    if form is not None:
        _fill(letters, output, form, language)
    elif not letters:
        return
    elif output is None:
        click.echo(all_as_text(letters), nl=False)
    elif ending:
        with whole_file(output) as path, open(path, "w", encoding="utf-8") as file:
            file.write(all_as_text(letters) if ending == "txt" else as_page(letters, language))
    else:
        with whole_folder(output) as folder:
            for name, one in zip(file_names(letters, "txt"), letters, strict=True):
                with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                    file.write(as_text(one))


def _fill(letters: list[LetterText], output: str | None, form: str, language: str) -> None:
    """Fills the form for each letter."""
    from calc.batch.atomic_files import whole_file, whole_folder
    from calc.batch.writers.formats import ending_of
    from calc.report.letter_files import file_names
    from calc.report.letter_form import LetterForm
    from calc.report.ui_text import say

    filled = LetterForm(form)
    is_file = ending_of(output) == "docx"
    if output is None or (is_file and len(letters) > 1) or (not is_file and ending_of(output)):
        raise click.UsageError(say("letter-form-output", language, count=len(letters)))
    if not letters:
        return
    if is_file:
        with whole_file(output) as path:
            filled.fill(letters[0], path)
    else:
        with whole_folder(output) as folder:
            for name, one in zip(file_names(letters, "docx"), letters, strict=True):
                filled.fill(one, os.path.join(folder, name))


def _told(letters: list[LetterText], now: LetterHouseholds, writer: DecisionLetters, quiet: bool, language: str) -> int:
    """Says how many letters there are and which households have none; returns the exit status."""
    from calc.cli.batch_summary import print_mistakes
    from calc.cli.household_output import print_warnings
    from calc.households.household_reader import shown_id
    from calc.report.ui_text import say

    print_warnings(now.warnings, language)
    print_mistakes(((one.id, one.mistakes) for one in now.rejects), writer.show_ids, language)
    remark(say("letters-written", language, letters=len(letters), rejected=len(now.rejects)), quiet)
    if writer.others and (writer.kinds or not letters):
        joint = "、" if language == "zh" else ", "
        counts = joint.join(f"{say(f'decided-{kind}', language)} {count}" for kind, count in writer.others.items())
        remark(say("letters-others", language, counts=counts), quiet)
    left = sorted(one for one in (writer.listed or frozenset()) - writer.used if one[1] in writer.benefits)
    if left:
        household = shown_id(left[0][0], writer.show_ids)
        remark(say("letters-unlisted", language, count=len(left), household=household, benefit=left[0][1]), quiet)
    return 1 if now.rejects or not letters else 0
