"""What a publication says of the one before it, from the user's side: build, edit, build, read thay-doi."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from conftest import edit

from pipeline.cli import main as cli
from pipeline.output import catalogue
from pipeline.output.changes import OTHER, Change, Comparison, change_files, read_changes
from pipeline.output.records import Difference

THACH, SON = "2024/KH-15142-cam-thach", "2024/KH-15127-phong-son"
THACH_DATA, SON_DATA = "data/2024/15142-cam-thach.yaml", "data/2024/15127-phong-son.yaml"


@pytest.fixture(autouse=True)
def room(repository: Path) -> Path:
    """Give the miniature repository, built once, as the current folder."""
    assert _build() == 0
    return repository


def _build(*arguments: str, out: str = "build") -> int:
    where = ["--data=data", "--templates=templates", f"--out={out}", "--jobs=1"]
    return cli.main(["build", *where, "--no-pdf", "--quiet", *arguments])


def _told(out: str = "build") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(out, "thay-doi.json").read_text(encoding="utf-8"))["van_ban"]
    return found


def _headings() -> list[str]:
    page, markdown = (Path("build", file).read_text(encoding="utf-8") for file in ("index.html", "thay-doi.md"))
    return [page.partition('<h2 id="td">')[2].partition("</h2>")[0], markdown.splitlines()[0].removeprefix("# ")]


def _target() -> tuple[str, str]:
    """Give the first target of Cẩm Thạch: its dinh_danh and text, as the record has them."""
    record = json.loads(Path(f"build/{THACH}/KH-2024-15142-cam-thach.json").read_text(encoding="utf-8"))
    return next((key, text) for key, text in record["gia_tri"]["chi_tieu"].items())


def _tree(out: str) -> dict[str, bytes]:
    paths = [path for path in Path(out).rglob("*") if path.is_file() and not path.name.startswith(".")]
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in paths}


def test_a_first_publication_has_nothing_to_compare_with() -> None:
    assert not Path("build/thay-doi.json").exists()
    assert 'id="thay-doi"' not in Path("build/index.html").read_text(encoding="utf-8")


def test_a_changed_target_is_told_old_and_new() -> None:
    _, text = _target()
    edit(THACH_DATA, text, f"{text} (mới)")
    assert _build() == 0

    told = _told()
    assert list(told) == [THACH]
    assert told[THACH]["loai"] == "thay đổi"
    [(words, old, new)] = told[THACH]["khac"]
    assert words.startswith("Chỉ tiêu: ")
    assert (old, new) == (text, f"{text} (mới)")
    assert "## xã Cẩm Thạch, kế hoạch" in Path("build/thay-doi.md").read_text(encoding="utf-8")
    assert cli.main(["verify", "--data=data", "--templates=templates", "build"]) == 0


def test_names_and_dates_are_told() -> None:
    edit(THACH_DATA, "noi_luu: VT", "noi_luu: VT, QS")
    edit(SON_DATA, "so_van_ban: 5", "so_van_ban: 12")
    assert _build() == 0

    assert _told()[THACH]["khac"] == [["Nội dung chữ của văn bản", "", "có chỗ khác"]]
    assert ["Số văn bản", "5", "12"] in _told()[SON]["khac"]


def test_an_unchanged_build_and_a_mended_one_keep_what_was_told() -> None:
    edit(THACH_DATA, "noi_luu: VT", "noi_luu: VT, QS")
    assert _build() == 0
    before = _tree("build")
    assert _build() == 0
    assert _tree("build") == before
    Path(f"build/{SON}/KH-2024-15127-phong-son.docx").write_bytes(b"")
    assert _build() == 0

    assert _tree("build") == before


def test_a_damaged_list_of_changes_goes() -> None:
    edit(THACH_DATA, "noi_luu: VT", "noi_luu: VT, QS")
    assert _build() == 0
    Path("build/thay-doi.md").write_text("khác", encoding="utf-8")
    assert _build() == 0

    assert list(Path("build").glob("thay-doi.*")) == []
    assert cli.main(["verify", "--data=data", "--templates=templates", "build"]) == 0


def test_new_and_removed_communes_are_told() -> None:
    Path(SON_DATA).rename("son.yaml")
    assert _build() == 0
    assert {name: each["loai"] for name, each in _told().items()} == {SON: "đã bỏ"}
    Path("son.yaml").rename(SON_DATA)
    assert _build() == 0

    assert {name: each["loai"] for name, each in _told().items()} == {SON: "mới"}


def test_a_changed_criteria_set_names_whose_text_moved() -> None:
    edit("data/2024/bo-tieu-chi.yaml", "Quản lý chợ", "Trông chợ")
    assert _build() == 0

    assert _told().keys() == {THACH, SON}
    assert all(each["do"] == ["bộ tiêu chí"] for each in _told().values())


def test_a_change_that_moves_no_text_is_not_told() -> None:
    edit("data/2024/bo-tieu-chi.yaml", "tong_diem: ", "# ghi chú\ntong_diem: ")
    edit("data/2024/ke-hoach.yaml", "so_trang_nhieu_nhat: ", "# ghi chú\nso_trang_nhieu_nhat: ")
    assert _build() == 0

    assert not Path("build/thay-doi.json").exists()


def test_a_build_killed_between_publishing_and_the_list_tells_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree("build", "undisturbed")
    edit(THACH_DATA, "noi_luu: VT", "noi_luu: VT, QS")
    edit(SON_DATA, "noi_luu: VT", "noi_luu: VT, QS")
    assert _build(out="undisturbed") == 0
    with monkeypatch.context() as patched:
        patched.setattr(catalogue, "changed_files", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            _build("15142")
    assert _build() == 0

    assert _tree("build") == _tree("undisturbed")
    assert not Path("build/.truoc").exists()


@pytest.mark.parametrize("since", ["cu", "cu/manifest.json"])
def test_since_compares_with_another_publication(since: str) -> None:
    shutil.copytree("build", "cu")
    _, text = _target()
    edit(THACH_DATA, text, f"{text} (mới)")
    assert _build() == 0
    edit(SON_DATA, "so_van_ban: 5", "so_van_ban: 12")
    assert _build("--since", since) == 0

    assert _told().keys() == {THACH, SON}
    assert [old for _, old, _ in _told()[THACH]["khac"]] == [text]


def test_with_what_was_compared_is_said_and_kept() -> None:
    """In the headings of page and Markdown; a build that changes nothing keeps them, the next change has others."""
    shutil.copytree("build", "cu")
    edit(THACH_DATA, "noi_luu: VT", "noi_luu: VT, QS")
    assert _build("--since", "cu") == 0
    told = _tree("build")
    assert _headings() == ["Thay đổi so với bản xuất bản đem so (--since)"] * 2
    assert _build() == 0
    assert _tree("build") == told

    edit(SON_DATA, "so_van_ban: 5", "so_van_ban: 12")
    assert _build() == 0
    assert _headings() == ["Thay đổi so với lần xuất bản trước"] * 2


def test_since_nothing_is_wrong_usage() -> None:
    assert _build("--since", "khong-co") == 2


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b'{"van_ban": {"a": {"khac": 1}}}', b'{"so_voi": [], "van_ban": {}}', b"[" * 100_000]
)
def test_a_damaged_file_tells_nothing(content: bytes) -> None:
    assert read_changes(content) == Comparison()


def test_what_is_written_is_read_back_and_markdown_shows_names_as_they_are() -> None:
    change = Change("2024/1-a", "<b>*[x](y)\n# z", "thay đổi", (Difference("a|b", "`1`", ""),), ("mẫu Word",))
    told = Comparison((change,), OTHER)
    files = change_files(told)

    assert read_changes(files["thay-doi.json"]) == told
    assert r"## \<b\>\*\[x\](y) \# z" in files["thay-doi.md"].decode()
    assert r"- a\|b: \`1\` → (trống)" in files["thay-doi.md"].decode()
