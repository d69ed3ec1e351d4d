"""Guard signed and issued documents while a build runs, and set right what stands in the place of their PDFs."""

import dataclasses
from collections.abc import Iterator, Mapping
from pathlib import Path

from pipeline.input.sources import document_name
from pipeline.jobs.render import Result
from pipeline.jobs.standing import about_signed
from pipeline.output.folder import put_aside, put_files
from pipeline.output.manifest import Entry, with_former, with_signature
from pipeline.output.origin import digest
from pipeline.output.records import read_record
from pipeline.output.seen import PdfPlace, State, is_unchanged, pdf_place, published_pdfs
from pipeline.pdf.signed import published_part
from pipeline.problem import ExitCode, Place, Problem, Severity

_FOREIGN = "pdf-la"


def guard(result: Result, out: Path, entry: Entry | None, state: State) -> Result:
    """Refuse to replace a signed document at all, and an issued one by a different one; put aside what is neither.

    A mistake in an issued document is put right by another document (Nghị định 30/2020/NĐ-CP, Điều 18, khoản 3).
    `entry` is the last manifest's. Gives the result as it is, or one without files that has the problem. A PDF that is
    the new one, signed, takes its place.
    """
    if not result.files:
        return result
    document = document_name(result.name)
    record = read_record(out, result.name, document)
    published, pdf = published_pdfs(document, record, entry), f"{document}.pdf"
    made = {digest(result.files[pdf])} if pdf in result.files else set()
    place = pdf_place(out, result.name, published | made)
    if place.signed and place.is_signed and digest(place.signed.published) in published:
        return _refused(result, about_signed(result.path))
    file = f"{document}.docx"
    if record and record.da_ban_hanh and record.tep.get(file) != digest(result.files[file]):
        return _refused(result, _about_issued(result.path, record.van_ban.CodeNumber))
    if place.is_signed:
        return dataclasses.replace(result, files={**result.files, pdf: place.content})
    if place.fault:
        problem = _put_aside(out, result.name, place, state, "bản đúng đã được dựng lại")
        return dataclasses.replace(result, problems=(*result.problems, problem))
    return result


def settle(out: Path, entries: Mapping[str, Entry], state: State) -> Iterator[tuple[str, Entry, tuple[Problem, ...]]]:
    """Look at the PDFs of documents that were not just made; give those whose entry or file had to be set right.

    A signed one is noted in the entry. Of one that is damage the published beginning is put back, if there is one.
    """
    for name, entry in entries.items():
        pdf = f"{document_name(name)}.pdf"
        if is_unchanged(out, f"{name}/{pdf}", state):
            continue
        published = published_pdfs(document_name(name), entry)
        place = pdf_place(out, name, published)
        settled = with_signature(entry, name, place.content if place.is_signed else b"")
        problems: tuple[Problem, ...] = ()
        if place.fault:
            whole = published_part(place.content, published)
            outcome = "bản đã xuất bản được trả về chỗ cũ" if whole else ""
            problems = (_put_aside(out, name, place, state, outcome),)
            if whole:
                put_files(out, name, {pdf: whole}, state)
        if problems or settled != entry:
            yield name, settled, problems


def without_foreign(
    entries: Mapping[str, Entry],
    earlier: Mapping[str, Entry],
    elsewhere: Mapping[str, Entry],
    problems: Mapping[str, tuple[Problem, ...]],
) -> dict[str, Entry]:
    """Add to entries the hashes of former files, but not of a PDF that was put aside: it never was a copy of ours.

    `earlier` are the entries of the last publication here, `elsewhere` those of a former one.
    """
    foreign = {name for name, found in problems.items() if any(each.code == _FOREIGN for each in found)}
    former = {name: with_signature(each, name, b"") if name in foreign else each for name, each in earlier.items()}
    return {name: with_former(entry, elsewhere.get(name), former.get(name)) for name, entry in entries.items()}


def _put_aside(out: Path, name: str, place: PdfPlace, state: State, outcome: str) -> Problem:
    """Move what stands in the place of a PDF aside, and say so: an error where there is no PDF now."""
    path = f"{name}/{document_name(name)}.pdf"
    kept = put_aside(out, path, place.content, state)
    message = f"tệp ở chỗ của PDF không được nhận: {place.fault}; {outcome or 'văn bản bây giờ thiếu PDF'}"
    hint = f"xem tệp ấy ở `{kept}`; muốn ký thì ký vào bản PDF đã xuất bản"
    severity, code = (Severity.WARNING, ExitCode.DATA) if outcome else (Severity.ERROR, ExitCode.VERIFICATION)
    return Problem(Place((out / path).as_posix()), _FOREIGN, message, hint, severity, code)


def _refused(result: Result, problem: Problem) -> Result:
    return dataclasses.replace(result, problems=(*result.problems, problem), files={}, record=None)


def _about_issued(path: str, number: str | None) -> Problem:
    message = f"văn bản số {number} đã ban hành, dữ liệu bây giờ cho ra nội dung khác; bản đã ban hành được giữ nguyên"
    hint = "trả dữ liệu về như cũ; muốn sửa thì ban hành văn bản sửa đổi, thay thế (Nghị định 30/2020/NĐ-CP, Điều 18)"
    return Problem(Place(path), "da-ban-hanh", message, hint)
