"""Starting data files: sample communes and a commune's new year."""

import hashlib
import json
import re
import shutil
from pathlib import Path

import pytest
from conftest import ROOT, edit
from years import sources_of

from pipeline.authoring.format import canonical
from pipeline.authoring.sample import sample
from pipeline.cli import main as cli
from pipeline.input.sources import CRITERIA_SET_FILE, DEFAULTS_FILE, Folders, Source, read_source, year_files
from pipeline.jobs.check import review
from pipeline.kinds.loai.year import Year, read_year

DISTRICT = "15127 15133 15136 15139 15142 15145 15148 15151 15154 15160 15163 15169 15172 15175 15178 15181 15184"


def _texts(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.yaml"))}


def test_the_district_of_2023_is_there_and_only_cam_luong_is_real() -> None:
    texts = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "data" / "2023").glob("1*.yaml")}

    assert sorted(name[:5] for name in texts) == DISTRICT.split()
    assert [name for name, text in texts.items() if "so_lieu_mau: true" not in text] == ["15139-cam-luong.yaml"]
    common = (ROOT / "data" / "2023" / "chung.yaml").read_text(encoding="utf-8")
    names = {name: re.findall("ho_ten: (.+)", text) for name, text in {**texts, "chung.yaml": common}.items()}
    assert {name for name, found in names.items() if set(found) - {'""'}} == {"15139-cam-luong.yaml"}
    assert all("suối cá thần" not in text for name, text in texts.items() if "cam-luong" not in name)


def test_samples_of_the_district_are_those_that_the_code_makes(year: Year) -> None:
    """They differ from each other and from the real figures; who signs is said once for all of them, in chung.yaml."""
    model = read_source(ROOT / "data" / "2023" / "15139-cam-luong.yaml")
    stem, text = sample("15127", "thị trấn", "Phong Sơn", model, year)
    other = sample("15133", "xã", "Cẩm Thành", model, year)[1]

    assert text == (ROOT / "data" / "2023" / f"{stem}.yaml").read_text(encoding="utf-8")
    assert "nguoi_ky" not in text
    assert _targets(text) != _targets(other)
    assert _targets(text) != _targets(model.content.decode())
    assert not re.search(r"\b(1[0-9]{2}|[2-9][0-9]{2})%", text.replace("100%", ""))


def test_a_sample_of_another_kind_of_unit_names_its_own_kind(year: Year) -> None:
    """In recipients that the model commune has for itself."""
    content = (ROOT / "data" / "2023" / "15139-cam-luong.yaml").read_bytes()
    own = "noi_nhan:\n- Công chức chuyên môn UBND xã (để thực hiện)\nvan_ban:"
    model = Source("data/2023/15139-cam-luong.yaml", content.replace(b"van_ban:", own.encode(), 1))
    text = sample("15127", "thị trấn", "Phong Sơn", model, year)[1]

    assert "UBND thị trấn" in text
    assert "UBND xã" not in text


def _targets(text: str) -> str:
    return text.partition("chi_tieu:")[2]


def test_sample_folder_is_complete_good_and_the_same_every_time(tmp_path: Path) -> None:
    for name in ("a", "b"):
        assert cli.main(["sample", f"--data={ROOT / 'data'}", "--count", "30", str(tmp_path / name)]) == 0

    assert _texts(tmp_path / "a") == _texts(tmp_path / "b")
    found = review(Folders(tmp_path / "a", ROOT / "templates", tmp_path), ())
    shared = year_files(ROOT / "data" / "2026").shared
    assert len(shared) > 2
    assert len(found.files) == len(shared) + 30
    assert list(found.problems) == []
    assert (tmp_path / "a" / "bo-tieu-chi.schema.json").is_file()
    schemas = {path.name for path in (tmp_path / "a" / "2026").glob("*.json")}
    assert schemas == {"don-vi.schema.json", *(f"{path.stem}.schema.json" for path in shared if _is_kind(path))}
    model = read_year(sources_of(tmp_path / "a", "2026")).unit_model
    texts = {name: text.encode() for name, text in _texts(tmp_path / "a").items() if "mau" in name}
    assert {name: canonical(text, model, "")[0] for name, text in texts.items()} == texts
    targets = [_targets(text.decode()).partition("diem_tu_cham:")[0] for text in texts.values()]
    assert len({hashlib.sha256(each.encode()).digest() for each in targets}) == 30


