"""When data was last changed, asked of real repositories of git."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import ROOT, SMALL, edit

from pipeline.cli import main as cli
from pipeline.output.git_days import last_changes, refusal

GIT = shutil.which("git")
pytestmark = pytest.mark.skipif(GIT is None, reason="no git")
SON, THACH = "2024/15127-phong-son.yaml", "2024/15142-cam-thach.yaml"


def _git(room: Path, *arguments: str, day: int = 1) -> None:
    """Run git with its clock at noon of a day of March 2024, in Vietnam."""
    moment = f"2024-03-{day:02d}T12:00:00+07:00"
    who = {f"GIT_{role}_{what}": "x" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    dates = {"GIT_AUTHOR_DATE": moment, "GIT_COMMITTER_DATE": moment}
    nowhere = {
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CONFIG_SYSTEM": "/dev/null",
        "HOME": str(room),
        "PATH": "/usr/bin",
    }
    subprocess.run([str(GIT), *arguments], cwd=room, env=who | dates | nowhere, check=True, capture_output=True)


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """Give a repository whose data came on 1 March, and of which Cẩm Thạch's changed on 5 March."""
    room = tmp_path / "room"
    shutil.copytree(SMALL / "data", room / "data")
    _git(room, "init", "--initial-branch=main")
    _git(room, "add", ".")
    _git(room, "commit", "-m", "a")
    edit(room / "data" / THACH, "6 ha", "7 ha")
    _git(room, "commit", "-am", "b", day=5)
    return room


def test_each_file_has_the_day_of_its_last_commit(room: Path) -> None:
    days = last_changes(room / "data")

    assert (days[SON], days[THACH]) == ("2024-03-01", "2024-03-05")


def test_a_merged_change_has_the_day_on_which_it_reached_the_main_line(room: Path) -> None:
    _git(room, "switch", "-c", "sua", "main~1")
    edit(room / "data" / SON, "so_van_ban: 5", "so_van_ban: 6")
    _git(room, "commit", "-am", "c", day=3)
    _git(room, "switch", "main")
    _git(room, "merge", "--no-ff", "-m", "d", "sua", day=9)

    assert last_changes(room / "data")[SON] == "2024-03-09"


def test_what_git_does_not_have_as_it_is_now_has_no_day(room: Path) -> None:
    edit(room / "data" / THACH, "7 ha", "8 ha")
    (room / "data" / "2024" / "15999-moi.yaml").write_text("moi: 1\n", encoding="utf-8")
    days = last_changes(room / "data")

    assert THACH not in days
    assert "2024/15999-moi.yaml" not in days
    assert days[SON] == "2024-03-01"


def test_a_shallow_clone_claims_nothing_of_what_is_older(room: Path, tmp_path: Path) -> None:
    """There everything seems to begin with the oldest commit that was fetched."""
    _git(tmp_path, "clone", "--depth=1", room.as_uri(), "nong")
    assert last_changes(tmp_path / "nong" / "data") == {}
    _git(tmp_path, "clone", "--depth=2", room.as_uri(), "hai")

    assert last_changes(tmp_path / "hai" / "data") == {THACH: "2024-03-05"}


def test_without_git_or_repository_there_are_no_days(
    room: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    assert last_changes(tmp_path / "elsewhere") == {}
    assert last_changes(tmp_path / "nowhere") == {}
    monkeypatch.setenv("PATH", str(tmp_path))
    assert last_changes(room / "data") == {}


def test_a_hook_of_another_repository_does_not_lead_there(
    room: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "other").mkdir()
    _git(tmp_path / "other", "init")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other" / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "none"))

    assert last_changes(room / "data")[SON] == "2024-03-01"


def test_programs_that_a_repository_names_are_not_run(room: Path) -> None:
    trap = room / "trap.sh"
    trap.write_text(f"#!/bin/sh\ntouch {room / 'sprung'}\n", encoding="utf-8")
    trap.chmod(0o755)
    _git(room, "config", "core.fsmonitor", str(trap))
    _git(room, "config", "diff.external", str(trap))
    _git(room, "config", "log.showSignature", "true")
    for kind in ("clean", "process"):
        _git(room, "config", f"filter.f.{kind}", str(trap))
    (room / ".gitattributes").write_text("*.yaml filter=f\n", encoding="utf-8")
    (room / "data" / SON).touch()
    (room / "sprung").unlink(missing_ok=True)

    assert last_changes(room / "data")[SON] == "2024-03-01"
    assert not (room / "sprung").exists()


def test_the_page_has_the_day_and_moves_with_it(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(room)
    assert (
        cli.main(["build", "--data=data", f"--templates={ROOT / 'templates'}", "--out=build", "--no-pdf", "--quiet"])
        == 0
    )
    assert "05/03/2024" in Path("build/index.html").read_text(encoding="utf-8")
    detail = Path("build/2024/KH-15142-cam-thach.html")
    assert "05/03/2024" in detail.read_text(encoding="utf-8")

    _git(room, "commit", "--amend", "--no-edit", "--allow-empty", day=7)
    assert (
        cli.main(["build", "--data=data", f"--templates={ROOT / 'templates'}", "--out=build", "--no-pdf", "--quiet"])
        == 0
    )
    assert "07/03/2024" in detail.read_text(encoding="utf-8")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give a folder away")
def test_git_s_refusal_is_said_once_in_its_own_words(
    room: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """A repository of another user: the days are unknown, the papers are built all the same."""
    assert refusal(room / "data") == refusal(tmp_path) == ("", "")
    monkeypatch.setenv("HOME", str(tmp_path))
    for path in (room, room / ".git"):
        os.chown(path, 12345, 12345)
    shutil.copytree(ROOT / "templates", room / "templates")
    monkeypatch.chdir(room)
    words, command = refusal(room / "data")

    assert "dubious ownership" in words
    assert command.startswith("git config --global --add safe.directory ")
    assert cli.main(["build", "--no-pdf", "--jobs=1", "--data=data", "--templates=templates", "--out=build"]) == 0
    said = "".join(capfd.readouterr())
    assert said.count("dubious ownership") == 1
    assert "[git-tu-choi]" in said
