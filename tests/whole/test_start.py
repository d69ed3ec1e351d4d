"""Starting data files: sample communes and a commune's new year."""

import hashlib
import json
import re
import shutil
from pathlib import Path

import pytest
from conftest import ROOT

from pipeline.authoring.format import canonical
from pipeline.authoring.sample import sample
from pipeline.cli import main as cli
from pipeline.jobs.check import review
from pipeline.kinds.ke_hoach.model import Commune
from pipeline.kinds.ke_hoach.read import Year

DISTRICT = "15127 15133 15136 15139 15142 15145 15148 15151 15154 15160 15163 15169 15172 15175 15178 15181 15184"


def _texts(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.yaml"))}


def test_the_district_of_2023_is_there_and_only_cam_luong_is_real() -> None:
    texts = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "data" / "2023").glob("1*.yaml")}

    assert sorted(name[:5] for name in texts) == DISTRICT.split()
    assert [name for name, text in texts.items() if "so_lieu_mau: true" not in text] == ["15139-cam-luong.yaml"]
    assert all('ho_ten: ""' in text for name, text in texts.items() if "cam-luong" not in name)
    assert all("suối cá thần" not in text for name, text in texts.items() if "cam-luong" not in name)


def test_samples_of_the_district_are_those_that_the_code_makes(commune: Commune, year: Year) -> None:
    """They differ from each other and from the real figures."""
    stem, text = sample("15127", "thị trấn", "Phong Sơn", commune, year.criteria_set)
    other = sample("15133", "xã", "Cẩm Thành", commune, year.criteria_set)[1]

    assert (ROOT / "data" / "2023" / f"{stem}.yaml").read_text(encoding="utf-8") == text
    assert _targets(text) != _targets(other)
    assert "UBND thị trấn" in text
    assert not re.search(r"\b(1[0-9]{2}|[2-9][0-9]{2})%", text.replace("100%", ""))


def _targets(text: str) -> str:
    return text.partition("chi_tieu:")[2]


def test_sample_folder_is_complete_good_and_the_same_every_time(tmp_path: Path) -> None:
    for name in ("a", "b"):
        assert cli.main(["sample", f"--data={ROOT / 'data'}", "--count", "30", str(tmp_path / name)]) == 0

    assert _texts(tmp_path / "a") == _texts(tmp_path / "b")
    found = review(tmp_path / "a", ())
    assert len(found.files) == 31
    assert list(found.problems) == []
    assert (tmp_path / "a" / "bo-tieu-chi.schema.json").is_file()
    assert (tmp_path / "a" / "2023" / "commune.schema.json").is_file()
    texts = {name: text.encode() for name, text in _texts(tmp_path / "a").items() if "mau" in name}
    assert {name: canonical(text, Commune, "")[0] for name, text in texts.items()} == texts
    assert len({hashlib.sha256(_targets(text).encode()).digest() for text in _texts(tmp_path / "a").values()}) == 31


def test_sample_does_not_write_over_data(tmp_path: Path) -> None:
    (tmp_path / "2023").mkdir()

    assert cli.main(["sample", f"--data={ROOT / 'data'}", "--count", "1", str(tmp_path)]) == 2


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Give a data folder with Cẩm Lương's 2023 and a criteria set for 2024 that has one criterion more."""
    folder = tmp_path / "data"
    shutil.copytree(ROOT / "data" / "2023", folder / "2023")
    (folder / "2024").mkdir()
    text = (
        (ROOT / "data" / "2023" / "bo-tieu-chi.yaml").read_text(encoding="utf-8").replace("hoach: 2023", "hoach: 2024")
    )
    text = text.replace("- dinh_danh: ty-le-che-phu-rung", "- dinh_danh: tieu-chi-moi")
    (folder / "2024" / "bo-tieu-chi.yaml").write_text(text, encoding="utf-8")
    return folder


def test_a_new_year_keeps_what_is_known_and_empties_the_rest(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["new", f"--data={data}", "2024", "15139"]) == 0
    text = (data / "2024" / "15139-cam-luong.yaml").read_text(encoding="utf-8")
    schema = json.loads((data / "2024" / "commune.schema.json").read_bytes())

    assert text.startswith("# yaml-language-server: $schema=commune.schema.json\n# Kế hoạch năm 2023")
    assert "tieu-chi-moi" in schema["properties"]["chi_tieu"]["required"]
    assert "ty-le-che-phu-rung" not in schema["properties"]["chi_tieu"]["properties"]
    assert canonical(text.encode(), Commune, "")[0] == text.encode()
    assert "# Mỗi nơi nhận một dòng; dấu gạch đầu dòng và dấu chấm phẩy do máy thêm." in text
    assert "ho_ten: Bùi Quốc Bảo" in text
    assert '  # 1,1 Sản lượng lương thực có hạt\n  san-luong-luong-thuc-co-hat: ""' in text
    assert '  # 3,1 Tỷ lệ che phủ rừng\n  tieu-chi-moi: ""' in text
    assert "ty-le-che-phu-rung" not in text
    assert "1.100" not in text
    capsys.readouterr()
    # 24 targets and the date are to be filled in; check names each at its line.
    assert cli.main(["check", f"--data={data}", str(data / "2024" / "15139-cam-luong.yaml")]) == 1
    said = capsys.readouterr().err
    assert said.count("[bo-trong]") == 24
    assert said.count("[ngay-khong-hop-le]") == 1


def test_a_commune_without_an_earlier_file_needs_its_name(data: Path) -> None:
    assert cli.main(["new", f"--data={data}", "2024", "00001"]) == 2
    assert cli.main(["new", f"--data={data}", "2024", "00001", "phường Ba Đình"]) == 0
    text = (data / "2024" / "00001-ba-dinh.yaml").read_text(encoding="utf-8")

    assert text.startswith("# yaml-language-server: $schema=commune.schema.json\ndon_vi:\n")
    assert canonical(text.encode(), Commune, "")[0] == text.encode()
    assert 'ma_don_vi: "00001"' in text
    assert "loai_don_vi: phường" in text


@pytest.mark.parametrize(
    "arguments", [["2025", "15139"], ["2023", "15139"], ["2024", "../x", "xã X"], ["../data/2023", "00001", "xã X"]]
)
def test_nothing_is_overwritten_and_no_path_comes_from_arguments(data: Path, arguments: list[str]) -> None:
    before = _texts(data)

    assert cli.main(["new", f"--data={data}", *arguments]) == 2
    assert _texts(data) == before


def test_a_new_year_from_a_file_with_errors_names_the_error(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (data / "2023" / "15139-cam-luong.yaml").write_text("don_vi: &x {}\n", encoding="utf-8")

    assert cli.main(["new", f"--data={data}", "2024", "15139"]) == 2
    assert "15139-cam-luong.yaml:1:9: lỗi [neo-yaml]" in capsys.readouterr().err
    assert not (data / "2024" / "15139-cam-luong.yaml").exists()
