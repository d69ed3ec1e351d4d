"""Hold issued papers to the ledger of the data folder and to a former publication, on whatever machine this is."""

import dataclasses
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from pipeline.input.selection import Selected
from pipeline.input.sources import LEDGER_FILE, SIGNED_FOLDER, Folders, document_name, read_source
from pipeline.jobs.dispatch import Job
from pipeline.jobs.plan import Plan, jobs_of
from pipeline.jobs.render import Result, shared_origin
from pipeline.kinds.kind import Document
from pipeline.kinds.loai.kinds import PaperKind
from pipeline.kinds.loai.prepare import prepare
from pipeline.kinds.loai.read_back import printed_kind
from pipeline.kinds.loai.template import compiled
from pipeline.kinds.loai.unit import read_unit
from pipeline.kinds.loai.year import Year
from pipeline.output.folder import put_files
from pipeline.output.former import Former
from pipeline.output.ledger import Issued, issued_of, issued_of_entry, read_ledger, write_ledger
from pipeline.output.manifest import Entry, entry_of
from pipeline.output.origin import digest
from pipeline.output.records import parse_record, read_record
from pipeline.output.seen import State, pdf_place, published_pdfs
from pipeline.pdf.signed import NotSignedError, examine
from pipeline.problem import Place, Problem, Severity, TemplateError, UsageError
from pipeline.word.fill import fill

Ledger = Mapping[str, Issued]
_HINT = "trả dữ liệu về như lúc ban hành; muốn sửa thì ban hành văn bản sửa đổi, thay thế (Nghị định 30/2020, Điều 18)"


def ledger_of(folders: Folders, former: Former) -> dict[str, Issued]:
    """Give what was issued: by the ledger, and where that has no line by the former publication."""
    told = {name: issued_of_entry(name, entry) for name, entry in former.entries.items() if entry.da_ban_hanh}
    return {**told, **read_ledger(folders.data)}


def hold(result: Result, ledger: Ledger, former: Former) -> Result:
    """Refuse a paper that was issued with another content, or take it as the former publication has it.

    It is taken where the data still say the same: then only code or template have moved on.
    """
    issued = ledger.get(result.name)
    if issued is None or result.record is None or not result.files:
        return result
    origin = result.record.nguon
    same = digest(result.files[f"{document_name(result.name)}.docx"]) == issued.docx
    if same and result.record.da_ban_hanh:
        return result
    data_same = (origin.du_lieu, origin.loai, origin.bo_tieu_chi) == (issued.du_lieu, issued.loai, issued.bo_tieu_chi)
    if data_same and (kept := _from_former(result, issued, former)):
        return kept
    what = "không còn ghi `da_ban_hanh: true`" if same else f"khác ở {issued.differences(origin)}"
    problem = _problem(result.path, issued, what)
    return dataclasses.replace(result, problems=(*result.problems, problem), files={}, record=None)


def _from_former(result: Result, issued: Issued, former: Former) -> Result | None:
    """Give an issued paper with the files of the former publication, None when that does not have it whole."""
    entry, document = former.entries.get(result.name), document_name(result.name)
    if entry is None or entry.tep.get(f"{document}.docx") != issued.docx:
        return None
    files = {file: former.file(f"{result.name}/{file}", sha256) for file, sha256 in entry.tep.items()}
    pdf = f"{document}.pdf"
    if pdf in entry.da_ky:
        # Signed since: the published bytes are its beginning.
        signed = former.file(f"{result.name}/{pdf}", entry.da_ky[pdf])
        files[pdf] = _signed_in(signed, entry.tep[pdf])
    whole = {file: content for file, content in files.items() if content is not None}
    record = parse_record(whole.pop(f"{document}.json", b""))
    if record is None or whole.keys() != record.tep.keys():
        return None
    return dataclasses.replace(result, files=whole, record=record)


def _signed_in(signed: bytes | None, sha256: str) -> bytes | None:
    try:
        return examine(signed, {sha256}).published if signed else None
    except NotSignedError:
        return None


def kept_otherwise(kept: Mapping[str, Entry], ledger: Ledger, out: Path) -> Iterator[Result]:
    """Report papers that stand here as they are, but were issued with another content."""
    for name, entry in kept.items():
        issued = ledger.get(name)
        if issued and entry.tep.get(f"{document_name(name)}.docx") != issued.docx:
            path = (out / name).as_posix()
            yield Result(name, path, (_problem(path, issued, f"khác ở {issued.differences(entry.nguon)}"),))


def lost(ledger: Ledger, names: Collection[str], plan: Plan) -> Iterator[Result]:
    """Report issued papers that the data have no more, of years whose kinds can be read."""
    for name in sorted(name for name in ledger.keys() - {*names} if name.partition("/")[0] not in plan.protected):
        path = (plan.folders.data / LEDGER_FILE).as_posix()
        yield Result(name, path, (_problem(path, ledger[name], "không còn dữ liệu"),))


def keep_ledger(folders: Folders, entries: Mapping[str, Entry], refused: frozenset[str]) -> Iterator[Result]:
    """Write into the ledger what was issued and is not there yet, and say so."""
    ledger = read_ledger(folders.data)
    new = dict(ledger)
    for name, entry in entries.items():
        known = ledger.get(name)
        if not entry.da_ban_hanh or name in refused or (known and known.pdf):
            continue
        record = read_record(folders.out, name, document_name(name))
        line = issued_of(name, record) if record else None
        if line and (known is None or (line.pdf and line.docx == known.docx)):
            new[name] = known.model_copy(update={"pdf": line.pdf}) if known else line
    if new != ledger:
        write_ledger(folders.data, new)
        path, count = (folders.data / LEDGER_FILE).as_posix(), len(new.keys() - ledger.keys())
        yield Result(LEDGER_FILE, path, (), notes=(f"đã ghi {count} văn bản đã ban hành vào {path}: commit tệp ấy",))


