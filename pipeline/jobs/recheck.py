"""Verify a whole published folder again, offline: hashes, manifest, records, and every document read back.

Nothing is rendered: whoever receives such a folder can prove it whole without LibreOffice.
"""

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from pathlib import Path, PurePosixPath

from pipeline.files import read_plain
from pipeline.input.sources import Folders, document_name
from pipeline.jobs.made_again import document_from_data
from pipeline.jobs.render import Result
from pipeline.kinds.kind import Document, Made, read_back
from pipeline.kinds.loai.read_back import printed_kind
from pipeline.kinds.loai.record import describe
from pipeline.output.manifest import DOCUMENT, MANIFEST, SUMS, Entry, Manifest, entry_of, read_manifest
from pipeline.output.origin import digest
from pipeline.output.records import Record, read_record
from pipeline.output.seen import MAY_LACK, published_names
from pipeline.pdf.signed import is_signed, published_part
from pipeline.problem import ExitCode, Problem, Severity, UsageError, bad_output
from pipeline.verify.paper import Paper, read_paper
from pipeline.verify.pdf import USUAL, Setting, verify_pdf
from pipeline.vietnamese import squashed

_LINE = re.compile(r"([0-9a-f]{64})  ([^\r\n\\]+)")
_CHUNK = 20
_OFFICIAL_LETTER = "Công văn"
"""The one kind whose name is not printed (Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II, khoản 5)."""
_ANY_PAGES = range(1, 10_000)
_SHARED_FIELDS = (
    *("loai", "van_ban", "don_vi", "so_lieu_mau", "da_ban_hanh"),
    *("cot_diem", "tong_diem", "diem_cac_muc", "gia_tri"),
)
"""The fields of a record that follow from the data files."""

Files = Mapping[str, str]
"""SHA-256 by path below the output folder."""


