"""Look through a whole published folder again, offline: hashes, manifest, records, and every document read back."""

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from pathlib import Path, PurePosixPath

from pipeline.files import read_plain
from pipeline.input.sources import CRITERIA_SET_FILE, Folders, Source, named, read_source
from pipeline.jobs.render import Result
from pipeline.kinds.kind import Document, Kind, Made, read_back
from pipeline.output.manifest import MANIFEST, SUMS, Entry, Manifest, entry_of, read_manifest
from pipeline.output.origin import digest
from pipeline.output.records import Record, read_record
from pipeline.output.seen import MAY_LACK, published_names
from pipeline.pdf.signed import is_signed, published_part
from pipeline.problem import ExitCode, Problem, Severity, UsageError, bad_output
from pipeline.verify.paper import Paper, read_paper
from pipeline.verify.pdf import verify_pdf
from pipeline.vietnamese import squashed

_LINE = re.compile(r"([0-9a-f]{64})  ([^\r\n\\]+)")
_NAME = re.compile(r"[0-9]{4}/[\w-]+")
_CHUNK = 20
_ANY_PAGES = range(1, 10_000)
_TOLD = (
    "van_ban",
    "don_vi",
    "so_lieu_mau",
    "da_ban_hanh",
    "tong_diem",
    "diem_cac_muc",
    "chi_tieu",
    "nguon",
    "noi_dung",
)
"""What a record says that its data say, too."""

Files = Mapping[str, str]
"""SHA-256 by path below the output folder."""


