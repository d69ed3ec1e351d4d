"""What is selected on the command line: years, kinds of paper, communes, paths; and what is said of it."""

import json
import shutil
from pathlib import Path

import pytest
from conftest import ROOT, edit

from pipeline.cli import main as cli

TU_2023, GIANG_2023 = "2023/KH-15154-cam-tu", "2023/KH-15148-cam-giang"
THACH_2024, SON_2024 = "2024/KH-15142-cam-thach", "2024/KH-15127-phong-son"
NOTICE = '  thong-bao:\n    so_van_ban: ""\n    ngay_ban_hanh: /3/2024\n'
NOTICE_KIND = """\
ten_loai: Thông báo
viet_tat: TB
pham_vi: tung_xa
mau_word: ke-hoach.docx
trich_yeu:
- Chỉ tiêu năm {nam}
so_trang_it_nhat: 1
so_trang_nhieu_nhat: 3
cac_cot:
- khoa_cot: ky_hieu
  tieu_de: TT
- khoa_cot: ten_tieu_chi
  tieu_de: Tiêu chí
- khoa_cot: chi_tieu
  tieu_de: Chỉ tiêu
- khoa_cot: diem_toi_da
  tieu_de: Điểm tối đa
- khoa_cot: thoi_gian
  tieu_de: Thời gian
- khoa_cot: ghi_chu
  tieu_de: Ghi chú
noi_dung:
  mo_dau: Chỉ tiêu của {ten_don_vi} như sau.
  ket_thuc: Thông báo để các đơn vị biết, thực hiện./.
"""


@pytest.fixture(autouse=True)
def room(repository: Path) -> Path:
    """Give the miniature year and two communes of 2023, whose codes and names are also elsewhere, as current folder.

    In 2024 Cẩm Thạch has a second paper.
    """
    folder = repository / "data" / "2023"
    folder.mkdir()
    for name in ("bo-tieu-chi", "chung", "ke-hoach", "15142-cam-thach", "15148-cam-giang", "15154-cam-tu"):
        shutil.copy(ROOT / "data" / "2023" / f"{name}.yaml", folder)
    Path("data/2024/thong-bao.yaml").write_text(NOTICE_KIND, encoding="utf-8")
    edit("data/2024/15142-cam-thach.yaml", "chi_tieu:", f"{NOTICE}chi_tieu:")
    return repository


def _build(*arguments: str) -> int:
    here = ["--data=data", "--templates=templates", "--out=build", "--jobs=1"]
    return cli.main(["build", "--no-pdf", *here, *arguments])


def _names() -> set[str]:
    return {f"{path.parent.parent.name}/{path.parent.name}" for path in Path("build").glob("2*/*/*.docx")}


SELECTED: dict[str, tuple[list[str], set[str], str]] = {
    "a year": (["2024"], {THACH_2024, SON_2024, "2024/TB-15142-cam-thach"}, "2024"),
    "a year's folder": (["data/2024"], {THACH_2024, SON_2024, "2024/TB-15142-cam-thach"}, "2024"),
    "a year's criteria": (["data/2023/bo-tieu-chi.yaml"], {TU_2023, GIANG_2023, "2023/KH-15142-cam-thach"}, "2023"),
    "what a year shares": (["data/2023/chung.yaml"], {TU_2023, GIANG_2023, "2023/KH-15142-cam-thach"}, "2023"),
    "a code of two years": (
        ["15142"],
        {"2023/KH-15142-cam-thach", THACH_2024, "2024/TB-15142-cam-thach"},
        "2023, 2024",
    ),
    "a code of one year": (["15148"], {GIANG_2023}, "2023"),
    "a name": (["cam-tu"], {TU_2023}, "2023"),
    "a name as people write it": (["Cẩm Tú"], {TU_2023}, "2023"),
    "a stem": (["15127-phong-son"], {SON_2024}, "2024"),
    "a path": (["data/2024/15142-cam-thach.yaml"], {THACH_2024, "2024/TB-15142-cam-thach"}, "2024"),
    "a year and a commune": (["2024", "15142"], {THACH_2024, "2024/TB-15142-cam-thach"}, "2024"),
    "two communes": (["15148", "phong-son"], {GIANG_2023, SON_2024}, "2023, 2024"),
    "a kind of all years": (
        ["ke-hoach"],
        {TU_2023, GIANG_2023, "2023/KH-15142-cam-thach", THACH_2024, SON_2024},
        "2023, 2024",
    ),
    "a kind of one year": (["thong-bao"], {"2024/TB-15142-cam-thach"}, "2024"),
    "a kind as an option": (["--kind", "thong-bao"], {"2024/TB-15142-cam-thach"}, ""),
    "two kinds": (
        ["2024", "--kind", "thong-bao", "--kind", "ke-hoach"],
        {THACH_2024, SON_2024, "2024/TB-15142-cam-thach"},
        "2024",
    ),
    "a kind's path": (["data/2024/ke-hoach.yaml"], {THACH_2024, SON_2024}, "2024"),
    "a kind and a commune": (["ke-hoach", "15142"], {"2023/KH-15142-cam-thach", THACH_2024}, "2023, 2024"),
    "a kind, a commune and a year": (["15142", "2023", "--kind", "ke-hoach"], {"2023/KH-15142-cam-thach"}, "2023"),
}


