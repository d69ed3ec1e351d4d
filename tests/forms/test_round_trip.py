"""A form that goes out and comes back gives the same data: for every unit of the repository, and for any texts."""

import re
import shutil
import unicodedata
from pathlib import Path

import openpyxl
import pytest
from conftest import ROOT
from filled_forms import cell, change, data_of_2026, run
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.authoring.new import year_to_fill
from pipeline.forms.back import read_back, write_results
from pipeline.forms.book import open_book
from pipeline.forms.layout import form_of
from pipeline.forms.merge import with_changes
from pipeline.forms.units import form_kinds, unit_files, unit_form
from pipeline.forms.write import Annotations, file_name, write_form
from pipeline.input.load import load
from pipeline.input.sources import Folders, Source
from pipeline.kinds.loai.unit import read_unit

REAL = Folders(ROOT / "data", ROOT / "templates", ROOT / "build")
KINDS = {"2023": (), "2026": ("ke-hoach", "bao-cao-tu-cham", "bien-ban-tham-dinh")}


@pytest.mark.parametrize("name", ["2023", "2026"])
def test_every_unit_of_the_repository_comes_back_as_it_is(name: str, tmp_path: Path) -> None:
    """Forms of all units and kinds, imported again: no cell changes, nothing is wrong."""
    year = year_to_fill(REAL, name)
    count = 0
    for file in unit_files(REAL, year, ()):
        for kind in form_kinds(year, KINDS[name]):
            form = unit_form(REAL, year, kind, file)
            (tmp_path / file_name(form)).write_bytes(write_form(form))
            count += 1
    outcome = read_back(REAL, [str(tmp_path)])

    assert count == {"2023": 17, "2026": 15}[name]
    assert len(outcome.paths) == count
    assert [result.changes for result in outcome.results] == [()] * len(outcome.results)
    assert outcome.problems == ()


@pytest.mark.parametrize("name", ["2023", "2026"])
def test_every_value_comes_from_the_cells(name: str, tmp_path: Path) -> None:
    """Files without any value get all of them back from forms that had been filled in: the same trees."""
    year = year_to_fill(REAL, name)
    (tmp_path / "data").mkdir()
    shutil.copytree(ROOT / "data" / name, tmp_path / "data" / name)
    folders = Folders(tmp_path / "data", ROOT / "templates", tmp_path / "build")
    originals, cells = {}, 0
    for file in unit_files(folders, year, ()):
        full = file.tree
        originals[file.path] = full
        values = {
            slot.key: slot.text
            for kind in form_kinds(year, KINDS[name])
            for slot in unit_form(folders, year, kind, file).slots
        }
        cells += sum(map(bool, values.values()))
        bare = with_changes(full, {key: "" for key in values if len(key) == 2}, ())
        for kind in form_kinds(year, KINDS[name]):
            form = form_of(kind, year, bare, {}, "")
            (tmp_path / file_name(form)).write_bytes(write_form(form, Annotations(values)))
        columns = [f"\n{key}:" for key in (*(year.table.columns if year.table else ()), "khong_ap_dung")]
        text = file.path.read_text(encoding="utf-8")
        file.path.write_text(
            text[: min(text.find(each) for each in columns if each in text) + 1]
            if any(each in text for each in columns)
            else text,
            encoding="utf-8",
        )
    outcome = read_back(folders, [str(path) for path in tmp_path.glob("*.xlsx")])
    write_results(outcome)

    assert [str(problem) for problem in outcome.problems if problem.code != "mau-trong"] == []
    assert cells > 300
    for path, tree in originals.items():
        assert load(path.read_bytes(), "")[0] == tree
        assert list(load(path.read_bytes(), "")[0]) == list(tree)  # type: ignore[arg-type]
        assert read_unit(Source(path.as_posix(), path.read_bytes()), year)[0]


