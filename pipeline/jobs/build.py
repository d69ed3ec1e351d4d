"""Build what changed: compare the data with what is published, render the rest, publish, list what there is.

What is built already is read off the output folder: a record there names everything that its document was made from.
"""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.input.sources import Folders, Source, find_sources, read_source, unreadable
from pipeline.jobs.dispatch import Batch, dispatch
from pipeline.jobs.render import Common, Result, compiled, origin
from pipeline.jobs.summaries import keep_summaries
from pipeline.jobs.workers import Workers
from pipeline.kinds.ke_hoach.read import read_year
from pipeline.output import folder as publish
from pipeline.output import manifest as published
from pipeline.output.catalogue import publish_catalogue
from pipeline.output.editions import criteria_titles, with_change
from pipeline.output.origin import code_digest, digest
from pipeline.problem import Place, Problem, Severity, UsageError, has_error

TEMPLATE_FILE = "ke-hoach.docx"
BATCH = 50
"""Documents for one LibreOffice: its start is paid once, and a crash costs no more than these."""


@dataclasses.dataclass(frozen=True, slots=True)
class Plan:
    """What a build will do.

    `kept` are the manifest's entries of documents that stand as they are, `batches` what is to be rendered, `refused`
    the criteria sets with problems and the signed documents that would be built anew. A `complete` plan is about
    every commune, and `names` are all it is about.
    """

    kept: Mapping[str, Any]
    batches: tuple[Batch, ...]
    refused: tuple[Result, ...]
    names: frozenset[str]
    complete: bool
    folders: Folders
    tools: str | None

    @property
    def documents(self) -> int:
        """Count the documents to render."""
        return sum(len(batch.paths) for batch in self.batches)


