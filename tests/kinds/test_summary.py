"""The district's summary: the workbook read back cell for cell against the data, the list, and when they are made."""

import dataclasses
import datetime as dt
import functools
import io
import json
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pypdfium2
import pytest
from conftest import ROOT, edit
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt
from entries import entry
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet
from years import real_year, sources_of, unit_of

from pipeline.cli import main as cli
from pipeline.emphasis import plain_text
from pipeline.input.sources import read_source, year_files
from pipeline.jobs.year_files import gather
from pipeline.kinds.bang_tieu_chi.figures import figure
from pipeline.kinds.bang_tieu_chi.totals import maxima
from pipeline.kinds.loai.template import PAPER_FIELDS
from pipeline.kinds.loai.year import Year, read_year
from pipeline.kinds.tong_hop.kind import TONG_HOP, document_of
from pipeline.kinds.tong_hop.listing import listing
from pipeline.kinds.tong_hop.sheet import HEADER_ROW
from pipeline.kinds.tong_hop.summary import Summary
from pipeline.kinds.tong_hop.workbook import CRITERIA_COLUMNS, NUMBER, SHEETS, STATE_COLUMNS, TEXT, workbook
from pipeline.output.manifest import Entry
from pipeline.output.origin import digest
from pipeline.output.states import TinhTrang
from pipeline.pdf.convert import convert
from pipeline.pdf.office import Office
from pipeline.problem import Place, Problem, TemplateError
from pipeline.word.fill import compile_template, fill

