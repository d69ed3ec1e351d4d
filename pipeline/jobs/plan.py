"""Plan an incremental build: compare the data with what is published; say what stays and what is to be rendered."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from pipeline.input.sources import Folders, Source, find_sources, named, read_source, unreadable
from pipeline.input.strays import CODE_DIGITS, stray_codes, stray_problems
from pipeline.jobs.dispatch import Batch
from pipeline.jobs.render import Common, Result, compiled, origin
from pipeline.kinds.kind import Kind
from pipeline.output.manifest import MANIFEST, Entry, Manifest, entry_of, read_manifest, with_signature
from pipeline.output.origin import code_digest
from pipeline.output.records import read_record
from pipeline.output.seen import PICTURE, State, is_intact, published_names, signed_pdf
from pipeline.problem import Place, Problem, Severity, UsageError, has_error

BATCH = 50
"""Documents for one LibreOffice: its start is paid once, and a crash costs no more than these."""


class Wish(NamedTuple):
    """How to build: with which tools, on how many slots, with pictures or without.

    `tools` names what makes the PDFs (Office.identity), None for none; `slots` is how many batches run at once, all of
    which shall have work; `previews` asks for pictures of pages.
    """

    tools: str | None
    slots: int
    previews: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Plan:
    """What a build will do.

    `kept` are the manifest's entries of documents that stand as they are, `batches` what is to be rendered, `refused`
    the criteria sets with problems and the signed documents that would be built anew. A `complete` plan is about
    every commune, and `names` are all it is about. `earlier` is the manifest of the last publication, read once.
    """

    kind: Kind
    kept: Mapping[str, Entry]
    batches: tuple[Batch, ...]
    refused: tuple[Result, ...]
    names: frozenset[str]
    complete: bool
    folders: Folders
    tools: str | None
    earlier: Manifest

    @property
    def documents(self) -> int:
        """Count the documents to render."""
        return sum(len(batch.paths) for batch in self.batches)


def plan(kind: Kind, folders: Folders, selection: Sequence[str], wish: Wish, state: State) -> Plan:
    """Compare the data with what is published, and cut what is to be rendered into batches.

    An empty selection means every commune. Raises TemplateError when the template cannot be used at all, and UsageError
    as find_sources and read_source do.
    """
    template = read_source(folders.templates / kind.template)
    compiled(template, kind.fields)
    manifest, damage = read_manifest(folders.out / MANIFEST)
    entries: dict[str, Entry] = {}
    names: set[str] = set()
    batches: list[Batch] = []
    refusals = [Result(named(folders.out / MANIFEST), damage)] if damage else []
    for criteria_path, paths in find_sources(folders.data, selection):
        code = code_digest(kind.name)
        common = Common(kind, read_source(criteria_path), template, code, wish.tools, wish.previews)
        problems = kind.data.check_shared(common.criteria_set) if kind.data else ()
        if problems:
            refusals.append(Result(common.criteria_set, problems))
        stale_paths: list[Path] = []
        for path in paths:
            names.add(named(path).name)
            try:
                source = read_source(path)
            except UsageError as error:
                problem = unreadable(path, error)
                refusals.append(Result(named(Path(problem.place.path)), (problem,)))
                continue
            if entry := _entry_to_keep(source, common, folders.out, manifest.van_ban, state):
                entries[source.name] = entry
            elif verdict := _signed_document(source, common, folders.out):
                entries |= {source.name: verdict[0]} if verdict[0] else {}
                refusals.append(Result(source, verdict[1]))
            elif not has_error(problems):
                stale_paths.append(path)
        size = max(1, min(BATCH, -(-len(stale_paths) // wish.slots)))
        batches += [
            Batch(common, tuple(stale_paths[start : start + size])) for start in range(0, len(stale_paths), size)
        ]
    if not selection:
        # What was published of a file that is not read stays until the file is put right.
        codes = stray_codes(folders.data)
        names |= {name for name in published_names(folders.out) if name.partition("/")[2][:CODE_DIGITS] in codes}
        refusals += [Result(named(Path(stray.place.path)), (stray,)) for stray in stray_problems(folders.data)]
    return Plan(
        kind, entries, tuple(batches), tuple(refusals), frozenset(names), not selection, folders, wish.tools, manifest
    )


def _entry_to_keep(
    source: Source, common: Common, out: Path, entries: Mapping[str, Entry], state: State
) -> Entry | None:
    """Give the entry of a document that need not be built again, None for one that must.

    An issued document stands while its data and criteria set do, whatever else has changed since.
    """
    current = origin(common, source.content)
    for entry in _entries_of(source, out, entries):
        previous = entry.nguon
        issued = entry.da_ban_hanh and current.same_data(previous) and (previous.cong_cu or not common.tools)
        same = current.same_pdf(previous) if common.tools else current.same_docx(previous)
        same = same and (not common.previews or not common.tools or f"{source.document}{PICTURE}" in entry.tep)
        if (same or issued) and is_intact(out, source.name, source.document, entry, state):
            return entry
    return None


def _signed_document(source: Source, common: Common, out: Path) -> tuple[Entry | None, tuple[Problem, ...]] | None:
    """Give the manifest's entry and the problems of a document whose PDF has been signed, None for any other.

    Building it again would destroy the signature, so it stays, whatever has changed since. There is no problem only
    where a build would make the same.
    """
    pdf = signed_pdf(out, source.name, source.document)
    if pdf is None:
        return None
    record = read_record(out, source.name, source.document)
    if record is None:
        return None, (about_signed(source),)
    entry = with_signature(entry_of(record), source.name, pdf)
    current = origin(common, source.content)
    same = current.same_pdf(entry.nguon) if common.tools else current.same_docx(entry.nguon)
    return entry, () if same and is_intact(out, source.name, source.document, entry, {}) else (about_signed(source),)


def about_signed(source: Source, severity: Severity = Severity.WARNING) -> Problem:
    """Give the problem of a document that is signed and therefore not built."""
    message = "PDF đã có chữ ký: bản đã ký và các tệp cạnh nó được giữ nguyên, không dựng lại"
    hint = "trả dữ liệu về như lúc ký; muốn dựng lại thì chuyển cả thư mục của văn bản đã ký đi nơi khác"
    return Problem(Place(source.path), "da-ky", message, hint, severity)


def _entries_of(source: Source, out: Path, entries: Mapping[str, Entry]) -> Iterator[Entry]:
    """Give the manifest's entry of a document, then the one that its own record makes, each where there is one."""
    if source.name in entries:
        yield entries[source.name]
    if record := read_record(out, source.name, source.document):
        yield entry_of(record)
