"""A year's release: what is attached is what the manifest lists, byte for byte, and the same every time."""

import json
import shutil
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT, SMALL, edit

from pipeline.cli import main as cli
from pipeline.output.origin import digest


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("release") / "build"
    arguments = [f"--data={SMALL / 'data'}", f"--templates={ROOT / 'templates'}", f"--out={folder}"]
    assert cli.main(["build", *arguments, "--no-pdf", "--quiet"]) == 0
    return folder


def _release(out: Path, target: Path, tag: str = "nam-2024") -> int:
    return cli.main(["release", f"--out={out}", f"--dir={target}", "--url=https://example.invalid/x", tag])


def test_the_zip_holds_the_years_documents(out: Path, tmp_path: Path) -> None:
    assert _release(out, tmp_path / "release", "nam-2024.2") == 0
    with zipfile.ZipFile(tmp_path / "release" / "tep" / "van-ban-2024.zip") as package:
        files = {name: package.read(name) for name in package.namelist()}
    sums = (tmp_path / "release" / "tep" / "SHA256SUMS").read_text(encoding="utf-8").splitlines()

    assert files == {name: (out / name).read_bytes() for name in files}
    assert len([name for name in files if name.endswith(".docx")]) == len(list(out.rglob("*.docx"))) > 2
    assert sorted(path.name for path in (tmp_path / "release" / "tep").glob("TONG-HOP*")) == [
        "TONG-HOP-2024.docx",
        "TONG-HOP-2024.xlsx",
    ]
    assert sums == [f"{digest(content)}  {name}" for name, content in files.items()]


def test_notes_count_the_states_and_gitlab_gets_the_links(out: Path, tmp_path: Path) -> None:
    assert _release(out, tmp_path / "release") == 0
    notes = (tmp_path / "release" / "GHI-CHU.md").read_text(encoding="utf-8")
    about = json.loads((tmp_path / "release" / "gitlab.json").read_text(encoding="utf-8"))

    assert notes.startswith("# Văn bản năm 2024 (nam-2024)\n")
    assert "số liệu mẫu" in notes
    assert about["description"] == notes
    assert about["assets"]["links"][0] == {
        "name": "van-ban-2024.zip",
        "url": "https://example.invalid/x/tep/van-ban-2024.zip",
    }


def test_the_same_documents_give_the_same_release(out: Path, tmp_path: Path) -> None:
    trees = []
    for name in ("a", "b", "b"):
        assert _release(out, tmp_path / name) == 0
        trees.append({path.name: path.read_bytes() for path in (tmp_path / name).rglob("*") if path.is_file()})

    assert trees[0] == trees[1] == trees[2]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


@pytest.mark.parametrize("tag", ["2024", "nam-24", "nam-2024/../x", "nam-2024.", "nam-2031", "v1"])
def test_other_tags_and_years_without_documents_are_refused(
    tag: str, out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _release(out, tmp_path / "release", tag) == 2
    assert not (tmp_path / "release").exists()
    assert tag in capsys.readouterr().err or "2031" in tag


def test_a_damaged_document_is_not_released(out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = min(out.rglob("KH-*.docx"))
    good = path.read_bytes()
    path.write_bytes(good + b"x")
    try:
        assert _release(out, tmp_path / "release") == 2
    finally:
        path.write_bytes(good)

    assert path.name in capsys.readouterr().err
    assert not (tmp_path / "release").exists()


def test_a_year_with_errors_is_not_released(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The folder of a document with errors holds the one before: that is not what the data say."""
    data, out = tmp_path / "data", tmp_path / "build"
    shutil.copytree(SMALL / "data", data)
    arguments = ["build", f"--data={data}", f"--templates={ROOT / 'templates'}", f"--out={out}", "--no-pdf", "--quiet"]
    assert cli.main(arguments) == 0
    edit(data / "2024" / "15142-cam-thach.yaml", "noi_luu: VT", "noi_luu: VP")
    assert cli.main(arguments) == 1
    assert 'data-t="có lỗi"' in (out / "index.html").read_text(encoding="utf-8")
    assert _release(out, tmp_path / "release") == 2

    assert "2024/KH-15142-cam-thach" in capsys.readouterr().err
    assert not (tmp_path / "release").exists()


def test_a_release_replaces_a_release_and_nothing_else(out: Path, tmp_path: Path) -> None:
    target = tmp_path / "release"
    assert _release(out, target) == 0
    assert _release(out, target) == 0
    for foreign in (target / "tep" / "bao-cao.docx", target / "ghi-chu.txt", tmp_path / "release.dang-ghi" / "x"):
        foreign.parent.mkdir(exist_ok=True)
        foreign.write_bytes(b"mine")
        assert _release(out, target) == 2
        assert foreign.read_bytes() == b"mine"
        foreign.unlink()
    (tmp_path / "release.dang-ghi").rmdir()
    assert _release(out, target) == 0


def test_folders_that_are_read_are_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither data nor templates, what holds them, what lies in them, the program, somebody's folder, nor a link."""
    shutil.copytree(SMALL / "data", tmp_path / "data")
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    (tmp_path / "somebody").mkdir()
    (tmp_path / "somebody" / "x.txt").write_bytes(b"mine")
    (tmp_path / "link").symlink_to(tmp_path / "somebody")
    monkeypatch.chdir(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    where = ["--data=data", "--templates=templates"]
    assert cli.main(["build", *where, "--out=build", "--no-pdf", "--quiet"]) == 0
    for folder in ("data", "data/2024", "data/neu", "templates", ".", "..", "somebody", "link", str(ROOT)):
        assert cli.main(["build", *where, f"--out={folder}", "--no-pdf", "--quiet"]) == 2, folder
        assert cli.main(["release", *where, "--out=build", f"--dir={folder}", "nam-2024"]) == 2, folder

    assert {path: path.read_bytes() for path in before} == before
    assert cli.main(["release", *where, "--out=build", "--dir=build", "nam-2024"]) == 2
    assert cli.main(["build", *where, "--out=build", "--no-pdf", "--quiet"]) == 0