FIXED = len(CRITERIA_COLUMNS)
OUT = Path("build/2024")
PATHS = year_files(ROOT / "data" / "2023").communes
HOSTILE = (
    *("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "=cmd|' /C calc'!A0"),
    *("<b>&\"'", "http://x.invalid", "1e5", "{=1}"),
)


def _entry(path: Path) -> Entry:
    sample = "so_lieu_mau: true" in path.read_text(encoding="utf-8")
    return entry("", {f"KH-2023-{path.stem}{ending}": "" for ending in (".docx", ".pdf", ".json")}, sample=sample)


@functools.cache
def _summary() -> Summary:
    """Summarise the real district."""
    return _gathered(real_year(), {f"2023/KH-{path.stem}": _entry(path) for path in PATHS}, {})


def _gathered(year: Year, entries: Mapping[str, Entry], problems: Mapping[str, Sequence[Problem]]) -> Summary:
    assert year.table
    return gather(year, year.table, map(read_source, PATHS), entries, problems)


@pytest.fixture
def summary() -> Summary:
    return _summary()


def _sheets(data: bytes) -> dict[str, Worksheet]:
    return {sheet.title: sheet for sheet in openpyxl.load_workbook(io.BytesIO(data))}


def _cells(sheet: Worksheet, line: int) -> list[Any]:
    return [cell.value for cell in sheet[line + 1]]


def _rows(sheet: Worksheet) -> Iterator[list[Any]]:
    for row in sheet.iter_rows(min_row=HEADER_ROW + 2, values_only=True):
        yield list(row)


def test_targets_are_the_data_cell_for_cell(summary: Summary, year: Year) -> None:
    """Text as the commune wrote it; below it, a row for each unit of measure, the number as it parses."""
    sheet = _sheets(workbook(summary))[SHEETS[0]]
    targets = [unit_of(path, year).values.texts["chi_tieu"] for path in PATHS]
    texts = [row for row in _rows(sheet) if row[3] == TEXT]
    numbers = [row for row in _rows(sheet) if row[3] == NUMBER]

    assert _cells(sheet, HEADER_ROW)[FIXED:] == [path.stem[:5] for path in PATHS]
    for row, criterion in zip(texts, summary.rows, strict=True):
        common = plain_text(criterion.chi_tieu_chung or "")
        assert row[:3] == [criterion.ky_hieu, plain_text(criterion.ten_tieu_chi), common]
        own = [texts.get(criterion.dinh_danh) for texts in targets]
        assert row[FIXED:] == [plain_text(text) if text else None for text in own]
    expected = [
        (criterion.ky_hieu, read.don_vi_tinh, number, float(read.so))
        for criterion in summary.rows
        if criterion.xa_tu_dien
        for number, texts_of in enumerate(targets)
        if (read := figure(plain_text(texts_of[criterion.dinh_danh])))
    ]
    found = [(row[0], row[4], at, each) for row in numbers for at, each in enumerate(row[FIXED:]) if each is not None]
    assert len(found) > 300
    assert sorted(found) == sorted(expected)


def test_points_are_declared_and_computed_ones(summary: Summary, year: Year) -> None:
    assert year.table
    computed = maxima(year.table).diem
    *rows, total = _rows(_sheets(workbook(summary))[SHEETS[1]])

    for row, criterion in zip(rows, summary.rows, strict=True):
        declared = criterion.diem_toi_da
        assert row[3:5] == (
            [None, None] if declared is None else [float(declared), float(computed[criterion.dinh_danh])]
        )
    assert total[1:5] == ["Tổng cộng", None, 100, 100]


def test_states_name_problems_and_files(year: Year) -> None:
    """One unit issued nothing and has warnings, one failed, one was never built."""
    entries = {f"2023/KH-{path.stem}": _entry(path) for path in PATHS[1:]}
    warning = Problem(Place("x.yaml", 7, 3), "nghi-ngo", "số lạ", severity=list(type(_error().severity))[1])
    found = {f"2023/KH-{PATHS[1].stem}": (_error(),), f"2023/KH-{PATHS[3].stem}": (warning,)}
    made = _gathered(year, entries, found)
    rows = [dict(zip(STATE_COLUMNS, row, strict=True)) for row in _rows(_sheets(workbook(made))[SHEETS[2]])]

    assert [row["Tình trạng"] for row in rows[:4]] == ["có lỗi", "có lỗi", "số liệu mẫu", "sẵn sàng"]
    assert [(row["Lỗi"], row["Cảnh báo"]) for row in rows[:4]] == [(0, 0), (1, 0), (0, 0), (0, 1)]
    assert rows[3]["Vấn đề"] == "cảnh báo [nghi-ngo] dòng 7: số lạ"
    assert rows[3]["Tệp"] == f"KH-2023-{PATHS[3].stem}.docx\nKH-2023-{PATHS[3].stem}.pdf"
    assert (rows[3]["Huyện"], rows[3]["Tỉnh"], rows[3]["Số trang"]) == ("huyện Cẩm Thủy", "tỉnh Thanh Hóa", 9)
    targets = _sheets(workbook(made))[SHEETS[0]]
    heads = _cells(targets, HEADER_ROW - 1)[FIXED:]
    assert [head.rpartition("\n")[2] for head in heads[:3]] == ["CÓ LỖI", "CÓ LỖI", "SỐ LIỆU MẪU"]
    assert all(row[FIXED : FIXED + 2] == [None, None] for row in _rows(targets))


def test_a_year_of_several_papers_tells_of_each() -> None:
    """A unit's numbers, dates and files of all its papers; the worst of their states; only its own targets."""
    year = read_year(sources_of(ROOT / "data", "2026"))
    paths = year_files(ROOT / "data" / "2026").communes
    entries = {
        f"2026/{kind}-{path.stem}": entry("", {f"{kind}-2026-{path.stem}.docx": ""}, pages=3)
        for path in paths
        for kind in ("KH", "BC", "BB")
    }
    assert year.table
    made = gather(year, year.table, map(read_source, paths), entries, {f"2026/BC-{paths[1].stem}": (_error(),)})
    sheets = _sheets(workbook(made))
    first, second, *_ = [dict(zip(STATE_COLUMNS, row, strict=True)) for row in _rows(sheets[SHEETS[2]])]

    assert str(sheets[SHEETS[0]]["A1"].value).startswith("Tổng hợp văn bản năm 2026")
    # In the order of the unit's file; another paper than the plan is named by what its files' names begin with.
    assert first["Ngày"] == "KH: …/1/2026; BC: …/12/2026; BB: …/12/2026"
    assert sorted(str(first["Tệp"]).splitlines()) == sorted(
        f"{kind}-2026-{paths[0].stem}.docx" for kind in ("KH", "BC", "BB")
    )
    assert first["Số trang"] == 9
    assert second["Tình trạng"] == "có lỗi"
    assert second["Lỗi"] == 1
    texts = [row for row in _rows(sheets[SHEETS[0]]) if row[3] == TEXT]
    assert sum(row[FIXED] is not None for row in texts) == sum(row.xa_tu_dien for row in made.rows) > 10
    assert all(row[FIXED + 1] is None for row in texts)


def _error() -> Problem:
    return Problem(Place("x.yaml", 3, 1), "sai", "sai số")


def test_sample_units_are_marked(summary: Summary) -> None:
    heads = _cells(_sheets(workbook(summary))[SHEETS[0]], HEADER_ROW - 1)[FIXED:]

    assert [head for head in heads if "SỐ LIỆU MẪU" not in head] == ["xã Cẩm Lương"]
    for sheet in _sheets(workbook(summary)).values():
        assert str(sheet["A2"].value).startswith("SỐ LIỆU MẪU: 16 trong 17 đơn vị")
        assert "SỐ LIỆU MẪU" in str(sheet.oddHeader)
    real = dataclasses.replace(summary, members=tuple(each for each in summary.members if not each.so_lieu_mau))
    with zipfile.ZipFile(io.BytesIO(workbook(real))) as package:
        assert not any("SỐ LIỆU MẪU" in package.read(name).decode() for name in package.namelist())


def test_pages_are_a3_with_repeated_heads(summary: Summary) -> None:
    sheets = _sheets(workbook(summary))

    assert list(sheets) == list(SHEETS)
    for sheet in sheets.values():
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (8, "landscape")
        assert sheet.print_title_rows == f"${HEADER_ROW}:${HEADER_ROW + 1}"
        assert sheet.freeze_panes == f"C{HEADER_ROW + 2}"
        assert sheet.auto_filter.ref
    number = next(cell for row in sheets[SHEETS[0]] for cell in row if cell.value == 1320)
    assert number.number_format == "[$-42A]#,##0"
    assert sheets[SHEETS[0]].print_title_cols == "$A:$B"


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_a_formula(summary: Summary, text: str) -> None:
    """Neither when the file is opened nor when the cell is edited: it is text, marked as quoted."""
    changed = _with_targets(summary, text)
    data = workbook(changed)
    rows = _sheets(data)[SHEETS[0]].iter_rows(min_col=FIXED + 1)
    cells = [cell for row in rows for cell in row if cell.value == text]
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        xml = b"".join(package.read(name) for name in package.namelist())

    assert len(cells) == sum(row.xa_tu_dien for row in summary.rows)
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.number_format for cell in cells} == {"@"}
    assert all(cell.quotePrefix for cell in cells) == (text[0] in "=+-@\t")
    assert b"<f>" not in xml
    assert b"hyperlink" not in xml


