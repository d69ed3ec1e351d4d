"""Filled forms come back: what changed is written with all comments kept, what is wrong is named at its cell."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from conftest import edit
from filled_forms import cell, change, data_of_2026, fill, run, with_parts
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.authoring.new import year_to_fill
from pipeline.forms.back import read_back, write_results
from pipeline.input.sources import Folders
from pipeline.problem import MOST, ExitCode, Severity

REPORT, PLAN = "BC-2026-15148-cam-tu.xlsx", "KH-2026-15148-cam-tu.xlsx"
POINTS, TARGETS = "diem_tu_cham", "chi_tieu"
FOREST = "ty-le-che-phu-rung"


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folders:
    """Three units of 2026 before their appraisal, their forms in mau/, in the current folder."""
    monkeypatch.chdir(tmp_path)
    found = data_of_2026(tmp_path)
    for path in (found.data / "2026").glob("[0-9]*.yaml"):
        text = path.read_text(encoding="utf-8").partition("\n# Điểm thẩm định\n")[0]
        path.write_text(text, encoding="utf-8")
        if "diem_tu_cham" in text:
            edit(path, '  bien-ban-tham-dinh:\n    so_van_ban: ""\n    ngay_ban_hanh: /12/2026\n', "")
    assert run(found, "form", "2026", "--dir=mau") == 0
    return found


def _file(folders: Folders, stem: str = "15148-cam-tu") -> Path:
    return folders.data / "2026" / f"{stem}.yaml"


def _found(folders: Folders, *words: str) -> list[tuple[str, str, str]]:
    """Give the problems as place, code and severity."""
    problems = read_back(folders, words or ("mau",)).problems
    return [(each.place.path, each.code, each.severity) for each in problems]


def _codes(folders: Folders, *words: str) -> list[str]:
    return [code for _, code, _ in _found(folders, *words)]


def _place(path: Path, column: str, identity: str) -> str:
    sheet = openpyxl.load_workbook(path).worksheets[0]
    return f"{path.as_posix()}, trang {sheet.title}, ô {cell(sheet, column, identity).coordinate}"


def test_what_was_filled_in_is_written_and_nothing_else(folders: Folders) -> None:
    before = _file(folders).read_text(encoding="utf-8")
    fill(
        Path("mau") / REPORT,
        {(POINTS, FOREST): 1.25, ("giai_trinh", FOREST): "Mất 1,5 ha do bão", ("", "ngay_ban_hanh"): "24/12/2026"},
    )
    fill(Path("mau") / REPORT, {("", "so_van_ban"): "07"})

    assert run(folders, "import", "mau") is ExitCode.DONE
    after = _file(folders).read_text(encoding="utf-8")
    lines = set(after.splitlines()) - set(before.splitlines())
    assert f"  {FOREST}: 1,25" in after
    assert f"  {FOREST}: Mất 1,5 ha do bão" in after
    assert lines == {
        f"  {FOREST}: 1,25",
        f"  {FOREST}: Mất 1,5 ha do bão",
        "    ngay_ban_hanh: 24/12/2026",
        "    so_van_ban: 07",
    }
    assert run(folders, "import", "mau") is ExitCode.DONE
    assert _file(folders).read_text(encoding="utf-8") == after
    assert run(folders, "format", "--check") is ExitCode.DONE


def test_a_dry_run_shows_every_cell_and_writes_nothing(folders: Folders, capsys: pytest.CaptureFixture[str]) -> None:
    before = _file(folders).read_bytes()
    fill(Path("mau") / PLAN, {(TARGETS, FOREST): "61,0%"})
    fill(Path("mau") / REPORT, {(POINTS, FOREST): 9})

    assert run(folders, "import", "--xem-truoc", "mau") is ExitCode.DATA
    said = capsys.readouterr().err
    assert f"{_place(Path('mau') / PLAN, TARGETS, FOREST)}: Chỉ tiêu, “6 Tỷ lệ che phủ rừng”: `60,8%` → `61,0%`" in said
    assert "`1,5` → `9`" in said
    assert "[diem-qua-muc] 9 điểm, quá điểm tối đa 1,5" in said
    assert _file(folders).read_bytes() == before
    assert not Path("tra-lai").exists()


def test_all_problems_of_all_files_come_in_one_run_each_at_its_cell(folders: Folders) -> None:
    second = Path("mau/BC-2026-15163-cam-van.xlsx")
    fill(
        Path("mau") / REPORT,
        {
            (POINTS, FOREST): 9,
            (POINTS, "chan-nuoi-thu-y"): None,
            ("tai_lieu", FOREST): "Báo cáo",
            (POINTS, "quy-che-lam-viec"): "1.5",
        },
    )
    fill(second, {(POINTS, "quy-che-lam-viec"): "1.5", ("", "ngay_ban_hanh"): "31/2/2026"})

    assert _found(folders) == [
        (_place(Path("mau") / REPORT, POINTS, "chan-nuoi-thu-y"), "thieu-diem-cham", Severity.ERROR),
        (_place(Path("mau") / REPORT, POINTS, FOREST), "diem-qua-muc", Severity.ERROR),
        (_place(Path("mau") / REPORT, "tai_lieu", FOREST), "tai-lieu-thieu-so-ngay", Severity.ERROR),
        (_place(Path("mau") / REPORT, "giai_trinh", FOREST), "thieu-giai-trinh", Severity.ERROR),
        (_place(Path("mau") / REPORT, POINTS, "quy-che-lam-viec"), "diem-khong-hop-le", Severity.ERROR),
        (_place(second, "", "ngay_ban_hanh"), "ngay-khong-hop-le", Severity.ERROR),
        (_place(second, POINTS, "quy-che-lam-viec"), "diem-khong-hop-le", Severity.ERROR),
    ]


def test_one_bad_form_stops_its_unit_alone(folders: Folders) -> None:
    bad, good = _file(folders).read_bytes(), _file(folders, "15163-cam-van")
    fill(Path("mau") / REPORT, {(POINTS, FOREST): 9})
    fill(Path("mau/KH-2026-15163-cam-van.xlsx"), {(TARGETS, FOREST): "48,0%"})

    assert run(folders, "import", "mau") is ExitCode.DATA
    assert _file(folders).read_bytes() == bad
    assert f"  {FOREST}: 48,0%\n" in good.read_text(encoding="utf-8")


def test_a_bad_form_goes_back_with_its_values_red_cells_and_notes(folders: Folders) -> None:
    fill(Path("mau") / REPORT, {(POINTS, FOREST): 9})
    fill(Path("mau") / REPORT, {("giai_trinh", FOREST): "=Mất rừng"}, "@")
    assert run(folders, "import", "mau") is ExitCode.DATA
    (path,) = Path("tra-lai").iterdir()
    book = openpyxl.load_workbook(path)
    bad, text, good = (
        cell(book.worksheets[0], *key)
        for key in ((POINTS, FOREST), ("giai_trinh", FOREST), (POINTS, "vi-tri-viec-lam"))
    )

    assert path.name == REPORT
    assert (bad.value, bad.fill.fgColor.rgb) == (9, "FFF8B4B4")
    assert bad.comment
    assert "9 điểm, quá điểm tối đa 1,5" in bad.comment.text
    assert (text.value, text.data_type) == ("=Mất rừng", "s")
    assert (good.fill.fgColor.rgb, good.comment) == ("FFFFF9DB", None)
    assert book.sheetnames == ["Báo cáo", "Cần sửa", "_may"]
    fill(path, {(POINTS, FOREST): 1.5})
    assert run(folders, "import", "tra-lai") is ExitCode.DONE
    assert f"  {FOREST}: =Mất rừng\n" in _file(folders).read_text(
        encoding="utf-8"
    ) or f'  {FOREST}: "=Mất rừng"\n' in _file(folders).read_text(encoding="utf-8")


def test_comments_of_values_that_go_or_come_are_kept(folders: Folders) -> None:
    edit(_file(folders), f"  {FOREST}: 60,8%\n", f"  # Theo kiểm kê\n  {FOREST}: 60,8%  # tạm tính\n")
    assert run(folders, "form", "2026", "15148", "--dir=mau") == 0
    fill(Path("mau") / PLAN, {(TARGETS, FOREST): None, ("khong_ap_dung", FOREST): "Không có rừng"})
    fill(Path("mau") / REPORT, {(POINTS, FOREST): None})

    assert run(folders, "import", "mau") is ExitCode.DONE
    text = _file(folders).read_text(encoding="utf-8")
    assert "  # Theo kiểm kê\n  # tạm tính\n  ty-le-duong-giao-thong-cung-hoa: 91%\n" in text
    assert f"khong_ap_dung:\n  {FOREST}: Không có rừng\n" in text
    assert f"  {FOREST}: 60,8%" not in text


def _rows_reversed(sheet: Worksheet) -> None:
    """Sort the criteria the other way round, whole rows with their hidden cells."""
    start = next(number for number, row in enumerate(sheet.iter_rows(), 1) if row[0].value == "dinh_danh") + 2
    rows: list[list[Any]] = [[each.value for each in row] for row in sheet.iter_rows(min_row=start)]
    for number, values in enumerate(reversed(rows), start):
        for column, value in enumerate(values, 1):
            sheet.cell(number, column).value = value


def test_rows_may_be_sorted_and_columns_inserted(folders: Folders) -> None:
    fill(Path("mau") / REPORT, {(POINTS, FOREST): 1.25, ("giai_trinh", FOREST): "Bão"})
    change(Path("mau") / REPORT, _rows_reversed)
    change(Path("mau") / REPORT, lambda sheet: sheet.insert_cols(2))
    outcome = read_back(folders, [f"mau/{REPORT}"])

    assert {(each.old, each.new) for each in outcome.results[0].changes} == {("1,5", "1,25"), ("", "Bão")}
    assert outcome.problems == ()


def _sorted_without_the_hidden_column(sheet: Worksheet) -> None:
    hidden = [row[0].value for row in sheet.iter_rows()]
    _rows_reversed(sheet)
    for number, value in enumerate(hidden, 1):
        sheet.cell(number, 1).value = value


def _double(value: float) -> Callable[[Worksheet], None]:
    def doubled(sheet: Worksheet) -> None:
        place: Any = cell(sheet, POINTS, FOREST)
        last = sheet.max_row + 1
        for each in sheet[place.row]:
            sheet.cell(last, each.column).value = each.value
        sheet.cell(last, place.column).value = value

    return doubled


def _delete(sheet: Worksheet) -> None:
    sheet.delete_rows(cell(sheet, POINTS, FOREST).row)


def _merge(sheet: Worksheet) -> None:
    place = cell(sheet, "giai_trinh", FOREST)
    sheet.merge_cells(start_row=place.row, end_row=place.row + 1, start_column=place.column, end_column=place.column)


def _hide(sheet: Worksheet) -> None:
    sheet.row_dimensions[cell(sheet, POINTS, FOREST).row].hidden = True


def _into_a_locked_cell(sheet: Worksheet) -> None:
    cell(sheet, POINTS, "phat-trien-kinh-te").value = 30


def _other_row(sheet: Worksheet) -> None:
    sheet.cell(sheet.max_row + 1, 3).value = "Tiêu chí xã tự thêm"
    sheet.cell(sheet.max_row, cell(sheet, POINTS, FOREST).column).value = 2


def _beside(sheet: Worksheet) -> None:
    sheet.cell(cell(sheet, POINTS, FOREST).row, 20).value = "hỏi lại anh Tâm"


def _other_unit(sheet: Worksheet) -> None:
    next(row[1] for row in sheet.iter_rows() if row[0].value == "don_vi").value = "xã Cẩm Vân, mã 15163"


@pytest.mark.parametrize(
    ("how", "code", "severity"),
    [
        (_sorted_without_the_hidden_column, "hang-lech", Severity.ERROR),
        (_double(1), "hang-lap-lai", Severity.ERROR),
        (_double(1.5), "hang-lap-lai", Severity.WARNING),
        (_delete, "thieu-hang", Severity.ERROR),
        (_merge, "o-gop", Severity.ERROR),
        (_hide, "hang-an", Severity.WARNING),
        (_into_a_locked_cell, "o-khoa", Severity.ERROR),
        (_other_row, "hang-la", Severity.ERROR),
        (_beside, "o-ngoai", Severity.WARNING),
        (_other_unit, "sai-don-vi", Severity.ERROR),
        (lambda sheet: sheet.delete_cols(cell(sheet, POINTS, FOREST).column), "thieu-cot", Severity.ERROR),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_what_was_done_to_rows_and_cells_is_named(
    folders: Folders, how: Callable[[Worksheet], None], code: str, severity: Severity
) -> None:
    change(Path("mau") / REPORT, how)
    found = {(each_code, each_severity) for _, each_code, each_severity in _found(folders, f"mau/{REPORT}")}

    assert (code, severity) in found


def test_a_formula_gives_what_it_came_to_and_is_said(folders: Folders) -> None:
    """The program that saved the file has put the value there; openpyxl has not, which is an error."""
    fill(Path("mau") / REPORT, {(POINTS, FOREST): "=1+0.5"})

    assert _codes(folders) == ["o-cong-thuc"]
    assert not any(result.content for result in read_back(folders, ["mau"]).results)


@pytest.mark.parametrize(
    ("value", "number_format", "codes", "text"),
    [
        (1.1, "General", ["o-la-so"], "1,1"),
        (1100, "#,##0", ["o-la-so"], "1.100"),
        (0.12, "0%", ["o-la-so"], "12%"),
        ("1.100", "@", [], "1.100"),
        ("1,10", "@", [], "1,10"),
        ("02", "@", [], "02"),
    ],
)
def test_numbers_pasted_into_texts_are_exact_and_said(
    folders: Folders, value: object, number_format: str, codes: list[str], text: str
) -> None:
    fill(Path("mau") / PLAN, {(TARGETS, FOREST): value}, number_format)
    outcome = read_back(folders, ["mau"])

    assert [each.code for each in outcome.problems] == codes
    assert [each.new for result in outcome.results for each in result.changes] == [text]


def test_two_forms_of_one_unit_that_differ_are_a_conflict_in_both(folders: Folders) -> None:
    other = Path("mau/ban-hai.xlsx")
    other.write_bytes((Path("mau") / PLAN).read_bytes())
    assert _codes(folders) == []
    fill(other, {(TARGETS, FOREST): "61%"})

    assert [(place, code) for place, code, _ in _found(folders)] == [
        (_place(Path("mau") / PLAN, TARGETS, FOREST), "hai-mau-khac-nhau"),
        (_place(other, TARGETS, FOREST), "hai-mau-khac-nhau"),
    ]


def test_a_file_that_changed_since_the_form_went_out_is_not_overwritten(folders: Folders) -> None:
    edit(_file(folders), f"  {FOREST}: 60,8%\n", f"  {FOREST}: 62%\n")
    assert _found(folders) == [(_place(Path("mau") / PLAN, TARGETS, FOREST), "tep-moi-hon", Severity.WARNING)]
    fill(Path("mau") / PLAN, {(TARGETS, FOREST): "61%"})
    assert _found(folders) == [(_place(Path("mau") / PLAN, TARGETS, FOREST), "tep-da-doi", Severity.ERROR)]


def test_a_file_that_changes_while_forms_are_read_is_not_overwritten(folders: Folders) -> None:
    fill(Path("mau") / PLAN, {(TARGETS, FOREST): "61%"})
    outcome = read_back(folders, ["mau"])
    edit(_file(folders), "dia_danh: Cẩm Tú", "dia_danh: Cẩm  Tú")
    written, problems = write_results(outcome)

    assert (written, [each.code for each in problems]) == ([], ["tep-da-doi"])


def test_forms_of_another_year_unit_or_criteria_set_are_refused(folders: Folders) -> None:
    other = Path("mau/KH-2026-15163.xlsx")
    other.write_bytes((Path("mau") / PLAN).read_bytes())
    assert _codes(folders, str(other)) == ["sai-don-vi"]
    edit(folders.data / "2026" / "bo-tieu-chi.yaml", "Theo số ước cả năm", "Theo số cả năm")
    assert _codes(folders, f"mau/{PLAN}") == ["mau-bo-tieu-chi-khac"]
    assert run(folders, "import", f"mau/{PLAN}") is ExitCode.DATA
    assert run(folders, "import", f"tra-lai/{PLAN}") is ExitCode.DONE
    edit(folders.data / "2026" / "ke-hoach.yaml", "tieu_de: Ghi chú", "tieu_de: Chú thích")
    assert _codes(folders, f"tra-lai/{PLAN}") == ["mau-loai-khac"]
    (folders.data / "2026").rename(folders.data / "2027")
    assert _codes(folders, f"mau/{PLAN}") == ["mau-nam-khac"]


def test_a_workbook_that_is_no_form_is_refused(folders: Folders) -> None:
    openpyxl.Workbook().save("mau/bang.xlsx")
    book = openpyxl.load_workbook(Path("mau") / PLAN)
    del book["_may"]
    book.save("mau/mat-trang.xlsx")
    double = openpyxl.load_workbook(Path("mau") / PLAN)
    double.copy_worksheet(double.worksheets[0])
    double.save("mau/hai-bang.xlsx")

    assert _codes(folders, "mau/bang.xlsx", "mau/mat-trang.xlsx", "mau/hai-bang.xlsx") == [
        "khong-phai-mau",
        "khong-phai-mau",
        "hai-bang",
    ]


def test_what_else_lies_in_the_folder_is_said(folders: Folders) -> None:
    Path("mau/~$KH.xlsx").write_bytes(b"x")
    Path("mau/ghi-chu.pdf").write_bytes(b"x")
    Path("mau/cu.csv").write_bytes(b"x")

    assert _found(folders) == [
        ("mau/ghi-chu.pdf", "khong-phai-excel", Severity.WARNING),
        ("mau/cu.csv", "khong-phai-excel", Severity.ERROR),
    ]


def test_a_word_that_names_nothing_is_an_error(folders: Folders) -> None:
    assert run(folders, "import", "khong-co") is ExitCode.USAGE


def test_a_unit_without_a_file_gets_one_from_its_plan(folders: Folders) -> None:
    """What `new` would begin it with, and the values of the form; an empty form begins nothing."""
    before = (Path("mau") / PLAN).read_bytes()
    _file(folders).unlink()
    assert run(folders, "form", "2026", "Cẩm Tú", "--dir=mau") == 0
    assert _codes(folders, f"mau/{PLAN}", f"mau/{REPORT}") == ["mau-trong"]
    assert (Path("mau") / PLAN).read_bytes() != before
    year = year_to_fill(folders, "2026")
    assert year.table
    targets: dict[tuple[str, str], object] = {(TARGETS, identity): "5%" for identity in year.table.own}
    fill(Path("mau") / PLAN, {**targets, ("", "ngay_ban_hanh"): "/01/2026"})

    assert _codes(folders, f"mau/{PLAN}") == []
    assert run(folders, "import", f"mau/{PLAN}") is ExitCode.DONE
    text = _file(folders).read_text(encoding="utf-8")
    assert 'ma_don_vi: "15148"' in text
    assert f"  {FOREST}: 5%\n" in text
    assert run(folders, "check", "2026", "15148") is ExitCode.DONE
    assert run(folders, "format", "--check") is ExitCode.DONE


def test_a_report_adds_its_paper_to_the_file(folders: Folders) -> None:
    text = _file(folders).read_text(encoding="utf-8")
    start, end = text.index("\n# Điểm xã tự chấm"), text.index("  bao-cao-tu-cham:")
    points = text[text.index("diem_tu_cham:") :].split("\ntai_lieu:")[0]
    _file(folders).write_text(text[:end] + text[text.index("\n# Chỉ tiêu xã tự điền") : start], encoding="utf-8")
    assert run(folders, "form", "2026", "15148", "--dir=mau") == 0
    given = {
        line.split(":")[0].strip(): line.split(":")[1].strip()
        for line in points.splitlines()[1:]
        if ":" in line and "#" not in line
    }
    lost = dict.fromkeys(given, "Chưa đạt")
    fill(
        Path("mau") / REPORT,
        {
            **{(POINTS, key): value for key, value in given.items()},
            **{("giai_trinh", key): value for key, value in lost.items()},
        },
    )

    assert _codes(folders, f"mau/{REPORT}") == ["ngay-khong-hop-le"]
    fill(Path("mau") / REPORT, {("", "ngay_ban_hanh"): "24/12/2026"})
    assert run(folders, "import", "mau") is ExitCode.DONE
    after = _file(folders).read_text(encoding="utf-8")
    assert '  bao-cao-tu-cham:\n    so_van_ban: ""\n    ngay_ban_hanh: 24/12/2026\n' in after


def test_a_form_that_somebody_filled_in_is_not_written_over(folders: Folders) -> None:
    """One that is as it went out is, also when the data have changed since; what is no form never is."""
    fill(Path("mau") / PLAN, {(TARGETS, FOREST): "61%"})
    filled = (Path("mau") / PLAN).read_bytes()
    assert run(folders, "form", "2026", "--dir=mau") is ExitCode.USAGE
    assert (Path("mau") / PLAN).read_bytes() == filled
    assert run(folders, "import", "mau") is ExitCode.DONE
    assert run(folders, "form", "2026", "--kind=ke-hoach", "--dir=moi") is ExitCode.DONE
    edit(_file(folders), f"  {FOREST}: 61%\n", f"  {FOREST}: 62%\n")
    assert run(folders, "form", "2026", "--kind=ke-hoach", "--dir=moi") is ExitCode.DONE
    (Path("moi") / PLAN).write_bytes(b"x")
    assert run(folders, "form", "2026", "--kind=ke-hoach", "--dir=moi") is ExitCode.USAGE


def test_a_copy_that_somebody_mends_is_not_written_over(folders: Folders) -> None:
    fill(Path("mau") / REPORT, {(POINTS, FOREST): 9})
    assert run(folders, "import", "mau") is ExitCode.DATA
    mended = Path("tra-lai") / REPORT
    fill(mended, {(POINTS, FOREST): 1})
    before = mended.read_bytes()
    assert run(folders, "import", "mau") is ExitCode.DATA
    assert mended.read_bytes() == before
    assert sorted(path.name for path in Path("tra-lai").iterdir()) == ["BC-2026-15148-cam-tu-2.xlsx", REPORT]
    assert run(folders, "import", str(mended)) is ExitCode.DATA
    assert len(list(Path("tra-lai").iterdir())) == 2


def test_a_formula_with_its_value_is_taken_and_said(folders: Folders) -> None:
    path = Path("mau") / REPORT
    fill(path, {(POINTS, FOREST): 1.4375, ("giai_trinh", FOREST): "Bão"})
    value, formula = b"<v>1.4375</v>", b"<f>1+0.25</f><v>1.25</v>"
    with_parts(path, lambda name, part: part.replace(value, formula) if name.endswith("sheet1.xml") else part)
    outcome = read_back(folders, ["mau"])

    assert [(each.code, each.severity) for each in outcome.problems] == [("o-cong-thuc", Severity.WARNING)]
    assert ("1,5", "1,25") in [(each.old, each.new) for result in outcome.results for each in result.changes]


@pytest.mark.parametrize("epoch", [CALENDAR_WINDOWS_1900, CALENDAR_MAC_1904])
def test_days_typed_as_days_are_exact_in_both_calendars(folders: Folders, epoch: dt.datetime) -> None:
    path = Path("mau") / REPORT
    book = openpyxl.load_workbook(path)
    book.epoch = epoch
    place = cell(book.worksheets[0], "", "ngay_ban_hanh")
    place.value, place.number_format = dt.datetime(2026, 12, 5), "dd/mm/yyyy"  # noqa: DTZ001 - a day
    cell(book.worksheets[0], "", "so_van_ban").value = "07"
    book.save(path)
    outcome = read_back(folders, [str(path)])

    assert outcome.problems == ()
    assert [each.new for each in outcome.results[0].changes] == ["07", "05/12/2026"]


def test_what_steers_a_terminal_is_not_printed(folders: Folders, capsys: pytest.CaptureFixture[str]) -> None:
    path = Path("mau") / REPORT
    fill(path, {("giai_trinh", FOREST): "a_x001B_[2Jb\u202ec"})
    assert run(folders, "import", "--xem-truoc", "mau") is ExitCode.DATA
    said = capsys.readouterr().err

    assert "\x1b" not in said
    assert "\u202e" not in said
    assert f"{_place(path, 'giai_trinh', FOREST)}: lỗi [ky-tu-la]" in said


def test_a_form_with_countless_faults_names_the_first(folders: Folders) -> None:
    def many(sheet: Worksheet) -> None:
        for number in range(sheet.max_row + 1, sheet.max_row + 5000):
            sheet.cell(number, 1).value = "la"

    change(Path("mau") / REPORT, many)
    codes = _codes(folders)

    assert codes.count("hang-la") == MOST
    assert codes.count("con-nua") == 1


def test_what_excel_changed_is_named_again_when_the_copy_comes_back_untouched(folders: Folders) -> None:
    key = ("giai_trinh", FOREST)
    fill(Path("mau") / REPORT, {key: dt.datetime(2026, 10, 5)}, "d-mmm")  # noqa: DTZ001 - a day
    assert _codes(folders) == ["excel-doi-ngay"]
    assert run(folders, "import", "mau") is ExitCode.DATA
    copy = Path("tra-lai") / REPORT
    assert _found(folders, str(copy)) == [(_place(copy, *key), "o-la", Severity.ERROR)]
    assert run(folders, "import", str(copy)) is ExitCode.DATA
    assert _codes(folders, str(copy)) == ["o-la"]
    fill(copy, {key: "Đạt 5/10 chỉ tiêu"})
    assert run(folders, "import", str(copy)) is ExitCode.DONE
    assert "Đạt 5/10 chỉ tiêu" in _file(folders).read_text(encoding="utf-8")
