"""Several kinds of paper in a year: each depends on what it says, and on nothing else."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, edit

from pipeline.cli import main as cli

TU, TAN = "data/2026/15148-cam-tu.yaml", "data/2026/15178-cam-tan.yaml"
PLAN, REPORT, DECISION = (f"data/2026/{name}.yaml" for name in ("ke-hoach", "bao-cao-tu-cham", "quyet-dinh-xep-hang"))
MINUTES = '  bien-ban-tham-dinh:\n    so_van_ban: ""\n    ngay_ban_hanh: /12/2026\n'
REPORT_NUMBER = '  bao-cao-tu-cham:\n    so_van_ban: ""\n'
OWN_UNITS = ("15127-cam-thuy", "15142-cam-thach", "15148-cam-tu", "15163-cam-van")
SEEN = Path("build/.da-xem.json")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the year 2026 of the repository, built once without PDF."""
    room = tmp_path_factory.mktemp("nam")
    shutil.copytree(ROOT / "data" / "2026", room / "data" / "2026")
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


def _build(*arguments: str, out: str = "build") -> int:
    where = ["--data=data", "--templates=templates", f"--out={out}", "--jobs=1"]
    return cli.main(["build", *where, "--no-pdf", "--quiet", *arguments])


def _papers() -> dict[str, tuple[int, int]]:
    """Give inode and time of every paper, by its place below the year."""
    found = ((path.parent.name, path.stat()) for path in Path("build/2026").glob("*/*.docx"))
    return {name: (stat.st_ino, stat.st_mtime_ns) for name, stat in found}


def _rebuilt(*arguments: str, code: int = 0) -> set[str]:
    """Build; give the papers that were written."""
    before = _papers()
    assert _build(*arguments) == code
    return {name for name, stat in _papers().items() if before.get(name) != stat}


def _tree(out: str) -> dict[str, bytes]:
    paths = [path for path in Path(out).rglob("*") if path.is_file() and not path.name.startswith(".")]
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in paths}


def _manifest() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path("build/manifest.json").read_bytes())
    return found


def _edit_value(column: str, criterion: str, new: str) -> None:
    """Put another value into a column of Cẩm Tú's file."""
    text = Path(TU).read_text(encoding="utf-8")
    changed, count = re.subn(rf"(?ms)(^{column}:\n.*?^  {criterion}: )[^\n]*", rf"\g<1>{new}", text, count=1)
    assert count == 1
    assert changed != text
    Path(TU).write_text(changed, encoding="utf-8")


def test_a_year_has_papers_of_each_commune_and_its_own() -> None:
    """Cẩm Tân has not scored itself: it has a plan alone, and the letter names it."""
    entries = _manifest()["van_ban"]
    names = {name.removeprefix("2026/") for name in entries}

    assert names == _papers().keys()
    assert names == {f"{kind}-{unit}" for kind in ("KH", "BC", "BB") for unit in OWN_UNITS} | {
        "KH-15178-cam-tan",
        "QD",
        "CV",
    }
    kinds = {name: (each["loai"], each["ten_loai"], each.get("ma_don_vi", "")) for name, each in entries.items()}
    assert kinds["2026/BB-15148-cam-tu"] == ("bien-ban-tham-dinh", "Biên bản", "15148")
    assert kinds["2026/QD"] == ("quyet-dinh-xep-hang", "Quyết định", "")
    assert Path("build/2026/QD/QD-2026.docx").is_file()
    assert _manifest()["co_loi"] == {}


def test_nothing_changed_nothing_built() -> None:
    assert _rebuilt() == set()


