"""Plan a build: compare the data with what is published; say what stands and what is to be rendered."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from pipeline.input.sources import Folders, Source, find_sources, named, read_source, unreadable
from pipeline.jobs.dispatch import Batch
from pipeline.jobs.render import Common, Result, compiled, origin
from pipeline.kinds.kind import Kind
from pipeline.output.manifest import MANIFEST, Entry, Manifest, entry_of, read_manifest, with_signature
from pipeline.output.origin import code_digest
from pipeline.output.records import read_record
from pipeline.output.seen import PICTURE, State, is_intact, signed_pdf
from pipeline.problem import Place, Problem, Severity, UsageError, has_error

BATCH = 50
"""Documents for one LibreOffice: its start is paid once, and a crash costs no more than these."""


class Wish(NamedTuple):
    """How to build.

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

    Raises TemplateError when the template cannot be used at all.
    """
    template = read_source(folders.templates / kind.template)
    compiled(template, kind.fields)
    manifest, damage = read_manifest(folders.out / MANIFEST)
    kept: dict[str, Entry] = {}
    names: set[str] = set()
    batches: list[Batch] = []
    refused = [Result(named(folders.out / MANIFEST), damage)] if damage else []
    for criteria_path, paths in find_sources(folders.data, selection):
        code = code_digest(kind.name)
        common = Common(kind, read_source(criteria_path), template, code, wish.tools, wish.previews)
        problems = kind.data.check_shared(common.criteria_set) if kind.data else ()
        if problems:
            refused.append(Result(common.criteria_set, problems))
        stale: list[Path] = []
        for path in paths:
            names.add(named(path).name)
            try:
                source = read_source(path)
            except UsageError as error:
                problem = unreadable(path, error)
                refused.append(Result(named(Path(problem.place.path)), (problem,)))
                continue
            if entry := _standing(source, common, folders.out, manifest.van_ban, state):
                kept[source.name] = entry
            elif signed := _signed(source, common, folders.out):
                kept |= {source.name: signed[0]} if signed[0] else {}
                refused.append(Result(source, signed[1]))
            elif not has_error(problems):
                stale.append(path)
        size = max(1, min(BATCH, -(-len(stale) // wish.slots)))
        batches += [Batch(common, tuple(stale[start : start + size])) for start in range(0, len(stale), size)]
    return Plan(
        kind, kept, tuple(batches), tuple(refused), frozenset(names), not selection, folders, wish.tools, manifest
    )


def _standing(source: Source, common: Common, out: Path, entries: Mapping[str, Entry], state: State) -> Entry | None:
    """Give the manifest's entry of a document that need not be built again.

    An issued document stands while its data and criteria set do, whatever else has changed since.
    """
    wanted = origin(common, source.content)
    for entry in _known(source, out, entries):
        made = entry.nguon
        issued = entry.da_ban_hanh and wanted.same_data(made) and (made.cong_cu or not common.tools)
        same = wanted.same_pdf(made) if common.tools else wanted.same_docx(made)
        same = same and (not common.previews or not common.tools or f"{source.document}{PICTURE}" in entry.tep)
        if (same or issued) and is_intact(out, source.name, source.document, entry, state):
            return entry
    return None


def _signed(source: Source, common: Common, out: Path) -> tuple[Entry | None, tuple[Problem, ...]] | None:
    """Give the manifest's entry and the problems of a document whose PDF has been signed, None for any other.

    It stays as it is, whatever has changed since; only a build that would make the same is silent about it.
    """
    pdf = signed_pdf(out, source.name, source.document)
    if pdf is None:
        return None
    record = read_record(out, source.name, source.document)
    if record is None:
        return None, (about_signed(source),)
    entry = with_signature(entry_of(record), source.name, pdf)
    wanted = origin(common, source.content)
    same = wanted.same_pdf(entry.nguon) if common.tools else wanted.same_docx(entry.nguon)
    return entry, () if same and is_intact(out, source.name, source.document, entry, {}) else (about_signed(source),)


def about_signed(source: Source, severity: Severity = Severity.WARNING) -> Problem:
    """Give the problem of a document that is signed and therefore not built."""
    message = "PDF đã có chữ ký: bản đã ký và các tệp cạnh nó được giữ nguyên, không dựng lại"
    hint = "trả dữ liệu về như lúc ký; muốn dựng lại thì chuyển cả thư mục của văn bản đã ký đi nơi khác"
    return Problem(Place(source.path), "da-ky", message, hint, severity)


def _known(source: Source, out: Path, entries: Mapping[str, Entry]) -> Iterator[Entry]:
    """Give what the manifest says of a document and then, where that is not enough, what its own record says."""
    if source.name in entries:
        yield entries[source.name]
    if record := read_record(out, source.name, source.document):
        yield entry_of(record)
