"""Examine this machine: tools, versions, fonts, and a one-page conversion that proves that they work together."""

import contextlib
import importlib.metadata
import io
import platform
import time
from collections.abc import Iterator
from typing import NamedTuple

import docx
import pypdfium2

from pipeline import VERSION
from pipeline.pdf.convert import convert
from pipeline.pdf.fonts import times_font
from pipeline.pdf.office import Office, office, probe_tools
from pipeline.pdf.scratch import ScratchError, scratch_folders
from pipeline.problem import ExitCode, MissingToolError
from pipeline.vietnamese import LETTERS

_LIBRARIES = ("docxtpl", "Jinja2", "pydantic", "python-docx", "ruamel.yaml", "pikepdf", "pypdfium2")


class Line(NamedTuple):
    """A line of the report: whether its subject is in order (None for plain information), and the words."""

    good: bool | None
    words: str

    def __str__(self) -> str:
        """Give the line as a person reads it."""
        return {True: "✓ ", False: "✗ ", None: ""}[self.good] + self.words


def examine() -> tuple[ExitCode, list[Line]]:
    """Examine this machine; give the exit code, TOOL when a page cannot be converted well, and a Vietnamese report."""
    lines = [Line(None, f"pipeline {VERSION}, Python {platform.python_version()}, {platform.platform()}")]
    lines += [Line(None, f"thư viện {library} {importlib.metadata.version(library)}") for library in _LIBRARIES]
    lines += [
        Line(bool(each.found), f"{each.name}: {each.found or each.refusal or 'không có'}") for each in probe_tools()
    ]
    lines += _font_lines()
    folders = list(scratch_folders())
    lines += [Line(each.is_good, f"thư mục tạm {each.path}: {each.words}") for each in folders]
    try:
        page = _one_page(office())
    except (MissingToolError, ScratchError) as error:
        page = Line(good=False, words=str(error))
    is_good = page.good and all(each.is_good for each in folders)
    return (ExitCode.DONE if is_good else ExitCode.TOOL), [*lines, page]


def _font_lines() -> Iterator[Line]:
    font = times_font()
    if font is None:
        yield Line(good=False, words="“Times New Roman”: không có tệp phông nào thay được")
        return
    yield from (Line(None, f"  “Times New Roman” lấy từ {file}") for file in font.files)
    if font.missing:
        words = f"phông thiếu {len(font.missing)} trong {len(LETTERS)} chữ tiếng Việt: {font.missing[:40]}"
        yield Line(good=False, words=words)
    else:
        yield Line(good=True, words=f"phông có đủ {len(LETTERS)} chữ tiếng Việt")


def _one_page(tools: Office) -> Line:
    """Convert a page that holds every Vietnamese letter, read the PDF back, and report time and lost letters."""
    page = docx.Document()
    page.add_paragraph().add_run(LETTERS).font.name = "Times New Roman"
    out = io.BytesIO()
    page.save(out)
    start = time.perf_counter()
    said: dict[int, str] = {}
    pdf = convert([out.getvalue()], tools, said=said)[0]
    seconds = f"{time.perf_counter() - start:.1f}".replace(".", ",")
    if pdf is None:
        return Line(
            good=False, words=f"chuyển thử một trang: LibreOffice không tạo được PDF {said.get(0, '')}".rstrip()
        )
    with contextlib.closing(pypdfium2.PdfDocument(pdf)) as document:  # type: ignore[no-untyped-call]
        text = "".join(sheet.get_textpage().get_text_range() for sheet in document)
    if lost_letters := "".join(letter for letter in LETTERS if letter not in text):
        return Line(good=False, words=f"chuyển thử một trang: mất chữ {lost_letters}")
    return Line(good=True, words=f"chuyển thử một trang: {seconds} giây, đủ chữ")
