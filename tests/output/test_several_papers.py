"""Several papers of a commune and papers of a year, as they are published: list, page, zip, release, changes."""

import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, edit
from entries import entry, problem

from pipeline.cli import main as cli
from pipeline.output.page.row import make_row

TU = "data/2026/15148-cam-tu.yaml"
THACH_2023, THACH_2026 = "data/2023/15142-cam-thach.yaml", "data/2026/15142-cam-thach.yaml"
UNIT_PAGE = Path("build/don-vi/15142-cam-thach.html")
MINUTES = '  bien-ban-tham-dinh:\n    so_van_ban: ""\n    ngay_ban_hanh: /12/2026\n'
WHERE = ("--data=data", "--templates=templates")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give two years of the repository, of 2023 two communes that are also there in 2026, built without PDF."""
    room = tmp_path_factory.mktemp("nam")
    shutil.copytree(ROOT / "data", room / "data")
    for path in (room / "data" / "2023").glob("1*.yaml"):
        if not path.name.startswith(("15142", "15178")):
            path.unlink()
    shutil.copytree(ROOT / "templates", room / "templates")
    where = [f"--{name}={room / name}" for name in ("data", "templates")]
    assert cli.main(["build", *where, f"--out={room / 'build'}", "--jobs=1", "--no-pdf", "--quiet"]) == 0
    return room


@pytest.fixture(autouse=True)
def room(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a copy of it as the current folder."""
    shutil.copytree(built, tmp_path / "room")
    monkeypatch.chdir(tmp_path / "room")
    return tmp_path / "room"


def _build(*arguments: str) -> int:
    return cli.main(["build", *WHERE, "--out=build", "--jobs=1", "--no-pdf", "--quiet", *arguments])


def _text(path: str | Path) -> str:
    return Path(path).read_text(encoding="utf-8")


def _told() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_text("build/thay-doi.json"))["van_ban"]
    return found


def _manifest() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_text("build/manifest.json"))
    return found


class _Table(HTMLParser):
    """Gathers headings and rows of a page, in their order: text alone."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[list[str]] = []
        self._cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - HTMLParser's
        if tag in {"tr", "h2"}:
            self.found.append([])
        self._cell = tag in {"td", "th", "h2"} or (self._cell and tag not in {"tr", "section"})
        if tag in {"td", "th", "h2"}:
            self.found[-1].append("")

    def handle_data(self, data: str) -> None:
        if self._cell and self.found and self.found[-1] and data.strip():
            self.found[-1][-1] += data.strip()


def _rows(path: Path) -> list[list[str]]:
    table = _Table()
    table.feed(_text(path))
    return [row[:2] if len(row) > 1 else row for row in table.found if row and row[0] != "Loại văn bản"]


def test_a_units_page_has_all_its_papers_the_newest_year_first() -> None:
    assert _rows(UNIT_PAGE) == [
        ["Năm 2026"],
        ["Biên bản", "số liệu mẫu"],
        ["Báo cáo", "số liệu mẫu"],
        ["Kế hoạch", "số liệu mẫu"],
        ["Năm 2023"],
        ["Kế hoạch", "số liệu mẫu"],
    ]
    assert "<h1>xã Cẩm Thạch <small>15142</small></h1>" in _text(UNIT_PAGE)


def test_a_units_page_is_published_as_any_file() -> None:
    """It is listed, leads to its papers, and these lead to it; a paper about all units has no unit's page."""
    listed, sums = _manifest()["kem"], _text("build/SHA256SUMS")
    pages = {path.relative_to("build").as_posix() for path in Path("build/don-vi").glob("*")}
    units = {"15127-cam-thuy", "15142-cam-thach", "15148-cam-tu", "15163-cam-van", "15178-cam-tan"}
    assert pages == {f"don-vi/{unit}.html" for unit in units}
    assert all(page in listed and f"  {page}\n" in sums for page in pages)
    for name in ("2026/KH-15142-cam-thach", "2026/BB-15142-cam-thach", "2023/KH-15142-cam-thach"):
        assert f'href="../{name}.html"' in _text(UNIT_PAGE)
        assert f'href="../{name}/' in _text(UNIT_PAGE)
        assert 'href="../don-vi/15142-cam-thach.html"' in _text(f"build/{name}.html")
    assert "don-vi/" not in _text("build/2026/QD.html")
    assert cli.main(["verify", *WHERE, "build"]) == 0


