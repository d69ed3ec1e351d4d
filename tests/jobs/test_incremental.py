"""Only what changed is built; what is damaged is mended; what was issued is never replaced."""

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ROOT, edit

from pipeline.cli import main as cli
from pipeline.files import read_plain

OUT = Path("build/2024")
FIRST, SECOND = "15127-phong-son", "15142-cam-thach"


@pytest.fixture
def room(repository: Path) -> Path:
    """Give the miniature repository, built once, as the current folder."""
    assert _build() == 0
    return repository


def _build(*arguments: str) -> int:
    return cli.main(
        ["build", "--data=data", "--templates=templates", "--out=build", "--jobs=1", "--no-pdf", *arguments]
    )


def _rebuilt(change: Callable[[], object]) -> set[str]:
    """Give the documents that a build writes after a change."""
    before = {path: _times(path) for path in OUT.rglob("KH-*.docx")}
    change()
    _build()
    return {path.parent.name.removeprefix("KH-") for path in OUT.rglob("KH-*.docx") if before.get(path) != _times(path)}


def _times(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_ino, found.st_mtime_ns


def _docx(name: str) -> Path:
    return OUT / f"KH-{name}" / f"KH-2024-{name}.docx"


def _record(name: str) -> Path:
    return OUT / f"KH-{name}" / f"KH-2024-{name}.json"


@pytest.mark.usefixtures("room")
def test_nothing_changed_nothing_built(capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()

    assert _rebuilt(lambda: None) == set()
    assert "giữ nguyên         2" in capsys.readouterr().err


@pytest.mark.usefixtures("room")
@pytest.mark.parametrize(
    ("change", "rebuilt"),
    [
        (lambda: edit(f"data/2024/{SECOND}.yaml", "6 ha", "7 ha"), {SECOND}),
        (lambda: edit("data/2024/bo-tieu-chi.yaml", "Quản lý chợ", "Trông chợ"), {FIRST, SECOND}),
        (lambda: edit("data/2024/ke-hoach.yaml", "cụ thể như sau", "như sau"), {FIRST, SECOND}),
        (lambda: edit("data/2024/chung.yaml", "Phần chung", "Phần chung,"), set()),
        (lambda: shutil.copy(ROOT / "tests" / "small" / "expected" / "manifest.json", "build/manifest.json"), set()),
        (lambda: Path("build/manifest.json").unlink(), set()),
        (lambda: Path("build/manifest.json").write_text("{"), set()),
        (lambda: Path("build/.da-xem.json").unlink(), set()),
        (lambda: _docx(FIRST).unlink(), {FIRST}),
        (lambda: _docx(FIRST).write_bytes(b"x"), {FIRST}),
        (lambda: _docx(FIRST).write_bytes(_docx(FIRST).read_bytes()[:-1] + b"\1"), {FIRST}),
        (lambda: _record(FIRST).unlink(), {FIRST}),
        (lambda: _record(FIRST).write_text("{}"), {FIRST}),
        (lambda: shutil.rmtree(OUT / f"KH-{FIRST}"), {FIRST}),
        (lambda: shutil.rmtree("build"), {FIRST, SECOND}),
        (lambda: Path(f"data/2024/{FIRST}.yaml").touch(), set()),
    ],
)
def test_what_changed_is_built_and_nothing_else(change: Callable[[], object], rebuilt: set[str]) -> None:
    assert _rebuilt(change) == rebuilt
    assert _rebuilt(lambda: None) == set()


@pytest.mark.usefixtures("room")
def test_a_changed_template_rebuilds_all() -> None:
    def restyle() -> None:
        path = Path("templates/ke-hoach.docx")
        with zipfile.ZipFile(path) as old:
            parts = {name: old.read(name) for name in old.namelist()}
        parts["word/styles.xml"] = parts["word/styles.xml"].replace(b'w:sz w:val="28"', b'w:sz w:val="27"')
        with zipfile.ZipFile(path, "w") as new:
            for name, content in parts.items():
                new.writestr(name, content)

    assert _rebuilt(restyle) == {FIRST, SECOND}


@pytest.mark.usefixtures("room")
def test_changed_code_rebuilds_all(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("plan", "render"):
        monkeypatch.setattr(f"pipeline.jobs.{module}.code_digest", lambda *_: "khác")

    assert _rebuilt(lambda: None) == {FIRST, SECOND}


@pytest.mark.usefixtures("room")
def test_a_removed_commune_goes_at_the_next_full_build_only() -> None:
    Path(f"data/2024/{FIRST}.yaml").unlink()
    (OUT / f"KH-{FIRST}" / "ghi-chu-cua-toi.txt").write_text("của tôi", encoding="utf-8")

    assert _build("15142") == 0
    assert _docx(FIRST).exists()
    assert _build() == 0
    assert [path.name for path in (OUT / f"KH-{FIRST}").iterdir()] == ["ghi-chu-cua-toi.txt"]
    entries = json.loads(Path("build/manifest.json").read_bytes())["van_ban"]
    assert list(entries) == [f"2024/KH-{SECOND}"]


@pytest.fixture
def issued(room: Path) -> bytes:  # noqa: ARG001 - the current folder
    """Give the bytes of a document that was issued: it has its number and day, and says so."""
    edit(f"data/2024/{FIRST}.yaml", "so_lieu_mau: true\n", "")
    edit(f"data/2024/{FIRST}.yaml", "    so_van_ban: 5\n", "    so_van_ban: 5\n    da_ban_hanh: true\n")
    assert _build() == 0
    return _docx(FIRST).read_bytes()


def test_an_issued_document_is_not_replaced_by_a_different_one(
    issued: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(f"data/2024/{FIRST}.yaml", "1,10", "1,20")

    assert _build() == 1
    said = capsys.readouterr().err
    assert f"data/2024/{FIRST}.yaml: lỗi [da-ban-hanh] văn bản số 5 đã ban hành" in said
    assert _docx(FIRST).read_bytes() == issued


def test_taking_the_flag_back_does_not_free_an_issued_document(issued: bytes) -> None:
    edit(f"data/2024/{FIRST}.yaml", "da_ban_hanh: true", "da_ban_hanh: false")
    edit(f"data/2024/{FIRST}.yaml", "1,10", "1,20")

    assert _build() == 1
    assert _docx(FIRST).read_bytes() == issued


def test_an_issued_document_stands_when_only_the_code_changes(issued: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("plan", "render"):
        monkeypatch.setattr(f"pipeline.jobs.{module}.code_digest", lambda *_: "khác")

    assert _rebuilt(lambda: None) == {SECOND}
    assert _docx(FIRST).read_bytes() == issued


def test_a_damaged_issued_document_is_mended_with_the_same_bytes(issued: bytes) -> None:
    assert _rebuilt(lambda: _docx(FIRST).write_bytes(b"x")) == {FIRST}
    assert _docx(FIRST).read_bytes() == issued


def test_an_issued_document_stays_when_its_data_file_goes(issued: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    Path(f"data/2024/{FIRST}.yaml").unlink()

    assert _build() == 1
    assert "[da-ban-hanh]" in capsys.readouterr().err
    assert _docx(FIRST).read_bytes() == issued
    assert f"2024/KH-{FIRST}" in json.loads(Path("build/manifest.json").read_bytes())["van_ban"]


@pytest.mark.usefixtures("room")
@pytest.mark.parametrize("selection", [(), ("15142",)], ids=["complete", "partial"])
@pytest.mark.parametrize("left", [None, b"", b"{", b"[]", b'{"x": 1}'], ids=["lost", "empty", "cut", "list", "other"])
def test_what_was_seen_of_the_files_may_be_lost_at_any_moment(left: bytes | None, selection: tuple[str, ...]) -> None:
    """The page tells the sizes of files that a partial build did not look at."""
    page = Path("build/index.html").read_bytes()
    seen = Path("build/.da-xem.json")
    seen.unlink() if left is None else seen.write_bytes(left)

    assert _build(*selection) == 0
    assert Path("build/index.html").read_bytes() == page
    assert b"<small>1 KB</small>" not in page


@pytest.mark.usefixtures("room")
def test_a_build_reads_the_list_of_everything_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[Path] = []

    def noted(path: Path) -> bytes:
        read.append(path)
        return read_plain(path)

    monkeypatch.setattr("pipeline.output.manifest.read_plain", noted)
    edit(f"data/2024/{SECOND}.yaml", "6 ha", "7 ha")
    assert _build() == 0

    assert read == [Path("build/manifest.json")]
    parsers = [
        path for path in (ROOT / "pipeline").rglob("*.py") if "read_manifest(" in path.read_text(encoding="utf-8")
    ]
    assert {path.stem for path in parsers} == {"manifest", "plan", "recheck", "release", "former"}