@pytest.mark.parametrize(("words", "names", "years"), SELECTED.values(), ids=SELECTED)
def test_what_is_selected_is_built_and_its_years_are_said(
    words: list[str], names: set[str], years: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Words of one sort add up, different sorts narrow each other."""
    assert _build(*words) == 0

    assert _names() == names
    first = capsys.readouterr().err.splitlines()[0]
    assert first == f"năm: {years}" if years else first.startswith("✓ ")


def test_nothing_selected_is_everything(capsys: pytest.CaptureFixture[str]) -> None:
    for words in ([], ["data"]):
        assert _build(*words) == 0
        assert len(_names()) == 6
    assert not capsys.readouterr().err.startswith("năm:")


def test_a_selection_withdraws_nothing_and_keeps_what_is_known_of_the_rest() -> None:
    edit("data/2023/15148-cam-giang.yaml", "so_lieu_mau: true", "so_lieu_mau: true\nnoi_luu: VP")
    assert _build() == 1
    Path("data/2024/15127-phong-son.yaml").unlink()
    before = _names()
    assert _build("2024") == 0
    assert _build("--kind", "thong-bao") == 0

    assert _names() == before
    assert list(json.loads(Path("build/manifest.json").read_bytes())["co_loi"]) == [GIANG_2023]
    assert _build() == 1
    assert _names() == before - {SON_2024}


@pytest.mark.parametrize("command", ["build", "check"])
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["2025"], "không tìm thấy `2025`"),
        (["15999"], "không tìm thấy `15999`"),
        (["to-trinh"], "loại văn bản (ke-hoach, thong-bao)"),
        (["15142", "Cẩm Không"], "không tìm thấy `Cẩm Không`"),
        (["data/2024/khong-co.yaml"], "không tìm thấy `data/2024/khong-co.yaml`"),
        (["--kind", "to-trinh"], "không có loại văn bản `to-trinh` trong `data`; có: ke-hoach, thong-bao"),
        (["--kind", "15142"], "không có loại văn bản `15142`"),
        (["--kind", "2024"], "không có loại văn bản `2024`"),
        (["2024", "15148"], "không có tệp nào hợp với cả `2024`, `15148`"),
        (["2023", "--kind", "thong-bao"], "không có tệp nào hợp với cả `2023`, `thong-bao`"),
        (["15148", "thong-bao"], "không có tệp nào hợp với cả `15148`, `thong-bao`"),
    ],
)
def test_what_finds_nothing_is_wrong_usage(
    command: str, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (_build if command == "build" else _check)(*words) == 2
    error = capsys.readouterr().err
    assert error.startswith("lỗi: ")
    assert said in error
    assert _names() == set()


def _check(*arguments: str) -> int:
    return cli.main(["check", "--data=data", "--templates=templates", "--jobs=1", *arguments])


@pytest.mark.parametrize(
    ("words", "files"),
    [([], 3 + 3 + 4 + 2), (["2024"], 4 + 2), (["15148"], 3 + 1), (["15142"], 3 + 1 + 4 + 1), (["thong-bao"], 4 + 2)],
    ids=str,
)
def test_what_is_selected_is_checked(words: list[str], files: int, capsys: pytest.CaptureFixture[str]) -> None:
    """With all that its year shares."""
    assert _check(*words) == 0
    assert f"{files} tệp: 0 lỗi, 0 cảnh báo\n" in capsys.readouterr().err


def test_a_name_that_begins_with_a_dash_needs_the_two_dashes_and_is_a_word_like_others(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert _build("--", "2024", "15142") == 0
    assert _names() == {THACH_2024, "2024/TB-15142-cam-thach"}
    assert capsys.readouterr().err.startswith("năm: 2024\n")
    assert _build("--", "-2024") == 2