EDITS: dict[str, tuple[Callable[[], object], set[str]]] = {
    "a target": (lambda: edit(TU, "66,0 triệu đồng trở lên", "67,0 triệu đồng trở lên"), {"KH"}),
    "an appraised point": (
        lambda: _edit_value("diem_tham_dinh", "so-nguoi-duoc-giai-quyet-viec-lam", "0,25"),
        {"BB", "QD"},
    ),
    "a self-scored point": (
        lambda: _edit_value("diem_tu_cham", "van-ban-dien-tu-ky-so", "1"),
        {"BC", "BB"},
    ),
    "a document": (lambda: edit(TU, "2839/QĐ-UBND", "2840/QĐ-UBND"), {"BC"}),
    "a reason": (lambda: edit(TU, "Danh sách có 10 người", "Danh sách có 12 người"), {"BB"}),
    "a number": (lambda: edit(TU, REPORT_NUMBER, REPORT_NUMBER.replace('""', "12")), {"BC"}),
    "a comment": (lambda: edit(TU, "# Chỉ tiêu xã tự điền", "# Chỉ tiêu"), set()),
    "the decision's text": (lambda: edit(DECISION, "có hiệu lực kể từ", "có hiệu lực từ"), {"QD"}),
}


@pytest.mark.parametrize(("change", "kinds"), EDITS.values(), ids=EDITS)
def test_an_edit_rebuilds_the_papers_that_say_it(change: Callable[[], object], kinds: set[str]) -> None:
    change()

    assert _rebuilt() == {kind if kind in {"QD", "CV"} else f"{kind}-15148-cam-tu" for kind in kinds}
    assert _rebuilt() == set()


def test_what_a_kind_says_is_said_in_all_its_papers() -> None:
    edit(REPORT, "Công tác chỉ đạo, điều hành", "Công tác chỉ đạo")

    assert _rebuilt() == {f"BC-{unit}" for unit in OWN_UNITS}


def test_what_all_communes_share_is_no_part_of_what_others_issue() -> None:
    edit("data/2026/chung.yaml", "UBND tỉnh (để báo cáo)", "Chủ tịch UBND tỉnh (để báo cáo)")

    assert _rebuilt() == {f"{kind}-{unit}" for kind in ("KH", "BC") for unit in OWN_UNITS} | {"KH-15178-cam-tan"}


def test_what_data_came_to_is_remembered_and_is_that_of_the_origin() -> None:
    """A file is read again when its bytes have changed; that its other papers say the same, its data tell."""
    before = json.loads(SEEN.read_bytes())["du_lieu"]
    edit(TU, "66,0 triệu đồng trở lên", "67,0 triệu đồng trở lên")
    assert _build() == 0
    after, entries = json.loads(SEEN.read_bytes())["du_lieu"], _manifest()["van_ban"]

    for name in ("KH-15148-cam-tu", "BC-15148-cam-tu", "BB-15148-cam-tu", "QD"):
        assert before[f"2026/{name}"][0] != after[f"2026/{name}"][0]
        assert after[f"2026/{name}"][1] == entries[f"2026/{name}"]["nguon"]["du_lieu"]
        assert (before[f"2026/{name}"][1] == after[f"2026/{name}"][1]) == (name != "KH-15148-cam-tu")
    assert before["2026/KH-15142-cam-thach"] == after["2026/KH-15142-cam-thach"]
    assert after["2026/BC-15178-cam-tan"][1] == ""


def test_data_that_are_known_are_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr("pipeline.jobs.standing.prepare", refuse)

    assert _build() == 0


