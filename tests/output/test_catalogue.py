"""What lies beside the documents: each one's own page, the year's zip; made anew only where it would be another."""

import json
import re
import shutil
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import pytest
from conftest import edit
from entries import entry, problem

from pipeline.cli import main as cli
from pipeline.output import catalogue
from pipeline.output.manifest import read_manifest
from pipeline.output.page import make_detail
from pipeline.output.page.row import make_row
from pipeline.output.records import Record

THACH, SON = "2024/KH-15142-cam-thach", "2024/KH-15127-phong-son"
THACH_DATA, SON_DATA = "data/2024/15142-cam-thach.yaml", "data/2024/15127-phong-son.yaml"
WHERE = ("--data=data", "--templates=templates", "--out=build")
ZIP = Path("build/2024/van-ban-2024.zip")


@pytest.fixture(autouse=True)
def room(repository: Path) -> Path:
    """Give the miniature repository, built once without PDF, as the current folder."""
    assert _build() == 0
    return repository


def _build(*arguments: str) -> int:
    return cli.main(["build", *WHERE, "--jobs=1", "--no-pdf", "--quiet", *arguments])


class _Links(HTMLParser):
    """Gathers what a page refers to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in {"href", "src"} and value and tag != "script"]


def _text(name: str) -> str:
    return Path(f"build/{name}.html").read_text(encoding="utf-8")


def _times() -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in Path("build/2024").glob("*.*")}


def test_every_link_of_every_page_leads_to_a_published_file() -> None:
    sums = Path("build/SHA256SUMS").read_text(encoding="utf-8")
    for page in Path("build").rglob("*.html"):
        links = _Links()
        links.feed(page.read_text(encoding="utf-8"))
        assert len(links.found) >= 2
        for link in links.found:
            target = (page.parent / link).resolve()
            assert target.is_file(), link
            assert f"  {target.relative_to(Path('build').resolve()).as_posix()}\n" in sums


def test_the_guide_is_a_page_too() -> None:
    """Its tables are tables, its comment for those who edit it and its picture are not there."""
    text = Path("build/huong-dan.html").read_text(encoding="utf-8")

    assert 'href="huong-dan.html"' in Path("build/index.html").read_text(encoding="utf-8")
    assert "<td><code>tong-khong-khop</code></td>" in text
    assert "<h2>Sửa một con số</h2>" in text
    assert not re.search(r"<!--|&lt;!|<img|\|", text)


def test_a_documents_page_adds_up_its_sections() -> None:
    record = json.loads(Path(f"build/{THACH}/KH-2024-15142-cam-thach.json").read_bytes())
    sections = [points for level, _, _, (points,) in record["diem_cac_muc"] if level == 0]
    (total,) = record["tong_diem"]

    assert sum(float(points.replace(",", ".")) for points in sections) == float(total.replace(",", "."))
    assert record["cot_diem"] == ["Điểm tối đa"]
    assert '<th scope="col">Điểm tối đa</th>' in _text(THACH)
    for _, label, words, (points,) in record["diem_cac_muc"]:
        assert f'<td>{label}</td><td>{words}</td><td class="so">{points}</td>' in _text(THACH)


def test_a_documents_page_has_its_problems_with_lines_and_loses_them() -> None:
    edit(THACH_DATA, "noi_luu: VT", "noi_luu: VP")
    assert _build() == 1
    text = _text(THACH)
    assert f"{THACH_DATA}:" in text
    assert "phải bắt đầu bằng VT" in text
    assert "Tệp trên là bản trước khi có lỗi" in text

    edit(THACH_DATA, "noi_luu: VP", "noi_luu: VT")
    assert _build() == 0
    assert "phải bắt đầu bằng VT" not in _text(THACH)


def test_a_commune_that_was_never_built_has_a_page_too() -> None:
    shutil.rmtree("build")
    edit(THACH_DATA, "noi_luu: VT", "noi_luu: VP")
    assert _build() == 1

    assert "Chưa có văn bản" in _text(THACH)
    assert cli.main(["verify", *WHERE[:2], "build"]) == 0


def test_what_made_it_another_stays_with_a_document() -> None:
    """The page of all tells of the last publication; a document's own page of its last change, however old."""
    edit(THACH_DATA, "6 ha", "7 ha")
    assert _build() == 0
    assert "<del>" in _text(THACH)
    edit(SON_DATA, "so_van_ban: 5", "so_van_ban: 12")
    assert _build() == 0
    assert "<li>Số văn bản: <del>5</del> → <ins>12</ins></li>" in _text(SON)
    assert "<del>" in _text(THACH)

    template = Path("templates/ke-hoach.docx")
    with zipfile.ZipFile(template, "a") as package:  # The same document from other bytes.
        package.comment = b"x"
    assert _build() == 0
    assert "<del>" in _text(THACH)


def test_only_what_would_be_another_is_written() -> None:
    before = _times()
    assert _build() == 0
    assert _times() == before
    edit(THACH_DATA, "6 ha", "7 ha")
    assert _build() == 0

    moved = {name for name, time in _times().items() if time != before.get(name)}
    assert moved == {"KH-15142-cam-thach.html", "TONG-HOP-2024.xlsx", "TONG-HOP-2024.docx", "van-ban-2024.zip"}


