"""`doudi map` and `doudi batch --columns`: what a clerk reads, the file that is written, and the months after."""

from __future__ import annotations

import json
import re
from pathlib import Path
from random import Random

import pytest
import tomli

from bench.ledger import rows as district_rows
from calc.cli import run
from calc.ledger.header import Naming
from calc.rules.plan import FactPlan
from tests.cli.run import RULES, doudi
from tests.support.both_engines import WITHOUT, must_be_alike, written
from tests.support.ledgers import DISTRICT, plan_in
from tests.support.seeds import seeds

MONTH = ["--month", "2022-06", "--rules", RULES, *WITHOUT]
LANGUAGES = ("zh", "en")
LEDGER = "户编号,姓名,与户主关系,核定收入,备注,第三\nA,张三,户主,100,有事,是\nA,李四,大丫头,,,否\n"


def ledger(folder: Path, text: str = LEDGER, name: str = "ledger.csv") -> str:
    (folder / name).write_text(text, "utf-8")
    return str(folder / name)


def mapped(folder: Path, path: str, language: str = "zh", *options: str, status: int | None = None) -> str:
    out = folder / f"{len([*folder.iterdir()])}.toml"
    done = run(["map", path, "-o", str(out), "-q", "--lang", language, *MONTH, *options])
    assert done in (0, 1) if status is None else done == status
    return out.read_text("utf-8")


def batch(folder: Path, path: str, *options: str) -> tuple[int, str, str]:
    done = doudi("batch", path, *MONTH, "--allow-rejects", *options, cwd=folder)
    return done.status, done.out, done.err


