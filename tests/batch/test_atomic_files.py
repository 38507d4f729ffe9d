"""Output files appear whole and together, or everything is as it was and nothing is left beside it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from calc.batch.atomic_files import BOM, outputs, whole_file
from calc.diagnostics.diagnostic import InputErrors

NAMES = ("results.csv", "rejects.csv", "totals.csv")


class Stop(BaseException):
    """What ends a run from outside."""


def files(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in folder.iterdir()}


@pytest.mark.parametrize("is_old", [False, True])
def test_files_appear_when_all_are_written_and_not_before(tmp_path: Path, is_old: bool) -> None:
    before = dict.fromkeys(NAMES, "old") if is_old else {}
    for name, text in before.items():
        (tmp_path / name).write_text(text, "utf-8")
    with outputs() as found:
        for name in NAMES:
            found.open(str(tmp_path / name)).write(name)
            assert {name: text for name, text in files(tmp_path).items() if not name.endswith(".part")} == before
    assert files(tmp_path) == {name: name for name in NAMES}


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit, Stop])
@pytest.mark.parametrize("opened", range(4))
def test_whatever_ends_a_run_leaves_all_as_it_was(tmp_path: Path, opened: int, error: type[BaseException]) -> None:
    (tmp_path / NAMES[0]).write_text("old", "utf-8")
    with pytest.raises(error), outputs() as found:
        for name in NAMES[:opened]:
            found.open(str(tmp_path / name)).write("new")
        raise error
    assert files(tmp_path) == {NAMES[0]: "old"}


def test_one_output_that_cannot_be_opened_leaves_none(tmp_path: Path) -> None:
    with pytest.raises(InputErrors) as caught, outputs() as found:
        found.open(str(tmp_path / "fine.csv")).write("new")
        found.open(str(tmp_path / "none" / "out.csv"))
    assert [one.code for one in caught.value.diagnostics] == ["cannot-write"] and files(tmp_path) == {}


def test_the_results_are_the_last_to_appear(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits for the results finds everything else there."""
    placed: list[str] = []
    replace = os.replace

    def noted(source: str, target: str) -> None:
        placed.append(os.path.basename(target))
        replace(source, target)

    monkeypatch.setattr(os, "replace", noted)
    with outputs() as found:
        for name in NAMES:
            found.open(str(tmp_path / name))
    assert placed == [*reversed(NAMES)]


def test_a_link_goes_on_pointing_to_its_file_and_rights_are_kept(tmp_path: Path) -> None:
    real, link = tmp_path / "real.csv", tmp_path / "link.csv"
    real.write_text("old", "utf-8")
    real.chmod(0o640)
    link.symlink_to(real)
    with outputs() as found:
        found.open(str(link)).write("new")
    assert link.is_symlink() and real.read_text("utf-8") == "new" and real.stat().st_mode & 0o777 == 0o640


def test_what_is_no_ordinary_file_is_written_to(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with outputs() as found:
        found.open(str(pipe), bom=True).write("new")
        found.open("/dev/null").write("new")
    assert os.read(reader, 99).decode() == f"{BOM}new"
    os.close(reader)
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]


@pytest.mark.parametrize("fails", [False, True])
def test_a_file_that_others_write(tmp_path: Path, fails: bool) -> None:
    path = tmp_path / "out.parquet"
    path.write_text("old", "utf-8")
    try:
        with whole_file(str(path)) as part:
            Path(part).write_text("new", "utf-8")
            assert path.read_text("utf-8") == "old" and os.path.dirname(part) == str(tmp_path)
            if fails:
                raise Stop
    except Stop:
        pass
    assert files(tmp_path) == {"out.parquet": "old" if fails else "new"}


def test_text_that_is_no_text_is_written_as_question_marks(tmp_path: Path) -> None:
    with outputs() as found:
        found.open(str(tmp_path / "o")).write("a\udcff甲")
    assert files(tmp_path) == {"o": "a?甲"}
