"""A ledger reads the same whatever its encoding, its line ends and its delimiter; what cannot be read is said."""

from __future__ import annotations

import io
import os
import threading
from pathlib import Path

import pytest

from calc.diagnostics.diagnostic import InputErrors
from calc.ledger.open_files import FileOptions, delimiter_of, encoding_named, encoding_of, is_json, opened
from tests.support.ledgers import PEOPLE, plan_in, read, told

TEXT = "户编号,姓名,性别,房租,街道\n一,张三,男,500,东街\n一,李四,女,500,东街\n二,王五,男,1.5,西街\n"
WANTED = [
    ("一", 2, {"房租": 50000, "街道": "东街"}, [{"性别": "男"}, {"性别": "女"}], ["张三", "李四"], ()),
    ("二", 4, {"房租": 150, "街道": "西街"}, [{"性别": "男"}], ["王五"], ()),
]


def from_bytes(tmp_path: Path, data: bytes, name: str = "台账.csv", reading: FileOptions | None = None) -> list[tuple]:
    path = tmp_path / name
    path.write_bytes(data)
    return told(read([str(path)], plan_in(PEOPLE), reading=reading))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_are_found_out_and_line_ends_do_not_matter(tmp_path: Path, encoding: str, end: str) -> None:
    text = TEXT.replace("\n", end)
    assert from_bytes(tmp_path, text.encode(encoding)) == WANTED
    assert from_bytes(tmp_path, text.removesuffix(end).encode(encoding)) == WANTED


@pytest.mark.parametrize(
    ("encoding", "given"),
    [("gb18030", "gb18030"), ("gb18030", "GBK"), ("gbk", "cp936"), ("gb18030", "gb2312"), ("utf-16-le", "utf-16"),
     ("utf-16-le", "utf-16-le"), ("utf-16-be", "utf-16-be"), ("utf-8", "UTF8"), ("utf-8-sig", "utf-8")],
)  # fmt: skip
def test_an_encoding_that_is_given_is_used(tmp_path: Path, encoding: str, given: str) -> None:
    assert from_bytes(tmp_path, TEXT.encode(encoding), reading=FileOptions(encoding_named(given))) == WANTED


def test_other_encodings_are_copied(tmp_path: Path) -> None:
    text = "household,姓名,備註\n一,張三,許功蓋\n"
    found = from_bytes(tmp_path, text.encode("big5"), reading=FileOptions(encoding_named("Big5")))
    assert [one[0] for one in found] == ["一"] and found[0][4] == ["張三"]


def test_a_damaged_character_of_gb18030_keeps_to_its_line(tmp_path: Path) -> None:
    data = TEXT.replace("500,东街\n一", "500,X\n一").encode("gb18030").replace(b"X", b"\x8c2")
    path = tmp_path / "l.csv"
    path.write_bytes(data)
    for size in (1, 30, 1 << 18):
        found = told(read([str(path)], plan_in(PEOPLE), size=size, reading=FileOptions("gb18030")))
        assert [finding.line for finding in found[0][3]] == [2]
        assert found[1] == WANTED[1]


def test_a_damaged_byte_in_a_text_that_might_be_gb18030_too(tmp_path: Path) -> None:
    data = "户号,姓名\n张三,张三\n李四,".encode() + b"\xcda\n"
    assert "\ufffd" not in data.decode("gb18030", "replace")
    found = from_bytes(tmp_path, data)
    assert [one[0] for one in found] == ["张三", "李四"] and found[0][4] == ["张三"]
    assert found[1][3][0].code == "not-a-text/damaged"


@pytest.mark.parametrize("name", ["klingon", "base64", "rot13", "hex", "idna", "", "utf-8\0", "x" * 500])
def test_an_encoding_that_is_none(name: str) -> None:
    with pytest.raises((LookupError, ValueError)):
        encoding_named(name)


def test_utf_16_without_a_mark(tmp_path: Path) -> None:
    text = TEXT.replace("户编号", "household")
    for encoding in ("utf-16-le", "utf-16-be"):
        found = from_bytes(tmp_path, text.encode(encoding), reading=FileOptions("utf-16"))
        assert [one[0] for one in found] == ["一", "二"]


def test_a_few_damaged_bytes_do_not_make_a_file_gb18030(tmp_path: Path) -> None:
    data = TEXT.encode().replace("王".encode(), b"\xcd")
    path = tmp_path / "a"
    path.write_bytes(data)
    assert encoding_of(str(path)) == "utf-8"
    found = from_bytes(tmp_path, data)
    assert found[0] == WANTED[0] and found[1][3][0].code == "not-a-text/damaged"
    assert found[1][3][0].line == 4 and found[1][3][0].place.heading == "姓名"


def test_the_character_that_does_not_fit_into_the_first_block_looked_at(tmp_path: Path) -> None:
    for pad in range(3):
        path = tmp_path / f"a{pad}"
        path.write_bytes(b"x" * ((1 << 20) - 1 - pad) + "汉字".encode() * 10)
        assert encoding_of(str(path)) == "utf-8"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimiters(tmp_path: Path, delimiter: str) -> None:
    data = TEXT.replace(",", delimiter).encode()
    assert from_bytes(tmp_path, data) == WANTED
    assert from_bytes(tmp_path, data, reading=FileOptions(None, delimiter)) == WANTED


def test_the_delimiter_that_stands_equally_often_on_most_lines() -> None:
    assert delimiter_of("a;b;c\n1,5;2,5;3\n4;5;6,1\n") == ";"
    assert delimiter_of("台账 2022,6\na\tb\n1\t2\n3\t4\n") == "\t"
    assert delimiter_of("") == ","


@pytest.mark.parametrize(
    ("path", "text", "json"),
    [("a.jsonl", "", True), ("A.JSON", "x", True), ("a.ndjson", "", True), ("a.csv", "{", True), ("-", "a,b", False)],
)
def test_json_by_its_name_or_its_first_character(path: str, text: str, json: bool) -> None:
    assert is_json(path, text) is json


def test_a_named_pipe_is_read_once_and_whole(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_bytes, args=(TEXT.encode(),))
    writer.start()
    assert told(read([str(path)], plan_in(PEOPLE))) == WANTED
    writer.join(10)


def test_standard_input_and_copies_are_gone_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    class Input:
        buffer = io.BytesIO(TEXT.encode("utf-16"))

    monkeypatch.setattr("sys.stdin", Input)
    with opened(("-",), FileOptions()) as files:
        (file,) = files
        assert (file.shown, file.encoding, file.begin) == ("-", "utf-8", 0)
        assert Path(file.path).read_text("utf-8") == TEXT
    assert not os.path.exists(os.path.dirname(file.path))


def test_what_cannot_be_read_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    for path in (str(tmp_path), str(tmp_path / "none"), "a\0b", "-"):
        with pytest.raises(InputErrors) as caught, opened((path,), FileOptions()):
            pass
        assert [one.code for one in caught.value.diagnostics] == ["cannot-read"]
