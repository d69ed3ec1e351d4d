"""Fill in Excel forms the way other programs do: opened, changed and saved by openpyxl, or bent part by part."""

import io
import shutil
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import openpyxl
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.cli import main as cli
from pipeline.input.sources import Folders
from pipeline.problem import ExitCode

ROOT = Path(__file__).resolve().parents[2]
UNITS = ("15148-cam-tu", "15163-cam-van", "15178-cam-tan")


def data_of_2026(room: Path, units: tuple[str, ...] = UNITS) -> Folders:
    """Copy the year 2026 with some of its units, and give the folders."""
    year = room / "data" / "2026"
    year.mkdir(parents=True)
    shutil.copytree(ROOT / "data" / "2026" / "mau", year / "mau")
    for path in (ROOT / "data" / "2026").glob("*.yaml"):
        if path.name[0].isalpha() or path.stem in units:
            shutil.copy(path, year)
    return Folders(room / "data", ROOT / "templates", room / "build")


def run(folders: Folders, *arguments: str) -> ExitCode:
    """Run the command line on folders."""
    return ExitCode(cli.main([*arguments, f"--data={folders.data}", f"--templates={folders.templates}"]))


def cell(sheet: Worksheet, column: str, identity: str) -> Cell:
    """Give the cell of a column and a criterion, found by their keys; of the head by an empty column."""
    keys = next(row for row in sheet.iter_rows() if row[0].value == "dinh_danh")
    if not column:
        row = next(row[0].row for row in sheet.iter_rows() if row[0].value == identity)
        return sheet.cell(row, 4)  # type: ignore[return-value]
    number = next(each.column for each in keys if each.value == column)
    row = next(row[0].row for row in sheet.iter_rows(min_row=keys[0].row) if row[0].value == identity)
    return sheet.cell(row, number)  # type: ignore[return-value]


def change(path: Path, how: Callable[[Worksheet], object]) -> None:
    """Open a form, change its sheet, and save it."""
    book = openpyxl.load_workbook(path)
    how(book.worksheets[0])
    book.save(path)


def fill(path: Path, values: Mapping[tuple[str, str], object], number_format: str = "") -> None:
    """Type values into cells, texts or numbers, in their own number format or another; in the format @ as texts."""

    def typed(sheet: Worksheet) -> None:
        for (column, identity), value in values.items():
            place = cell(sheet, column, identity)
            place.value = value  # type: ignore[assignment]
            if number_format:
                place.number_format = number_format
            if number_format == "@":
                place.data_type = "s"

    change(path, typed)


def with_parts(path: Path, change_part: Callable[[str, bytes], bytes], **added: bytes) -> None:
    """Change the parts of a package, and add some (their names with __ for /)."""
    out = io.BytesIO()
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, change_part(name, source.read(name)))
        for name, content in added.items():
            target.writestr(name.replace("__", "/"), content)
    path.write_bytes(out.getvalue())
