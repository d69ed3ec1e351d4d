"""Files that are no forms, or are made to do harm: each a clear refusal, quickly, and nothing is written."""

import random
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from filled_forms import data_of_2026, run, with_parts

from pipeline.forms.back import read_back
from pipeline.forms.book import MAX_CELLS
from pipeline.input.sources import Folders

SHEET = "xl/worksheets/sheet1.xml"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Folders:
    return data_of_2026(tmp_path_factory.mktemp("hostile"), ("15148-cam-tu",))


@pytest.fixture
def form(folders: Folders, tmp_path: Path) -> Path:
    assert run(folders, "form", "2026", "15148", "--kind=ke-hoach", f"--dir={tmp_path}") == 0
    return tmp_path / "KH-2026-15148-cam-tu.xlsx"


def _code(folders: Folders, path: Path) -> str:
    start = time.monotonic()
    outcome = read_back(folders, [str(path)])

    assert time.monotonic() - start < 10
    assert not any(result.content for result in outcome.results)
    (problem,) = outcome.problems
    assert problem.place.path.startswith(path.as_posix())
    assert problem.hint
    return problem.code


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "khong-phai-excel"),
        (b"ma,ten\n15148,Cam Tu\n", "khong-phai-excel"),
        ("ma\tten".encode("utf-16"), "khong-phai-excel"),
        (b"<html><table></table></html>", "khong-phai-excel"),
        (b"%PDF-1.7\0", "khong-phai-excel"),
        (OLE + bytes(600), "excel-kieu-cu"),
        (OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "excel-co-mat-khau"),
        (b"PK\x03\x04" + bytes(100), "excel-hong"),
        (b"PK\x03\x04" + bytes(5 * 1024 * 1024), "qua-lon"),
    ],
)
def test_what_is_no_workbook_is_called_what_it_is(folders: Folders, tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(content)

    assert _code(folders, path) == code


def _row(number: int, cells: str = "") -> str:
    return f'<row r="{number}" s="1" customFormat="1">{cells}</row>'


def _rows(rows: str) -> Callable[[str, bytes], bytes]:
    return lambda name, part: part.replace(b"</sheetData>", rows.encode() + b"</sheetData>") if name == SHEET else part


def test_a_million_formatted_rows_are_refused(folders: Folders, form: Path) -> None:
    with_parts(form, _rows("".join(map(_row, range(500, 1_000_000)))))

    assert _code(folders, form) == "qua-lon"


def test_more_cells_than_any_form_has_are_refused(folders: Folders, form: Path) -> None:
    cells = "".join(f'<c r="Z{number}"><v>1</v></c>' for number in range(1, 2))
    with_parts(
        form, _rows("".join(_row(number, cells.replace("Z1", f"Z{number}")) for number in range(500, MAX_CELLS + 600)))
    )

    assert _code(folders, form) == "qua-lon"


def test_a_cell_in_the_last_corner_costs_nothing_and_is_said(folders: Folders, form: Path) -> None:
    with_parts(form, _rows(_row(1_048_576, '<c r="XFD1048576"><v>1</v></c>')))

    assert _code(folders, form) == "o-ngoai"


def test_a_zip_bomb_is_refused(folders: Folders, form: Path) -> None:
    with_parts(form, lambda _, part: part, xl__worksheets__sheet9__xml=b"", **{"xl__bomb.xml": b" " * 200_000_000})

    assert _code(folders, form) == "qua-lon"


@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
    ],
)
def test_entities_are_refused(folders: Folders, form: Path, declared: str) -> None:
    with_parts(form, lambda name, part: part.replace(b"?>", b"?>" + declared.encode(), 1) if name == SHEET else part)

    assert _code(folders, form) == "excel-la"


def test_entities_in_another_encoding_are_refused(folders: Folders, form: Path) -> None:
    text = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'
    with_parts(form, lambda name, part: text.encode("utf-16") if name == SHEET else part)

    assert _code(folders, form) == "excel-la"


def test_macros_are_refused_under_either_name(folders: Folders, form: Path) -> None:
    with_parts(form, lambda _, part: part, xl__vbaProject__bin=b"x", **{"xl__vbaProject.bin": b"x"})
    other = form.with_suffix(".xlsm")
    other.write_bytes(form.read_bytes())

    assert _code(folders, form) == _code(folders, other) == "excel-co-macro"


def test_another_ending_is_named(folders: Folders, form: Path) -> None:
    other = form.rename(form.with_suffix(".xls"))

    assert _code(folders, other) == "sai-duoi-tep"


def test_a_zip_of_something_else_is_named(folders: Folders, tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("word/document.xml", "<x/>")

    assert _code(folders, path) == "khong-phai-excel"


def test_a_link_is_not_followed(folders: Folders, form: Path) -> None:
    link = form.with_name("y.xlsx")
    link.symlink_to(form)

    assert _code(folders, link) == "khong-doc-duoc"


def test_links_to_other_workbooks_are_not_looked_at(folders: Folders, form: Path) -> None:
    external = (
        b'<Relationship Id="rId99" Type="http://x/worksheet" TargetMode="External" Target="http://127.0.0.1:9/x.xml"/>'
    )
    with_parts(
        form,
        lambda name, part: (
            part.replace(b"</Relationships>", external + b"</Relationships>")
            if name.endswith("workbook.xml.rels")
            else part
        ),
    )
    assert read_back(folders, [str(form)]).problems == ()


@pytest.mark.parametrize("target", ["../../../../etc/passwd", "/etc/passwd", "nowhere.xml"])
def test_a_sheet_that_lies_elsewhere_is_broken(folders: Folders, form: Path, target: str) -> None:
    with_parts(
        form,
        lambda name, part: (
            part.replace(b"worksheets/sheet1.xml", target.encode()) if name.endswith("workbook.xml.rels") else part
        ),
    )

    assert _code(folders, form) == "excel-hong"


def test_damaged_parts_never_end_in_a_traceback(folders: Folders, form: Path) -> None:
    """Bytes of the parts changed, cut and doubled at random: problems or none, but never anything written."""
    whole = form.read_bytes()
    for seed in range(120):
        chance = random.Random(seed)  # noqa: S311 - no secret

        def damaged(_: str, part: bytes, chance: random.Random = chance) -> bytes:
            if chance.random() < 0.6 or not part:
                return part
            at = chance.randrange(len(part))
            match chance.randrange(4):
                case 0:
                    return part[:at]
                case 1:
                    return part[:at] + bytes([chance.randrange(1, 256)]) + part[at + 1 :]
                case 2:
                    return part[:at] + part[chance.randrange(len(part)) :]
                case _:
                    return (
                        part.replace(b'"1"', b'"-9"').replace(b"<v>", b"<v>x")
                        if b"<v>" in part
                        else part[at:] + part[:at]
                    )

        form.write_bytes(whole)
        with_parts(form, damaged)
        outcome = read_back(folders, [str(form)])
        assert len(outcome.results) <= 1
        assert outcome.problems or not any(result.changes for result in outcome.results)
