"""`verify` looks through a published folder: what was changed after the build is named, whatever it is."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ROOT, SMALL

from pipeline.cli import main as cli
from pipeline.output.origin import digest

NAME = "2024/KH-15127-phong-son"
STEM = Path("build", NAME, "KH-2024-15127-phong-son")
DOCX, PDF, RECORD = (STEM.with_name(STEM.name + ending) for ending in (".docx", ".pdf", ".json"))
OTHER = Path("build/2024/KH-15142-cam-thach/KH-2024-15142-cam-thach.pdf")
SUMS, MANIFEST = Path("build/SHA256SUMS"), Path("build/manifest.json")


@pytest.fixture(scope="module")
def built(tools: object, tmp_path_factory: pytest.TempPathFactory) -> Path:  # noqa: ARG001 - PDFs are made
    """Give the miniature repository, built with PDFs."""
    room = tmp_path_factory.mktemp("kho")
    shutil.copytree(SMALL / "data", room / "data")
    shutil.copytree(ROOT / "templates", room / "templates")
    here = [f"--{name}={room / name}" for name in ("data", "templates")]
    assert cli.main(["build", *here, f"--out={room / 'build'}", "--jobs=1"]) == 0
    return room


@pytest.fixture
def room(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(built, tmp_path / "room")
    monkeypatch.chdir(tmp_path / "room")
    return tmp_path / "room"


def _verify(data: str = "data") -> int:
    return cli.main(["verify", "build", f"--data={data}", "--templates=templates", "--jobs=1"])


@pytest.mark.usefixtures("room")
@pytest.mark.parametrize("data", ["data", "nowhere"])
def test_a_published_folder_is_whole(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    """With its data at hand and without."""
    assert _verify(data) == 0
    assert "3 mục đúng, 0 mục có lỗi" in capsys.readouterr().err


@pytest.mark.usefixtures("room")
def test_changed_data_are_no_fault_of_what_was_published() -> None:
    path = Path("data/2024/15127-phong-son.yaml")
    path.write_text(path.read_text(encoding="utf-8").replace("1,10", "1,20"), encoding="utf-8")

    assert _verify() == 0


def _json(path: Path, change: Callable[[dict[str, object]], None]) -> None:
    value = json.loads(path.read_bytes())
    change(value)
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _retold(path: Path, content: bytes) -> None:
    """Change a file and every hash of it, as one would who wants nobody to see it."""
    before = digest(path.read_bytes())
    path.write_bytes(content)
    record = digest(RECORD.read_bytes())
    _replace(RECORD, before, digest(content))
    for place in (MANIFEST, SUMS):
        _replace(place, before, digest(content))
        _replace(place, record, digest(RECORD.read_bytes()))
    lines = [line for line in SUMS.read_text(encoding="utf-8").splitlines() if not line.endswith("  manifest.json")]
    SUMS.write_text("\n".join([*lines, f"{digest(MANIFEST.read_bytes())}  manifest.json\n"]), encoding="utf-8")


def _replace(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


FAULTS: dict[str, tuple[Callable[[], object], str]] = {
    "a byte of a PDF": (lambda: PDF.write_bytes(PDF.read_bytes()[:-1] + b"x"), "sai-ma-bam"),
    "a byte of a .docx": (lambda: DOCX.write_bytes(DOCX.read_bytes()[:-1] + b"x"), "sai-ma-bam"),
    "a PDF lost": (PDF.unlink, "thieu-tep"),
    "a .docx lost": (DOCX.unlink, "thieu-tep"),
    "a record lost": (RECORD.unlink, "thieu-ban-ghi"),
    "a record emptied": (lambda: RECORD.write_text("{}", encoding="utf-8"), "thieu-ban-ghi"),
    "a record rewritten": (lambda: _json(RECORD, lambda record: record.update(tong_diem=["11"])), "khac-ban-ke"),
    "a record without its fields": (lambda: _json(RECORD, lambda record: record.update(van_ban={})), "thieu-ban-ghi"),
    "a record about other files": (
        lambda: _json(RECORD, lambda record: record.update(tep={"../../x": "0" * 64})),
        "sai-ban-ghi",
    ),
    "the manifest lost": (MANIFEST.unlink, "thieu-ban-ke"),
    "the manifest emptied": (lambda: MANIFEST.write_text("{}", encoding="utf-8"), "thieu-ban-ke"),
    "the sums lost": (SUMS.unlink, "thieu-sha256sums"),
    "the sums damaged": (lambda: SUMS.write_text("x\n", encoding="utf-8"), "thieu-sha256sums"),
    "sums of files elsewhere": (
        lambda: SUMS.write_text(f"{'0' * 64}  ../data/x\n", encoding="utf-8"),
        "thieu-sha256sums",
    ),
    "a line of the sums lost": (
        lambda: SUMS.write_text("\n".join(SUMS.read_text(encoding="utf-8").splitlines()[1:]), encoding="utf-8"),
        "khac-ban-ke",
    ),
    "a foreign file": (lambda: Path("build/2024/x.txt").write_text("x", encoding="utf-8"), "tep-la"),
    "a folder of its own": (lambda: shutil.copytree(Path("build", NAME), "build/2024/KH-15128-x-y"), "khac-ban-ke"),
    "a document lost": (lambda: shutil.rmtree(Path("build", NAME)), "thieu-tep"),
    "another document's PDF": (lambda: _retold(PDF, OTHER.read_bytes()), "sai-chu-pdf"),
    "no PDF": (lambda: _retold(PDF, b"%PDF-1.7"), "khong-mo-duoc"),
}


@pytest.mark.usefixtures("room")
@pytest.mark.parametrize(("change", "code"), FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize("data", ["data", "nowhere"])
def test_what_was_changed_is_named(
    change: Callable[[], object], code: str, data: str, capsys: pytest.CaptureFixture[str]
) -> None:
    change()

    assert _verify(data) == 6
    assert f"[{code}]" in capsys.readouterr().err


@pytest.mark.usefixtures("room")
def test_another_document_under_all_the_right_hashes_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    """Hashes prove that nothing moved, not that the document is the one of its data."""
    _retold(DOCX, OTHER.with_suffix(".docx").read_bytes())

    assert _verify() == 6
    assert "[sai-phan-dau]" in capsys.readouterr().err
    assert _verify("nowhere") == 6
    assert "[khac-ban-ghi]" in capsys.readouterr().err


@pytest.mark.usefixtures("room")
def test_a_folder_that_is_not_there_is_wrong_usage() -> None:
    shutil.rmtree("build")

    assert _verify() == 2
