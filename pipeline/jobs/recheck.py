"""Look through a whole published folder again, offline: hashes, manifest, records, and every document read back."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from pathlib import Path, PurePosixPath
from typing import Any

from pipeline.input.sources import Folders, Source, read_source
from pipeline.jobs.render import Result
from pipeline.kinds.ke_hoach.model import CRITERIA_SET_FILE, BoTieuChi, Commune
from pipeline.kinds.ke_hoach.present import Context, present
from pipeline.kinds.ke_hoach.read import read_commune, read_year
from pipeline.output import manifest as published
from pipeline.output.origin import Origin, digest, record
from pipeline.pdf.signed import is_signed, published_part
from pipeline.problem import Problem, UsageError, bad_output
from pipeline.verify.paper import Paper, read_paper, squashed
from pipeline.verify.pdf import verify_docx, verify_pdf
from pipeline.verify.standard_parts import body_lines

_LINE = re.compile(r"([0-9a-f]{64})  ([^\r\n\\]+)")
_NAME = re.compile(r"[0-9]{4}/[\w-]+")
_CHUNK = 20

Files = Mapping[str, str]
"""SHA-256 by path below the output folder."""


def recheck(folders: Folders, template: str, executor: Executor, slots: int) -> Iterator[Result]:
    """Check a published folder: first the folder as a whole, then each document, in the executor's `slots` processes.

    Documents are held to their data where the data folder has it unchanged, else to their records. `template` is the
    name of the Word template. Raises UsageError when there is no such folder.
    """
    out = folders.out
    if not out.is_dir():
        raise UsageError(f"không có thư mục `{out.as_posix()}`")
    manifest, sums = published.read_manifest(out), _sums(out)
    names = sorted({*published.published_names(out), *filter(_NAME.fullmatch, manifest)})
    yield Result(Source(out.as_posix(), b""), tuple(_folder_problems(out, sums, manifest, names)))
    size = max(1, min(_CHUNK, -(-len(names) // slots)))
    chunks = [names[start : start + size] for start in range(0, len(names), size)]
    futures: list[Future[list[Result]]] = [
        executor.submit(look_at, folders, template, [(name, manifest.get(name)) for name in chunk]) for chunk in chunks
    ]
    for future in futures:
        yield from future.result()


def look_at(folders: Folders, template: str, documents: Sequence[tuple[str, dict[str, Any] | None]]) -> list[Result]:
    """Check some documents, given by name and the manifest's entry."""
    results = []
    for name, entry in documents:
        source = Source(f"{folders.out.as_posix()}/{name}", b"")
        problems: list[Problem] = []
        try:
            problems += _document_problems(folders, template, source, name, entry)
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            message = f"bản ghi không đúng dạng ({error})"
            problems.append(_bad(folders.out, f"{name}/{source.document}.json", "sai-ban-ghi", message))
        results.append(Result(source, tuple(problems)))
    return results


def _sums(out: Path) -> dict[str, str] | None:
    """Read SHA256SUMS; None when it is missing or holds anything but hashes of files below the folder."""
    try:
        lines = (out / published.SUMS).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return None
    matches = [_LINE.fullmatch(line) for line in lines]
    paths = [PurePosixPath(match[2]) for match in matches if match]
    if None in matches or any(path.is_absolute() or ".." in path.parts for path in paths):
        return None
    return {match[2]: match[1] for match in matches if match}


