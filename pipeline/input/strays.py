"""Name what lies in a data folder and is not read: a file under another ending is silently no data at all."""

import re
from collections.abc import Iterator
from pathlib import Path

from pipeline.input.sources import LEDGER_FILE, SIGNED_FOLDER, TEMPLATES_OF_YEAR
from pipeline.problem import Place, Problem, Severity, few

CODE_DIGITS = 5
"""Digits of a unit's code, with which the names of its files begin."""

_YEAR = re.compile("[0-9]{4}")
_BESIDE = re.compile(r"\..*|README.*|.*\.schema\.json")
"""What may lie beside data files: hidden files, explanations, schemas for editors."""
_MEANT = re.compile(r"\.ya?ml\b", re.IGNORECASE)
_YEAR_INSIDE = re.compile("20[0-9]{2}")


def is_meant_as_data(path: Path) -> bool:
    """Tell whether a file that is not read was probably meant to be: .yml, .YAML, .yaml.txt."""
    return bool(_MEANT.search(path.name))


def stray_problems(data: Path) -> Iterator[Problem]:
    """Name everything in a data folder that is not read, up to 200: an error where it was probably meant to be.

    Read are the ledger of issued papers and the folders of years, named by four digits, and in them the files whose
    names end in `.yaml`, the Word templates in `mau/`, and the signed PDFs in `da-ky/`.
    """
    yield from few(_problem(path) for path in stray_paths(data))


def stray_paths(data: Path) -> Iterator[Path]:
    """Give the files and folders in a data folder that are not read, in the order of their names."""
    for path in sorted(data.glob("*")):
        if _YEAR.fullmatch(path.name) and path.is_dir():
            templates, signed = path / TEMPLATES_OF_YEAR, path / SIGNED_FOLDER
            inside = (each for each in sorted(path.glob("*")) if each.suffix != ".yaml" or each.is_dir())
            yield from (each for each in inside if not _BESIDE.fullmatch(each.name) and each not in (templates, signed))
            for folder, ending in ((templates, ".docx"), (signed, ".pdf")):
                yield from (each for each in sorted(folder.glob("*")) if each.suffix != ending or each.is_dir())
        elif not _BESIDE.fullmatch(path.name) and path.name != LEDGER_FILE:
            yield path


def stray_codes(data: Path) -> frozenset[str]:
    """Give the codes of units whose data lie in files that are not read."""
    files = [file for path in stray_paths(data) for file in (path, *(path.glob("*") if path.is_dir() else ()))]
    meant = (file.name[:CODE_DIGITS] for file in files if is_meant_as_data(file))
    return frozenset(code for code in meant if code.isascii() and code.isdecimal())


def _problem(path: Path) -> Problem:
    shown = path.as_posix() if path.name.isprintable() else ascii(path.as_posix())
    if path.is_dir():
        holds_data = any(is_meant_as_data(each) for each in path.glob("*"))
        year = _YEAR_INSIDE.search(path.name)
        mend = f"đổi tên thư mục thành `{year[0]}`" if year else "chuyển các tệp .yaml vào thư mục năm, ví dụ 2026/"
        severity = Severity.ERROR if holds_data else Severity.WARNING
        message = "thư mục này không được đọc: thư mục năm có tên bốn chữ số, và không có thư mục con"
        return Problem(Place(shown), "tep-khong-doc", message, mend, severity)
    if is_meant_as_data(path):
        name = f"{path.name[: _MEANT.search(path.name).start()]}.yaml"  # type: ignore[union-attr]
        mend = f"đổi tên tệp thành `{name}`, trong thư mục năm"
        return Problem(Place(shown), "tep-khong-doc", "tệp này không được đọc: tên phải kết thúc bằng .yaml", mend)
    message = "tệp này không phải tệp dữ liệu, không được đọc"
    return Problem(Place(shown), "tep-khong-doc", message, "chuyển tệp ra khỏi thư mục dữ liệu", Severity.WARNING)
