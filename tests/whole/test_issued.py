"""What is issued stays issued on machines that have nothing but the repository and the former publication."""

import functools
import hashlib
import http.server
import json
import shutil
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import edit
from signing import make_signer, sign

from pipeline.cli import main as cli
from pipeline.output.former import read_former
from pipeline.pdf.names import SIGNATURE
from pipeline.pdf.office import Office
from pipeline.problem import UsageError

UNIT, DATA, LEDGER = "15127-phong-son", "data/2024/15127-phong-son.yaml", "data/da-ban-hanh.jsonl"
PLACE, NAME = f"2024/KH-{UNIT}", f"KH-2024-{UNIT}"
Clone = Callable[[], Path]
"""Makes a fresh clone of what is committed here, goes there, and gives the former folder of output."""
Serve = Callable[[Path], str]
"""Puts a folder on the web, and gives its address."""


def _run(command: str, *arguments: str) -> int:
    return cli.main([command, *arguments, "--data=data", "--templates=templates", "--out=build", "--jobs=1"])


def _issue(*arguments: str) -> int:
    return _run("issue", "2024", "15127", "--so=05", "--ngay=12/3/2024", *arguments)


@pytest.fixture
def room(repository: Path) -> Path:
    """Give a repository whose figures are no samples."""
    for path in (repository / "data" / "2024").glob("[0-9]*.yaml"):
        path.write_text(path.read_text(encoding="utf-8").replace("so_lieu_mau: true\n", ""), encoding="utf-8")
    return repository