def _own(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Give what an entry says of the published document, without what became of it since."""
    return {key: value for key, value in entry.items() if key not in {"da_ky", "ban_cu"}}


def _folder_problems(
    out: Path, sums: Files | None, manifest: Mapping[str, Any], names: Iterable[str]
) -> Iterator[Problem]:
    """SHA256SUMS, the manifest and the files that are there must name each other."""
    if sums is None:
        yield _bad(out, published.SUMS, "thieu-sha256sums", "không có, hoặc không đúng dạng của sha256sum")
    if not manifest:
        yield _bad(out, published.MANIFEST, "thieu-ban-ke", "không có, không đọc được, hoặc không kê văn bản nào")
    there = {path.relative_to(out).as_posix() for path in out.rglob("*") if not path.is_dir() or path.is_symlink()}
    there = {path for path in there if not path.startswith(".")} - {published.SUMS}
    both = (*manifest.items(), *published.read_summaries(out).items())
    listed = {f"{name}/{file}" for name, entry in both for file in entry["tep"]} | {published.MANIFEST}
    listed |= published.read_page(out).keys() | published.read_made(out).keys()
    for path in sorted(there - listed):
        yield _bad(out, path, "tep-la", "không thuộc văn bản nào trong bản kê", "chuyển tệp ra khỏi thư mục này")
    for path in sorted(set(sums or ()) ^ listed if sums is not None else ()):
        yield _bad(out, path, "khac-ban-ke", f"{published.SUMS} và {published.MANIFEST} không cùng kê tệp này")
    for path, wanted in sorted((sums or {}).items()):
        yield from _hash_problems(out, path, wanted)
    for name in sorted(set(names) ^ manifest.keys()):
        yield _bad(out, name, "khac-ban-ke", f"{published.MANIFEST} và thư mục không cùng có văn bản này")


def _hash_problems(out: Path, path: str, wanted: str) -> Iterator[Problem]:
    content = _read(out / path)
    if content is None:
        yield _bad(out, path, "thieu-tep", "không có tệp này", "dựng lại bằng lệnh build")
    elif digest(content) != wanted and not (is_signed(content) and published_part(content, wanted)):
        yield _bad(out, path, "sai-ma-bam", "nội dung đã khác lúc xuất bản", "dựng lại bằng lệnh build")


def _document_problems(
    folders: Folders, template: str, source: Source, name: str, entry: Mapping[str, Any] | None
) -> Iterator[Problem]:
    """Hold record to manifest, the files to the record, and what they say to the data or the record."""
    out, document = folders.out, source.document
    about = published.read_record(out, name, document)
    if about is None:
        yield _bad(out, f"{name}/{document}.json", "thieu-ban-ghi", "không có bản ghi đọc được của văn bản")
        return
    if entry is not None and _own(entry) != _own(published.manifest_entry(about)):
        yield _bad(out, f"{name}/{document}.json", "khac-ban-ke", f"bản ghi không khớp {published.MANIFEST}")
    files, faults = _published(out, name, document, about)
    yield from faults
    docx = files.get(f"{document}.docx")
    if docx is None:
        return
    made = _made_from(folders, name, about)
    word = read_source(folders.templates / template) if (folders.templates / template).is_file() else None
    body = body_lines(word.content) if word and digest(word.content) == about["nguon"]["mau"] else ()
    shown = f"{out.as_posix()}/{name}/{document}"
    paper, problems = _docx_back(docx, made, about, body, f"{shown}.docx")
    yield from problems
    pages, pdf = None, files.get(f"{document}.pdf")
    if paper and pdf is not None:
        limits = made[0].so_trang_it_nhat if made else 1, made[0].so_trang_nhieu_nhat if made else 9999
        sample = bool(about["so_lieu_mau"])
        reading, problems = verify_pdf(pdf, paper, range(limits[0], limits[1] + 1), sample=sample, name=f"{shown}.pdf")
        yield from problems
        pages = reading.pages
    if pdf is not None and pages != about["van_ban"]["PageAmount"]:
        yield bad_output(f"{shown}.json", "sai-ban-ghi", f"bản ghi nói {about['van_ban']['PageAmount']} trang")
    if paper and paper.text_digest() != about["noi_dung"]:
        yield bad_output(f"{shown}.json", "sai-ban-ghi", "bản ghi không có nội dung chữ của tệp .docx")
    if made:
        expected = record(*made, about["van_ban"]["PageAmount"], Origin(**about["nguon"]), {})
        wrong = [key for key in expected if key not in {"tep", "phien_ban"} and expected[key] != about.get(key)]
        if wrong:
            yield bad_output(f"{shown}.json", "sai-ban-ghi", f"bản ghi khác dữ liệu ở {', '.join(wrong)}")


def _published(
    out: Path, name: str, document: str, about: Mapping[str, Any]
) -> tuple[dict[str, bytes | None], list[Problem]]:
    """Give the files that a record names, of a signed PDF what was published of it, and what is wrong with them."""
    problems: list[Problem] = []
    files: dict[str, bytes | None] = {}
    for file, wanted in about["tep"].items():
        if file not in {f"{document}{ending}" for ending in (".docx", *published.MAY_LACK)}:
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


def _made_from(folders: Folders, name: str, about: Mapping[str, Any]) -> tuple[BoTieuChi, Commune, Context] | None:
    """Give the data that a document was made from, where the data folder has it unchanged."""
    year_name, stem = name.split("/", 1)
    paths = [folders.data / year_name / CRITERIA_SET_FILE, folders.data / year_name / f"{stem}.yaml"]
    if not all(path.is_file() and not path.is_symlink() for path in paths):
        return None
    criteria_source, source = map(read_source, paths)
    made = about["nguon"]
    if [digest(criteria_source.content), digest(source.content)] != [made["bo_tieu_chi"], made["du_lieu"]]:
        return None
    year = read_year(criteria_source)[0]
    commune = read_commune(source, year)[0] if year else None
    if year is None or commune is None:
        return None
    return year.criteria_set, commune, present(year.criteria_set, commune, year.totals)


def _docx_back(
    data: bytes,
    made: tuple[BoTieuChi, Commune, Context] | None,
    about: Mapping[str, Any],
    body: Sequence[str],
    name: str,
) -> tuple[Paper | None, tuple[Problem, ...]]:
    """Read a .docx back and hold it to its data, or else to its record."""
    if made:
        return verify_docx(data, made[2], body, name)
    try:
        paper = read_paper(data)
    except ValueError as error:
        return None, (bad_output(name, "khong-mo-duoc", f"không mở lại được tệp .docx ({error})"),)
    return paper, tuple(_against_record(paper, about, name))


def _against_record(paper: Paper, about: Mapping[str, Any], name: str) -> Iterator[Problem]:
    """Look for what the record says of a document in its text."""
    text, fields = squashed("".join(paragraph.text for paragraph in paper.paragraphs)).casefold(), about["van_ban"]
    signer = fields["SignerInfo"]
    said = [
        *(fields["TypeName"], fields["CodeNotation"], fields["Subject"], signer["Position"], signer["FullName"] or ""),
        *(each["OrganName"] for each in fields["To"]),
        about["don_vi"]["ten_don_vi"],
        f"{int(fields['CodeNumber']):02d}/{fields['CodeNotation']}" if fields["CodeNumber"] else "",
        about["tong_diem"],
    ]
    for each in said:
        if squashed(str(each)).casefold() not in text:
            yield bad_output(name, "khac-ban-ghi", f"tệp .docx không có “{each}” như bản ghi nói")


def _read(path: Path) -> bytes | None:
    try:
        return None if path.is_symlink() else path.read_bytes()
    except OSError:
        return None


def _bad(out: Path, path: str, code: str, message: str, hint: str = "") -> Problem:
    return bad_output(f"{out.as_posix()}/{path}", code, message, hint)
