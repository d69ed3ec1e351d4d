"""`python -m pipeline the-thuc` from a clerk's side: what is printed, the exit code, the annotated copy."""

import io
import json
from pathlib import Path
from typing import Any

import docx
import pytest
from the_thuc_documents import with_python_docx

from pipeline.cli import main as cli
from pipeline.cli.the_thuc import run_the_thuc
from pipeline.problem import UsageError
from pipeline.the_thuc.annotate import annotate
from pipeline.the_thuc.check import check_the_thuc

FAULTY = {"so": {"chu": "Số: 5/BC-UBND"}, "noi_dung": {"co": "12"}}


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder with a right, a faulty and a strange file as the current one."""
    monkeypatch.chdir(tmp_path)
    Path("dung.docx").write_bytes(with_python_docx({}))
    Path("sai.docx").write_bytes(with_python_docx(FAULTY))
    Path("la.docx").write_bytes(b"la")
    return tmp_path


def test_a_right_file_ends_with_0(room: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["the-thuc", "dung.docx"]) == 0
    assert capsys.readouterr() == ("", "dung.docx: đúng thể thức\n")
    assert sorted(path.name for path in room.iterdir()) == ["dung.docx", "la.docx", "sai.docx"]


@pytest.mark.usefixtures("room")
def test_findings_are_printed_with_place_clause_and_what_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["the-thuc", "sai.docx"]) == 1

    printed, summary = capsys.readouterr()
    number, asked, size, _ = printed.splitlines()
    clause = "Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II, khoản 3"
    assert number == "sai.docx: bảng 1, hàng 2, ô 1 “Số: 5/BC-UBND”: lỗi [so-khong-dau] số “5”"
    assert asked == f"    yêu cầu: số nhỏ hơn 10 ghi thêm số 0 phía trước ({clause})"
    assert size.startswith("sai.docx: đoạn 4 “Thực hiện chương trình công tác năm")
    assert size.endswith("…”: lỗi [noi-dung-co-chu] cỡ 12 (và 12 chỗ nữa)")
    assert summary == "sai.docx: 2 lỗi, 0 cảnh báo\n"


@pytest.mark.usefixtures("room")
def test_what_was_not_found_is_said_at_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    Path("thieu.docx").write_bytes(with_python_docx({"so": {"chu": []}, "ho_ten": {"chu": []}}))

    assert cli.main(["the-thuc", "thieu.docx"]) == 1
    assert capsys.readouterr().err == "thieu.docx: 2 lỗi, 0 cảnh báo; không tìm thấy: họ tên người ký, số, ký hiệu\n"


@pytest.mark.usefixtures("room")
def test_warnings_alone_end_with_0() -> None:
    Path("nhac.docx").write_bytes(with_python_docx({"dia_danh": {"chu": "Xã Mẫu, ngày 15 tháng 06 năm 2024"}}))

    assert cli.main(["the-thuc", "nhac.docx"]) == 0


@pytest.mark.usefixtures("room")
def test_json_for_machines(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["the-thuc", "--format", "json", "dung.docx", "sai.docx", "la.docx"]) == 1

    right, faulty, strange = json.loads(capsys.readouterr().out)
    assert right == {"tep": "dung.docx", "phat_hien": []}
    assert [finding["quy_tac"] for finding in faulty["phat_hien"]] == ["so-khong-dau", "noi-dung-co-chu"]
    assert faulty["phat_hien"][1]["so_cho"] == 13
    assert faulty["phat_hien"][0]["can_cu"].endswith("mục II, khoản 3")
    assert strange["phat_hien"][0]["tim_thay"] == "không phải tệp .docx"


@pytest.mark.usefixtures("room")
@pytest.mark.parametrize("name", ["khong-co.docx", ".", "la.docx"])
def test_a_file_that_cannot_be_read_is_a_finding(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["the-thuc", name, "dung.docx"]) == 1

    printed, summary = capsys.readouterr()
    assert printed.startswith(f"{name}: tệp: lỗi [tep-khong-doc-duoc]")
    assert "dung.docx: đúng thể thức" in summary


@pytest.mark.usefixtures("room")
def test_the_annotated_copy_has_comments_at_the_places() -> None:
    before = Path("sai.docx").read_bytes()

    assert cli.main(["the-thuc", "sai.docx", "--annotate", "chu-thich.docx"]) == 1

    document = docx.Document("chu-thich.docx")
    comments = [comment.text for comment in document.comments]
    assert ["số “5”" in text for text in comments] == [True, False]
    assert "Yêu cầu: cỡ 13 đến 14 (Nghị định 30/2020/NĐ-CP" in comments[1]
    assert "commentRangeStart" in document.tables[0].cell(1, 0).paragraphs[0]._p.xml
    assert "commentRangeStart" in document.paragraphs[3]._p.xml
    assert document.paragraphs[3].text == docx.Document("sai.docx").paragraphs[3].text
    assert Path("sai.docx").read_bytes() == before


@pytest.mark.usefixtures("room")
@pytest.mark.parametrize(
    "arguments", [["sai.docx", "dung.docx", "--annotate", "ra.docx"], ["sai.docx", "--annotate", "./sai.docx"]]
)
def test_a_copy_is_of_one_file_and_never_over_it(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    before = Path("sai.docx").read_bytes()

    assert cli.main(["the-thuc", *arguments]) == 2
    assert "--annotate" in capsys.readouterr().err
    assert Path("sai.docx").read_bytes() == before
    assert not Path("ra.docx").exists()


@pytest.mark.usefixtures("room")
def test_a_strange_file_cannot_be_annotated(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["the-thuc", "la.docx", "--annotate", "ra.docx"]) == 2
    assert "không ghi chú thích vào tệp này được" in capsys.readouterr().err
    assert not Path("ra.docx").exists()


@pytest.mark.usefixtures("room")
def test_a_copy_that_cannot_be_written_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["the-thuc", "sai.docx", "--annotate", "khong-co/ra.docx"]) == 2
    assert "không ghi được `khong-co/ra.docx`" in capsys.readouterr().err


def test_annotating_twice_gives_the_same_bytes_and_keeps_the_findings() -> None:
    """Comments are no part of the text: the copy is found faulty in the same way."""
    data = with_python_docx(FAULTY)
    findings = check_the_thuc(data)
    copy = annotate(data, findings)

    assert copy == annotate(data, findings)
    assert check_the_thuc(copy) == findings


def test_findings_without_a_place_stand_at_the_first_words() -> None:
    data = with_python_docx({"giay": {"tren": "40"}, "noi_nhan": {"chu": []}, "noi_nhan_dong": {"chu": []}})
    document = docx.Document(io.BytesIO(annotate(data, check_the_thuc(data))))

    (comment,) = document.comments
    assert "lề 40 mm" in comment.text
    assert "không tìm thấy Nơi nhận" in comment.text
    assert "commentRangeStart" in document.tables[0].cell(0, 0).paragraphs[0]._p.xml


def test_an_empty_document_can_be_annotated() -> None:
    out = io.BytesIO()
    docx.Document().save(out)

    assert docx.Document(io.BytesIO(annotate(out.getvalue(), check_the_thuc(out.getvalue())))).comments


@pytest.mark.usefixtures("room")
def test_the_mended_copy_and_what_was_mended(capsys: pytest.CaptureFixture[str]) -> None:
    before = Path("sai.docx").read_bytes()

    assert run_the_thuc(["sai.docx"], "text", None, mended="sua.docx") == 0

    said = capsys.readouterr().err.splitlines()
    assert said[0] == "sai.docx: 2 lỗi, 0 cảnh báo"
    assert said[1] == "✓ sua.docx"
    assert said[2].startswith("đã sửa bảng 1, hàng 2, ô 1 “Số: 5/BC-UBND”: số “5” → số nhỏ hơn 10")
    assert said[4] == "sua.docx: sửa 2 lỗi; còn lại đúng thể thức"
    assert docx.Document("sua.docx").tables[0].cell(1, 0).text == "Số: 05/BC-UBND"
    assert Path("sai.docx").read_bytes() == before


@pytest.mark.usefixtures("room")
def test_what_mending_leaves_decides_the_exit_code() -> None:
    Path("nua.docx").write_bytes(with_python_docx({"so": {"chu": "Số: 5/KH-UBND"}}))

    assert run_the_thuc(["nua.docx"], "text", None, mended="sua.docx", tracked=True) == 1
    assert "w:ins" in docx.Document("sua.docx").tables[0].cell(1, 0).paragraphs[0]._p.xml


@pytest.mark.usefixtures("room")
@pytest.mark.parametrize(
    ("files", "options", "words"),
    [
        (["sai.docx", "dung.docx"], {"mended": "ra.docx"}, "--sua chỉ dùng với một tệp"),
        (["sai.docx"], {"mended": "./sai.docx"}, "--sua phải ghi ra tệp khác"),
        (["sai.docx"], {"tracked": True}, "--theo-doi chỉ dùng cùng với --sua"),
        (["la.docx"], {"mended": "ra.docx"}, "không sửa được tệp này"),
    ],
)
def test_what_cannot_be_mended_is_said(files: list[str], options: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        run_the_thuc(files, "text", None, **options)
    assert not Path("ra.docx").exists()


@pytest.mark.usefixtures("room")
def test_strict_rules_are_applied_on_demand(capsys: pytest.CaptureFixture[str]) -> None:
    Path("mot-minh.docx").write_bytes(with_python_docx({"chuc_vu": {"chu": ["CHỦ TỊCH"]}}))

    assert run_the_thuc(["mot-minh.docx"], "text", None) == 0
    assert "ky-ubnd" not in capsys.readouterr().out
    assert run_the_thuc(["mot-minh.docx"], "text", None, strict=True) == 0
    assert "ky-ubnd" in capsys.readouterr().out
