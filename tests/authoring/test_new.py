"""Starting units' files for a year: by the official list of that year, with what must be filled in and no more."""

from pathlib import Path

import pytest
from conftest import ROOT, edit

from pipeline.authoring.new import start_commune, start_province
from pipeline.input.sources import Folders
from pipeline.jobs.check import review
from pipeline.problem import UsageError


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    """The year 2026 without units, and Cẩm Thạch of an earlier year that is no sample."""
    for year in ("2023", "2026"):
        (tmp_path / year).mkdir()
        for path in (ROOT / "data" / year).glob("[a-z]*.yaml"):
            (tmp_path / year / path.name).write_bytes(path.read_bytes())
    earlier = tmp_path / "2023" / "15142-cam-thach.yaml"
    earlier.write_bytes((ROOT / "data" / "2023" / "15142-cam-thach.yaml").read_bytes())
    edit(earlier, "so_lieu_mau: true\n", "noi_luu: VT, VHXH\nnoi_nhan:\n- UBND huyện (để báo cáo)\n")
    return Folders(tmp_path, ROOT / "templates", tmp_path / "build")


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_a_file_is_of_the_unit_that_the_code_names_in_that_year(folders: Folders) -> None:
    """15148 was Cẩm Giang's code until 2025-06-30 and is Cẩm Tú's since."""
    path = start_commune(folders, "2026", "15148", "xã Cẩm Tú")

    assert path.name == "15148-cam-tu.yaml"
    assert "ten_don_vi: Cẩm Tú\n" in _text(path)


@pytest.mark.parametrize(
    ("code", "name", "words"),
    [
        ("15154", "", ["không có mã 15154", "đến 30/06/2025 là xã Cẩm Tú", "có mã 15148"]),
        ("15148", "xã Cẩm Giang", ["là xã Cẩm Tú", "đến 30/06/2025 là xã Cẩm Giang"]),
        ("99999", "", ["không có mã 99999"]),
        ("99999", "xã Cẩm Tú", ["xã Cẩm Tú, tỉnh Thanh Hóa có mã 15148"]),
        ("1514", "", ["5 chữ số"]),
    ],
)
def test_other_codes_and_names_are_refused_with_what_they_are(
    folders: Folders, code: str, name: str, words: list[str]
) -> None:
    with pytest.raises(UsageError) as refusal:
        start_commune(folders, "2026", code, name)

    assert all(each in str(refusal.value) for each in words), refusal.value


def test_last_years_value_stands_beside_each_blank(folders: Folders) -> None:
    path = start_commune(folders, "2026", "15142")

    assert '  ty-le-che-phu-rung: ""  # năm 2023: 53%\n' in _text(path)
    assert '  san-pham-ocop: ""\n' in _text(path)


def test_last_years_value_can_be_kept(folders: Folders) -> None:
    path = start_commune(folders, "2026", "15142", keep_targets=True)

    assert "  ty-le-che-phu-rung: 53%\n" in _text(path)


def test_nothing_of_a_sample_and_of_a_district_is_carried_along(folders: Folders) -> None:
    """Recipients that name a huyện are not taken over into 2026; figures of a sample are nobody's."""
    path = start_commune(folders, "2026", "15142")

    assert "noi_luu: VT, VHXH\n" in _text(path)
    assert "huyện" not in _text(path)
    path.unlink()
    edit(folders.data / "2023" / "15142-cam-thach.yaml", "noi_luu", "so_lieu_mau: true\nnoi_luu")
    assert "năm 2023" not in _text(start_commune(folders, "2026", "15142"))


def test_a_new_file_lacks_only_what_must_be_filled_in(folders: Folders) -> None:
    start_commune(folders, "2026", "15142")
    found = {problem.code for problem in review(folders, ["15142", "2026"]).problems}

    assert found == {"bo-trong", "ngay-khong-hop-le"}


def test_all_missing_files_of_a_province_are_started(folders: Folders) -> None:
    start_commune(folders, "2026", "15142")
    paths = start_province(folders, "2026", "thanh hoa")

    assert len(paths) == 165
    assert len({path.name for path in paths} | {"15142-cam-thach.yaml"}) == 166
    with pytest.raises(UsageError, match="không có tỉnh"):
        start_province(folders, "2026", "Cẩm Thủy")
