"""The command line from a user's side: a folder of data in, a folder of documents and an exit code out."""

import json
import os
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import docx
import pypandoc
import pytest
from conftest import ROOT, SMALL, edit

from pipeline.cli import main as cli
from pipeline.emphasis import Doan
from pipeline.kinds.kind import Document
from pipeline.output.origin import digest
from pipeline.pdf.office import Office
from pipeline.problem import MissingToolError
from pipeline.word.fill import Template, fill

CAM_THACH = Path("data/2024/15142-cam-thach.yaml")


@pytest.fixture
def room(repository: Path) -> Path:
    return repository


def _run(command: str, *arguments: str) -> int:
    """Run a command on the copy; a build in this very process, so that stages can be replaced."""
    here = ["--data=data", "--templates=templates", "--out=build", *(["--jobs=1"] if command == "build" else [])]
    return cli.main([command, *here, *arguments])


def _tree(folder: Path) -> dict[str, bytes]:
    """Give what is published, by name; the build's own notes begin with a dot."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    }


def _plain(path: Path) -> str:
    return pypandoc.convert_file(str(path), "plain", format="docx", extra_args=["--columns=110"])


def test_miniature_repository_builds_to_its_expected_folder(room: Path, golden: Callable[[Path, str], None]) -> None:
    assert _run("build", "--no-pdf") == 0
    built = _tree(room / "build")

    assert sorted(built) == [
        "2024/KH-15127-phong-son.html",
        "2024/KH-15127-phong-son/KH-2024-15127-phong-son.docx",
        "2024/KH-15127-phong-son/KH-2024-15127-phong-son.json",
        "2024/KH-15142-cam-thach.html",
        "2024/KH-15142-cam-thach/KH-2024-15142-cam-thach.docx",
        "2024/KH-15142-cam-thach/KH-2024-15142-cam-thach.json",
        "2024/TONG-HOP-2024.docx",
        "2024/TONG-HOP-2024.xlsx",
        "2024/van-ban-2024.zip",
        "SHA256SUMS",
        "bam.js",
        "don-vi/15127-phong-son.html",
        "don-vi/15142-cam-thach.html",
        "huong-dan.html",
        "index.html",
        "manifest.json",
        "trang.css",
        "trang.js",
    ]
    for name in (
        "SHA256SUMS",
        "2024/TONG-HOP-2024.xlsx",
        "2024/van-ban-2024.zip",
        "bam.js",
        "huong-dan.html",
        "trang.css",
        "trang.js",
    ):
        del built[name]
    for name, content in built.items():
        if name.endswith(".docx"):
            golden(SMALL / "expected" / name.replace(".docx", ".txt"), _plain(room / "build" / name))
        elif name.endswith(".html"):
            golden(SMALL / "expected" / name, re.sub("[0-9a-f]{8}", "…", content.decode()))
        else:
            documents, mark, summaries = content.decode().partition('"tong_hop"')
            documents = re.sub('"(ma_nguon|mau|KH-.*)": "[0-9a-f]{64}"', r'"\1": "…"', documents)
            golden(SMALL / "expected" / name, documents + mark + re.sub("[0-9a-f]{64}", "…", summaries))


def test_the_real_document_reads_as_expected(
    document: bytes, tmp_path: Path, golden: Callable[[Path, str], None]
) -> None:
    """Plain text by pandoc, which a person can read and compare with the original."""
    (tmp_path / "x.docx").write_bytes(document)

    golden(ROOT / "tests" / "golden" / "KH-2023-15139-cam-luong.txt", _plain(tmp_path / "x.docx"))


@pytest.mark.usefixtures("tools")
def test_real_data_builds_with_pdf(room: Path, plan: Document) -> None:
    arguments = ["build", f"--data={ROOT / 'data'}", "--templates=templates", "--out=build", "15139"]
    assert cli.main(arguments) == 0

    folder = room / "build" / "2023" / "KH-15139-cam-luong"
    record = json.loads((folder / "KH-2023-15139-cam-luong.json").read_bytes())
    assert record["van_ban"]["PageAmount"] in range(8, 12)
    assert record["van_ban"]["CodeNotation"] == "KH-UBND"
    assert record["tep"] == {
        f"KH-2023-15139-cam-luong{ending}": digest((folder / f"KH-2023-15139-cam-luong{ending}").read_bytes())
        for ending in (".docx", ".pdf", ".png")
    }
    assert record["nguon"]["du_lieu"] == plan.data
    made_from = {
        "loai": ROOT / "data" / "2023" / "ke-hoach.yaml",
        "bo_tieu_chi": ROOT / "data" / "2023" / "bo-tieu-chi.yaml",
        "mau": ROOT / "templates" / "ke-hoach.docx",
    }
    assert {key: record["nguon"][key] for key in made_from} == {
        key: digest(path.read_bytes()) for key, path in made_from.items()
    }


@pytest.mark.usefixtures("tools")
def test_sample_documents_say_so_on_every_page(room: Path) -> None:
    """The verify stage refuses a PDF with a page that lacks the mark; here nothing is refused."""
    assert _run("build") == 0
    assert (
        json.loads((room / "build" / "manifest.json").read_bytes())["van_ban"]["2024/KH-15142-cam-thach"]["so_trang"]
        >= 1
    )


def test_two_builds_give_the_same_bytes(room: Path) -> None:
    _run("build", "--no-pdf")
    first = _tree(room / "build")
    shutil.rmtree(room / "build")
    _run("build", "--no-pdf")

    assert _tree(room / "build") == first


@pytest.mark.parametrize("wanted", ["15142", "cam-thach", "Cẩm Thạch", "15142-cam-thach", str(CAM_THACH)])
def test_one_commune_is_built_by_code_name_or_path(room: Path, wanted: str) -> None:
    assert _run("build", "--no-pdf", wanted) == 0

    assert [path.name for path in (room / "build" / "2024").iterdir() if path.is_dir()] == ["KH-15142-cam-thach"]


def test_an_error_stops_its_document_alone_and_keeps_the_older_one(
    room: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _run("build", "--no-pdf")
    before = _tree(room / "build")
    edit(room / CAM_THACH, "6 ha", '"**6 ha"')
    edit(room / "data" / "2024" / "15127-phong-son.yaml", "VT, VP", "VT")
    capsys.readouterr()

    assert _run("build", "--no-pdf") == 1
    after = _tree(room / "build")
    changed = {name for name in after if after[name] != before.get(name)}
    assert {name.split("/")[1] for name in changed if name.endswith(".docx") and "/KH-" in name} == {
        "KH-15127-phong-son"
    }
    assert "data/2024/15142-cam-thach.yaml:21:9: lỗi [dau-nhan-manh]" in capsys.readouterr().err


def test_a_wrong_sum_stops_the_year_naming_both_values(room: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(room / "data" / "2024" / "bo-tieu-chi.yaml", "tong_diem: 10", "tong_diem: 11")

    assert _run("build", "--no-pdf") == 1
    said = capsys.readouterr().err
    assert "data/2024/bo-tieu-chi.yaml:4:12: lỗi [tong-khong-khop] Tổng cộng ghi 11 điểm" in said
    assert "cộng lại là 10" in said
    assert not list((room / "build").glob("*/*"))


def test_check_finds_the_same_problems_and_builds_nothing(room: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("check") == 0
    edit(room / CAM_THACH, "  rung: 6 ha\n", "")

    assert _run("check") == 1
    assert "thiếu chỉ tiêu cho “2 Rừng”" in capsys.readouterr().err
    assert not (room / "build").exists()


def test_without_libreoffice_the_docx_is_built_and_the_code_says_so(
    room: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("pipeline.pdf.office._OFFICE_PLACES", ())
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("pipeline.pdf.office._soffice", lambda: None)

    assert _run("build") == 3
    assert "libreoffice-writer-nogui" in capsys.readouterr().err
    assert len(list((room / "build").rglob("KH-*.docx"))) == 2
    assert not list((room / "build").rglob("KH-*.pdf"))


def test_a_crash_between_two_stages_leaves_the_older_output(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each stage in turn dies; what was published before is still whole."""
    _run("build", "--no-pdf")
    before = _tree(room / "build")
    edit(room / CAM_THACH, "6 ha", "7 ha")
    making = ("kinds.loai.prepare.read_unit", "kinds.loai.prepare.document", "jobs.render.fill")
    proving = ("jobs.render.read_back", "kinds.loai.record.digest")
    publishing = ("jobs.build.publish", "output.catalogue.publish_manifest")
    for stage in (*making, *proving, *publishing):
        with monkeypatch.context() as patch:
            patch.setattr(f"pipeline.{stage}", lambda *_, **__: 1 // 0)
            with pytest.raises(ZeroDivisionError):
                _run("build", "--no-pdf", "15142")
        now = _tree(room / "build")
        if stage != "output.catalogue.publish_manifest":
            assert now == before, stage
        assert not (room / "build" / ".dang-ghi").exists()
    assert _run("build", "--no-pdf") == 0
    assert "7 ha" in "".join(cell.text for cell in _last_rung(room))


def _last_rung(room: Path) -> list[docx.table._Cell]:
    path = room / "build" / "2024" / "KH-15142-cam-thach" / "KH-2024-15142-cam-thach.docx"
    return [cell for row in docx.Document(str(path)).tables[1].rows for cell in row.cells]


def test_a_document_that_fails_verification_is_not_published(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever prints: a stage that puts another text into one cell is found out."""

    def other_cell(template: Template, values: Mapping[str, Any]) -> bytes:
        first, *others = values.get("cac_hang", ({},))
        return fill(template, {**values, "cac_hang": ({**first, "cot_3": (Doan("khác"),)}, *others)})

    monkeypatch.setattr("pipeline.jobs.render.fill", other_cell)

    assert _run("build", "--no-pdf") == 6
    assert not list((room / "build").rglob("KH-*.docx"))


@pytest.mark.usefixtures("tools")
def test_a_failed_conversion_is_reported(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.jobs.render.convert", lambda documents, _, **__: [None] * len(documents))

    assert _run("build") == 5
    assert not list((room / "build").rglob("KH-*.docx"))


@pytest.mark.usefixtures("tools")
def test_a_broken_pdf_is_reported(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.jobs.render.convert", lambda documents, _, **__: [b"%PDF-1.7"] * len(documents))

    assert _run("build") == 6
    assert not list((room / "build").rglob("KH-*.docx"))


def test_a_broken_template_stops_the_build(room: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (room / "templates" / "ke-hoach.docx").write_bytes(b"x")

    assert _run("build", "--no-pdf") == 4
    assert "templates/ke-hoach.docx" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [["build", "99999"], ["build", "--nonsense"], ["nonsense"], [], ["build", "--data=nowhere"]]
)
@pytest.mark.usefixtures("room")
def test_wrong_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    if arguments[:1] == ["build"] and "--nonsense" not in arguments:
        assert cli.main([*arguments, *([] if "--data=nowhere" in arguments else ["--data=data"]), "--no-pdf"]) == 2
    else:
        with pytest.raises(SystemExit, match="2"):
            cli.main(arguments)
    assert capsys.readouterr().err


@pytest.mark.skipif(os.name != "posix", reason="links and pipes")
@pytest.mark.parametrize("kind", ["mkfifo", "mkdir", "symlink"])
def test_data_lies_in_plain_files(room: Path, kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A pipe would hang the build, a link would read a file from elsewhere; the other documents are built."""
    arguments = ["/etc/passwd"] if kind == "symlink" else []
    getattr(os, kind)(*arguments, room / "data" / "2024" / "99999-x.yaml")

    assert _run("build", "--no-pdf") == 1
    assert "data/2024/99999-x.yaml: lỗi [khong-doc-duoc]" in capsys.readouterr().err
    assert len(list(room.glob("build/2024/*/*.docx"))) == 2


@pytest.mark.usefixtures("room")
def test_ctrl_c_is_a_clear_end(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("pipeline.jobs.render.fill", interrupt)

    assert _run("build", "--no-pdf") == 130
    assert "đã ngắt" in capsys.readouterr().err


def test_doctor_says_what_is_missing(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def missing() -> Office:
        raise MissingToolError("thiếu LibreOffice Writer")

    monkeypatch.setattr("pipeline.cli.doctor.office", missing)

    assert cli.main(["doctor"]) == 3
    assert "✗ thiếu LibreOffice Writer" in capsys.readouterr().err


@pytest.mark.usefixtures("tools")
def test_doctor_converts_a_page(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["doctor"]) == 0
    said = capsys.readouterr().err
    assert "✓ chuyển thử một trang" in said
    assert "“Times New Roman” lấy từ" in said
    assert "đủ 146 chữ" in said