@settings(max_examples=40, deadline=None)
@given(text=st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")))
def test_any_text_comes_back_equal(text: str) -> None:
    """But for what reads like Excel's own escapes, which are escaped, and which openpyxl leaves so."""
    assume(not re.search("_x[0-9A-Fa-f]{4}_", text))
    rows = _rows(_sheets(workbook(_with_targets(_summary(), text)))[SHEETS[0]])

    assert {row[FIXED] for row in rows if row[3] == TEXT} == {text, None}


def test_what_looks_like_an_escape_is_escaped(summary: Summary) -> None:
    """Excel reads _x0041_ as A (ECMA-376 part 1, 22.9.2.19)."""
    with zipfile.ZipFile(io.BytesIO(workbook(_with_targets(summary, "_x0041_")))) as package:
        xml = package.read("xl/worksheets/sheet1.xml").decode()

    assert "_x005F_x0041_" in xml
    assert ">_x0041_<" not in xml


def _with_targets(summary: Summary, text: str) -> Summary:
    first = summary.members[0]
    return dataclasses.replace(summary, members=(dataclasses.replace(first, targets=(text,) * len(first.targets)),))


def test_numbers_that_a_double_cannot_hold_stay_text(summary: Summary) -> None:
    for text, wanted in (("123456789012345 ha", 123456789012345), ("1234567890123456 ha", None), ("0,12345", None)):
        rows = _rows(_sheets(workbook(_with_targets(summary, text)))[SHEETS[0]])
        assert {row[FIXED] for row in rows if row[3] == NUMBER} == ({wanted} if wanted else set())


def test_the_same_summary_gives_the_same_bytes(summary: Summary) -> None:
    first, second = workbook(summary), workbook(summary)

    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"2023-01-01T00:00:00Z" in package.read("docProps/core.xml")


def test_the_list_in_word(summary: Summary) -> None:
    """Every unit with state and file name, totals of states, the mark, no link."""
    template = (ROOT / "templates" / "tong-hop.docx").read_bytes()
    document = document_of(listing(summary), "TONG-HOP-2023", "x", dt.date(2023, 1, 1))
    data = fill(compile_template(template, "x", TONG_HOP.fields), document.fields)
    states, units = docx.Document(io.BytesIO(data)).tables
    found = [[cell.text for cell in row.cells] for row in units.rows[1:]]

    assert [[cell.text for cell in row.cells] for row in states.rows[1:]] == [
        ["sẵn sàng", "1"],
        ["số liệu mẫu", "16"],
        ["Tổng số", "17"],
    ]
    assert [row[1] for row in found] == [path.stem[:5] for path in PATHS]
    assert found[3] == ["4", "15139", "xã Cẩm Lương", "sẵn sàng", "9", "KH-2023-15139-cam-luong"]
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        texts = {name: package.read(name).decode() for name in package.namelist()}
    assert all("SỐ LIỆU MẪU" in texts[f"word/header{number}.xml"] for number in (1, 2))
    assert not re.search("hyperlink|External|{{|{%", "".join(texts.values()))
    assert "tblHeader" in texts["word/document.xml"]
    assert set(re.findall('w:ascii="([^"]+)"', texts["word/styles.xml"])) == {"Times New Roman"}


def test_the_templates_do_not_see_each_others_fields() -> None:
    for name, fields, text, other in (
        ("tong-hop", TONG_HOP.fields, "dong.so_trang", "dong.cot_1"),
        ("ke-hoach", PAPER_FIELDS, "hang.cot_1", "hang.ten_tep"),
    ):
        data = (ROOT / "templates" / f"{name}.docx").read_bytes()
        assert compile_template(data, "x", fields).asked
        with pytest.raises(TemplateError, match=other.partition(".")[2]):
            compile_template(_replaced(data, text, other), "x", fields)


def _replaced(data: bytes, old: str, new: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(old.encode(), new.encode()))
    return out.getvalue()


def test_states_are_what_the_data_says(summary: Summary) -> None:
    assert {member.tinh_trang for member in summary.members} == {TinhTrang.SAN_SANG, TinhTrang.SO_LIEU_MAU}
    assert summary.samples == 16
    assert Decimal(100) == summary.totals.tong_diem


@pytest.fixture
def room(repository: Path) -> Path:
    """Give the miniature repository, built once, as the current folder."""
    assert _build("--no-pdf") == 0
    return repository


def _build(*arguments: str) -> int:
    return cli.main(["build", "--data=data", "--templates=templates", "--out=build", "--jobs=1", *arguments])


@pytest.mark.usefixtures("room")
def test_it_is_made_again_when_something_moved_and_only_then() -> None:
    path = OUT / "TONG-HOP-2024.xlsx"
    first, time = path.read_bytes(), path.stat().st_mtime_ns
    assert _build("--no-pdf") == 0
    assert path.stat().st_mtime_ns == time
    edit("data/2024/15142-cam-thach.yaml", "6 ha", "7 ha")
    assert _build("--no-pdf", "15127") == 0
    assert path.read_bytes() == first
    assert _build("--no-pdf") == 0
    assert "7 ha" in str([cell.value for row in _sheets(path.read_bytes())[SHEETS[0]] for cell in row])
    path.write_bytes(b"damaged")
    assert _build("--no-pdf") == 0
    assert _sheets(path.read_bytes())


@pytest.mark.usefixtures("room")
def test_documents_that_are_made_anew_make_it_anew() -> None:
    """It tells their pages: a changed template of theirs is enough."""
    path = Path("templates/ke-hoach.docx")
    before = json.loads(Path("build/manifest.json").read_bytes())["tong_hop"]["2024"]["nguon"]
    path.write_bytes(_replaced(path.read_bytes(), "Tổng cộng", "Cộng"))
    assert _build("--no-pdf") == 0
    after = json.loads(Path("build/manifest.json").read_bytes())["tong_hop"]["2024"]["nguon"]

    assert {key for key in before if before[key] != after[key]} == {"du_lieu"}


def test_the_list_is_laid_out_as_the_decree_asks() -> None:
    """Phụ lục I, phần I, mục I: A4, margins, page number in the middle of the top margin from page 2, 13 to 14 pt."""
    word = docx.Document(str(ROOT / "templates" / "tong-hop.docx"))
    (section,) = word.sections
    number = section.header.paragraphs[0]
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)

    assert [round(each.mm) for each in (section.page_width, section.page_height, *margins) if each] == [
        *(210, 297),
        *(20, 20, 30, 15),
    ]
    assert section.different_first_page_header_footer
    assert "PAGE" in number._p.xml
    assert number.style
    assert number.style.font.size == Pt(14)
    assert number.style.paragraph_format.alignment == WD_ALIGN_PARAGRAPH.CENTER