@pytest.mark.parametrize("selection", [(), ("--kind", "bao-cao-tu-cham")], ids=["complete", "partial"])
def test_a_paper_is_told_that_the_one_before_it_says_something_else(
    selection: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """As a warning at the later paper, in every build until that is edited; it is published as it is."""
    edit(TU, "66,0 triệu đồng trở lên", "67,0 triệu đồng trở lên")
    for _ in range(2):
        capsys.readouterr()
        assert _build(*selection) == 0
        said = [line for line in capsys.readouterr().err.splitlines() if "[" in line]
        assert said == [
            f"{TU}:15:3: cảnh báo [loai-truoc-da-doi] số liệu của `ke-hoach` đã đổi từ khi dựng báo cáo này"
        ]
    assert _manifest()["co_loi"] == {}
    edit(TU, REPORT_NUMBER, REPORT_NUMBER.replace('""', "12"))
    capsys.readouterr()

    assert _rebuilt("--kind", "bao-cao-tu-cham") == {"BC-15148-cam-tu"}
    assert "loai-truoc-da-doi" not in capsys.readouterr().err
    assert _build() == 0
    assert "loai-truoc-da-doi" not in capsys.readouterr().err


def test_a_years_own_paper_is_told_so_too(capsys: pytest.CaptureFixture[str]) -> None:
    """At the number and date of its own file."""
    edit(TU, "Danh sách có 10 người", "Danh sách có 12 người")
    capsys.readouterr()
    assert _build() == 0
    lines = Path(DECISION).read_text(encoding="utf-8").splitlines()

    assert f"{DECISION}:{lines.index('van_ban:') + 1}:1: cảnh báo [loai-truoc-da-doi] " in capsys.readouterr().err


def test_a_commune_without_a_paper_has_none_and_no_problem(capsys: pytest.CaptureFixture[str]) -> None:
    where = ["--data=data", "--templates=templates", "--out=alone"]
    assert cli.main(["build", *where, "--no-pdf", "--jobs=1", "15178"]) == 0

    assert {path.name for path in Path("alone").glob("2026/*/")} == {"KH-15178-cam-tan"}
    assert capsys.readouterr().err == (
        "năm: 2026\n✓ 2026/KH-15178-cam-tan  .docx\ndựng xong          1\ngiữ nguyên         0\ncó lỗi             0\n"
    )


def test_a_paper_goes_with_its_entry_at_the_next_complete_build() -> None:
    before = _papers()
    edit(TU, MINUTES, "")
    assert _build("15142") == 0
    assert _build("--kind", "bien-ban-tham-dinh") == 0
    assert _papers() == before
    assert "2026/BB-15148-cam-tu" in _manifest()["van_ban"]
    assert _build() == 0

    assert before.items() - _papers().items() == {("BB-15148-cam-tu", before["BB-15148-cam-tu"])}
    assert "2026/BB-15148-cam-tu" not in _manifest()["van_ban"]
    assert not Path("build/2026/BB-15148-cam-tu").exists()
    edit(TU, "van_ban:\n", f"van_ban:\n{MINUTES}")
    assert _rebuilt() == {"BB-15148-cam-tu"}


def test_an_entry_that_comes_back_with_an_error_withdraws_nothing() -> None:
    """Between, a build of some papers has noted that there is none."""
    before = _papers()
    edit(TU, MINUTES, "")
    assert _build("--kind", "bien-ban-tham-dinh") == 0
    edit(TU, "van_ban:\n", f"van_ban:\n{MINUTES}    da_ban_hanh: true\n")
    assert _build() == 1

    assert _papers() == before


def test_an_entry_under_a_wrong_name_withdraws_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    before = _papers()
    edit(TU, "  bien-ban-tham-dinh:", "  bien-ban-tham-dnh:")

    assert _build() == 1
    assert "[loai-la]" in capsys.readouterr().err
    assert _papers() == before


def _make_a_folder_of(path: str) -> None:
    Path(path).unlink()
    Path(path).mkdir()


BREAKS: dict[str, Callable[[], object]] = {
    "a key": lambda: edit(REPORT, "ten_loai: Báo cáo", "ten_loaii: Báo cáo"),
    "no YAML": lambda: Path(REPORT).write_text("a: [", encoding="utf-8"),
    "a column": lambda: edit(REPORT, "khoa_cot: giai_trinh", "khoa_cot: giai_trin"),
    "a template": lambda: edit(REPORT, "mau_word: bao-cao-tu-cham.docx", "mau_word: khong-co.docx"),
    "unreadable": lambda: _make_a_folder_of(REPORT),
}


@pytest.mark.parametrize("how", BREAKS.values(), ids=BREAKS)
def test_a_broken_kind_withdraws_nothing_and_stops_no_other(
    how: Callable[[], object], capsys: pytest.CaptureFixture[str]
) -> None:
    before = _papers()
    how()
    edit(TU, "66,0 triệu đồng trở lên", "67,0 triệu đồng trở lên")
    Path("data/2026/15163-cam-van.yaml").unlink()
    code = _build()

    assert code in {1, 4}
    assert REPORT in capsys.readouterr().err
    assert _papers().keys() == before.keys()
    assert {name for name, stat in _papers().items() if before[name] != stat} == {"KH-15148-cam-tu", "QD"}
    assert list(_manifest()["co_loi"]) == ["2026/bao-cao-tu-cham"]
    assert {f"2026/{name}" for name in before} == _manifest()["van_ban"].keys()


def test_a_mended_kind_finds_its_papers_as_they_were() -> None:
    content = Path(REPORT).read_bytes()
    edit(REPORT, "ten_loai: Báo cáo", "ten_loaii: Báo cáo")
    assert _build() == 1
    Path(REPORT).write_bytes(content)

    assert _rebuilt() == set()
    assert _manifest()["co_loi"] == {}


def test_papers_about_all_belong_to_no_selection_of_some() -> None:
    _edit_value("diem_tham_dinh", "so-nguoi-duoc-giai-quyet-viec-lam", "0,25")

    assert _rebuilt("15148") == {"BB-15148-cam-tu"}
    assert _rebuilt("2026") == {"QD"}


def test_a_reminder_of_nobody_is_not_written() -> None:
    """When all have handed in, the letter goes, and the ranking is complete."""
    Path(TAN).unlink()

    assert _rebuilt() == {"QD"}
    assert "CV" not in _papers()
    assert not Path("build/2026/CV.html").exists()
    assert "2026/CV" not in _manifest()["van_ban"]


def test_an_error_stops_the_papers_that_say_it() -> None:
    """A commune's targets are no part of the ranking, its appraised points are."""
    before = _papers()
    edit(TU, "  thu-nhap-binh-quan-dau-nguoi: 66,0 triệu đồng trở lên\n", "")
    assert _build() == 1
    assert list(_manifest()["co_loi"]) == ["2026/KH-15148-cam-tu"]
    _edit_value("diem_tham_dinh", "so-nguoi-duoc-giai-quyet-viec-lam", "99")
    assert _build() == 1

    assert list(_manifest()["co_loi"]) == ["2026/BB-15148-cam-tu", "2026/KH-15148-cam-tu", "2026/QD"]
    assert [each["ma_loi"] for each in _manifest()["co_loi"]["2026/QD"]] == ["xa-co-loi"]
    assert _papers() == before


NAMING: dict[str, Callable[[], object]] = {
    "in the kind's text": lambda: edit(PLAN, "  ket_thuc: ", "  ket_thuc: Đạt {tong_diem_tu_cham} điểm. "),
    "among the kind's recipients": lambda: edit(
        PLAN, "noi_dung:\n", "noi_nhan:\n- Sở Nội vụ ({tong_diem_tu_cham} điểm)\nnoi_dung:\n"
    ),
    "in the paper's own text": lambda: edit(
        TU,
        "  ke-hoach:\n",
        "  ke-hoach:\n    noi_dung:\n      ket_thuc: Đạt {tong_diem_tu_cham} điểm./.\n",
    ),
    "in the paper's own recipients": lambda: edit(
        TU, "  ke-hoach:\n", "  ke-hoach:\n    noi_nhan:\n    - Sở Nội vụ ({tong_diem_tu_cham} điểm)\n"
    ),
}


@pytest.mark.parametrize("name_it", NAMING.values(), ids=NAMING)
def test_a_sum_that_a_text_names_is_a_part_of_the_paper(name_it: Callable[[], object]) -> None:
    name_it()
    assert _rebuilt("15148", "ke-hoach") == {"KH-15148-cam-tu"}
    _edit_value("diem_tu_cham", "van-ban-dien-tu-ky-so", "1")

    assert _rebuilt("15148", "ke-hoach") == {"KH-15148-cam-tu"}


@pytest.mark.parametrize("left", [None, b"", b"{", b'{"tep": {}}', b'{"tep": {}, "du_lieu": {"2026/QD": 1}}'])
def test_a_lost_cache_changes_nothing_of_what_is_made(left: bytes | None, capsys: pytest.CaptureFixture[str]) -> None:
    edit(TU, "66,0 triệu đồng trở lên", "67,0 triệu đồng trở lên")
    edit("data/2026/15142-cam-thach.yaml", MINUTES, "")
    shutil.copytree("build", "khac")
    seen = Path("khac/.da-xem.json")
    seen.unlink() if left is None else seen.write_bytes(left)
    capsys.readouterr()
    assert _build() == 0
    said = capsys.readouterr().err
    assert _build(out="khac") == 0

    assert _tree("khac") == _tree("build")
    assert capsys.readouterr().err == said
    assert json.loads(seen.read_bytes())["du_lieu"] == json.loads(SEEN.read_bytes())["du_lieu"]


def test_an_issued_paper_stays_when_its_entry_goes(capsys: pytest.CaptureFixture[str]) -> None:
    number = '  bien-ban-tham-dinh:\n    so_van_ban: "12"\n    ngay_ban_hanh: 15/12/2026\n    da_ban_hanh: true\n'
    edit(TU, MINUTES, number)
    edit(TU, "so_lieu_mau: true\n", "")
    assert _build("15148", "--kind", "bien-ban-tham-dinh") == 0
    issued = Path("build/2026/BB-15148-cam-tu/BB-2026-15148-cam-tu.docx").read_bytes()
    edit(TU, number, "")

    assert _build() == 1
    assert "[da-ban-hanh]" in capsys.readouterr().err
    assert Path("build/2026/BB-15148-cam-tu/BB-2026-15148-cam-tu.docx").read_bytes() == issued


def test_a_template_of_the_years_own_makes_its_papers_and_no_others() -> None:
    own = Path("data/2026/mau/bao-cao-tu-cham.docx")
    own.parent.mkdir(exist_ok=True)
    shutil.copy("templates/bao-cao-tu-cham.docx", own)
    assert _rebuilt() == set()  # the same bytes
    own.write_bytes(Path("templates/ke-hoach.docx").read_bytes())

    assert _build() != 0
    assert "2026/bao-cao-tu-cham" in _manifest()["co_loi"]


def _verify(data: str = "data") -> int:
    return cli.main(["verify", "build", f"--data={data}", "--templates=templates", "--jobs=1"])


@pytest.mark.parametrize("data", ["data", "nowhere"])
def test_papers_of_every_kind_are_verified_again(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    """With their data at hand and without; a paper about all is held to all communes' files."""
    assert _verify(data) == 0
    assert "16 mục đúng, 0 mục có lỗi" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "key", "value", "is_held_to_data"),
    [
        ("BB-15148-cam-tu", "gia_tri", {"diem_tham_dinh": {}}, True),
        ("BC-15148-cam-tu", "tong_diem", ["100", "1"], True),
        ("KH-15148-cam-tu", "cot_diem", ["Điểm"], True),
        ("QD", "don_vi", {"ma_don_vi": "1", "loai_don_vi": "xã", "ten_don_vi": "Cẩm Tú", "dia_danh": "x"}, True),
        ("KH-15148-cam-tu", "loai", "bao-cao-tu-cham", False),
        ("QD", "loai", "khong-co", False),
    ],
)
def test_a_record_that_says_something_else_is_named(
    name: str, key: str, value: object, capsys: pytest.CaptureFixture[str], *, is_held_to_data: bool
) -> None:
    """A record that names another kind than the one of its place cannot be held to any data, only to the list."""
    (path,) = Path("build/2026", name).glob("*.json")
    record = json.loads(path.read_bytes())
    assert record.get(key) != value
    path.write_text(json.dumps(record | {key: value}, ensure_ascii=False), encoding="utf-8")

    assert _verify() == 6
    said = capsys.readouterr().err
    assert f"{path.as_posix()}: lỗi [khac-ban-ke]" in said
    assert (f"bản ghi khác dữ liệu ở {key}" in said) == is_held_to_data


def test_two_papers_that_changed_places_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    """Each is right by itself, in the folder of the other."""
    one, other = Path("build/2026/BB-15148-cam-tu"), Path("build/2026/BB-15142-cam-thach")
    contents = [next(folder.glob("*.docx")).read_bytes() for folder in (one, other)]
    for folder, content in zip((other, one), contents, strict=True):
        next(folder.glob("*.docx")).write_bytes(content)

    assert _verify() == 6
    assert "13 mục đúng, 3 mục có lỗi" in capsys.readouterr().err  # the folder as a whole, and both papers
