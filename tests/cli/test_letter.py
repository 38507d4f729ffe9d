"""Letters say what was decided and nothing of others; forms are filled whole or not at all."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from calc.engine.facts import Member
from calc.engine.outcomes import NOT_APPLICABLE
from calc.engine.traced.interpreter import Trace
from calc.households.identity_numbers import check_digit
from calc.record import replace
from calc.report.decision_letters import DecisionLetters
from calc.report.letter_files import as_page, as_text, file_names
from calc.rules.plan_month import plan_for
from calc.rules.read_rulebook import read_rules
from tests.cli.run import EXAMPLE, ROOT, RULES, doudi
from tests.support.cases import cases_by_plan

pytestmark = pytest.mark.slow

COMPARE = ROOT / "examples" / "compare"
NAME = "欧阳无忌"
"""A name that no text of the rules holds."""


def letter(*arguments: str, **other: str) -> tuple[int, str, str]:
    return doudi("letter", *arguments, "--rules", RULES, **other)


def test_every_outcome_of_the_cases_has_a_letter_that_names_its_amount() -> None:
    rulebook = read_rules(RULES)
    written = 0
    for plan, households in cases_by_plan(rulebook)[::3]:
        for language in ("zh", "en"):
            writer = DecisionLetters(rulebook, plan, None, list(plan.benefits), (), language, True)
            for household in households[::4]:
                letters = list(writer.of_household(household))
                written += len(letters)
                for one in letters:
                    text = as_text(one)
                    assert "\ue000" not in text and "{" not in text
                    if one.kind == "granted" and one.fields["amount"]:
                        bare = "".join(text.split())
                        assert all("".join(str(one.fields[name]).split()) in bare for name in ("amount", "sum")), text
                    if one.kind == "denied":
                        assert one.fields["failed"], text
                    if one.kind == "undetermined":
                        assert one.fields["needs"], text
    assert written > 200


def test_a_letter_to_a_member_names_no_other_member() -> None:
    rulebook = read_rules(RULES)
    seen = 0
    for plan, households in cases_by_plan(rulebook)[::3]:
        writer = DecisionLetters(rulebook, plan, None, list(plan.benefits), (), "zh", True)
        for household in households[::3]:
            from calc.record import replace

            named = replace(
                household,
                members=tuple(Member(f"{NAME}{at}", one.facts) for at, one in enumerate(household.members)),
            )
            for one in writer.of_household(named):
                others = {member.id for member in named.members} - {one.recipient}
                if one.recipient.startswith(NAME):
                    seen += 1
                    assert not any(re.search(rf"{other}(?!\d)", as_text(one)) for other in others), as_text(one)
    assert seen > 50


def test_what_changed_since_a_month_has_its_cause() -> None:
    ran = letter(
        str(COMPARE / "august.csv"), "-m", "2022-08", "--against", str(COMPARE / "july.csv"), "--against-month",
        "2022-07", "--benefit", "dibao", "--household", "A03", "--lang", "zh",
    )  # fmt: skip
    assert ran[0] == 0, ran
    assert "由916.80元/月调整为308.40元/月（−608.40）" in ran[1] and "郑玉梅离开（−608.40）" in ran[1]
    same = letter(str(COMPARE / "august.csv"), "-m", "2022-08", "--against-month", "2022-08", "--benefit", "dibao")
    assert same[0] == 2, "the same picture twice"


def test_one_that_ends_says_what_is_no_longer_met(tmp_path: Path) -> None:
    text = Path(EXAMPLE).read_text("utf-8")
    later = tmp_path / "later.toml"
    later.write_text(re.sub(r'("?工资"?\s*=\s*)\d+', r"\g<1>2600", text), "utf-8")
    ran = letter(str(later), "-m", "2022-05", "--against", EXAMPLE, "--benefit", "低保", "--lang", "zh")
    assert ran[0] == 0 and "终止最低生活保障金告知书" in ran[1], ran
    assert "原来的金额：225.20元/月" in ran[1] and "2500.00 → 2600.00" in ran[1]
    assert "超出 68.00" in ran[1] and "第三十二条" in ran[1]


JULY, AUGUST = str(COMPARE / "july.csv"), str(COMPARE / "august.csv")
PAIR = (
    "-m",
    "2022-08",
    "--against",
    JULY,
    "--against-month",
    "2022-07",
    "--benefit",
    "dibao",
    "--benefit",
    "dibao_edge",
)


def test_a_household_that_is_gone_gets_a_letter_of_the_end(tmp_path: Path) -> None:
    lines = Path(AUGUST).read_text("utf-8").splitlines(keepends=True)
    later = tmp_path / "later.csv"
    later.write_text("".join(one for one in lines if not one.startswith(("A02", "A04"))), "utf-8")
    ran = letter(str(later), *PAIR, "--for", "ended", "--lang", "zh")
    assert ran[0] == 0 and ran[1].count("终止最低生活保障金告知书") == 1, ran
    assert "A02：" in ran[1] and "原来的金额：528.40元/月" in ran[1] and "该户已不在核定名册中" in ran[1]
    assert "现在不再符合条件的理由" not in ran[1], "nothing was decided about it"
    assert "终止低保边缘家庭" in ran[1] and "A04：" in ran[1], "it had a status without cash"
    one = letter(str(later), *PAIR, "--household", "A02", "--lang", "zh")
    assert one[0] == 0 and one[1].count("告知书\n") == 1, one


FATHER, SON, RICH = (
    f"990000{birth}001{check_digit(f'990000{birth}001')}" for birth in ("19700101", "19800101", "19600101")
)
OWN = ("--benefit", "disability_living", "-m", "2022-05", "--show-ids")


def people(path: Path, *rows: tuple[str, str, str, str, str, str]) -> str:
    """Writes a ledger; each row has household, name, number, relation, pension and the level of a disability."""
    lines = ["户编号,姓名,身份证号,与户主关系,养老金,残疾证类别,残疾证等级,家庭经济状况已核对,货币财产,法定义务人情况"]
    lines += [f"{id},{name},{number},{relation},{pension},{'肢体' if level else '无'},{level},是,0,有人有能力"
              for id, name, number, relation, pension, level in rows]  # fmt: skip
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return str(path)


def own_letters(new: str, old: str, *more: str, language: str = "zh") -> tuple[int, str, str]:
    return letter(new, "--against", old, *OWN, *more, "--lang", language)


HEAD = ("A1", "老郑", FATHER, "户主", "100", "")
DISABLED = ("A1", "小吴", SON, "子女", "", "1")


def test_a_member_who_left_gets_the_end_of_his_own_benefits(tmp_path: Path) -> None:
    old, new = people(tmp_path / "old.csv", HEAD, DISABLED), people(tmp_path / "new.csv", HEAD)
    ran = own_letters(new, old)
    assert ran[0] == 0 and ran[1].count("终止困难残疾人生活补贴告知书") == 1, ran
    assert ran[1].count("小吴：") == 1 and "小吴离开" in ran[1] and "老郑" not in ran[1], ran
    assert "小吴 left" in own_letters(new, old, language="en")[1]
    assert own_letters(new, old, "--for", "denied")[1] == "", "it was not refused"
    changes = tmp_path / "c.csv"
    ran = doudi("compare", new, "-m", "2022-05", "--against", old, "--rules", RULES, "-o", str(changes))
    assert ran.status == 0, ran
    listed = own_letters(new, old, "--changes", str(changes))
    assert listed[1] == own_letters(new, old)[1], "what compare lists has the same letters"
    assert "变动" not in listed[2], listed


def test_a_member_who_moved_keeps_what_he_has_there(tmp_path: Path) -> None:
    old = people(tmp_path / "old.csv", HEAD, DISABLED)
    alone = ("B1", "吴某", SON, "户主", "", "1")
    new = people(tmp_path / "new.csv", HEAD, alone)
    ran = own_letters(new, old)
    assert ran[0] == 1 and ran[1] == "", f"his benefit goes on: {ran}"
    rich = people(tmp_path / "rich.csv", HEAD, ("B1", "老钱", RICH, "户主", "9000", ""), ("B1", *DISABLED[1:]))
    ran = own_letters(rich, old)
    assert ran[1].count("告知书\n") == 1 and "终止困难残疾人生活补贴告知书" in ran[1], ran
    assert "由A1户转入" in ran[1] and "老钱" not in ran[1] and "小吴：" in ran[1], ran
    gone = own_letters(people(tmp_path / "gone.csv", alone), old)
    assert gone[1] == "" and "告知书 0 份" in gone[2], f"his household is gone and he is not: {gone}"


def test_people_are_the_same_by_their_numbers_whatever_their_names(tmp_path: Path) -> None:
    old = people(tmp_path / "old.csv", HEAD, DISABLED)
    new = people(tmp_path / "new.csv", HEAD, ("A1", "吴某", SON, "子女", "", "1"))
    same = own_letters(new, old)
    assert same[1] == "" and "告知书 0 份" in same[2], same
    taken = people(tmp_path / "taken.csv", HEAD, ("A1", "小吴", RICH, "子女", "", ""))
    ran = own_letters(taken, old)
    assert ran[1].count("终止困难残疾人生活补贴告知书") == 1 and "小吴：" in ran[1], ran


def test_households_of_the_same_people_are_one_whatever_their_ids(tmp_path: Path) -> None:
    other, third = ("B1", "老钱", RICH, "户主", "100", "1"), ("B1", "老郑", FATHER, "户主", "100", "")
    old = people(tmp_path / "old.csv", HEAD, DISABLED, other)
    renamed = people(tmp_path / "new.csv", ("C9", *other[1:]), third, ("B1", *DISABLED[1:]))
    ran = own_letters(renamed, old, "--match", "person", "--benefit", "dibao")
    assert ran[1] == "" and "告知书 0 份" in ran[2], f"nothing has changed but ids: {ran}"
    assert own_letters(renamed, old, "--benefit", "dibao")[1] != "", "by ids they are other households"
    gone = own_letters(people(tmp_path / "gone.csv", third), old, "--match", "person")
    assert gone[1].count("告知书\n") == 2 and "小吴离开" in gone[1], gone
    assert "老钱：" in gone[1] and "′" not in gone[1], "B1 is another household's id now"
    wrong = people(tmp_path / "wrong.csv", third, ("C9", "老钱", RICH[:-1] + "?", "户主", "100", "1"))
    unsure = own_letters(wrong, old, "--match", "person")
    assert "老钱：" not in unsure[1] and "找不到其成员的家庭 1 户" in unsure[2], unsure
    assert letter(old, *OWN, "--match", "person")[0] == 2


def test_letters_by_people_do_not_depend_on_ids(tmp_path: Path) -> None:
    rows = [HEAD, DISABLED, ("B1", "老钱", RICH, "户主", "100", "2")]
    changed = [HEAD, ("A1", *DISABLED[1:5], ""), ("B1", "老钱", RICH, "户主", "300", "2")]
    old, asked = people(tmp_path / "old.csv", *rows), ("--match", "person", "--benefit", "dibao")
    found = own_letters(people(tmp_path / "same.csv", *changed), old, *asked)[1]
    assert found.count("告知书\n") >= 2
    for ids in ({"A1": "B1", "B1": "A1"}, {"A1": "X7", "B1": "A1"}, {"A1": "X7", "B1": "X8"}):
        moved = people(tmp_path / "moved.csv", *((ids[one[0]], *one[1:]) for one in changed))
        names = {new: id for id, new in ids.items()}
        text = own_letters(moved, old, *asked)[1]
        text = re.sub("|".join(names), lambda match, names=names: names[match[0]], text)
        assert sorted(text.splitlines()) == sorted(found.splitlines()), ids


def test_a_household_that_is_rejected_is_not_gone(tmp_path: Path) -> None:
    later = tmp_path / "later.csv"
    later.write_text(Path(AUGUST).read_text("utf-8").replace("1956-03-01", "1956-13-01"), "utf-8")
    ran = letter(str(later), *PAIR, "--for", "ended", "--lang", "zh")
    assert ran[0] == 1 and "A01" not in ran[1]


@pytest.mark.parametrize(
    ("name", "language"), [("c.csv", "zh"), ("c.xlsx", "zh"), ("c.jsonl", "en"), ("c.parquet", "en")]
)
def test_the_changes_of_compare_give_the_letters_of_all_changes(tmp_path: Path, name: str, language: str) -> None:
    if name.endswith(("xlsx", "parquet")):
        pytest.importorskip("openpyxl" if name.endswith("xlsx") else "duckdb")
    path = str(tmp_path / name)
    pair = ("-m", "2022-08", "--against", JULY, "--against-month", "2022-07", "--rules", RULES)
    assert doudi("compare", AUGUST, *pair, "-o", path, "--lang", language, "--examples", "0").status == 0
    every = letter(AUGUST, *PAIR, "--lang", language)
    listed = letter(AUGUST, *PAIR, "--lang", language, "--changes", path)
    assert every[0] == listed[0] == 0 and every[1].count("A0") > 5
    assert listed[1] in every[1] or listed[1] == every[1], listed
    assert set(re.findall("A0.", listed[1])) == {"A01", "A02", "A03", "A04", "A05", "A06"}


def test_only_listed_changes_get_a_letter_and_those_that_are_none_are_told(tmp_path: Path) -> None:
    changes = tmp_path / "c.csv"
    head = "household,change,benefit,member,before,after,difference,cause_kinds,causes,needs,unset,group\n"
    changes.write_text(f"{head}A02,lowered,dibao,,,,,,,,,\nA77,raised,dibao,,,,,,,,,\nA01,new,,,,,,,,,,\n", "utf-8")
    ran = letter(AUGUST, *PAIR, "--changes", str(changes), "--lang", "en")
    assert ran[0] == 0 and ran[1].count("Notice of") == 1 and "A02:" in ran[1], ran
    assert "listed changes that gave no letter: 1, such as dibao of A77" in ran[2]
    for text, told in (
        ("household,benefit\nA02,dibao\n", "c.csv:2:1: error[not-a-result]"),
        (f"{head}A02,lowered,diboa,,,,,,,,,\n", "c.csv:2:1: error[not-a-benefit]"),
        ('{"id": "A02"}\n', "c.csv:1:1: error[not-a-result]"),
    ):
        changes.write_text(text, "utf-8")
        wrong = letter(AUGUST, *PAIR, "--changes", str(changes), "--lang", "en")
        assert wrong[0] == 2 and told in wrong[2], wrong
    alone = letter(AUGUST, "-m", "2022-08", "--benefit", "dibao", "--changes", str(changes), "--lang", "en")
    assert alone[0] == 2 and "--against" in alone[2]
    missing = letter(AUGUST, *PAIR, "--changes", str(tmp_path / "none.csv"), "--lang", "en")
    assert missing[0] == 2 and "none.csv" in missing[2]


def test_the_law_is_cited_from_the_month_in_which_it_is_in_force() -> None:
    for month, is_cited in (("2026-06", False), ("2026-07", True)):
        ran = letter(EXAMPLE, "-m", month, "--benefit", "tekun", "--lang", "zh")
        assert ("《中华人民共和国社会救助法》第七十六条" in ran[1]) is is_cited, (month, ran)


def test_a_kind_that_was_not_decided_is_not_written() -> None:
    ran = letter(EXAMPLE, "-m", "2022-05", "--benefit", "dibao", "--for", "denied")
    assert ran[0] == 1 and ran[1] == "" and "letters: 0" in ran[2]
    assert "decisions without a letter: granted 1\n" in ran[2]
    several = letter(
        EXAMPLE, "-m", "2022-05", "--benefit", "dibao", "--benefit", "orphan", "--for", "ended", "--lang", "zh"
    )
    assert "没有写告知书的结果：享受 1、不适用 3\n" in several[2], several


def test_files_and_folders(tmp_path: Path) -> None:
    ledger = str(ROOT / "examples" / "ledger.csv")
    mapped = ("--map", "核对情况=means_checked", "-m", "2022-06", "--benefit", "dibao")
    ran = letter(ledger, *mapped, "-o", str(tmp_path / "all"))
    assert ran[0] == 1 and "rejected households, which get none: 11" in ran[2]
    assert len(list((tmp_path / "all").iterdir())) == 4
    again = letter(ledger, *mapped, "-o", str(tmp_path / "all"))
    assert again[0] == 2 and len(list((tmp_path / "all").iterdir())) == 4, "a folder with something in it is kept"
    page = tmp_path / "all.html"
    assert letter(ledger, *mapped, "-o", str(page))[0] == 1
    assert page.read_text("utf-8").count("<article>") == 4
    for name in ("all.pdf", "all.cvs", "all.docx", "all.json"):
        wrong = letter(ledger, *mapped, "-o", str(tmp_path / name))
        assert wrong[0] == 2 and "use .txt .html .htm" in wrong[2] and not (tmp_path / name).exists()
    assert letter(ledger, *mapped, "-o", str(tmp_path / "letters.2022-06"))[0] == 1
    assert (tmp_path / "letters.2022-06").is_dir(), "a month is no ending"


def test_file_names_are_safe_and_differ(tmp_path: Path) -> None:
    rulebook = read_rules(RULES)
    plan = plan_for(rulebook, 202205)
    writer = DecisionLetters(rulebook, plan, None, ["dibao"], (), "zh", False)
    (case,) = [one for group, cases in cases_by_plan(rulebook)[:1] for one in cases[:1]]

    letters = [found for id in ("a/b", "a:b", "..", "A_b") for found in writer.of_household(replace(case, id=id))]
    names = file_names(letters, "txt")
    assert len({one.casefold() for one in names}) == len(letters) == 4
    assert not any(set(one) & set('/\\:*?"<>|') or one.startswith(".") for one in names)


def test_a_page_holds_no_markup_of_names() -> None:
    rulebook = read_rules(RULES)
    plan = plan_for(rulebook, 202205)
    writer = DecisionLetters(rulebook, plan, None, ["dibao"], (), "zh", True)
    (case,) = [one for _, cases in cases_by_plan(rulebook)[:1] for one in cases[:1]]

    letters = list(writer.of_household(replace(case, id="<script>alert(1)</script>")))
    assert "<script>alert" not in as_page(letters, "zh")


# an office's own form


def form(path: Path, *texts: str) -> str:
    docx = pytest.importorskip("docx", reason="needs doudi[letters]")
    document = docx.Document()
    for text in texts:
        document.add_paragraph(text)
    document.save(str(path))
    return str(path)


def words_of(path: Path) -> str:
    docx = pytest.importorskip("docx", reason="needs doudi[letters]")
    return "\n".join(one.text for one in docx.Document(str(path)).paragraphs)


def test_a_form_is_filled(tmp_path: Path) -> None:
    loop = ("{%p for one in steps %}", "{{ one }}", "{%p endfor %}")
    given = form(tmp_path / "f.docx", "户：{{ recipient }}", "{{ amount }} {{ 家庭收入 }}", *loop)
    out = tmp_path / "letter.docx"
    ran = letter(EXAMPLE, "-m", "2022-05", "--benefit", "dibao", "--lang", "zh", "--form", given, "-o", str(out))
    assert ran[0] == 0, ran
    text = words_of(out)
    assert "户：示例一" in text and "225.20元/月 1900.00" in text and "644.00 × 计入人数 3" in text
    several = letter(EXAMPLE, "-m", "2022-05", "--benefit", "tekun", "--form", given, "-o", str(tmp_path / "x.docx"))
    assert several[0] == 2 and not (tmp_path / "x.docx").exists(), "two letters do not fit into one document"
    folder = tmp_path / "folder"
    ran = letter(EXAMPLE, "-m", "2022-05", "--benefit", "tekun", "--lang", "zh", "--form", given, "-o", str(folder))
    assert ran[0] == 0 and sorted(one.suffix for one in folder.iterdir()) == [".docx", ".docx"], ran


@pytest.mark.parametrize(
    ("text", "told"),
    [("{{ amuont }}", "amuont"), ("{{ 李四 }}", "李四"), ("{{ amount", "cannot be filled"),
     ("{{ ''.__class__.__mro__ }}", "cannot be filled")],
)  # fmt: skip
def test_a_form_with_a_field_that_does_not_exist_is_refused(tmp_path: Path, text: str, told: str) -> None:
    out = tmp_path / "out"
    given = form(tmp_path / "f.docx", "x", text)
    ran = letter(EXAMPLE, "-m", "2022-05", "--benefit", "dibao", "--form", given, "-o", str(out))
    assert ran[0] == 2 and told in ran[2], ran
    assert not out.exists() and not list(tmp_path.glob("*.part"))


@pytest.mark.parametrize("content", [b"", b"no document", b"PK\x03\x04 broken"])
def test_what_is_no_form_is_told(tmp_path: Path, content: bytes) -> None:
    pytest.importorskip("docxtpl", reason="needs doudi[letters]")
    path = tmp_path / "f.docx"
    path.write_bytes(content)
    ran = letter(EXAMPLE, "-m", "2022-05", "--benefit", "dibao", "--form", str(path), "-o", str(tmp_path / "out"))
    assert ran[0] == 2 and "f.docx" in ran[2] and "Doudi" not in ran[2], ran
    missing = letter(EXAMPLE, "-m", "2022-05", "--benefit", "dibao", "--form", "none.docx", "-o", str(tmp_path / "out"))
    assert missing[0] == 2 and "No such file" in missing[2]


# the sentences in the rules file


def own_rules(tmp_path: Path, text: str) -> str:
    path = tmp_path / "own.toml"
    path.write_text(f"[rules]\nextends = {json.dumps(RULES)}\n{text}", "utf-8")
    return str(path)


def test_a_district_writes_its_own_sentences(tmp_path: Path) -> None:
    rules = own_rules(tmp_path, '[letters."自定"]\nfor = "granted"\nbenefits = ["dibao"]\ntitle = "通知"\n'
                                'paragraphs = ["{recipient}每月{amount}。", "{failed}"]\n')  # fmt: skip
    ran = doudi("letter", EXAMPLE, "-m", "2022-05", "--benefit", "dibao", "--rules", rules, "--lang", "zh")
    assert ran.out == "通知\n\n示例一每月225.20元/月。\n"
    assert doudi("rules", "check", rules).status == 0


def test_not_applicable_gets_no_letter() -> None:
    rulebook = read_rules(RULES)
    plan = plan_for(rulebook, 202205)
    writer = DecisionLetters(rulebook, plan, None, list(plan.benefits), (), "zh", True)
    for household in cases_by_plan(rulebook)[0][1][:5]:
        trace = Trace(plan, household)
        wanted = sum(one.status != NOT_APPLICABLE for name in plan.benefits for one in trace.outcomes[name])
        assert len(list(writer.of_household(household))) == wanted
