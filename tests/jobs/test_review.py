"""Check as the office sees it: districts, years, forms for machines, checking again on save."""

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

from pipeline.cli import main as cli
from pipeline.input.sources import Folders, read_source
from pipeline.jobs import check as review
from pipeline.kinds.bang_tieu_chi.checks import DISTRICT_RULES
from pipeline.kinds.bang_tieu_chi.figures import figure
from pipeline.kinds.loai import year
from pipeline.problem import Problem

CAM_LUONG = "2023/15139-cam-luong.yaml"
BAD_FILING = ("van_ban:", "noi_luu: VP\nvan_ban:")


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a copy of the district's data, below the current folder."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(ROOT / "data" / "2023", tmp_path / "data" / "2023")
    return Path("data")


def _edit(path: Path, *changes: tuple[str, str]) -> None:
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")


def _found(data: Path) -> list[Problem]:
    return list(review.review(_folders(data), ()).problems)


def _folders(data: Path) -> Folders:
    return Folders(data, ROOT / "templates", Path("build"))


def test_the_districts_data_are_without_any_problem(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check"]) == 0
    counts, *table, missing = capsys.readouterr().err.splitlines()
    files = len(list((ROOT / "data").glob("2*/*.yaml")))
    assert counts == f"{files} tệp: 0 lỗi, 0 cảnh báo"
    assert table == [
        "năm         xã    đúng  cảnh báo     lỗi  lỗi chung  thiếu tệp",
        "2023        17      17         0       0          0          0",
        "2026         5       5         0       0          0        161",
    ]
    assert missing.startswith("  2026, tỉnh Thanh Hóa còn thiếu: 14758 Hàm Rồng, ")


def test_a_figure_over_ten_times_the_median_is_named_with_the_median(data: Path) -> None:
    _edit(data / CAM_LUONG, ("440 ha", "44.000 ha"))
    (problem,) = _found(data)

    assert str(problem).startswith(
        "data/2023/15139-cam-luong.yaml:23:30: cảnh báo [lech-trung-vi] "
        "44.000 gấp hơn 10 lần trung vị của 17 xã của huyện Cẩm Thủy, là "
    )


def test_another_unit_than_the_other_communes_have_is_named(data: Path) -> None:
    _edit(data / CAM_LUONG, ("50,4 triệu đồng", "50,4 tỷ đồng"))
    (problem,) = _found(data)

    assert problem.code == "don-vi-tinh-khac"
    assert problem.message == (
        "`thu-nhap-binh-quan-dau-nguoi` ghi `tỷ đồng`; 16 trong 17 xã của huyện Cẩm Thủy ghi `triệu đồng`"
    )


def test_every_district_rule_is_shown_above() -> None:
    assert {rule.code for rule in DISTRICT_RULES} == {"lech-trung-vi", "don-vi-tinh-khac"}


@pytest.mark.parametrize(
    ("target", "number", "unit"),
    [
        ("1.100 tấn trở lên", "1100", "tấn"),
        ("Dưới 0,86%", "0.86", "%"),
        ("02 cửa hàng", "2", "cửa hàng"),
        ("70,9", "70.9", ""),
        ("78 triệu đồng/ha", "78", "triệu đồng/ha"),
        ("1,100 tấn", None, None),
        ("Thực hiện tốt", None, None),
        ("Phấn đấu năm 2023 trồng rừng tập trung đạt 6 ha rừng, chú trọng phát triển", None, None),
    ],
)
def test_a_target_is_read_as_a_figure_only_where_it_is_one(target: str, number: str | None, unit: str | None) -> None:
    found = figure(target)

    assert (str(found.so), found.don_vi_tinh) == (number, unit) if found else number is None


def test_the_table_counts_states_and_names_missing_units(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (data / "2023" / "15151-cam-binh.yaml").unlink()
    _edit(data / CAM_LUONG, ("12%", "112%"))
    _edit(data / "2023" / "15154-cam-tu.yaml", BAD_FILING)
    _edit(data / "2023" / "15184-cam-van.yaml", ("van_ban:", "noi_luuu: VT\nvan_ban:"))

    assert cli.main(["check", "--data=data"]) == 1
    said = capsys.readouterr().err
    assert said.endswith(
        "19 tệp: 2 lỗi, 1 cảnh báo\n"
        "năm         xã    đúng  cảnh báo     lỗi  lỗi chung  thiếu tệp\n"
        "2023        16      13         1       2          0          1\n"
        "  2023, huyện Cẩm Thủy còn thiếu: 15151 Cẩm Bình\n"
    )
    assert said.index("15139-cam-luong") < said.index("15154-cam-tu") < said.index("15184-cam-van")


def test_a_bad_criteria_set_is_the_only_thing_said_of_its_year(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _edit(data / "2023" / "bo-tieu-chi.yaml", ("tong_diem: 100", "tong_diem: 99"))

    assert cli.main(["check", "--data=data"]) == 1
    said = capsys.readouterr().err
    assert "20 tệp: 1 lỗi, 1 cảnh báo" in said
    assert "2023        17      17         0       0          1          0\n" in said
    assert {problem.place.path for problem in _found(data)} == {"data/2023/bo-tieu-chi.yaml"}


def test_a_chosen_commune_is_checked_alone(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _edit(data / CAM_LUONG, ("440 ha", "44.000 ha"))

    assert cli.main(["check", "--data=data", "cam-luong"]) == 0
    assert "4 tệp: 0 lỗi, 0 cảnh báo" in capsys.readouterr().err


def test_many_processes_say_the_same_as_one(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _edit(data / CAM_LUONG, ("440 ha", "44.000 ha"), ("12%", "112%"))
    _edit(data / "2023" / "15154-cam-tu.yaml", BAD_FILING)
    alone = review.review(_folders(data), ())
    monkeypatch.setattr(review, "_SHARE", 3)

    assert review.review(_folders(data), (), jobs=2) == alone
    assert len(list(alone.problems)) == 3


def test_only_changed_files_are_read_again(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    memory: review.Memory = {}
    review.review(_folders(data), (), 1, memory)
    _edit(data / CAM_LUONG, ("12%", "112%"))
    read: list[str] = []

    def spy(path: Path) -> Any:
        read.append(path.name)
        return read_source(path)

    for module in (review, year):
        monkeypatch.setattr(module, "read_source", spy)

    assert [problem.code for problem in review.review(_folders(data), (), 1, memory).problems] == ["qua-100"]
    assert read == ["bo-tieu-chi.yaml", "chung.yaml", "ke-hoach.yaml", "ke-hoach.docx", "15139-cam-luong.yaml"]


@pytest.fixture
def faulty(data: Path) -> Path:
    _edit(data / CAM_LUONG, ("12%", "112%"), BAD_FILING)
    return data


def _printed(form: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert cli.main(["check", "--data=data", "--format", form]) == 1
    return capsys.readouterr().out


@pytest.mark.usefixtures("faulty")
def test_github_shows_each_problem_on_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    """A workflow command is one line; %, line ends and, in properties, colons and commas are escaped."""
    lines = _printed("github", capsys).splitlines()

    assert [line.split("::")[1] for line in lines] == [
        "error file=data/2023/15139-cam-luong.yaml,line=14,col=10,title=sai-noi-luu",
        "warning file=data/2023/15139-cam-luong.yaml,line=27,col=29,title=qua-100",
    ]
    assert lines[1].split("::")[2] == "“112%25” quá 100%25%0Acách sửa: xem lại số; nếu đúng thì để nguyên"


@pytest.mark.usefixtures("faulty")
@pytest.mark.parametrize(
    ("form", "facts"),
    [
        ("json", lambda found: [(each["path"], each["line"], each["severity"], each["code"]) for each in found]),
        (
            "gitlab",
            lambda found: [
                (
                    each["location"]["path"],
                    each["location"]["lines"]["begin"],
                    {"critical": "error", "minor": "warning"}[each["severity"]],
                    each["check_name"],
                )
                for each in found
            ],
        ),
        (
            "sarif",
            lambda found: [
                (
                    each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
                    each["locations"][0]["physicalLocation"]["region"]["startLine"],
                    each["level"],
                    each["ruleId"],
                )
                for each in found["runs"][0]["results"]
            ],
        ),
    ],
)
def test_machines_read_the_same_problems(
    form: str, facts: Callable[[Any], list[object]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert facts(json.loads(_printed(form, capsys))) == [
        ("data/2023/15139-cam-luong.yaml", 14, "error", "sai-noi-luu"),
        ("data/2023/15139-cam-luong.yaml", 27, "warning", "qua-100"),
    ]


def test_saving_a_file_checks_again(data: Path) -> None:
    command = [sys.executable, "-m", "pipeline", "check", f"--data={data.resolve()}", "--watch"]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, encoding="utf-8") as watching:
        assert watching.stderr
        try:
            while "đang theo dõi" not in watching.stderr.readline():
                pass
            _edit(data / CAM_LUONG, ("12%", "112%"))
            said = watching.stderr.readline()
        finally:
            watching.send_signal(signal.SIGINT)
        watching.stderr.read()
        assert watching.wait(30) == 130
    assert "15139-cam-luong.yaml:26:29: cảnh báo [qua-100] “112%” quá 100%" in said