def adopt_signed(
    folders: Folders, entries: Mapping[str, Entry], ledger: Ledger, former: Former, state: State
) -> Iterator[tuple[str, Entry, tuple[Problem, ...]]]:
    """Put signed PDFs into their places: from `da-ky/` of the year's data, else from the former publication.

    Gives the entries that change, and what is wrong with files in that folder.
    """
    for name, entry in entries.items():
        document = document_name(name)
        path = folders.data / name.partition("/")[0] / SIGNED_FOLDER / f"{document}.pdf"
        before = former.entries.get(name)
        own = path.is_file() and not path.is_symlink()
        if not own and not (before and before.da_ky):
            continue
        known = published_pdfs(document, entry) | ({ledger[name].pdf} - {""} if name in ledger else set())
        content = path.read_bytes() if own else None
        if content is None and before:
            content = former.file(f"{name}/{document}.pdf", before.da_ky.get(f"{document}.pdf", ""))
        if content is None or digest(content) == entry.da_ky.get(f"{document}.pdf"):
            continue
        try:
            base = digest(examine(content, known).published)
        except NotSignedError as error:
            if own:
                message, hint = f"PDF này không được nhận: {error}", "để ở đây bản PDF đã xuất bản rồi ký thêm"
                yield name, entry, (Problem(Place(path.as_posix()), "pdf-la", message, hint),)
            continue
        place = pdf_place(folders.out, name, published_pdfs(document, entry))
        if place.is_signed and not content.startswith(place.content):
            continue
        yield name, _put_signed(folders.out, name, entry, base, content, state), ()


def _put_signed(out: Path, name: str, entry: Entry, base: str, content: bytes, state: State) -> Entry:
    """Put a signed PDF into its place; the record says which published bytes it begins with."""
    document = document_name(name)
    record = read_record(out, name, document)
    files = {f"{document}.pdf": content}
    if record and record.tep.get(f"{document}.pdf") != base:
        record = record.model_copy(update={"tep": {**record.tep, f"{document}.pdf": base}})
        files[f"{document}.json"] = record.content()
        entry = entry_of(record)
    put_files(out, name, files, state)
    state.pop(f"{name}/{document}.pdf", None)
    return entry


def issued_problems(folders: Folders, selected: Selected, year: Year, ledger: Ledger) -> Iterator[Problem]:
    """Compare the issued papers of a year with what the data make now, without making any file."""
    mine = {name: each for name, each in ledger.items() if name.startswith(f"{year.name}/")}
    found: set[str] = set()
    for kind in year.kinds.values():
        for job in jobs_of(kind, year, selected):
            issued = mine.get(job.name)
            if issued is None:
                if _is_flagged(kind, year, job):
                    yield _unwritten(job, folders)
                continue
            found.add(job.name)
            if what := _changed(kind, year, job.paths, issued):
                yield _problem(job.path, issued, what)
    if selected.complete and not year.is_broken:
        shared = {kind.name for kind in year.kinds.values()} == set(year.sources.names)
        for name in sorted(mine.keys() - found) if shared else ():
            yield _problem((folders.data / LEDGER_FILE).as_posix(), mine[name], "không còn dữ liệu")


def _is_flagged(kind: PaperKind, year: Year, job: Job) -> bool:
    """Tell whether the data say that a paper is issued; most files do not have the words, and are not parsed."""
    if not kind.is_for_each_unit:
        return bool(kind.keys.van_ban and kind.keys.van_ban.da_ban_hanh)
    try:
        source = read_source(job.paths[0])
    except UsageError:
        return False
    unit = read_unit(source, year)[0] if b"da_ban_hanh" in source.content else None
    paper = unit.content.van_ban.get(kind.name) if unit else None
    return bool(paper and paper.da_ban_hanh)


def _unwritten(job: Job, folders: Folders) -> Problem:
    message = f"văn bản ({job.name}) đã ban hành mà chưa có trong sổ `{(folders.data / LEDGER_FILE).as_posix()}`"
    hint = "dựng nó ở máy mình (lệnh build ghi sổ), rồi commit cả sổ"
    return Problem(Place(job.path), "chua-ghi-so", message, hint, Severity.WARNING)


def _changed(kind: PaperKind, year: Year, paths: Sequence[Path], issued: Issued) -> str:
    """Say in what an issued paper is another now; nothing for one whose data have errors, which say so themselves."""
    try:
        prepared = prepare(kind, year, [read_source(path) for path in paths])
    except UsageError:
        return ""
    document = prepared.document
    if document is None:
        return "không còn dữ liệu" if prepared.is_absent else ""
    if document.data != issued.du_lieu:
        return "khác ở dữ liệu"
    now = shared_origin(year, kind).model_copy(update={"du_lieu": document.data})
    same = (now.loai, now.bo_tieu_chi, now.mau) == (issued.loai, issued.bo_tieu_chi, issued.mau)
    return "" if same or _same_docx(kind, document, issued) else f"khác ở {issued.differences(now)}"


def _same_docx(kind: PaperKind, document: Document, issued: Issued) -> bool:
    try:
        made = fill(compiled(kind.template, printed_kind(kind.name).fields), document.fields)
    except TemplateError:
        return False
    return digest(made) == issued.docx


def _problem(path: str, issued: Issued, what: str) -> Problem:
    number = f" số {issued.so}" if issued.so else ""
    message = f"văn bản{number} đã ban hành ({issued.van_ban}); bây giờ {what}"
    return Problem(Place(path), "da-ban-hanh", message, _HINT)