# What a data file may hold on one line; values are stripped and in NFC there, too.
TEXTS = st.one_of(
    st.text(
        st.characters(
            min_codepoint=32, max_codepoint=0x1EFF, exclude_categories=["Cc", "Cf", "Cn", "Co", "Cs", "Mn", "Zl", "Zp"]
        ),
        min_size=1,
        max_size=40,
    ),
    st.from_regex(r"[-+=@'0-9.,%/ ]{1,12}", fullmatch=True),
    st.sampled_from(
        [
            "=1+1",
            "+84",
            "@SUM(A1)",
            "-",
            "1.100",
            "50,4",
            "1,10",
            "02",
            "12%",
            "_x0041_",
            "_x000D_",
            "'02",
            "true",
            "null",
            "#N/A",
        ]
    ),
)


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Folders:
    return data_of_2026(tmp_path_factory.mktemp("one"), ("15148-cam-tu",))


@settings(max_examples=60, deadline=None)
@given(texts=st.lists(TEXTS, min_size=5, max_size=15))
def test_any_text_comes_back_letter_for_letter(one: Folders, texts: list[str]) -> None:
    """Written into cells by us, read by our reader and by openpyxl: texts, whatever they look like, never formulas."""
    year = year_to_fill(one, "2026")
    file = unit_files(one, year, ["15148"])[0]
    form = unit_form(one, year, year.kinds["ke-hoach"], file)
    keys = [slot.key for slot in form.slots if slot.key[0] == "chi_tieu"]
    values = dict(zip(keys, texts, strict=False))
    path = one.data.parent / "x.xlsx"
    path.write_bytes(write_form(form, Annotations(values)))
    sheet = openpyxl.load_workbook(path).worksheets[0]
    ours = open_book(path).sheets[0]
    for (column, identity), text in values.items():
        place = cell(sheet, str(column), str(identity))
        assert place.data_type == "s"
        assert next(each.text for at, each in ours.cells.items() if str(at) == place.coordinate) == text
    for at, each in ours.cells.items():
        if each.type == "n":
            assert float(each.text) == sheet[str(at)].value


@settings(max_examples=30, deadline=None)
@given(texts=st.lists(TEXTS, min_size=3, max_size=12))
def test_any_text_reaches_the_file_letter_for_letter_or_is_named(one: Folders, texts: list[str]) -> None:
    """Through reader, checks and YAML: the text, its blanks put right as in every data file, or a problem."""
    year = year_to_fill(one, "2026")
    file = unit_files(one, year, ["15148"])[0]
    form = unit_form(one, year, year.kinds["ke-hoach"], file)
    keys = [slot.key for slot in form.slots if slot.key[0] == "chi_tieu"]
    values = dict(zip(keys, texts, strict=False))
    path = one.data.parent / "y.xlsx"
    path.write_bytes(write_form(form, Annotations(values)))
    outcome = read_back(one, [str(path)])
    (result,) = outcome.results
    tree = load(result.content or file.source.content, "")[0]
    named = " ".join(str(problem) for problem in outcome.problems)

    sheet = openpyxl.load_workbook(path).worksheets[0]
    for (column, identity), text in values.items():
        place = cell(sheet, str(column), str(identity)).coordinate
        expected = unicodedata.normalize("NFC", re.sub("[\u00a0\u2007\u202f]", " ", text)).strip()
        if result.content:
            assert tree[str(column)].get(str(identity), "") == expected  # type: ignore[union-attr, index, call-overload]
        else:
            assert outcome.problems
        if not expected:
            assert f"ô {place}: lỗi" in named


def test_saving_by_another_program_changes_nothing(tmp_path: Path) -> None:
    folders = data_of_2026(tmp_path)
    assert run(folders, "form", "2026", f"--dir={tmp_path / 'mau'}") == 0
    for path in (tmp_path / "mau").iterdir():
        change(path, lambda sheet: sheet)
    outcome = read_back(folders, [str(tmp_path / "mau")])

    assert outcome.problems == ()
    assert not any(result.changes for result in outcome.results)