def uncommented(text: str) -> str:
    return re.sub(r'^# (".*" = ")', r"\1", text, flags=re.MULTILINE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_file_has_every_heading_and_doubtful_ones_as_comments(tmp_path: Path, language: str) -> None:
    text = mapped(tmp_path, ledger(tmp_path), language)
    words = {"zh": ("户编号", "姓名", "与户主关系"), "en": ("household", "name", "Relation to head")}[language]
    found = tomli.loads(text)["columns"]
    assert found == {"户编号": words[0], "姓名": words[1], "与户主关系": words[2], "备注": "-"}
    assert [*tomli.loads(uncommented(text))["columns"]] == ["户编号", "姓名", "与户主关系", "核定收入", "备注", "第三"]


@pytest.mark.slow
def test_a_clerk_sees_headings_counts_and_texts_in_chinese(tmp_path: Path) -> None:
    done = doudi("map", ledger(tmp_path), *MONTH, "--lang", "zh", cwd=tmp_path)
    assert done.status == 1 and not done.err
    lines = [re.split(r"  +", line.strip()) for line in done.out.splitlines()]
    assert ["户编号", "户编号", "规则所列", "2"] in lines
    assert ["与户主关系", "与户主关系", "规则所列", "2", "1"] in lines
    assert ["? 核定收入", "可能是 本人核定月收入？", "待定", "1"] in lines
    assert ["- 备注", '（"有事"）', "规则没有", "1"] in lines
    assert '`与户主关系` 为 "大丫头"' in done.out and "（第 3 行）" in done.out
    assert lines[-1][0].startswith("列名未定")


@pytest.mark.slow
def test_json_has_the_same_and_is_one_object(tmp_path: Path) -> None:
    done = doudi("map", ledger(tmp_path), *MONTH, "--format", "json", "--lang", "en", cwd=tmp_path)
    found = json.loads(done.out)
    (table,) = found["tables"]
    assert (found["schema"], found["month"], found["starts"], found["clear"]) == (
        "doudi.map/1",
        "2022-06",
        False,
        False,
    )
    by_heading = {one["headings"][0]: one for one in table["columns"]}
    assert {name: (one["taken_for"], one["surety"]) for name, one in by_heading.items()} == {
        "户编号": ("household", "sure"), "姓名": ("name", "sure"), "与户主关系": ("与户主关系", "sure"),
        "核定收入": (None, "open"), "备注": (None, "not-read"), "第三": (None, "open"),
    }  # fmt: skip
    (text,) = by_heading["与户主关系"]["texts"]
    assert (text["text"], text["count"], text["line"], text["code"]) == ('"大丫头"', 1, 3, "not-a-word")


@pytest.mark.slow
def test_a_file_is_never_replaced(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text("[columns]\n", "utf-8")
    done = doudi("map", ledger(tmp_path), "-o", str(own), *MONTH)
    assert done.status == 2 and "cannot-write" in done.err and own.read_text("utf-8") == "[columns]\n"


@pytest.mark.slow
def test_a_clear_ledger_ends_with_0_and_its_file_changes_nothing(tmp_path: Path) -> None:
    path = written(tmp_path / "l.csv", [*district_rows(40, 3)])
    (tmp_path / "m.toml").write_text(mapped(tmp_path, path, status=0), "utf-8")
    plain, by_map = batch(tmp_path, path), batch(tmp_path, path, "--columns", "m.toml")
    assert plain[:2] == by_map[:2] and plain[0] == 0 and "D000" not in plain[1] and len(plain[1]) > 1000
    assert "乡镇" in plain[2] and "warning" not in by_map[2]


@pytest.mark.slow
@pytest.mark.parametrize(("language", "seed"), [(LANGUAGES[one % 2], one) for one in seeds(range(6), 2)])
def test_a_decided_map_gives_the_results_of_the_plain_ledger(tmp_path: Path, language: str, seed: int) -> None:
    """Headings that nobody knows, and headings that the map has to write so that they are found again."""
    random, plan = Random(seed), plan_in(DISTRICT)
    rows = [*district_rows(60, seed, 0.2)]
    plain = written(tmp_path / "plain.csv", rows)
    naming, renamed, true = Naming(plan, {}), [], {}
    for heading in rows[0]:
        meaning = naming.meaning(heading)
        name = meaning.name if isinstance(meaning, FactPlan) else meaning or "-"
        true[heading] = "household" if name == "households" else str(name)
        renamed.append(
            random.choice(
                [heading, f"{heading}情况", f"本人{heading}", f"{heading}（元）", f" {heading}\n", "x" + heading]
            )
        )
    other = written(tmp_path / "other.csv", [renamed, *rows[1:]])
    text = mapped(tmp_path, other, language, "--map", f"{renamed[0]}=household")
    known = tomli.loads(text)["columns"]
    every = tomli.loads(uncommented(text))["columns"]
    assert {one.strip() for one in every} == {one.strip() for one in renamed}
    chosen = dict(zip((one.strip() for one in renamed), rows[0], strict=True))
    lines = []
    for heading in every:
        target = known[heading] if known.get(heading, "-") != "-" else true[chosen[heading.strip()]]
        lines.append(f"{json.dumps(heading, ensure_ascii=False)} = {json.dumps(target, ensure_ascii=False)}\n")
    (tmp_path / "m.toml").write_text("[columns]\n" + "".join(lines), "utf-8")
    expected = must_be_alike(tmp_path, [plain], "--month", "2022-06")
    found = must_be_alike(tmp_path, [other], "--month", "2022-06", "--columns", str(tmp_path / "m.toml"))
    assert found["results.csv"] == expected["results.csv"] and len(expected["results.csv"]) > 2000
    assert found["totals.csv"] == expected["totals.csv"]


NEXT = [
    ("户编号,姓名,薪水\nA,张三,5000\n", 0, []),
    ("户编号,姓名,薪水,奖\nA,张三,5000,7\n", 0, ["`奖` is new"]),
    ("户编号,姓名,工资\nA,张三,5000\n", 0, ["`薪水` of `m.toml` is not there any more; another"]),
    ("户编号,姓名\nA,张三\n", 2, ["error[column-gone]: `m.toml` reads the column `薪水` as `Wage`"]),
    ("户编号,姓名,薪水,核定收入\nA,张三,5000,7\n", 2, ["error[unclear-column]: the column `核定收入`"]),
]


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["rows", "duckdb"])
@pytest.mark.parametrize(("text", "status", "said"), NEXT)
def test_the_next_month(tmp_path: Path, text: str, status: int, said: list[str], engine: str) -> None:
    (tmp_path / "m.toml").write_text('[columns]\n"户编号" = "户编号"\n"薪水" = "工资"\n"备注" = "-"\n', "utf-8")
    done = batch(tmp_path, ledger(tmp_path, text), "--columns", "m.toml", "--engine", engine)
    assert done[0] == status
    assert all(one in done[2] for one in said)
    assert ("`备注`, which `m.toml` sets aside" in done[2]) == (status == 0)
    looked = doudi("map", str(tmp_path / "ledger.csv"), *MONTH, "--columns", "m.toml", cwd=tmp_path)
    assert looked.status == (0 if status == 0 else 1)
    if "column-gone" in "".join(said):
        assert "column-gone" in looked.out


@pytest.mark.slow
def test_json_lines_miss_a_key_only_where_no_line_has_it(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text('[columns]\n"薪水" = "工资"\n', "utf-8")
    lines = '{"户编号": "A", "姓名": "张三"}\n{"户编号": "B", "姓名": "李四", "薪水": 5000}\n'
    assert batch(tmp_path, ledger(tmp_path, lines, "l.jsonl"), "--columns", "m.toml")[0] == 0
    gone = batch(tmp_path, ledger(tmp_path, lines.splitlines()[0], "l.jsonl"), "--columns", "m.toml")
    assert gone[0] == 2 and "column-gone" in gone[2]


@pytest.mark.slow
def test_map_on_the_command_line_goes_first(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text('[columns]\n"某 列" = "工资"\n', "utf-8")
    path = ledger(tmp_path, "户编号,姓名,某列,与户主关系\nA,张三,9999,户主\n")
    as_wage = batch(tmp_path, path, "--columns", "m.toml")
    aside = batch(tmp_path, path, "--columns", "m.toml", "--map", "某列=-")
    assert as_wage[0] == aside[0] == 0 and as_wage[1] != aside[1]
    gone = ledger(tmp_path, "户编号,姓名\nA,张三\n", "gone.csv")
    assert batch(tmp_path, gone, "--columns", "m.toml")[0] == 2
    assert batch(tmp_path, gone, "--columns", "m.toml", "--map", "某列=-")[0] == 0


@pytest.mark.slow
def test_a_column_of_the_households_file_is_not_gone(tmp_path: Path) -> None:
    text = '[columns]\n"核对" = "家庭经济状况已核对"\n"薪水" = "工资"\n"编号" = "id"\n'
    (tmp_path / "m.toml").write_text(text, "utf-8")
    path = ledger(tmp_path, "户编号,姓名,薪水,编号\nA,张三,1,7\n")
    own = ledger(tmp_path, "编号,核对\nA,是\n", "own.csv")
    assert batch(tmp_path, path, "--columns", "m.toml", "--households", own)[0] == 0
    assert batch(tmp_path, path, "--columns", "m.toml")[0] == 2
    mapped(tmp_path, path, "zh", "--columns", str(tmp_path / "m.toml"), "--households", own, status=0)
    mapped(tmp_path, path, "zh", "--columns", str(tmp_path / "m.toml"), status=1)


@pytest.mark.slow
def test_numbers_of_heads_are_looked_at_with_the_households_file(tmp_path: Path) -> None:
    first, second = "430602195001010015", "430602195001010031"
    path = ledger(tmp_path, f"户主身份证号,姓名,工资\n{first},张三,1\n{second},李四,1\n{first[:-1]}9,王五,1\n")
    own = ledger(tmp_path, f"户编号,户主证件号码,原低保金额\nA,{first},1\n", "own.csv")
    alone = mapped(tmp_path, path, "zh", status=1)
    assert alone == mapped(tmp_path, path, "zh", "--households", own, status=1)
    assert tomli.loads(alone)["columns"]["户主身份证号"] == "户主证件号码"
    for options, unread in (([], 1), (["--households", own], 2)):  # the check digit; and the one that no household has
        done = doudi("map", path, *MONTH, *options, "--lang", "zh", cwd=tmp_path)
        assert f"户主身份证号：{unread} 格读不了" in done.out and first not in done.out


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "code"),
    [("[columns]\n户编号 = 1\n", "toml-syntax"), ("[columns]\n'a' = '…'\n", "bad-setting"), ("x = 1\n", "unknown-key"),
     ("columns = 3\n", "wrong-value"), ("[columns]\n'a b' = '-'\n'AB' = '工资'\n", "wrong-value"),
     ("[columns]\na.b = '工资'\n", "wrong-value"), (None, "cannot-read")],
)  # fmt: skip
def test_a_bad_map_is_a_clear_error(tmp_path: Path, text: str | None, code: str) -> None:
    if text is not None:
        (tmp_path / "m.toml").write_text(text, "utf-8")
    for command in ("batch", "map"):
        done = doudi(command, ledger(tmp_path), "--columns", "m.toml", *MONTH, cwd=tmp_path)
        assert done.status == 2 and "m.toml" in done.err and f"[{code}]" in done.err and not done.out


@pytest.mark.slow
def test_a_map_without_columns_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text("", "utf-8")
    path = ledger(tmp_path, "户编号,姓名\nA,张三\n")
    assert batch(tmp_path, path, "--columns", "m.toml")[:2] == batch(tmp_path, path)[:2]


def test_headings_that_cannot_be_written_are_comments(tmp_path: Path) -> None:
    text = mapped(tmp_path, ledger(tmp_path, '户编号,姓名,"a""b\\",990000195001010011,\nA,张三,1,2,3\n'))
    assert "19500101" not in text
    assert tomli.loads(text)["columns"] == {"户编号": "户编号", "姓名": "姓名", 'a"b\\': "-"}
    assert '# "第5列" = "…"' in text


@pytest.mark.slow
def test_files_with_other_columns_go_by_the_map_that_was_made_of_them(tmp_path: Path) -> None:
    one = ledger(tmp_path, "户编号,姓名,薪水\nA,张三,5000\n", "one.csv")
    two = ledger(tmp_path, "户编号,姓名,养老金\nB,李四,5000\n", "two.csv")
    (tmp_path / "m.toml").write_text(mapped(tmp_path, one, "zh", "--map", "薪水=工资", two), "utf-8")
    both = batch(tmp_path, one, two, "--columns", "m.toml")
    assert both[0] == 0 and both[1].count("\n") == 3
    assert "two.csv: warning[unknown-column]: the column `薪水` of `m.toml` is not in this file" in both[2]
    assert "one.csv: warning[unknown-column]: the column `养老金` of `m.toml` is not in this file" in both[2]
    assert batch(tmp_path, two, "--columns", "m.toml")[0] == 2


def test_without_a_household_column_every_column_is_to_be_decided(tmp_path: Path) -> None:
    text = mapped(tmp_path, ledger(tmp_path, "台账号,姓名,住址\nA,张三,某处\n"))
    assert tomli.loads(text)["columns"] == {"姓名": "姓名"} and '# "台账号" = "…"' in text


WORDS = '[columns]\n\n[words."与户主关系"]\n"大丫头" = "子女"\n"户主的 舅舅" = "other relative"\n'
FAMILY = (
    "户编号,姓名,与户主关系,出生日期,工资,家庭经济状况已核对\nA,张三,户主,1970-01-01,,是\n"
    "A,张小,{},2015-01-01,,是\nB,李四,户主,1970-01-01,900,是\n"
)


@pytest.mark.slow
@pytest.mark.parametrize(("text", "word"), [("大丫头", "子女"), ("户主的舅舅", "其他亲属")])
def test_words_of_a_ledger_are_those_of_the_choice_on_both_engines(tmp_path: Path, text: str, word: str) -> None:
    (tmp_path / "m.toml").write_text(WORDS, "utf-8")
    plain = must_be_alike(tmp_path, [ledger(tmp_path, FAMILY.format(word))], "--month", "2022-06")
    own = ledger(tmp_path, FAMILY.format(text), "own.csv")
    by_map = must_be_alike(tmp_path, [own], "--month", "2022-06", "--columns", str(tmp_path / "m.toml"))
    without = must_be_alike(tmp_path, [own], "--month", "2022-06")
    assert by_map == plain and without["results.csv"] != plain["results.csv"]
    months = ["--months", "2022-06..2022-07", "--columns", str(tmp_path / "m.toml")]
    assert must_be_alike(tmp_path, [own], *months)["results.csv"].count(b"\n") == 5


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_that_would_not_be_read_are_proposed_and_decided_ones_kept(tmp_path: Path, language: str) -> None:
    first = mapped(tmp_path, ledger(tmp_path, FAMILY.format("大丫头")), language)
    fact = {"zh": "与户主关系", "en": "Relation to head"}[language]
    assert tomli.loads(first)["words"] == {fact: {}} and '# "大丫头" = "…"' in first
    (tmp_path / "m.toml").write_text(first.replace('# "大丫头" = "…"', '"大丫头" = "子女"'), "utf-8")
    path = ledger(tmp_path, FAMILY.format("户住"))
    second = mapped(tmp_path, path, language, "--columns", str(tmp_path / "m.toml"))
    assert tomli.loads(second)["words"] == {fact: {"大丫头": {"zh": "子女", "en": "child"}[language]}}
    assert '# "户住" = "户主"' in second
    clear = ledger(tmp_path, FAMILY.format("大丫头"), "clear.csv")
    mapped(tmp_path, clear, language, "--columns", str(tmp_path / "m.toml"), status=0)


@pytest.mark.parametrize(
    ("table", "code"),
    [('"与户主关系"]\n"x" = "女儿的"', "not-a-word"), ('"与户主关系"]\n"x" = 3', "wrong-value"),
     ('"与户主关系"]\n"配偶" = "子女"', "wrong-value"), ('"工资"]\n"x" = "1"', "wrong-value"),
     ('"与户主关系"]\n"不详" = "子女"', "wrong-value"), ('"与户主关系"]\n"-" = "子女"', "wrong-value"),
     ('"没有的"]\n"x" = "子女"', "bad-setting"), ('"姓名"]\n"x" = "子女"', "wrong-value")],
)  # fmt: skip
def test_bad_words_are_clear_errors(tmp_path: Path, table: str, code: str) -> None:
    (tmp_path / "m.toml").write_text(f"[words.{table}\n", "utf-8")
    done = batch(tmp_path, ledger(tmp_path, FAMILY.format("子女")), "--columns", "m.toml")
    assert done[0] == 2 and f"[{code}]" in done[2] and "m.toml:" in done[2] and not done[1]


@pytest.mark.slow
def test_a_column_that_is_set_aside_can_be_kept(tmp_path: Path) -> None:
    path = written(tmp_path / "l.csv", [*district_rows(40, 3)])
    (tmp_path / "m.toml").write_text(mapped(tmp_path, path), "utf-8")
    options = ["--month", "2022-06", "--group-by", "乡镇"]
    found = must_be_alike(tmp_path, [path], *options, "--columns", str(tmp_path / "m.toml"))
    assert found == must_be_alike(tmp_path, [path], *options) and "梅溪镇" in found["totals.csv"].decode()