def plan(
    folders: Folders,
    selection: Sequence[str],
    tools: str | None,
    slots: int,
    state: published.State,
    *,
    previews: bool = False,
) -> Plan:
    """Compare the data with what is published; batches are cut so that all `slots` have work.

    `tools` names what makes the PDFs (Office.identity), None for none; `previews` asks for pictures of first pages.

    Raises TemplateError when the template cannot be used at all.
    """
    template = read_source(folders.templates / TEMPLATE_FILE)
    compiled(template)
    manifest = published.read_manifest(folders.out)
    kept: dict[str, Any] = {}
    names: set[str] = set()
    batches: list[Batch] = []
    refused: list[Result] = []
    for criteria_path, paths in find_sources(folders.data, selection):
        common = Common(read_source(criteria_path), template, code_digest(), tools, previews)
        year, problems = read_year(common.criteria_set)
        if problems:
            refused.append(Result(common.criteria_set, problems))
        stale: list[Path] = []
        for path in paths:
            names.add(Source(path.as_posix(), b"").name)
            try:
                source = read_source(path)
            except UsageError as error:
                problem = unreadable(path, error)
                refused.append(Result(Source(problem.place.path, b""), (problem,)))
                continue
            if entry := _standing(source, common, folders.out, manifest, state):
                kept[source.name] = entry
            elif signed := _signed(source, common, folders.out):
                kept |= {source.name: signed[0]} if signed[0] else {}
                refused.append(Result(source, signed[1]))
            elif year:
                stale.append(path)
        size = max(1, min(BATCH, -(-len(stale) // slots)))
        batches += [Batch(common, tuple(stale[start : start + size])) for start in range(0, len(stale), size)]
    named, complete = frozenset(names), not selection
    return Plan(kept, tuple(batches), tuple(refused), named, complete, folders, tools)


def run(plan: Plan, workers: Workers, out: Path, state: published.State, since: Path | None = None) -> Iterator[Result]:
    """Carry a plan out; a document with an error is not published, and its older files stay.

    A complete build keeps the years' summaries, too; in a partial one they stay as they are.
    `since` is a former publication to compare with, other than the last one here.
    """
    yield from plan.refused
    earlier = published.read_manifest(out)
    entries = dict(plan.kept)
    found = {result.source.name: result.problems for result in plan.refused}
    titles = criteria_titles(plan.folders)
    for rendered in dispatch(plan.batches, workers):
        result = _guarded(rendered, out)
        found[result.source.name] = result.problems
        if result.files and not has_error(result.problems):
            former = publish.keep_former(out, result.source.name, result.source.document, earlier)
            record = with_change(result.source.name, former, result.record, titles)
            publish.publish(out, result.source.name, result.files, record, state)
            entries[result.source.name] = published.manifest_entry(record)
        yield result
    summaries = published.read_summaries(out)
    gone: tuple[Result, ...] = ()
    if plan.complete:
        yield from (gone := tuple(_withdrawn(plan.names, out, state, earlier)))
        earlier = {name: entry for name, entry in earlier.items() if published.has_record(out, name)}
        summaries = {}
    # Before the summaries, which are made from these entries: the next build must find the same.
    known = earlier | {name: published.with_former(entry, earlier.get(name)) for name, entry in entries.items()}
    for name in [*found, *(result.source.name for result in gone)]:
        if name in known and (pdf := published.signed_since(out, name, state)):
            known[name] = published.with_signature(known[name], name, pdf)
    if plan.complete:
        for made in keep_summaries(plan.folders, plan.tools, known, found, state):
            summaries |= {made.year: made.entry} if made.entry else {}
            yield from made.results
    errors = {} if plan.complete else {n: e for n, e in published.read_errors(out).items() if n not in plan.names}
    errors |= {
        name: [_written(each, plan.folders.data) for each in problems if _stops(each)]
        for name, problems in found.items()
    }
    errors = {name: each for name, each in errors.items() if each}
    publish_catalogue(plan.folders, known, summaries, errors, since, state)


def _stops(problem: Problem) -> bool:
    return problem.severity is Severity.ERROR


def _written(problem: Problem, data: Path) -> list[Any]:
    """Give a problem as the manifest and the page have it: without where the data folder lies on this machine."""
    place = problem.place
    path = Path(place.path)
    shown = Path(data.name, path.relative_to(data)).as_posix() if path.is_relative_to(data) else place.path
    return [shown, place.line, place.column, problem.code, problem.message, problem.hint]


def _standing(
    source: Source, common: Common, out: Path, manifest: Mapping[str, Any], state: published.State
) -> dict[str, Any] | None:
    """Give the manifest's entry of a document that need not be built again.

    An issued document stands while its data and criteria set do, whatever else has changed since.
    """
    wanted = origin(common, source.content)
    for entry in _entries(source, out, manifest):
        made = entry["nguon"]
        issued = entry["da_ban_hanh"] and wanted.same_data(made) and (made["cong_cu"] or not common.tools)
        same = wanted.same_pdf(made) if common.tools else wanted.same_docx(made)
        same = same and (not common.previews or not common.tools or f"{source.document}.png" in entry["tep"])
        if (same or issued) and published.is_intact(out, source.name, source.document, entry, state):
            return entry
    return None


def _signed(source: Source, common: Common, out: Path) -> tuple[dict[str, Any] | None, tuple[Problem, ...]] | None:
    """Give the manifest's entry and the problems of a document whose PDF has been signed, None for any other.

    It stays as it is, whatever has changed since; only a build that would make the same is silent about it.
    """
    pdf = published.signed_pdf(out, source.name, source.document)
    if pdf is None:
        return None
    record = published.read_record(out, source.name, source.document)
    if record is None:
        return None, (_about_signed(source),)
    entry = published.with_signature(published.manifest_entry(record), source.name, pdf)
    wanted = origin(common, source.content)
    same = wanted.same_pdf(entry["nguon"]) if common.tools else wanted.same_docx(entry["nguon"])
    return entry, () if same and published.is_intact(out, source.name, source.document, entry, {}) else (
        _about_signed(source),
    )


def _about_signed(source: Source) -> Problem:
    message = "PDF đã có chữ ký: bản đã ký và các tệp cạnh nó được giữ nguyên, không dựng lại"
    hint = "trả dữ liệu về như lúc ký; muốn dựng lại thì chuyển cả thư mục của văn bản đã ký đi nơi khác"
    return Problem(Place(source.path), "da-ky", message, hint, Severity.WARNING)


def _entries(source: Source, out: Path, manifest: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Give what the manifest says of a document and then, where that is not enough, what its own record says."""
    if source.name in manifest:
        yield manifest[source.name]
    if record := published.read_record(out, source.name, source.document):
        yield published.manifest_entry(record)


def _guarded(result: Result, out: Path) -> Result:
    """Keep a signed document from being replaced at all, and an issued one from being replaced by a different one.

    What was wrong in it is put right by another document of the same form (Nghị định 30/2020/NĐ-CP, Điều 18, khoản 3).
    """
    if result.files and published.signed_pdf(out, result.source.name, result.source.document):
        return Result(result.source, (*result.problems, _about_signed(result.source)))
    earlier = published.read_record(out, result.source.name, result.source.document)
    file = f"{result.source.document}.docx"
    if not result.files or not earlier or not earlier["da_ban_hanh"]:
        return result
    if earlier["tep"].get(file) == digest(result.files[file]):
        return result
    number = earlier["van_ban"]["CodeNumber"]
    message = f"văn bản số {number} đã ban hành, dữ liệu bây giờ cho ra nội dung khác; bản đã ban hành được giữ nguyên"
    hint = "trả dữ liệu về như cũ; muốn sửa thì ban hành văn bản sửa đổi, thay thế (Nghị định 30/2020/NĐ-CP, Điều 18)"
    return Result(result.source, (*result.problems, Problem(Place(result.source.path), "da-ban-hanh", message, hint)))


def _withdrawn(
    names: frozenset[str], out: Path, state: published.State, earlier: Mapping[str, Any]
) -> Iterator[Result]:
    """Take down documents whose data file is gone; an issued or signed one stays and is named."""
    for name in published.published_names(out):
        source = Source(f"{out.as_posix()}/{name}", b"")
        record = published.read_record(out, name, source.document)
        if name not in names and record and record["da_ban_hanh"]:
            message, hint = "văn bản đã ban hành không còn tệp dữ liệu", "trả tệp dữ liệu về chỗ cũ"
            yield Result(source, (Problem(Place(source.path), "da-ban-hanh", message, hint),))
        elif name not in names and published.signed_pdf(out, name, source.document):
            yield Result(source, (dataclasses.replace(_about_signed(source), severity=Severity.ERROR),))
        elif name not in names:
            publish.keep_former(out, name, source.document, earlier)
            publish.withdraw(out, name, source.document, state)
