"""Judge how a paper stands: as published, to be made anew, or signed and therefore left alone."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from pipeline.input.sources import Source, document_name
from pipeline.jobs.render import Common, known_bytes, shared_origin
from pipeline.kinds.loai.kinds import PaperKind
from pipeline.kinds.loai.prepare import prepare
from pipeline.kinds.loai.year import Year, located
from pipeline.output.manifest import Entry, entry_of, with_signature
from pipeline.output.origin import Origin
from pipeline.output.records import read_record
from pipeline.output.seen import PICTURE, Known, State, is_intact, pdf_place, published_pdfs
from pipeline.problem import Place, Problem, Severity


class Standing(NamedTuple):
    """What is to become of a paper: its entry if it stays, what is to be said of it, whether it must be made anew.

    `is_absent` tells that the data are known not to have it.
    """

    entry: Entry | None
    problems: tuple[Problem, ...]
    is_stale: bool
    is_absent: bool = False


MadeBy = tuple[Common, Year, PaperKind]
"""What would make a paper now."""
Published = tuple[Path, Mapping[str, Entry], State]
"""The output folder, the manifest's entries, the state of files."""


def judge(
    name: str,
    path: str,
    sources: Sequence[Source],
    made_by: MadeBy,
    published: Published,
) -> Standing:
    """Compare a paper's data with what is published of it.

    `made_by` is what would make it now, `published` the output folder, the manifest's entries and the state of files.
    Data that are known not to have the paper are not stale. Data are read only where the rest does not decide.
    """
    common, _, kind = made_by
    out, entries, state = published
    document = document_name(name)
    known_hash = known_bytes(common, kind, sources)
    known = state.data.get(name)
    if known and known[0] == known_hash and not known[1] and not (out / name).is_dir():
        return Standing(None, (), is_stale=False, is_absent=True)
    for entry in _entries_of(name, document, out, entries):
        known = _same_now(name, known_hash, entry, sources, made_by, state)
        # Without the manifest nobody knows which of a signed file's two hashes the state means.
        seen = state if entry is entries.get(name) else {}
        if known and is_intact(out, name, document, entry, seen):
            return Standing(entry, _changed_before(path, sources, kind, entry, known), is_stale=False)
    record = read_record(out, name, document)
    pdf = pdf_place(out, name, published_pdfs(document, record or entries.get(name)))
    if not pdf.is_signed:
        return Standing(None, (), is_stale=True)
    # Building it again would destroy the signature, so it stays, whatever has changed since.
    if record is None:
        return Standing(None, (about_signed(path),), is_stale=False)
    entry = with_signature(entry_of(record), name, pdf.content)
    same = _same_now(name, known_hash, entry, sources, made_by, state) and is_intact(out, name, document, entry, {})
    return Standing(entry, () if same else (about_signed(path),), is_stale=False)


def _same_now(
    name: str,
    known_hash: str,
    entry: Entry,
    sources: Sequence[Source],
    made_by: MadeBy,
    state: State,
) -> Known | None:
    """Give what a paper's data come to now, if a build would make the very document of an entry; else None.

    An issued document stands while its data, kind and criteria do, whatever else has changed since.
    """
    common, year, kind = made_by
    shared, bare = shared_origin(year, kind, common.code, common.tools), _bare(entry.nguon)
    same = shared.same_pdf(bare) if common.tools else shared.same_docx(bare)
    picture = not common.previews or not common.tools or f"{document_name(name)}{PICTURE}" in entry.tep
    issued = entry.da_ban_hanh and shared.same_shared(bare) and (entry.nguon.cong_cu or not common.tools)
    if not ((same and picture) or issued):
        return None
    known = _data_now(name, known_hash, sources, made_by, state)
    return known if known and known[1] == entry.nguon.du_lieu else None


def _bare(origin: Origin) -> Origin:
    """Give an origin without its data, to compare all the rest."""
    return origin.model_copy(update={"du_lieu": ""})


def _data_now(
    name: str,
    known_hash: str,
    sources: Sequence[Source],
    made_by: MadeBy,
    state: State,
) -> Known | None:
    """Give what a paper's data come to now, from the cache where the same bytes were read before; None for an error."""
    known = state.data.get(name)
    if known and known[0] == known_hash:
        return known
    _, year, kind = made_by
    prepared = prepare(kind, year, sources)
    if prepared.document is None:
        if prepared.is_absent:
            state.data[name] = (known_hash, "", "")
        return None
    state.data[name] = (known_hash, prepared.document.data, prepared.document.before)
    return state.data[name]


def _changed_before(
    path: str, sources: Sequence[Source], kind: PaperKind, entry: Entry, known: Known
) -> tuple[Problem, ...]:
    """Say of a paper that stays that the paper before it says something else since."""
    if not entry.nguon.loai_truoc or entry.nguon.loai_truoc == known[2]:
        return ()
    message = f"số liệu của `{kind.keys.loai_truoc}` đã đổi từ khi dựng {kind.keys.ten_loai.lower()} này"
    hint = f"xem lại {kind.keys.ten_loai.lower()} này; sửa nó (hoặc chỉ sửa ngày của nó) thì cảnh báo này hết"
    key = ("van_ban", kind.name) if kind.is_for_each_unit else ("van_ban",)
    problem = Problem(Place(path, key=key), "loai-truoc-da-doi", message, hint, Severity.WARNING)
    return located(next((each for each in sources if each.path == path), kind.source), [problem])


def about_signed(path: str, severity: Severity = Severity.WARNING) -> Problem:
    """Give the problem of a document that is signed and therefore not built."""
    message = "PDF đã có chữ ký: bản đã ký và các tệp cạnh nó được giữ nguyên, không dựng lại"
    hint = "trả dữ liệu về như lúc ký; muốn dựng lại thì chuyển cả thư mục của văn bản đã ký đi nơi khác"
    return Problem(Place(path), "da-ky", message, hint, severity)


def _entries_of(name: str, document: str, out: Path, entries: Mapping[str, Entry]) -> Iterator[Entry]:
    """Give the manifest's entry of a document, then the one that its own record makes, each where there is one."""
    if name in entries:
        yield entries[name]
    if record := read_record(out, name, document):
        yield entry_of(record)
