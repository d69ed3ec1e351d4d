"""Verify a whole published folder again, offline: hashes, manifest, records, and every document read back.

Nothing is rendered: whoever receives such a folder can prove it whole without LibreOffice.
"""

import dataclasses
import functools
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future
from pathlib import Path

from pipeline.input.sources import Folders, document_name
from pipeline.jobs.made_again import document_from_data, year_now
from pipeline.jobs.recheck_folder import bad, folder_problems, read_published, read_sums
from pipeline.jobs.render import Result
from pipeline.kinds.kind import Document, Made, read_back
from pipeline.kinds.loai.read_back import printed_kind
from pipeline.kinds.loai.record import describe
from pipeline.kinds.loai.year import Year
from pipeline.output.manifest import DOCUMENT, MANIFEST, Entry, entry_of, read_manifest
from pipeline.output.origin import digest
from pipeline.output.records import Record, read_record
from pipeline.output.seen import MAY_LACK, published_names
from pipeline.pdf.signed import NotSignedError, Signature, examine
from pipeline.problem import ExitCode, Problem, Severity, UsageError, bad_output
from pipeline.verify.paper import Paper, read_paper
from pipeline.verify.pdf import USUAL, Setting, verify_pdf
from pipeline.vietnamese import squashed

_CHUNK = 20
_OFFICIAL_LETTER = "Công văn"
"""The one kind whose name is not printed (Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II, khoản 5)."""
_ANY_PAGES = range(1, 10_000)
_SHARED_FIELDS = (
    *("loai", "van_ban", "don_vi", "so_lieu_mau", "da_ban_hanh"),
    *("cot_diem", "tong_diem", "diem_cac_muc", "gia_tri"),
)
"""The fields of a record that follow from the data files."""