@pytest.mark.usefixtures("room")
def test_an_error_takes_a_unit_out_of_the_tables_and_names_it() -> None:
    edit("data/2024/15142-cam-thach.yaml", "rung: 6 ha", 'rung: "**6 ha"')
    assert _build("--no-pdf") == 1
    rows = list(_rows(_sheets((OUT / "TONG-HOP-2024.xlsx").read_bytes())[SHEETS[2]]))

    assert [row[4] for row in rows] == ["số liệu mẫu", "có lỗi"]
    assert "[dau-nhan-manh] dòng 21" in rows[1][11]


@pytest.mark.usefixtures("room", "tools")
def test_the_manifest_has_its_hashes_and_verify_knows_it() -> None:
    """With its PDF, which prints every unit and the mark on every page."""
    assert _build() == 0
    entry = json.loads(Path("build/manifest.json").read_bytes())["tong_hop"]["2024"]
    with pypdfium2.PdfDocument(OUT / "TONG-HOP-2024.pdf") as pdf:  # type: ignore[no-untyped-call]
        pages = [page.get_textpage().get_text_range() for page in pdf]

    assert entry["tep"] == {
        f"TONG-HOP-2024{ending}": digest((OUT / f"TONG-HOP-2024{ending}").read_bytes())
        for ending in (".xlsx", ".docx", ".pdf")
    }
    assert all("SỐ LIỆU MẪU" in page for page in pages)
    assert all(code in pages[0] for code in ("15127", "15142"))
    assert cli.main(["verify", "--data=data", "--templates=templates", "build"]) == 0
    (OUT / "TONG-HOP-2024.docx").write_bytes(b"x")
    assert cli.main(["verify", "--data=data", "--templates=templates", "build"]) == 6


