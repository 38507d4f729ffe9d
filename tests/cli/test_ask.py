"""`doudi ask`: an interview on a pipe and on a terminal, saved whatever happens, and the same answer as `assess`."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from calc.diagnostics.source import display_width
from tests.cli.run import EXAMPLE, ROOT, RULES, assess, doudi

FAMILY = """张三 1979-03-12 户主
李四 1981-07-02 配偶
张小 2006-09-20 子女

y
张小
2
3
张三
1
2500


600
2
1
肢体



2

y

"""
MONTH = ("--rules", RULES, "--month", "2022-05")


def ask(*arguments: str, answers: str | bytes = "", lang: str = "en") -> tuple[int, str, str]:
    stdin = answers if isinstance(answers, bytes) else answers.encode()
    return doudi("ask", *arguments, *MONTH, "--lang", lang, stdin=stdin)


@pytest.mark.slow
def test_the_example_family_is_asked_and_its_file_gives_the_same_answer(tmp_path: Path) -> None:
    path, talk = str(tmp_path / "family.toml"), tmp_path / "talk.txt"
    status, out, err = ask("-o", path, "--transcript", str(talk), answers=FAMILY, lang="zh")
    assert (status, err) == (0, ""), out
    assert "再问也不会改变结果了" in out
    assert assess(path, "--value", "total").out == assess(EXAMPLE, "--value", "total").out == "375.20\n"
    said = talk.read_text("utf-8")
    assert "\n> 张三 1979-03-12 户主\n" in said and said.splitlines()[0] in out


@pytest.mark.slow
def test_stopped_before_the_end_it_saves_and_goes_on_from_there(tmp_path: Path) -> None:
    path = str(tmp_path / "family.toml")
    lines = FAMILY.splitlines(keepends=True)
    status, out, _ = ask("-o", path, answers="".join(lines[:9]))
    assert status == 1
    assert f"To go on: doudi ask {path} -o {path} -m 2022-05 --rules {RULES}\n" in out
    status, out, _ = ask(path, "-o", path, answers="".join(lines[9:]))
    assert status == 1 or "Nothing more can change the result" in out
    assert assess(path).status == 0


@pytest.mark.slow
def test_an_answer_that_contradicts_an_earlier_one_is_said_and_either_is_corrected(tmp_path: Path) -> None:
    start = "A 1979-03-12 head\nB 1981-07-02 head\n\n"
    status, out, _ = ask(answers=start + "2\nspouse\n")
    assert status == 1
    assert "does not fit what was answered before" in out and "correct: B: Relation to head = head" in out
    assert '"Relation to head"' not in out.partition("Household file:")[0]
    assert 'relation_to_head = "spouse"' in out


@pytest.mark.slow
def test_back_why_and_not_known_are_always_understood() -> None:
    _, out, _ = ask(answers="A 1979-03-12 head\nback\nB 1980-01-01 head\n\nwhy\n?\n")
    assert 'name = "B"' in out and 'name = "A"' not in out
    assert "It can still change:" in out and "Measures for confirming" in out
    assert 'means_checked = "?"' in out


@pytest.mark.slow
def test_an_identity_number_stands_for_birth_date_and_sex(tmp_path: Path) -> None:
    path = str(tmp_path / "family.toml")
    ask("-o", path, answers="张三 11010519491231002X 户主\n\n", lang="zh")
    text = Path(path).read_text("utf-8")
    assert '"身份证号" = "11010519491231002X"' in text
    assert '"与户主关系" = "户主"' in text


@pytest.mark.slow
def test_an_identity_number_answers_the_question_for_the_birth_date() -> None:
    _, out, _ = ask(answers="张三 户主\n\ny\n11010519491231002X\n", lang="zh")
    assert '"身份证号" = "11010519491231002X"' in out


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig"])
def test_answers_of_other_encodings_are_read(encoding: str) -> None:
    _, out, _ = ask(answers="张三 1979-03-12 户主\r\n\r\n".encode(encoding), lang="zh")
    assert '"姓名" = "张三"' in out


@pytest.mark.slow
def test_only_a_benefit_asked_for_is_asked_about() -> None:
    start = "A 1979-03-12 head\n\n"
    _, out, _ = ask("--benefit", "funeral", answers=start)
    assert "Died" in out and "checked" not in out
    status, _, err = ask("--benefit", "nothing", answers=start)
    assert status == 2 and "nothing" in err


@pytest.mark.slow
def test_the_result_is_of_the_benefits_that_were_asked_about(tmp_path: Path) -> None:
    path = str(tmp_path / "family.toml")
    start = "A 1979-03-12 head\n\n"
    _, out, _ = ask("-o", path, "--benefit", "funeral", answers=start + "\n")
    result = out.partition("Nothing more can change the result")[2]
    assert "Basic funeral fee: does not apply" in result and "(dibao)" not in result and "Total" not in result
    assert "Other benefits were not asked about" in result
    _, out, _ = ask("--benefit", "dibao", "-o", str(tmp_path / "other.toml"), answers=start)
    assert "-m 2022-05" in out and out.rstrip().endswith("--benefit dibao")


@pytest.mark.slow
def test_the_people_are_listed_when_everybody_is_named() -> None:
    _, out, _ = ask(answers="张三 1979-03-12 户主\n李四 1981-02-30 配偶\n\n", lang="zh")
    assert "共 1 人：张三\n" in out


@pytest.mark.slow
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("1981-02-30", '`Birth date` is "1981-02-30", where a date'),
        ("110105194912310020", "the check digit does not fit"),
        ("1101051949123100", "`Identity number`"),
        ("12", '`Birth date` is "12"'),
    ],
)
def test_digits_behind_a_name_that_are_wrong_say_why(typed: str, said: str) -> None:
    _, out, _ = ask(answers="A 1979-03-12 cousin\n")
    assert "`cousin` is not read as anything" in out
    _, out, _ = ask(answers=f"A {typed} head\nB head {typed}\n\n")
    assert out.count(said) == 2 and 'name = "A"' not in out


@pytest.mark.parametrize("typed", ["²", "9", "x", "0"])
def test_only_numbers_of_the_list_correct_a_contradiction(typed: str) -> None:
    start = "A 1979-03-12 head\nB 1981-07-02 head\n\n"
    status, out, _ = ask(answers=start + typed + "\n２\nspouse\n")
    assert status == 1 and f"`{typed}` is not in the list; numbers are 1 to 3\n" in out
    assert 'relation_to_head = "spouse"' in out


def test_a_file_that_is_there_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "family.toml"
    path.write_text("kept", "utf-8")
    status, _, err = ask("-o", str(path), answers=FAMILY)
    assert status == 2 and "family.toml" in err
    assert path.read_text("utf-8") == "kept"


def test_a_household_that_is_rejected_is_not_asked_about(tmp_path: Path) -> None:
    path = tmp_path / "family.toml"
    path.write_text('[[members]]\nname = "A"\nwage = -5\n', "utf-8")
    status, out, err = ask(str(path))
    assert (status, out) == (1, "") and "wage" in err


@pytest.mark.slow
@pytest.mark.parametrize(("lang", "word"), [("en", "Who has any income?"), ("zh", "谁有收入？")])
def test_the_form_has_what_is_open_and_nothing_else(lang: str, word: str) -> None:
    status, out, _ = ask("--form", lang=lang)
    assert status == 0 and word in out and len(out.splitlines()) <= 100
    _, known, _ = ask(EXAMPLE, "--form", lang=lang)
    assert word in known and len(known) < len(out) * 1.2


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
def test_an_interrupt_saves(tmp_path: Path) -> None:
    path = tmp_path / "family.toml"
    command = [sys.executable, "-m", "calc", "ask", "-o", str(path), *MONTH, "--lang", "en"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(b"A 1979-03-12 head\n")
        process.stdin.flush()
        seen = b""
        while b"Person 2" not in seen:
            seen += process.stdout.read1(400)  # type: ignore[attr-defined]
        process.send_signal(signal.SIGINT)
        out = process.stdout.read().decode()
        assert process.wait(timeout=60) == 1
    assert "Saved:" in out and 'name = "A"' in path.read_text("utf-8")


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed; .ci/run installs it")
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_it_keeps_to_a_terminal_of_80_columns(lang: str) -> None:
    session = f"doudi-{time.time_ns()}"
    tmux = ["tmux", "-u", "-L", session]
    command = f"{sys.executable} -m calc ask {' '.join(MONTH)} --lang {lang}; sleep 30"
    shell = f"cd {ROOT}; PYTHONPATH={ROOT} LC_ALL=C.UTF-8 TERM=screen-256color {command}"
    subprocess.run([*tmux, "new-session", "-d", "-x", "80", "-y", "100", shell], check=True, timeout=30)
    try:
        seen = ""
        for prompts, answer in enumerate(FAMILY.splitlines()[:9], 1):
            for _ in range(150):
                taken = subprocess.run([*tmux, "capture-pane", "-p"], capture_output=True, timeout=30, check=True)
                seen = taken.stdout.decode()
                if sum(line.startswith(">") for line in seen.splitlines()) == prompts:
                    break
                time.sleep(0.1)
            subprocess.run([*tmux, "send-keys", "-l", answer], check=True, timeout=30)
            subprocess.run([*tmux, "send-keys", "Enter"], check=True, timeout=30)
        lines = seen.rstrip().splitlines()
        assert sum(line.startswith(">") for line in lines) == 9, seen
        assert all(display_width(line) <= 80 for line in lines)
        assert not any(line.startswith(("）", "。", "，", ")", ".")) for line in lines)
    finally:
        subprocess.run([*tmux, "kill-server"], capture_output=True, timeout=30, check=False)