def test_only_the_page_of_a_changed_unit_is_written() -> None:
    before = {path: path.stat().st_mtime_ns for path in Path("build/don-vi").iterdir()}
    edit(THACH_2026, MINUTES, "")
    assert _build() == 0

    assert {path.name for path in before if path.stat().st_mtime_ns != before[path]} == {"15142-cam-thach.html"}
    assert ["Biên bản", "số liệu mẫu"] not in _rows(UNIT_PAGE)


def test_a_units_page_goes_with_its_last_paper() -> None:
    Path(THACH_2026).unlink()
    assert _build() == 0
    assert _rows(UNIT_PAGE) == [["Năm 2023"], ["Kế hoạch", "số liệu mẫu"]]
    Path(THACH_2023).unlink()
    assert _build() == 0

    assert not UNIT_PAGE.exists()
    assert "don-vi/15142-cam-thach.html" not in _manifest()["kem"]
    assert cli.main(["verify", *WHERE, "build"]) == 0


def test_a_units_page_tells_what_has_errors() -> None:
    edit(THACH_2026, "ngay_ban_hanh: /01/2026", "ngay_ban_hanh: /01/2026\n    da_ban_hanh: true")
    assert _build() == 1

    assert _rows(UNIT_PAGE)[1:4] == [
        ["Biên bản", "số liệu mẫu"],
        ["Báo cáo", "số liệu mẫu"],
        ["Kế hoạch", "có lỗi"],
    ]


def test_the_page_has_a_row_for_each_paper_and_a_filter_by_kind() -> None:
    page = _text("build/index.html")
    rows = re.findall(r'<tr data-k="([^"]*)" data-n="([^"]*)" data-t="[^"]*" data-l="([^"]*)">', page)

    assert len(rows) == len(_manifest()["van_ban"]) == 15 + 2
    of_tu = [(words, year, kind) for words, year, kind in rows if "15148" in words]
    assert [kind for _, _, kind in of_tu] == ["Biên bản", "Báo cáo", "Kế hoạch"]
    assert of_tu[1][0] == "15148 xa cam tu cam tu bao cao 2026"
    assert [kind for _, year, kind in rows if year == "2023"] == ["Kế hoạch", "Kế hoạch"]
    options = re.findall(r"<option>([^<]*)</option>", page.partition('id="loai"')[2].partition("</select>")[0])
    assert options == sorted({kind for _, _, kind in rows})
    assert {"Quyết định", "Công văn"} <= set(options)


def test_a_years_own_paper_has_a_page_of_its_own() -> None:
    text = _text("build/2026/QD.html")

    assert "<h1>Quyết định, Ủy ban nhân dân tỉnh Thanh Hóa <small>năm 2026</small></h1>" in text
    assert "Điểm theo mục" not in text
    assert "QD-2026.docx" in text


def test_a_papers_page_has_a_column_for_each_column_of_points() -> None:
    record = json.loads(_text("build/2026/BB-15148-cam-tu/BB-2026-15148-cam-tu.json"))
    text = _text("build/2026/BB-15148-cam-tu.html")

    assert record["cot_diem"] == ["Điểm tối đa", "Điểm tự chấm", "Điểm thẩm định"]
    assert len(record["tong_diem"]) == 3
    assert "".join(f'<th scope="col">{heading}</th>' for heading in record["cot_diem"]) in text
    assert "".join(f'<td class="so">{total}</td>' for total in record["tong_diem"]) in text
    assert record["gia_tri"].keys() == {"diem_tu_cham", "diem_tham_dinh", "ly_do"}


