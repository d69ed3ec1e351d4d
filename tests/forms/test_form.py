"""A form as the clerk gets it: what is locked, what may be typed where, how it prints, what is hidden in it."""

import shutil
import zipfile
from pathlib import Path

import openpyxl
import pytest
from conftest import ROOT, edit
from filled_forms import cell, data_of_2026, run
from openpyxl.workbook import Workbook

from pipeline.authoring.new import year_to_fill
from pipeline.forms.layout import Slot, form_of
from pipeline.forms.units import form_kinds, unit_files, unit_form
from pipeline.forms.write import Annotations, write_form
from pipeline.input.sources import Folders
from pipeline.problem import ExitCode, UsageError

FOREST = "ty-le-che-phu-rung"


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Folders:
    """Two units of 2026, one of them with a file of 2023."""
    found = data_of_2026(tmp_path_factory.mktemp("form"), ("15148-cam-tu", "15142-cam-thach"))
    shutil.copytree(ROOT / "data" / "2023", found.data / "2023")
    return found


@pytest.fixture(scope="module")
def report(folders: Folders) -> Workbook:
    room = folders.data.parent / "mau"
    assert run(folders, "form", "2026", "15148", f"--dir={room}") == 0
    return openpyxl.load_workbook(room / "BC-2026-15148-cam-tu.xlsx")


def test_only_the_cells_to_fill_are_unlocked(report: Workbook, folders: Folders) -> None:
    sheet = report.worksheets[0]
    unlocked = {each.coordinate for row in sheet.iter_rows() for each in row if not each.protection.locked}

    assert sheet.protection.sheet
    assert cell(sheet, "diem_tu_cham", FOREST).coordinate in unlocked
    assert cell(sheet, "", "ngay_ban_hanh").coordinate in unlocked
    for column in ("dinh_danh", "ky_hieu", "ten_tieu_chi", "diem_toi_da"):
        assert cell(sheet, column, FOREST).coordinate not in unlocked
    assert cell(sheet, "diem_tu_cham", "phat-trien-kinh-te").coordinate not in unlocked
    year = year_to_fill(folders, "2026")
    form = unit_form(folders, year, year.kinds["bao-cao-tu-cham"], unit_files(folders, year, ["15148"])[0])
    assert len(unlocked) == len(list(form.slots)) > 300


def test_each_open_cell_takes_what_check_takes(report: Workbook) -> None:
    sheet = report.worksheets[0]
    rules = {str(each.sqref): each for each in sheet.data_validations.dataValidation}
    points, bonus, day, issued = (
        rules[cell(sheet, *key).coordinate]
        for key in (
            ("diem_tu_cham", FOREST),
            ("diem_tu_cham", "cham-nhiem-vu-bi-phe-binh"),
            ("", "ngay_ban_hanh"),
            ("", "da_ban_hanh"),
        )
    )

    assert (points.type, points.operator, points.formula1, points.formula2) == ("decimal", None, "0.0", "1.5")
    assert float(bonus.formula1) < 0
    assert (day.type, issued.type, issued.formula1) == ("custom", "list", '"rồi,chưa"')
    assert points.error == "Ghi một số từ 0 đến 1,5."
    assert len(rules) == sum(not each.protection.locked for row in sheet.iter_rows() for each in row)


def test_it_prints_one_page_wide_with_panes_frozen(report: Workbook) -> None:
    sheet = report.worksheets[0]

    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight, sheet.page_setup.paperSize) == (1, 0, 9)
    assert sheet.sheet_properties.pageSetUpPr
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.freeze_panes == "D9"
    assert sheet.print_title_rows == "$8:$8"
    assert sheet.column_dimensions["A"].hidden
    assert sheet.row_dimensions[7].hidden


def test_the_hidden_sheet_says_whose_form_it_is(report: Workbook, folders: Folders) -> None:
    sheet = report["_may"]
    year = year_to_fill(folders, "2026")
    form = unit_form(folders, year, year.kinds["bao-cao-tu-cham"], unit_files(folders, year, ["15148"])[0])
    said = {row[0].value: row[1].value for row in sheet.iter_rows()}

    assert sheet.sheet_state == "veryHidden"
    assert [said[key] for key in ("nam", "ma_don_vi", "ten_don_vi", "loai")] == [
        "2026",
        "15148",
        "xã Cẩm Tú",
        "bao-cao-tu-cham",
    ]
    assert (said["bam_bo_tieu_chi"], said["bam_loai"]) == (form.criteria_hash, form.kind_hash)
    assert said[f"diem_tu_cham/{FOREST}"] == "1,5"


def test_points_are_numbers_and_texts_are_texts_the_vietnamese_way(report: Workbook) -> None:
    sheet = report.worksheets[0]
    points, most, reason = (cell(sheet, column, FOREST) for column in ("diem_tu_cham", "diem_toi_da", "tai_lieu"))

    assert (points.value, points.number_format) == (1.5, "[$-42A]General")
    assert (most.value, most.number_format) == (1.5, "[$-42A]#,##0.0")
    assert (reason.data_type, reason.number_format) == ("s", "@")


