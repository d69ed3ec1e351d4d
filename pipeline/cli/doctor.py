"""Look at this machine: tools, versions, fonts, and a one-page conversion that proves that they work together."""

import contextlib
import importlib.metadata
import io
import platform
import time
from collections.abc import Iterator

import docx
import pypdfium2

from pipeline import VERSION
from pipeline.pdf.convert import convert
from pipeline.pdf.fonts import times_font
from pipeline.pdf.office import Office, office, probe_tools
from pipeline.problem import ExitCode, MissingToolError
from pipeline.vietnamese import LETTERS

_LIBRARIES = ("docxtpl", "Jinja2", "pydantic", "python-docx", "ruamel.yaml", "pikepdf", "pypdfium2")


def examine() -> tuple[ExitCode, list[str]]:
    """Give the exit code and the lines of a report, in Vietnamese."""
    lines = [f"pipeline {VERSION}, Python {platform.python_version()}, {platform.platform()}"]
    lines += [f"thư viện {name} {importlib.metadata.version(name)}" for name in _LIBRARIES]
    lines += [f"{'✓' if probe.found else '✗'} {probe.name}: {probe.found or 'không có'}" for probe in probe_tools()]
    lines += _font_lines()
    try:
        lines += _one_page(office())
    except MissingToolError as error:
        return ExitCode.TOOL, [*lines, f"✗ {error}"]
    return (ExitCode.TOOL if lines[-1].startswith("✗") else ExitCode.DONE), lines


def _font_lines() -> Iterator[str]:
    font = times_font()
    if font is None:
        yield "✗ “Times New Roman”: không có tệp phông nào thay được"
        return
    yield from (f"  “Times New Roman” lấy từ {file}" for file in font.files)
    if font.missing:
        yield f"✗ phông thiếu {len(font.missing)} trong {len(LETTERS)} chữ tiếng Việt: {font.missing[:40]}"
    else:
        yield f"✓ phông có đủ {len(LETTERS)} chữ tiếng Việt"


def _one_page(tools: Office) -> Iterator[str]:
    """Convert a page that holds every Vietnamese letter and read it back."""
    page = docx.Document()
    page.add_paragraph().add_run(LETTERS).font.name = "Times New Roman"
    out = io.BytesIO()
    page.save(out)
    start = time.perf_counter()
    pdf = convert([out.getvalue()], tools)[0]
    seconds = f"{time.perf_counter() - start:.1f}".replace(".", ",")
    if pdf is None:
        yield "✗ chuyển thử một trang: LibreOffice không tạo được PDF"
        return
    with contextlib.closing(pypdfium2.PdfDocument(pdf)) as opened:  # type: ignore[no-untyped-call]
        text = "".join(sheet.get_textpage().get_text_range() for sheet in opened)
    lost = "".join(letter for letter in LETTERS if letter not in text)
    yield f"✗ chuyển thử một trang: mất chữ {lost}" if lost else f"✓ chuyển thử một trang: {seconds} giây, đủ chữ"
