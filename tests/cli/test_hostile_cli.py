"""The command line in an attacker's or an unlucky clerk's hands: one line and an exit code, never a traceback."""

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

from pipeline.cli import main as cli
from pipeline.input.sources import read_source
from pipeline.output.ours import LOCK
from pipeline.problem import UsageError

BAD_NAMES = ["15142-\udcff.yaml", "15142-a\n::error::x.yaml", "15142-\x1b[2J.yaml", "15142-\u202ex.yaml"]
LONG = "a" * 5000


@pytest.fixture
def room(repository: Path) -> Path:
    """Give a copy of the miniature repository, with a folder that is none of the build's business."""
    (repository / "outside").mkdir()
    return repository


def _run(command: str, *arguments: str) -> int:
    here = ["--data=data", "--templates=templates", "--out=build"]
    return cli.main([command, *here, *(["--no-pdf", "--jobs=1"] if command == "build" else []), *arguments])


def _hurt(room: Path, how: str) -> None:
    """Put something in the place of a commune's file or a year's folder."""
    victim = room / "data" / "2024" / "15142-cam-thach.yaml"
    match how:
        case "year-link":
            (room / "data" / "2025").symlink_to("2024")
            return
        case "criteria-pipe":
            victim = victim.with_name("bo-tieu-chi.yaml")
            victim.unlink()
            os.mkfifo(victim)
            return
    content = victim.read_bytes()
    victim.unlink()
    match how:
        case "pipe":
            os.mkfifo(victim)
        case "link":
            (room / "outside" / "x.yaml").write_bytes(content)
            victim.symlink_to(room / "outside" / "x.yaml")
        case "dangling":
            victim.symlink_to("nowhere")
        case "circle":
            victim.symlink_to(victim.name)
        case "device":
            victim.symlink_to("/dev/zero")
        case "folder":
            victim.mkdir()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no pipes in folders")
@pytest.mark.parametrize(
    "how", ["pipe", "link", "dangling", "circle", "device", "folder", "year-link", "criteria-pipe"]
)
@pytest.mark.parametrize("command", ["check", "build", "format"])
def test_data_that_is_no_plain_file_is_named(
    room: Path, how: str, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing waits for a pipe's writer, and nothing behind a link is read or changed."""
    _hurt(room, how)

    one_of_many = command != "format" and how not in {"year-link", "criteria-pipe"}
    assert _run(command) == (1 if one_of_many else 2)
    assert "data/202" in capsys.readouterr().err
    assert len(list(room.glob("build/2*/*-*/"))) == (one_of_many and command == "build")


@pytest.mark.parametrize("name", BAD_NAMES, ids=ascii)
def test_a_files_name_says_nothing_to_the_terminal(room: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copy(room / "data" / "2024" / "15142-cam-thach.yaml", room / "data" / "2024" / name)

    for command in ("check", "build", "format"):
        assert _run(command) == (2 if command == "format" else 1)
        assert all(line.isascii() or line.isprintable() for line in capsys.readouterr().err.split("\n"))


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        *(("check", [wanted]) for wanted in ("", "*", "../../etc/passwd", LONG, "\udcff", "a\nb", "-", "/dev/zero")),
        *(("check", [f"--data={folder}"]) for folder in ("/nonexistent", "pyproject.toml", LONG, "circle", "\udcff")),
        *(("schema", [f"--data={folder}"]) for folder in ("/nonexistent", "templates/ke-hoach.docx", LONG)),
        *(("format", [path]) for path in ("/nonexistent", "data", "/dev/zero", LONG, "circle", "\udcff")),
        *(("build", [f"--out={out}"]) for out in ("templates/ke-hoach.docx", "/dev/null", LONG, "circle")),
        *(("new", ["2024", "15139", name]) for name in ("xã ", "xã !!!", "xã \udcff", 'xã A"\nx: "', "Cẩm Lương")),
        *(("new", [year, "15139", "xã Cẩm Lương"]) for year in ("../4", "٢٠٢٤", "9999", "", "2024/..")),
        *(("new", ["2024", code]) for code in ("../..", "1", "٩٩٩٩٩", "15142", "99999")),
        *((command, ["--kind", kind]) for command in ("check", "build") for kind in ("", "2024", "15142", "\udcff")),
        *((command, ["ke-hoach", "2023"]) for command in ("check", "build")),
        ("sample", ["--count=2", "templates/ke-hoach.docx"]),
        ("sample", ["--count=2", "/proc/nowhere"]),
    ],
    ids=lambda value: ascii(value)[:40],
)
def test_a_strange_call_gets_an_answer(room: Path, command: str, arguments: list[str]) -> None:
    (room / "circle").symlink_to("circle")

    assert _run(command, *arguments) == 2
    assert sorted(path.name for path in room.iterdir()) in (
        ["circle", "data", "outside", "templates"],
        ["build", "circle", "data", "outside", "templates"],
    )