@pytest.fixture
def clone(room: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Clone:

    assert room == Path.cwd()

    def make() -> Path:
        here = Path.cwd()
        folder = tmp_path_factory.mktemp("ban-sao")
        for part in ("data", "templates"):
            shutil.copytree(here / part, folder / part)
        monkeypatch.chdir(folder)
        return here / "build"

    return make


def test_issuing_writes_flag_and_ledger_and_nothing_else(room: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (room / DATA).read_text(encoding="utf-8")
    assert _issue("--no-pdf") == 0

    after = (room / DATA).read_text(encoding="utf-8")
    assert {*after.splitlines()} - {*before.splitlines()} == {
        "    so_van_ban: 05",
        "    ngay_ban_hanh: 12/3/2024",
        "    da_ban_hanh: true",
    }
    (line,) = (room / LEDGER).read_text(encoding="utf-8").splitlines()
    told = json.loads(line)
    assert (told["van_ban"], told["so"], told["ngay"]) == (PLACE, "05", "12/03/2024")
    docx = room / "build" / PLACE / f"{NAME}.docx"
    assert told["docx"] == hashlib.sha256(docx.read_bytes()).hexdigest()
    assert LEDGER in capsys.readouterr().err
    assert _run("check") == 0
    assert _issue("--no-pdf") == 0
    assert (room / LEDGER).read_text(encoding="utf-8").splitlines() == [line]
    assert _run("issue", "2024", "15127", "--so=06", "--ngay=12/3/2024", "--no-pdf") == 2


def test_what_cannot_be_issued_stays_as_it_was(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Samples are not issued."""
    before = (repository / DATA).read_bytes()

    assert _issue("--no-pdf") == 1
    assert (repository / DATA).read_bytes() == before
    assert not (repository / LEDGER).exists()
    assert "giữ như cũ" in capsys.readouterr().err
    assert _run("issue", "2024", "--so=05", "--ngay=12/3/2024", "--no-pdf") == 2
    assert _run("issue", "2024", "15127", "--so=05", "--ngay=nay", "--no-pdf") == 2


def test_the_build_writes_the_ledger_when_it_first_sees_the_flag(
    room: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _issue("--no-pdf") == 0
    told = (room / LEDGER).read_text(encoding="utf-8")
    (room / LEDGER).unlink()
    shutil.rmtree(room / "build")
    capsys.readouterr()
    assert _run("check") == 0
    assert "[chua-ghi-so]" in capsys.readouterr().err

    assert _run("build", "--no-pdf") == 0
    assert (room / LEDGER).read_text(encoding="utf-8") == told
    assert _run("check") == 0
    assert "[chua-ghi-so]" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda: edit(DATA, "1,10 **ha**", "1,20 **ha**"), "dữ liệu"),
        (lambda: edit(DATA, "da_ban_hanh: true", "da_ban_hanh: false"), "dữ liệu"),
        (lambda: edit("data/2024/ke-hoach.yaml", "Kế hoạch", "Kế  hoạch"), ""),
        (lambda: Path(DATA).unlink(), "không còn dữ liệu"),
    ],
    ids=["figure", "flag", "kind", "file"],
)
def test_a_fresh_clone_refuses_another_content(
    clone: Clone, change: Callable[[], object], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _issue("--no-pdf") == 0
    clone()
    change()
    for command in (["check"], ["build", "--no-pdf"]):
        capsys.readouterr()
        assert _run(*command) == 1
        said = capsys.readouterr().err
        assert "[da-ban-hanh]" in said
        assert words in said
    assert not Path("build", PLACE, f"{NAME}.docx").exists()


def test_another_file_of_the_same_meaning_is_no_other_content(clone: Clone) -> None:
    assert _issue("--no-pdf") == 0
    clone()
    path = Path("data/2024/ke-hoach.yaml")
    path.write_text(path.read_text(encoding="utf-8") + "# ghi chú\n", encoding="utf-8")

    assert _run("check") == 0
    assert _run("build", "--no-pdf") == 0


def test_a_damaged_ledger_stops_everything(room: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for content in (b"x\n", b'{"van_ban": "../x"}\n', b"\xff\n"):
        (room / LEDGER).write_bytes(content)
        for command in (["check"], ["build", "--no-pdf"]):
            assert _run(*command) == 2
            assert "dòng 1" in capsys.readouterr().err


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def serve() -> Iterator[Serve]:
    servers: list[http.server.ThreadingHTTPServer] = []

    def start(folder: Path) -> str:
        handler = functools.partial(_Quiet, directory=str(folder))
        servers.append(http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler))
        threading.Thread(target=servers[-1].serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{servers[-1].server_address[1]}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_three_fresh_clones_in_a_row(
    tools: Office,  # noqa: ARG001 - PDFs are made
    clone: Clone,
    serve: Serve,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Issued and published; signed and a figure of another paper changed; then the template has moved on."""
    assert _issue() == 0
    assert _run("build", "--since=http://127.0.0.1:1/") == 2
    assert _run("build", "--quiet", f"--since={serve(Path('data'))}/manifest.json") == 0
    assert "lần này là lần đầu" in capsys.readouterr().err
    first = _files(Path("build"))

    address = serve(clone())
    signed = sign(first[f"{PLACE}/{NAME}.pdf"], SIGNATURE, make_signer(tmp_path, 2999)[0])
    Path("data/2024/da-ky").mkdir()
    Path(f"data/2024/da-ky/{NAME}.pdf").write_bytes(signed)
    edit("data/2024/15142-cam-thach.yaml", "1.100 tấn", "1.200 tấn")
    assert _run("check") == 0
    assert _run("build", f"--since={address}") == 0
    second = _files(Path("build"))
    manifest = json.loads(second["manifest.json"])["van_ban"]
    other = "2024/KH-15142-cam-thach"
    assert second[f"{PLACE}/{NAME}.docx"] == first[f"{PLACE}/{NAME}.docx"]
    assert second[f"{PLACE}/{NAME}.pdf"] == signed
    assert hashlib.sha256(first[f"{other}/KH-2024-15142-cam-thach.docx"]).hexdigest() in manifest[other]["ban_cu"]
    assert [*json.loads(second["thay-doi.json"])["van_ban"]] == [other]
    assert _run("verify", "build") == 0

    address = serve(clone())
    shutil.rmtree("data/2024/da-ky")
    _move_on(Path("templates/ke-hoach.docx"))
    assert _run("build", f"--since={address}") == 0
    third = _files(Path("build"))
    manifest = json.loads(third["manifest.json"])["van_ban"]
    assert {path: third[path] for path in second if path.startswith(f"{PLACE}/") and path[-5:] != ".html"} == {
        path: second[path] for path in second if path.startswith(f"{PLACE}/") and path[-5:] != ".html"
    }
    assert manifest[PLACE]["da_ky"] == {f"{NAME}.pdf": hashlib.sha256(signed).hexdigest()}
    assert set(manifest[other]["ban_cu"]) >= {
        hashlib.sha256(each[f"{other}/KH-2024-15142-cam-thach.docx"]).hexdigest() for each in (first, second)
    }

    clone()
    capsys.readouterr()
    assert _run("build") == 1
    assert "mẫu Word" in capsys.readouterr().err


def _move_on(template: Path) -> None:
    """Give the template other bytes, and the papers too."""
    with zipfile.ZipFile(template) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    parts["word/settings.xml"] = parts["word/settings.xml"].replace(b"</w:settings>", b" </w:settings>")
    with zipfile.ZipFile(template, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)


def _files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_foreign_file_in_the_place_of_signed_ones_is_an_error(
    tools: Office,  # noqa: ARG001 - PDFs are made
    room: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert _issue() == 0
    (room / "data/2024/da-ky").mkdir()
    (room / f"data/2024/da-ky/{NAME}.pdf").write_bytes(b"%PDF-1.7 /ByteRange [0 1 2 3]\n%%EOF\n")

    assert _run("build") == 1
    assert f"data/2024/da-ky/{NAME}.pdf: lỗi [pdf-la]" in capsys.readouterr().err


def test_what_is_no_publication_is_refused(tmp_path: Path, serve: Serve) -> None:
    address = serve(tmp_path)
    (tmp_path / "manifest.json").write_text("<html>", encoding="utf-8")
    for since in (address, f"{address}/manifest.json", str(tmp_path)):
        with pytest.raises(UsageError):
            read_former(since, tmp_path / "out")