def test_no_text_is_a_formula(folders: Folders) -> None:
    """Whatever it begins with, in whatever cell: label, name, value."""
    year = year_to_fill(folders, "2026")
    kind, file = year.kinds["ke-hoach"], unit_files(folders, year, ["15148"])[0]
    texts = ('=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "\t=1", "http://x", "{=1}")
    form = form_of(kind, year, file.tree, {}, "")
    path = folders.data.parent / "x.xlsx"
    slots = (slot for slot in form.slots if slot.sort == "text")
    values = {slot.key: text for slot, text in zip(slots, texts, strict=False)}
    path.write_bytes(write_form(form, Annotations(values)))
    book = openpyxl.load_workbook(path)

    assert not any(each.data_type == "f" for sheet in book for row in sheet.iter_rows() for each in row)
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    assert not any(b"<f>" in part or b"hyperlink" in part for name, part in parts.items() if "sheet" in name)


def test_the_same_form_has_the_same_bytes(folders: Folders) -> None:
    year = year_to_fill(folders, "2026")
    file = unit_files(folders, year, ["15148"])[0]
    first, second = (write_form(unit_form(folders, year, year.kinds["ke-hoach"], file)) for _ in range(2))

    assert first == second


def test_last_years_value_stands_beside_the_cell(folders: Folders) -> None:
    """Cẩm Thạch has a file in 2023 with the same criteria; Cẩm Tú had another code then."""
    year = year_to_fill(folders, "2026")
    forms = {
        file.path.stem: unit_form(folders, year, year.kinds["ke-hoach"], file) for file in unit_files(folders, year, ())
    }
    columns = {stem: [column.title for column in form.columns] for stem, form in forms.items()}
    form = forms["15142-cam-thach"]
    line = next(line for line in form.lines if line.identity == FOREST)

    assert columns["15142-cam-thach"][:2] == ["Chỉ tiêu năm 2023", "Chỉ tiêu"]
    assert columns["15148-cam-tu"][0] == "Chỉ tiêu"
    assert line.cells[0] == "53%"


def test_a_column_of_an_earlier_kind_is_shown_and_not_filled_in_again(folders: Folders) -> None:
    year = year_to_fill(folders, "2026")
    form = unit_form(folders, year, year.kinds["bien-ban-tham-dinh"], unit_files(folders, year, ["15148"])[0])
    line = next(line for line in form.lines if line.identity == FOREST)

    assert [column.key for column in form.columns] == ["@diem_tu_cham", "diem_tham_dinh", "ly_do", "khong_ap_dung"]
    assert [isinstance(each, Slot) for each in line.cells] == [False, True, True, True]
    assert line.cells[0] == "1,5"


def test_kinds_of_other_agencies_have_forms_only_by_name(folders: Folders) -> None:
    year = year_to_fill(folders, "2026")

    assert [kind.name for kind in form_kinds(year, ())] == ["bao-cao-tu-cham", "ke-hoach"]
    assert [kind.name for kind in form_kinds(year, ["bien-ban-tham-dinh"])] == ["bien-ban-tham-dinh"]
    with pytest.raises(UsageError, match="quyet-dinh-xep-hang"):
        form_kinds(year, ["quyet-dinh-xep-hang"])


@pytest.mark.parametrize(
    ("words", "stems"),
    [
        ([], ["15142-cam-thach", "15148-cam-tu"]),
        (["15148"], ["15148-cam-tu"]),
        (["Cẩm Tú", "15148"], ["15148-cam-tu"]),
        (["xã Cẩm Vân"], ["15163-cam-van"]),
        (["15163", "cam-thach"], ["15163-cam-van", "15142-cam-thach"]),
    ],
)
def test_units_are_meant_by_code_or_name_with_a_file_or_without(
    folders: Folders, words: list[str], stems: list[str]
) -> None:
    year = year_to_fill(folders, "2026")

    assert [file.path.stem for file in unit_files(folders, year, words)] == stems


def test_a_province_means_all_its_units(folders: Folders) -> None:
    files = unit_files(folders, year_to_fill(folders, "2026"), ["Thanh Hóa"])

    assert len(files) == 166
    assert sum(not file.is_new for file in files) == 2


@pytest.mark.parametrize(
    ("word", "said"), [("Tân Thành", "dùng mã"), ("99999", "không tìm thấy"), ("ke-hoach", "không tìm thấy")]
)
def test_a_word_that_means_nothing_or_too_much_is_refused(folders: Folders, word: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        unit_files(folders, year_to_fill(folders, "2026"), [word])


def test_the_command_names_what_it_wrote(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folders = data_of_2026(tmp_path, ("15148-cam-tu",))

    assert run(folders, "form", "2026", f"--dir={tmp_path / 'mau'}") is ExitCode.DONE
    assert "2 mẫu của 1 đơn vị" in capsys.readouterr().err
    assert sorted(path.name for path in (tmp_path / "mau").iterdir()) == [
        "BC-2026-15148-cam-tu.xlsx",
        "KH-2026-15148-cam-tu.xlsx",
    ]
    assert run(folders, "form", "2025", f"--dir={tmp_path / 'mau'}") is ExitCode.USAGE
    edit(folders.data / "2026" / "15148-cam-tu.yaml", "don_vi:", "don_vi: [")
    assert run(folders, "form", "2026", f"--dir={tmp_path / 'mau'}") is ExitCode.USAGE