@pytest.mark.parametrize("folder", ["/nonexistent", "data", "circle"])
def test_a_folder_without_the_templates_is_named(room: Path, folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The kind's file says which template it wants; what was published with it stays."""
    (room / "circle").symlink_to("circle")
    assert _run("build") == 0
    before = {path: path.read_bytes() for path in (room / "build" / "2024").rglob("KH-*.docx")}
    capsys.readouterr()

    assert _run("build", f"--templates={folder}") == 4
    assert f"data/2024/ke-hoach.yaml:6:11: lỗi [mau-word] không có mẫu Word `{folder}/ke-hoach.docx`" in (
        capsys.readouterr().err
    )
    assert len(before) == 2
    assert {path: path.read_bytes() for path in before} == before


@pytest.mark.parametrize(
    "name", ['xã ../A"b\\', 'xã Cẩm Lương"', "xã Cẩm Lương\nx: 1", "xã \x1b[2J", "xã \udcff"], ids=ascii
)
def test_a_name_is_compared_with_the_list_and_written_nowhere(
    room: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What stands in the new file is the list's own name."""
    before = sorted((room / "data").rglob("*"))
    assert _run("new", "2024", "15139", name) == 2
    said = capsys.readouterr().err
    assert said.startswith("lỗi: mã 15139 năm 2024 là xã Cẩm Lương, ")
    assert said.count("\n") == 1
    assert said.rstrip("\n").isprintable()
    assert sorted((room / "data").rglob("*")) == before

    assert _run("new", "2024", "15139", "xã cẩm lương") == 0
    text = (room / "data" / "2024" / "15139-cam-luong.yaml").read_text(encoding="utf-8")
    assert "\n  ten_don_vi: Cẩm Lương\n" in text


@pytest.mark.parametrize("link", ["2024", "2024/KH-15142-cam-thach", "don-vi"])
def test_nothing_is_published_through_a_link_out_of_the_folder(room: Path, link: str) -> None:
    (room / "build" / link).parent.mkdir(parents=True)
    (room / "build" / link).symlink_to(room / "outside")
    (room / "build" / LOCK).touch()  # so that the folder is a build's

    assert _run("build") == 2
    assert not [path for path in (room / "outside").rglob("*") if path.is_file()]


@pytest.mark.parametrize("name", ["manifest.json", ".da-xem.json"])
@pytest.mark.parametrize("how", ["deep", "pipe"])
def test_a_damaged_memory_counts_as_none(room: Path, name: str, how: str) -> None:
    (room / "build").mkdir()
    (room / "build" / LOCK).touch()
    if how == "deep":
        (room / "build" / name).write_text("[" * 100_000, encoding="utf-8")
    else:
        os.mkfifo(room / "build" / name)

    assert _run("build") == 0


def test_output_may_not_lie_among_the_data(room: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path: path.read_bytes() for path in (room / "data").rglob("*") if path.is_file()}
    for folder in ("data", "data/2024", "data/ra"):
        assert _run("build", f"--out={folder}") == 2
        assert "không ghi vào" in capsys.readouterr().err

    assert {path: path.read_bytes() for path in (room / "data").rglob("*") if path.is_file()} == before


def test_a_file_that_vanishes_or_may_not_be_read_is_named(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = room / "data" / "2024" / "15142-cam-thach.yaml"
    for number, words in ((errno.ENOENT, "không có tệp"), (errno.EACCES, "không có quyền"), (errno.EIO, "error")):
        with monkeypatch.context() as patch:

            def refuse(*_: object, number: int = number) -> int:
                raise OSError(number, os.strerror(number))

            patch.setattr("pipeline.input.sources.os.open", refuse)
            with pytest.raises(UsageError, match=words):
                read_source(path)


@pytest.mark.parametrize("command", ["format", "schema", "new", "sample"])
def test_a_folder_that_cannot_be_written_is_named(
    room: Path, command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(**_: object) -> None:
        raise PermissionError(errno.EACCES, "denied", str(room / "data"))

    monkeypatch.setattr("pipeline.files.tempfile.mkstemp", refuse)
    path = room / "data" / "2024" / "15142-cam-thach.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "\n\n\n", encoding="utf-8")
    more = {"new": ["2024", "15139"], "sample": ["--count=1", "x", f"--data={ROOT / 'data'}"]}.get(command, [])

    assert _run(command, *more) == 2
    assert "không có quyền" in capsys.readouterr().err


@pytest.mark.skipif(os.name != "posix", reason="shell redirections")
@pytest.mark.parametrize("where", ["2>&- >&-", "2>/dev/full", "2>/dev/null"])
def test_work_goes_on_when_nobody_listens(room: Path, where: str) -> None:
    command = f'"$0" -m pipeline check --data="$1" {where}'
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(["/bin/sh", "-c", command, sys.executable, str(room / "data")], env=environment, check=False)

    assert ran.returncode == 0


@pytest.mark.parametrize(
    "value",
    ["2023-13-45", "2023-01-02 99:99:99", "2001-12-14t21:59:43.10-05:00", "+12", "1e400", "0x1F", "1_000", "1.100"],
)
def test_a_new_year_keeps_texts_that_look_like_numbers(room: Path, value: str) -> None:
    """“1e400” must not become infinity, nor an impossible date an end of everything."""
    shutil.copytree(room / "data" / "2024", room / "data" / "2025")
    path = room / "data" / "2024" / "15142-cam-thach.yaml"
    text = path.read_text(encoding="utf-8").replace("so_lieu_mau: true\n", "")  # nothing is taken from a sample
    path.write_text(text.replace("VT", value), encoding="utf-8")
    made = room / "data" / "2025" / path.name
    made.unlink()

    assert _run("new", "2025", "15142") == 2  # the criteria set there is still that of 2024
    _edit_year(room)
    assert _run("new", "2025", "15142") == 0
    assert f"\nnoi_luu: {value}\n" in made.read_text(encoding="utf-8")


def _edit_year(room: Path) -> None:
    criteria = room / "data" / "2025" / "bo-tieu-chi.yaml"
    criteria.write_text(criteria.read_text(encoding="utf-8").replace("2024", "2025"), encoding="utf-8")