def recheck(folders: Folders, kind: Kind, executor: Executor, slots: int) -> Iterator[Result]:
    """Check a published folder: first the folder as a whole, then each document, in the executor's `slots` processes.

    Documents are held to their data where the data folder has it unchanged, else to their records. Raises UsageError
    when there is no such folder.
    """
    out = folders.out
    if not out.is_dir():
        raise UsageError(f"không có thư mục `{out.as_posix()}`")
    (manifest, damage), sums = read_manifest(out / MANIFEST), _sums(out)
    names = sorted({*published_names(out), *(name for name in manifest.van_ban if _NAME.fullmatch(name))})
    # To a build damage is a part to be made anew; here it is what was looked for.
    told = (dataclasses.replace(each, severity=Severity.ERROR, exit_code=ExitCode.VERIFICATION) for each in damage)
    yield Result(named(out), (*told, *_folder_problems(out, sums, manifest, names)))
    size = max(1, min(_CHUNK, -(-len(names) // slots)))
    chunks = [names[start : start + size] for start in range(0, len(names), size)]
    futures: list[Future[list[Result]]] = [
        executor.submit(look_at, folders, kind, [(name, manifest.van_ban.get(name)) for name in chunk])
        for chunk in chunks
    ]
    for future in futures:
        yield from future.result()


def look_at(folders: Folders, kind: Kind, documents: Sequence[tuple[str, Entry | None]]) -> list[Result]:
    """Check some documents, given by name and the manifest's entry."""
    sources = [(named(folders.out / name), name, entry) for name, entry in documents]
    return [
        Result(source, tuple(_document_problems(folders, kind, source, name, entry))) for source, name, entry in sources
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
    """SHA256SUMS, the manifest and the files that are there must name each other."""
    if sums is None:
        yield _bad(out, SUMS, "thieu-sha256sums", "không có, hoặc không đúng dạng của sha256sum")
    if not manifest.van_ban:
        yield _bad(out, MANIFEST, "thieu-ban-ke", "không có, không đọc được, hoặc không kê văn bản nào")
    there = {path.relative_to(out).as_posix() for path in out.rglob("*") if not path.is_dir() or path.is_symlink()}
    there = {path for path in there if not path.startswith(".")} - {SUMS}
    listed = {MANIFEST, *manifest.trang, *manifest.kem}
    listed |= {f"{name}/{file}" for name, entry in manifest.van_ban.items() for file in entry.tep}
    listed |= {f"{year}/{file}" for year, entry in manifest.tong_hop.items() for file in entry.tep}
    for path in sorted(there - listed):
        yield _bad(out, path, "tep-la", "không thuộc văn bản nào trong bản kê", "chuyển tệp ra khỏi thư mục này")
    for path in sorted(set(sums or ()) ^ listed if sums is not None else ()):
        yield _bad(out, path, "khac-ban-ke", f"{SUMS} và {MANIFEST} không cùng kê tệp này")
    for path, wanted in sorted((sums or {}).items()):
        yield from _hash_problems(out, path, wanted)
    for name in sorted(set(names) ^ manifest.van_ban.keys()):
        yield _bad(out, name, "khac-ban-ke", f"{MANIFEST} và thư mục không cùng có văn bản này")


def _hash_problems(out: Path, path: str, wanted: str) -> Iterator[Problem]:
    content = _read(out / path)
    if content is None:
        yield _bad(out, path, "thieu-tep", "không có tệp này", "dựng lại bằng lệnh build")
    elif digest(content) != wanted and not (is_signed(content) and published_part(content, wanted)):
        yield _bad(out, path, "sai-ma-bam", "nội dung đã khác lúc xuất bản", "dựng lại bằng lệnh build")


def _document_problems(
    folders: Folders, kind: Kind, source: Source, name: str, entry: Entry | None
) -> Iterator[Problem]:
    """Hold record to manifest, the files to the record, and what they say to the data or the record."""
    out, document = folders.out, source.document
    about = read_record(out, name, document)
    if about is None:
        yield _bad(out, f"{name}/{document}.json", "thieu-ban-ghi", "không có bản ghi đọc được của văn bản")
        return
    # What became of the document since is the manifest's alone.
    if entry is not None and entry.model_copy(update={"da_ky": {}, "ban_cu": ()}) != entry_of(about):
        yield _bad(out, f"{name}/{document}.json", "khac-ban-ke", f"bản ghi không khớp {MANIFEST}")
    files, faults = _published(out, name, document, about)
    yield from faults
    docx = files.get(f"{document}.docx")
    if docx is None:
        return
    made = _made_from(folders, kind, name, about)
    path = folders.templates / kind.template
    word = read_source(path).content if path.is_file() else b""
    shown = f"{out.as_posix()}/{name}/{document}"
    template = word if digest(word) == about.nguon.mau else b""
    paper, problems = _docx_back(docx, kind, made, about, template, f"{shown}.docx")
    yield from problems
    pages, pdf = None, files.get(f"{document}.pdf")
    if paper and pdf is not None:
        limits = made.pages if made else _ANY_PAGES
        reading, problems = verify_pdf(pdf, paper, limits, sample=about.so_lieu_mau, name=f"{shown}.pdf")
        yield from problems
        pages = reading.pages
    if pdf is not None and pages != about.van_ban.PageAmount:
        yield bad_output(f"{shown}.json", "sai-ban-ghi", f"bản ghi nói {about.van_ban.PageAmount} trang")
    if paper and paper.text_digest() != about.noi_dung:
        yield bad_output(f"{shown}.json", "sai-ban-ghi", "bản ghi không có nội dung chữ của tệp .docx")
    if made and kind.data:
        expected = kind.data.describe(made, Made(about.van_ban.PageAmount, {}, about.noi_dung, about.nguon))
        wrong = [key for key in _TOLD if getattr(expected, key) != getattr(about, key)]
        if wrong:
            yield bad_output(f"{shown}.json", "sai-ban-ghi", f"bản ghi khác dữ liệu ở {', '.join(wrong)}")


def _published(out: Path, name: str, document: str, about: Record) -> tuple[dict[str, bytes | None], list[Problem]]:
    """Give the files that a record names, of a signed PDF what was published of it, and what is wrong with them."""
    problems: list[Problem] = []
    files: dict[str, bytes | None] = {}
    for file, wanted in about.tep.items():
        if file not in {f"{document}{ending}" for ending in (".docx", *MAY_LACK)}:
            problems.append(_bad(out, f"{name}/{document}.json", "sai-ban-ghi", f"bản ghi kê tệp lạ `{file}`"))
            continue
        content = _read(out / name / file)
        if content is not None and is_signed(content):
            content = published_part(content, wanted)
            if content is None:
                message = "PDF đã ký không phải bản đã xuất bản rồi ký thêm"
                problems.append(_bad(out, f"{name}/{file}", "ky-ban-khac", message))
        elif content is None or digest(content) != wanted:
            problems.append(_bad(out, f"{name}/{file}", "sai-ban-ghi", "không còn, hoặc mã băm không như bản ghi nói"))
        files[file] = content
    return files, problems


def _made_from(folders: Folders, kind: Kind, name: str, about: Record) -> Document | None:
    """Give the document that the data make, where the data folder has them unchanged."""
    year_name, stem = name.split("/", 1)
    paths = [folders.data / year_name / CRITERIA_SET_FILE, folders.data / year_name / f"{stem}.yaml"]
    if not kind.data or not all(path.is_file() and not path.is_symlink() for path in paths):
        return None
    criteria_source, source = map(read_source, paths)
    made = about.nguon
    if [digest(criteria_source.content), digest(source.content)] != [made.bo_tieu_chi, made.du_lieu]:
        return None
    return kind.data.prepare(criteria_source, source)[0]


def _docx_back(
    data: bytes, kind: Kind, made: Document | None, about: Record, template: bytes, name: str
) -> tuple[Paper | None, tuple[Problem, ...]]:
    """Read a .docx back and hold it to its data, or else to its record."""
    if made:
        return read_back(kind, data, made, template, name)
    try:
        paper = read_paper(data)
    except ValueError as error:
        return None, (bad_output(name, "khong-mo-duoc", f"không mở lại được tệp .docx ({error})"),)
    return paper, tuple(_against_record(paper, about, name))


def _against_record(paper: Paper, about: Record, name: str) -> Iterator[Problem]:
    """Look for what the record says of a document in its text."""
    text, fields = squashed("".join(paragraph.text for paragraph in paper.paragraphs)).casefold(), about.van_ban
    signer = fields.SignerInfo
    said = [
        *(fields.TypeName, fields.CodeNotation, fields.Subject, signer.Position, signer.FullName or ""),
        *(each.OrganName for each in fields.To),
        about.don_vi.ten_don_vi,
        f"{fields.CodeNumber.zfill(2)}/{fields.CodeNotation}" if fields.CodeNumber else "",
        about.tong_diem,
    ]
    for each in said:
        if squashed(each).casefold() not in text:
            yield bad_output(name, "khac-ban-ghi", f"tệp .docx không có “{each}” như bản ghi nói")


def _read(path: Path) -> bytes | None:
    try:
        return None if path.is_symlink() else read_plain(path)
    except (OSError, ValueError):
        return None


def _bad(out: Path, path: str, code: str, message: str, hint: str = "") -> Problem:
    return bad_output(f"{out.as_posix()}/{path}", code, message, hint)