@pytest.mark.parametrize("path", [Path(f"build/{THACH}.html"), ZIP], ids=["page", "zip"])
def test_a_damaged_or_deleted_file_is_found_and_mended(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(b"x")
    assert cli.main(["verify", *WHERE[:2], "build"]) == 6
    assert _build() == 0
    assert path.read_bytes() == content
    path.unlink()
    assert _build() == 0
    assert path.read_bytes() == content


def test_a_withdrawn_commune_takes_its_page_along() -> None:
    Path(THACH_DATA).unlink()
    assert _build() == 0

    assert not Path(f"build/{THACH}.html").exists()
    assert THACH not in Path("build/manifest.json").read_text(encoding="utf-8")
    assert not [name for name in zipfile.ZipFile(ZIP).namelist() if "cam-thach" in name]


def test_the_zip_has_the_years_documents_and_summary_as_published() -> None:
    with zipfile.ZipFile(ZIP) as package:
        names = package.namelist()
        assert package.testzip() is None
        assert all(package.read(name) == Path("build", name).read_bytes() for name in names)

    assert sorted(names) == names
    assert {Path(name).suffix for name in names} == {".docx", ".json", ".xlsx"}
    assert len(names) == 2 * 2 + 2


def test_a_partial_build_leaves_no_stale_zip() -> None:
    edit(THACH_DATA, "6 ha", "7 ha")
    assert _build("15142") == 0

    with zipfile.ZipFile(ZIP) as package:
        name = f"{THACH}/KH-2024-15142-cam-thach.docx"
        assert package.read(name) == Path("build", name).read_bytes()


def test_a_year_of_very_many_documents_has_no_zip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "MOST_PACKED", 1)
    assert _build() == 0

    assert not ZIP.exists()
    assert ".zip" not in Path("build/index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", ["../x.html", "2024/../../x.zip", "/etc/x.html", "2024/a/b.html", "manifest.json"])
def test_a_foreign_manifest_removes_nothing_elsewhere(path: str) -> None:
    """Files that are no longer wanted are removed by the list; a list may be anybody's."""
    manifest = Path("build/manifest.json")
    found = json.loads(manifest.read_bytes())
    found["kem"] = {path: ["0" * 64, "0" * 64], f"{THACH}.html": 7}
    manifest.write_text(json.dumps(found), encoding="utf-8")

    assert read_manifest(manifest)[0].kem == {}
    Path("x.html").write_bytes(b"mine")
    assert _build() == 0
    assert Path("x.html").read_bytes() == b"mine"


def test_hostile_words_are_text_on_a_documents_page() -> None:
    name = "<script>alert(1)</script>"
    listed = entry(name, {name: "0" * 64})
    record = json.loads(Path(f"build/{THACH}/KH-2024-15142-cam-thach.json").read_bytes())
    record |= {"thay_doi": [[name, name, name]], "diem_cac_muc": [[0, name, name, [name]]], "tong_diem": [name]}
    record |= {"cot_diem": [name]}
    row = make_row(THACH, listed, [problem(name)], lambda _: 0, "2024-03-01")

    made = make_detail(row, listed, Record.model_validate(record)).decode()
    assert "<script" not in made
    assert made.count("&lt;script&gt;") > 10


@pytest.mark.parametrize(
    "name", ["2024/bo-tieu-chi", "2024/KH-a b", "2024/..", "2024/KH-Đ", "x/KH-15142-a", f"2024/KH-{'a' * 101}"]
)
def test_a_name_that_no_document_can_have_gets_no_page(name: str) -> None:
    assert make_row(name, None, [], lambda _: 0).detail == ""


def test_a_partial_build_beside_a_damaged_document_packs_no_zip_and_the_next_complete_one_does() -> None:
    damaged = Path(f"build/{SON}/KH-2024-15127-phong-son.docx")
    content = damaged.read_bytes()
    damaged.write_bytes(b"x")
    edit(THACH_DATA, "6 ha", "7 ha")
    assert _build("15142") == 0
    assert not ZIP.exists()

    assert _build() == 0
    with zipfile.ZipFile(ZIP) as package:
        assert package.read(damaged.relative_to("build").as_posix()) == content


def test_a_problem_does_not_tell_where_the_data_lay(tmp_path: Path) -> None:
    """The same data gives the same page, and nobody's folders are published."""
    edit(THACH_DATA, "noi_luu: VT", "noi_luu: VP")
    assert _build() == 1
    before = _text(THACH)
    shutil.copytree("data", tmp_path / "elsewhere" / "data")
    shutil.rmtree("build")
    assert cli.main(["build", f"--data={tmp_path / 'elsewhere' / 'data'}", *WHERE[1:], "--no-pdf", "--quiet"]) == 1

    assert f"<code>{THACH_DATA}:" in before
    assert "<code>noi_luu: VT</code>" in before
    assert not [path for path in Path("build").rglob("*.*") if b"elsewhere" in path.read_bytes()]


def test_the_newest_year_comes_first() -> None:
    assert catalogue._newest_first({"2024/KH-02222-b", "2025/QD", "2024/KH-01111-a", "2025/BC-02222-b"}) == [
        "2025/BC-02222-b",
        "2025/QD",
        "2024/KH-01111-a",
        "2024/KH-02222-b",
    ]