def _is_kind(path: Path) -> bool:
    return path.name not in {CRITERIA_SET_FILE, DEFAULTS_FILE}


def test_sample_does_not_write_over_data(tmp_path: Path) -> None:
    (tmp_path / "2026").mkdir()

    assert cli.main(["sample", f"--data={ROOT / 'data'}", "--count", "1", str(tmp_path)]) == 2
    assert [path.name for path in tmp_path.rglob("*")] == ["2026"]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Give a data folder with Cẩm Lương's 2023 and, for 2024, kinds of paper and criteria with one criterion more."""
    folder = tmp_path / "data"
    shutil.copytree(ROOT / "data" / "2023", folder / "2023")
    edit(folder / "2023" / "15139-cam-luong.yaml", "\nvan_ban:", "\nnoi_nhan:\n- Trưởng thôn (để thực hiện)\nvan_ban:")
    (folder / "2024").mkdir()
    text = (ROOT / "data" / "2023" / "bo-tieu-chi.yaml").read_text(encoding="utf-8").replace("nam: 2023", "nam: 2024")
    text = text.replace("- dinh_danh: ty-le-che-phu-rung", "- dinh_danh: tieu-chi-moi")
    (folder / "2024" / "bo-tieu-chi.yaml").write_text(text, encoding="utf-8")
    for name in ("chung.yaml", "ke-hoach.yaml"):
        text = (folder / "2023" / name).read_text(encoding="utf-8").replace("2023", "2024")
        (folder / "2024" / name).write_text(text, encoding="utf-8")
    return folder


def test_a_new_year_keeps_what_is_known_and_empties_the_rest(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["new", f"--data={data}", "2024", "15139"]) == 0
    text = (data / "2024" / "15139-cam-luong.yaml").read_text(encoding="utf-8")
    schema = json.loads((data / "2024" / "don-vi.schema.json").read_bytes())

    assert text.startswith(
        "# yaml-language-server: $schema=don-vi.schema.json\n# Văn bản năm 2024 của xã Cẩm Lương, huyện Cẩm Thủy.\n"
    )
    assert "tieu-chi-moi" in schema["properties"]["chi_tieu"]["required"]
    assert "ty-le-che-phu-rung" not in schema["properties"]["chi_tieu"]["properties"]
    assert canonical(text.encode(), read_year(sources_of(data, "2024")).unit_model, "")[0] == text.encode()
    assert "noi_nhan:\n- Trưởng thôn (để thực hiện)\n" in text
    assert "ho_ten: Bùi Quốc Bảo" in text
    assert (
        '  # 1,1 Sản lượng lương thực có hạt\n  san-luong-luong-thuc-co-hat: ""  # năm 2023: 1.100 tấn trở lên\n'
        in text
    )
    assert '  # 3,1 Tỷ lệ che phủ rừng\n  tieu-chi-moi: ""\n' in text
    assert "ty-le-che-phu-rung" not in text
    assert "1.100" not in re.sub(" *#.*", "", text)
    capsys.readouterr()
    # 24 targets and the date are to be filled in; check names each at its line.
    assert cli.main(["check", f"--data={data}", str(data / "2024" / "15139-cam-luong.yaml")]) == 1
    said = capsys.readouterr().err
    assert said.count("[bo-trong]") == 24
    assert said.count("[ngay-khong-hop-le]") == 1


def test_a_commune_without_an_earlier_file_is_named_as_the_official_list_names_it(data: Path) -> None:
    """A code that the list does not have, or that is another unit's, is refused."""
    before = _texts(data)
    assert cli.main(["new", f"--data={data}", "2024", "99998"]) == 2
    assert cli.main(["new", f"--data={data}", "2024", "00001", "phường Ba Đình"]) == 2
    assert _texts(data) == before
    assert cli.main(["new", f"--data={data}", "2024", "00001"]) == 0
    text = (data / "2024" / "00001-phuc-xa.yaml").read_text(encoding="utf-8")

    assert text.startswith(
        "# yaml-language-server: $schema=don-vi.schema.json\n# Văn bản năm 2024 của phường Phúc Xá, "
    )
    assert canonical(text.encode(), read_year(sources_of(data, "2024")).unit_model, "")[0] == text.encode()
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