def test_errors_of_what_papers_share_are_a_row_without_a_page() -> None:
    edit("data/2026/bao-cao-tu-cham.yaml", "khoa_cot: giai_trinh", "khoa_cot: giai_trin")
    assert _build() == 1
    page = _text("build/index.html")

    assert list(_manifest()["co_loi"]) == ["2026/bao-cao-tu-cham"]
    assert "Loại văn bản bao-cao-tu-cham <small></small></th><td>Tệp chung</td>" in page
    assert not Path("build/2026/bao-cao-tu-cham.html").exists()


@pytest.mark.parametrize(
    ("name", "kind", "title", "unit"),
    [
        ("2026/BC-15148-cam-tu", "BC", "cam tu", "don-vi/15148-cam-tu.html"),
        ("2026/QD", "QD", "", ""),
        ("2026/bo-tieu-chi", "Tệp chung", "Bộ tiêu chí của năm", ""),
        ("2026/chung", "Tệp chung", "Phần chung của năm", ""),
        ("2026/KH-15148-../../x", "Tệp chung", "Loại văn bản KH-15148-../../x", ""),
        ("2026/KH-x-y", "KH", "y", ""),
    ],
)
def test_what_was_never_built_is_called_by_its_place(name: str, kind: str, title: str, unit: str) -> None:
    row = make_row(name, None, [problem("x")], lambda _: 0)

    assert (row.kind, row.title, row.unit) == (kind, title, unit)


def test_two_papers_of_a_unit_lead_to_one_page() -> None:
    rows = [make_row(f"{year}/KH-15148-cam-tu", entry("xã Cẩm Tú", {}), [], lambda _: 0) for year in ("2025", "2026")]

    assert {row.unit for row in rows} == {"don-vi/15148-cam-tu.html"}


def test_the_zip_has_every_paper_of_the_year() -> None:
    with zipfile.ZipFile("build/2026/van-ban-2026.zip") as package:
        names = package.namelist()
        assert all(package.read(name) == Path("build", name).read_bytes() for name in names)

    assert {name.rpartition("/")[0] for name in names} == {
        "2026",
        *(name for name in _manifest()["van_ban"] if name.startswith("2026/")),
    }
    assert "2026/QD/QD-2026.docx" in names
    assert "2026/BC-15148-cam-tu/BC-2026-15148-cam-tu.json" in names


def test_a_release_has_every_paper_of_its_year_and_none_of_another() -> None:
    assert cli.main(["release", *WHERE, "--out=build", "--dir=release", "nam-2026"]) == 0
    with zipfile.ZipFile("release/tep/van-ban-2026.zip") as package:
        documents = [name for name in package.namelist() if name.endswith(".docx") and "TONG-HOP" not in name]

    assert sorted(documents) == sorted(
        path.relative_to("build").as_posix() for path in Path("build/2026").glob("*/*.docx")
    )
    assert "\n15 văn bản: 15 số liệu mẫu.\n" in _text("release/GHI-CHU.md")


def test_a_changed_point_is_told_in_the_papers_that_say_it() -> None:
    edit(TU, "  so-nguoi-duoc-giai-quyet-viec-lam: 1,25", "  so-nguoi-duoc-giai-quyet-viec-lam: 1,5")
    assert _build() == 0

    told = _told()
    assert told.keys() == {"2026/BB-15148-cam-tu", "2026/QD"}
    assert told["2026/BB-15148-cam-tu"]["ten_don_vi"] == "xã Cẩm Tú, biên bản"
    words = "Điểm thẩm định: Số người được giải quyết việc làm mới"
    assert [words, "1,25", "1,5"] in told["2026/BB-15148-cam-tu"]["khac"]
    assert told["2026/BB-15148-cam-tu"]["do"] == []
    assert told["2026/QD"]["khac"] == [["Nội dung chữ của văn bản", "", "có chỗ khác"]]
    page = _text("build/index.html")
    assert "xã Cẩm Tú, biên bản" in page
    assert f"<li>{words}: <del>1,25</del> → <ins>1,5</ins></li>" in _text("build/2026/BB-15148-cam-tu.html")