def recheck(folders: Folders, executor: Executor, slots: int) -> Iterator[Result]:
    """Check a published folder: first as a whole, then each document, in the executor's `slots` processes.

    Documents are held to their data where the data folder has it unchanged, else to their records. Raises UsageError
    when there is no such folder.
    """
    out = folders.out
    if not out.is_dir():
        raise UsageError(f"không có thư mục `{out.as_posix()}`")
    (manifest, damage), sums = read_manifest(out / MANIFEST), _sums(out)
    names = sorted({*published_names(out), *(name for name in manifest.van_ban if DOCUMENT.fullmatch(name))})
    # To a build a damaged part of the manifest is one to make anew; here it is an error.
    damage_problems = (
        dataclasses.replace(each, severity=Severity.ERROR, exit_code=ExitCode.VERIFICATION) for each in damage
    )
    yield Result(out.name, out.as_posix(), (*damage_problems, *_folder_problems(out, sums, manifest, names)))
    size = max(1, min(_CHUNK, -(-len(names) // slots)))
    chunks = [names[start : start + size] for start in range(0, len(names), size)]
    futures: list[Future[list[Result]]] = [
        executor.submit(look_at, folders, [(name, manifest.van_ban.get(name)) for name in chunk]) for chunk in chunks
    ]
    for future in futures:
        yield from future.result()


def look_at(folders: Folders, documents: Sequence[tuple[str, Entry | None]]) -> list[Result]:
    """Check some documents, given by name and the manifest's entry."""
    return [
        Result(name, f"{folders.out.as_posix()}/{name}", tuple(_document_problems(folders, name, entry)))
        for name, entry in documents
    ]


def _sums(out: Path) -> dict[str, str] | None:
    """Read SHA256SUMS; None when it is missing or holds anything but hashes of files below the folder."""
    try:
        lines = (out / SUMS).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return None
    matches = [_LINE.fullmatch(line) for line in lines]
    paths = [PurePosixPath(match[2]) for match in matches if match]
    if None in matches or any(path.is_absolute() or ".." in path.parts for path in paths):
        return None
    return {match[2]: match[1] for match in matches if match}


def _folder_problems(out: Path, sums: Files | None, manifest: Manifest, names: Iterable[str]) -> Iterator[Problem]:
    """Require that SHA256SUMS, the manifest and the files on the disk name the same, and that every hash is right."""
    if sums is None:
        yield _bad(out, SUMS, "thieu-sha256sums", "không có, hoặc không đúng dạng của sha256sum")
    if not manifest.van_ban:
        yield _bad(out, MANIFEST, "thieu-ban-ke", "không có, không đọc được, hoặc không kê văn bản nào")
    present_paths = {
        path.relative_to(out).as_posix() for path in out.rglob("*") if not path.is_dir() or path.is_symlink()
    }
    present_paths = {path for path in present_paths if not path.startswith(".")} - {SUMS}
    manifest_paths = {MANIFEST, *manifest.trang, *manifest.kem}
    manifest_paths |= {f"{name}/{file}" for name, entry in manifest.van_ban.items() for file in entry.tep}
    manifest_paths |= {f"{year}/{file}" for year, entry in manifest.tong_hop.items() for file in entry.tep}
    for path in sorted(present_paths - manifest_paths):
        yield _bad(out, path, "tep-la", "không thuộc văn bản nào trong bản kê", "chuyển tệp ra khỏi thư mục này")
    for path in sorted(set(sums or ()) ^ manifest_paths if sums is not None else ()):
        yield _bad(out, path, "khac-ban-ke", f"{SUMS} và {MANIFEST} không cùng kê tệp này")
    for path, expected in sorted((sums or {}).items()):
        yield from _hash_problems(out, path, expected)
    for name in sorted(set(names) ^ manifest.van_ban.keys()):
        yield _bad(out, name, "khac-ban-ke", f"{MANIFEST} và thư mục không cùng có văn bản này")


def _hash_problems(out: Path, path: str, expected: str) -> Iterator[Problem]:
    """Compare a file with its SHA-256; a PDF that was signed since is compared without what signing appended."""
    content = _read(out / path)
    if content is None:
        yield _bad(out, path, "thieu-tep", "không có tệp này", "dựng lại bằng lệnh build")
    elif digest(content) != expected and not (is_signed(content) and published_part(content, expected)):
        yield _bad(out, path, "sai-ma-bam", "nội dung đã khác lúc xuất bản", "dựng lại bằng lệnh build")


def _document_problems(folders: Folders, name: str, entry: Entry | None) -> Iterator[Problem]:
    """Compare the record with the manifest, the files with the record, and their contents with the data or record."""
    out, file_stem = folders.out, document_name(name)
    record = read_record(out, name, file_stem)
    if record is None:
        yield _bad(out, f"{name}/{file_stem}.json", "thieu-ban-ghi", "không có bản ghi đọc được của văn bản")
        return
    # What became of the document since it was built, the manifest alone says.
    if entry is not None and entry.model_copy(update={"da_ky": {}, "ban_cu": ()}) != entry_of(record):
        yield _bad(out, f"{name}/{file_stem}.json", "khac-ban-ke", f"bản ghi không khớp {MANIFEST}")
    files, faults = _record_files(out, name, file_stem, record)
    yield from faults
    docx = files.get(f"{file_stem}.docx")
    if docx is None:
        return
    kind, document = document_from_data(folders, name, record)
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
    out: Path, name: str, file_stem: str, record: Record
) -> tuple[dict[str, bytes | None], list[Problem]]:
    """Read the files that a record names, and give them by name, None for a lost one, with their problems.

    Of a PDF that was signed since, the published part is given.
    """
    problems: list[Problem] = []
    files: dict[str, bytes | None] = {}
    for file, expected in record.tep.items():
        if file not in {f"{file_stem}{ending}" for ending in (".docx", *MAY_LACK)}:
            problems.append(_bad(out, f"{name}/{file_stem}.json", "sai-ban-ghi", f"bản ghi kê tệp lạ `{file}`"))
            continue
        content = _read(out / name / file)
        if content is not None and is_signed(content):
            content = published_part(content, expected)
            if content is None:
                message = "PDF đã ký không phải bản đã xuất bản rồi ký thêm"
                problems.append(_bad(out, f"{name}/{file}", "ky-ban-khac", message))
        elif content is None or digest(content) != expected:
            problems.append(_bad(out, f"{name}/{file}", "sai-ban-ghi", "không còn, hoặc mã băm không như bản ghi nói"))
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


def _read(path: Path) -> bytes | None:
    """Read a plain file; None for a link and for what cannot be read."""
    try:
        return None if path.is_symlink() else read_plain(path)
    except (OSError, ValueError):
        return None


def _bad(out: Path, path: str, code: str, message: str, hint: str = "") -> Problem:
    return bad_output(f"{out.as_posix()}/{path}", code, message, hint)