def recheck(folders: Folders, executor: Executor, slots: int, issuers: bytes = b"") -> Iterator[Result]:
    """Check a published folder: first as a whole, then each document, in the executor's `slots` processes.

    Documents are held to their data where the data folder has it unchanged, else to their records. `issuers` are
    certificates (PEM) that are trusted to vouch for signers; what is known of a signer is a note, and no problem.
    Raises UsageError when there is no such folder.
    """
    out = folders.out
    if not out.is_dir():
        raise UsageError(f"không có thư mục `{out.as_posix()}`")
    (manifest, damage), sums = read_manifest(out / MANIFEST), read_sums(out)
    names = sorted({*published_names(out), *(name for name in manifest.van_ban if DOCUMENT.fullmatch(name))})
    # To a build a damaged part of the manifest is one to make anew; here it is an error.
    damage_problems = (
        dataclasses.replace(each, severity=Severity.ERROR, exit_code=ExitCode.VERIFICATION) for each in damage
    )
    yield Result(out.name, out.as_posix(), (*damage_problems, *folder_problems(out, sums, manifest, names)))
    size = max(1, min(_CHUNK, -(-len(names) // slots)))
    chunks = [names[start : start + size] for start in range(0, len(names), size)]
    futures: list[Future[list[Result]]] = [
        executor.submit(look_at, folders, [(name, manifest.van_ban.get(name)) for name in chunk], issuers)
        for chunk in chunks
    ]
    for future in futures:
        yield from future.result()


def look_at(folders: Folders, documents: Sequence[tuple[str, Entry | None]], issuers: bytes = b"") -> list[Result]:
    """Check some documents, given by name and the manifest's entry."""
    results = []
    read_year_once = functools.cache(functools.partial(year_now, folders))
    for name, entry in documents:
        now = read_year_once(name.partition("/")[0])
        found = [*_document_problems(folders.out, name, entry, issuers, now)]
        problems = tuple(each for each in found if isinstance(each, Problem))
        notes = tuple(
            f"{name}: chữ ký của {each.signer} ở ô {each.field}: {each.trust}"
            for each in found
            if isinstance(each, Signature)
        )
        results.append(Result(name, f"{folders.out.as_posix()}/{name}", problems, notes=notes))
    return results


def _document_problems(
    out: Path, name: str, entry: Entry | None, issuers: bytes, now: tuple[Sequence[Path], Year] | None
) -> Iterator[Problem | Signature]:
    """Compare the record with the manifest, the files with the record, and their contents with the data or record.

    Gives what is wrong, and the signatures that are right.
    """
    file_stem = document_name(name)
    record = read_record(out, name, file_stem)
    if record is None:
        yield bad(out, f"{name}/{file_stem}.json", "thieu-ban-ghi", "không có bản ghi đọc được của văn bản")
        return
    # What became of the document since it was built, the manifest alone says.
    if entry is not None and entry.model_copy(update={"da_ky": {}, "ban_cu": ()}) != entry_of(record):
        yield bad(out, f"{name}/{file_stem}.json", "khac-ban-ke", f"bản ghi không khớp {MANIFEST}")
    files, faults = _record_files(out, name, file_stem, record, issuers)
    yield from faults
    docx = files.get(f"{file_stem}.docx")
    if docx is None:
        return
    kind, document = document_from_data(now, name, record)
    message_path = f"{out.as_posix()}/{name}/{file_stem}"
    template = kind.template.content if kind and digest(kind.template.content) == record.nguon.mau else b""
    paper, problems = _read_docx_back(docx, document, record, template, f"{message_path}.docx")
    yield from problems
    pages, pdf = None, files.get(f"{file_stem}.pdf")
    if paper and pdf is not None:
        limits = document.pages if document else _ANY_PAGES
        setting = Setting((*document.posts, document.signer), document.headings) if document else USUAL
        reading, problems = verify_pdf(
            pdf, paper, limits, sample=record.so_lieu_mau, name=f"{message_path}.pdf", setting=setting
        )
        yield from problems
        pages = reading.pages
    if pdf is not None and pages != record.van_ban.PageAmount:
        yield bad_output(f"{message_path}.json", "sai-ban-ghi", f"bản ghi nói {record.van_ban.PageAmount} trang")
    if paper and paper.text_digest() != record.noi_dung:
        yield bad_output(f"{message_path}.json", "sai-ban-ghi", "bản ghi không có nội dung chữ của tệp .docx")
    if document:
        expected = describe(document, Made(record.van_ban.PageAmount, {}, record.noi_dung, record.nguon))
        differences = [key for key in _SHARED_FIELDS if getattr(expected, key) != getattr(record, key)]
        if differences:
            yield bad_output(f"{message_path}.json", "sai-ban-ghi", f"bản ghi khác dữ liệu ở {', '.join(differences)}")


def _record_files(
    out: Path, name: str, file_stem: str, record: Record, issuers: bytes
) -> tuple[dict[str, bytes | None], list[Problem | Signature]]:
    """Read the files that a record names; give them by name, None for a lost one, with their problems and signatures.

    Of a PDF that was signed since, the published part is given.
    """
    problems: list[Problem | Signature] = []
    files: dict[str, bytes | None] = {}
    for file, expected in record.tep.items():
        if file not in {f"{file_stem}{ending}" for ending in (".docx", *MAY_LACK)}:
            problems.append(bad(out, f"{name}/{file_stem}.json", "sai-ban-ghi", f"bản ghi kê tệp lạ `{file}`"))
            continue
        content = read_published(out / name / file)
        if content is not None and file.endswith(".pdf"):
            try:
                content, signatures = examine(content, {expected}, issuers)
                problems += signatures
            except NotSignedError as error:
                problems.append(bad(out, f"{name}/{file}", "pdf-la", f"tệp ở chỗ của PDF không được nhận: {error}"))
        elif content is None or digest(content) != expected:
            problems.append(bad(out, f"{name}/{file}", "sai-ban-ghi", "không còn, hoặc mã băm không như bản ghi nói"))
        files[file] = content
    return files, problems


def _read_docx_back(
    data: bytes, document: Document | None, record: Record, template: bytes, file_name: str
) -> tuple[Paper | None, tuple[Problem, ...]]:
    """Read a .docx back and compare it with its data, or else with its record.

    Returns what was read, None for a file that does not open.
    """
    if document:
        return read_back(printed_kind(record.loai), data, document, template, file_name)
    try:
        paper = read_paper(data)
    except ValueError as error:
        return None, (bad_output(file_name, "khong-mo-duoc", f"không mở lại được tệp .docx ({error})"),)
    return paper, tuple(_record_mismatches(paper, record, file_name))


def _record_mismatches(paper: Paper, record: Record, file_name: str) -> Iterator[Problem]:
    """Report what the record says of a document and its text does not; case and spaces do not count."""
    text, fields = squashed("".join(paragraph.text for paragraph in paper.paragraphs)).casefold(), record.van_ban
    signer = fields.SignerInfo
    expected_texts = [
        *(
            "" if fields.TypeName == _OFFICIAL_LETTER else fields.TypeName,
            fields.CodeNotation,
            fields.Subject,
            signer.Position,
            signer.FullName or "",
        ),
        *(each.OrganName for each in fields.To),
        record.don_vi.ten_don_vi if record.don_vi else "",
        f"{fields.CodeNumber.zfill(2)}/{fields.CodeNotation}" if fields.CodeNumber else "",
        *record.tong_diem,
    ]
    for each in expected_texts:
        if squashed(each).casefold() not in text:
            yield bad_output(file_name, "khac-ban-ghi", f"tệp .docx không có “{each}” như bản ghi nói")