def test_new_and_withdrawn_papers_are_told_each_by_its_kind() -> None:
    edit(TU, MINUTES, "")
    assert _build() == 0
    gone = {name: (each["loai"], each["ten_don_vi"]) for name, each in _told().items()}
    assert gone == {"2026/BB-15148-cam-tu": ("đã bỏ", "xã Cẩm Tú, biên bản")}
    edit(TU, "van_ban:\n", f"van_ban:\n{MINUTES}")
    assert _build() == 0

    assert {name: each["loai"] for name, each in _told().items()} == {"2026/BB-15148-cam-tu": "mới"}


def test_a_changed_kind_is_told_as_the_cause() -> None:
    edit("data/2026/bao-cao-tu-cham.yaml", "Công tác chỉ đạo, điều hành", "Công tác chỉ đạo")
    assert _build() == 0

    told = _told()
    assert {name.partition("-")[0] for name in told} == {"2026/BC"}
    assert len(told) == 4
    assert all(each["do"] == ["tệp của loại văn bản"] for each in told.values())


@pytest.fixture
def page(browser: Any, room: Path) -> Iterator[Any]:
    """Give the page opened from the folder; a console error fails the test."""
    opened = browser.new_page()
    trouble: list[str] = []
    opened.on("console", lambda message: trouble.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: trouble.append(str(error)))
    opened.goto((room / "build" / "index.html").as_uri())
    yield opened
    opened.close()
    assert trouble == []


def _shown(page: Any) -> list[list[str]]:
    return [row.locator("th, td").all_inner_texts()[:3] for row in page.locator("#bang tr:visible").all()]


def test_kind_year_and_words_filter_together(page: Any) -> None:
    page.select_option("#loai", "Kế hoạch")
    assert len(_shown(page)) == 5 + 2
    page.fill("#tu", "cam thach")
    assert _shown(page) == [["xã Cẩm Thạch 15142", "Kế hoạch", year] for year in ("2026", "2023")]
    page.select_option("#nam", "2026")
    assert _shown(page) == [["xã Cẩm Thạch 15142", "Kế hoạch", "2026"]]
    page.select_option("#loai", "")
    assert [kind for _, kind, _ in _shown(page)] == ["Biên bản", "Báo cáo", "Kế hoạch"]
    page.fill("#tu", "quyet dinh")
    assert [kind for _, kind, _ in _shown(page)] == ["Quyết định"]


@pytest.mark.parametrize("width", [1024, 360])
def test_from_a_paper_to_all_of_its_unit_and_back(page: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 768})
    page.fill("#tu", "15142 bien ban")
    page.locator("#bang tr:visible a", has_text="xã Cẩm Thạch").click()
    page.get_by_text("Mọi văn bản của đơn vị này").click()

    assert page.locator("h1").inner_text() == "xã Cẩm Thạch 15142"
    assert page.locator("h2").all_inner_texts() == ["Năm 2026", "Năm 2023"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    with page.expect_download() as waiting:
        page.locator(".tai a", has_text=".docx").last.click()
    assert waiting.value.suggested_filename == "KH-2023-15142-cam-thach.docx"
    page.get_by_text("← Mọi văn bản").click()
    assert page.locator("#bang").is_visible()


def test_a_units_page_is_printed_with_its_papers(page: Any) -> None:
    """On paper the page of all leaves out what only a screen can do, which stands in sections there."""
    page.fill("#tu", "15142 bien ban")
    page.locator("#bang tr:visible a", has_text="xã Cẩm Thạch").click()
    page.get_by_text("Mọi văn bản của đơn vị này").click()
    page.emulate_media(media="print")

    assert page.locator("tbody tr:visible").count() == 4