Values = Mapping[str, Any]


def _other_unit(listed: Values) -> Values:
    first, *others = listed["cac_dong"]
    return {**listed, "cac_dong": ({**first, "ten_don_vi": "x"}, *others)}


def _other_count(listed: Values) -> Values:
    first, *others = listed["cac_tinh_trang"]
    return {**listed, "cac_tinh_trang": ({**first, "so_luong": "9"}, *others)}


def _other_title(listed: Values) -> Values:
    return {**listed, "tieu_de": "x"}


@pytest.mark.usefixtures("room")
@pytest.mark.parametrize(
    ("change", "code"), [(_other_unit, "sai-o"), (_other_count, "sai-o"), (_other_title, "tieu-de-docx")]
)
def test_a_list_that_is_not_the_data_is_not_published(
    change: Callable[[Values], Values],
    code: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The workbook, made another way, stays."""
    monkeypatch.setattr(
        "pipeline.jobs.render.fill",
        lambda template, fields: fill(template, change(fields) if "cac_dong" in fields else fields),
    )
    (OUT / "TONG-HOP-2024.docx").unlink()
    assert _build("--no-pdf") == 6
    assert f"[{code}]" in capsys.readouterr().err
    assert sorted(path.name for path in OUT.glob("TONG-HOP*")) == ["TONG-HOP-2024.xlsx"]

    monkeypatch.setattr("pipeline.jobs.render.fill", fill)
    assert _build("--no-pdf") == 0
    assert (OUT / "TONG-HOP-2024.docx").is_file()


@pytest.mark.usefixtures("room", "tools")
def test_a_pdf_of_the_list_that_prints_something_else_is_not_published(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def older(documents: Sequence[bytes], tools: Office, **_: object) -> list[bytes | None]:
        return convert(
            [_retitled(each) if b"TONG-HOP" in each or len(documents) == 1 else each for each in documents], tools
        )

    def _retitled(document: bytes) -> bytes:
        made = docx.Document(io.BytesIO(document))
        made.paragraphs[0].runs[0].text = "TỔNG KẾT"
        kept = io.BytesIO()
        made.save(kept)
        return kept.getvalue()

    monkeypatch.setattr("pipeline.jobs.render.convert", older)
    assert _build() == 6
    assert "[sai-chu-pdf]" in capsys.readouterr().err
    assert not list(OUT.glob("TONG-HOP*.pdf"))


@pytest.mark.usefixtures("room")
def test_a_bad_template_keeps_the_documents_and_the_workbook(capsys: pytest.CaptureFixture[str]) -> None:
    Path("templates/tong-hop.docx").write_bytes(b"x")
    assert _build("--no-pdf") == 4
    assert "templates/tong-hop.docx" in capsys.readouterr().err
    assert sorted(path.name for path in OUT.glob("TONG-HOP*")) == ["TONG-HOP-2024.xlsx"]
    assert len(list(OUT.rglob("KH-*.docx"))) == 2
    assert _build("--no-pdf") == 4
    Path("templates/tong-hop.docx").unlink()
    assert _build("--no-pdf") == 0
    assert not (OUT / "TONG-HOP-2024.docx").exists()


@pytest.mark.usefixtures("room")
@pytest.mark.parametrize(
    "name",
    [
        "../../kept.txt",
        "../2024/KH-15142-cam-thach/KH-2024-15142-cam-thach.docx",
        "KH-15142-cam-thach/KH-2024-15142-cam-thach.docx",
    ],
)
def test_a_manifest_of_somebody_else_removes_and_releases_no_other_file(name: str) -> None:
    kept = Path("kept.txt")
    kept.write_text("x", encoding="utf-8")
    path = Path("build/manifest.json")
    manifest = json.loads(path.read_bytes())
    entry = {**manifest["tong_hop"]["2024"], "tep": {name: digest(b"x")}}
    path.write_text(
        json.dumps({**manifest, "tong_hop": {"2024": entry, "2030": entry, "../x": entry}}), encoding="utf-8"
    )

    assert cli.main(["release", "--out=build", "--dir=release", "nam-2024"]) == 0
    assert sorted(each.name for each in Path("release/tep").iterdir()) == ["SHA256SUMS", "van-ban-2024.zip"]
    assert _build("--no-pdf") == 0
    assert kept.is_file()
    assert len(list(OUT.rglob("KH-*.docx"))) == 2


@pytest.mark.usefixtures("room")
def test_a_whole_country_has_no_summary(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (OUT / "TONG-HOP-2024.xlsx").is_file()
    monkeypatch.setattr("pipeline.jobs.summaries.MOST_UNITS", 1)

    assert _build("--no-pdf") == 0
    assert not list(OUT.glob("TONG-HOP*"))
    assert json.loads(Path("build/manifest.json").read_bytes())["tong_hop"] == {}


@pytest.mark.usefixtures("room")
def test_a_year_that_is_gone_takes_its_summary_along() -> None:
    shutil.copytree("data/2024", "data/2025")
    edit("data/2025/bo-tieu-chi.yaml", "nam: 2024", "nam: 2025")
    _build("--no-pdf")
    assert Path("build/2025/TONG-HOP-2025.xlsx").is_file()
    shutil.rmtree("data/2025")
    assert _build("--no-pdf") == 0
    assert not Path("build/2025/TONG-HOP-2025.xlsx").exists()
    assert set(json.loads(Path("build/manifest.json").read_bytes())["tong_hop"]) == {"2024"}
