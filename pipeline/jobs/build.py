"""Carry out a plan: render what changed, publish it, list what there is.

What is built already is read off the output folder: a record there names everything that its document was made from.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from pipeline.input.sources import named
from pipeline.jobs.dispatch import dispatch
from pipeline.jobs.plan import Plan, about_signed
from pipeline.jobs.render import Result
from pipeline.jobs.summaries import keep_summaries
from pipeline.jobs.workers import Workers
from pipeline.output.catalogue import publish_catalogue
from pipeline.output.editions import with_change
from pipeline.output.folder import keep_former, publish, withdraw
from pipeline.output.manifest import (
    Entry,
    Manifest,
    PublishedProblem,
    SummaryEntry,
    entry_of,
    with_former,
    with_signature,
)
from pipeline.output.origin import digest
from pipeline.output.records import read_record
from pipeline.output.seen import State, has_record, published_names, signed_pdf, signed_since
from pipeline.problem import Place, Problem, Severity, has_error


def run(plan: Plan, workers: Workers, state: State, since: Path | None = None) -> Iterator[Result]:
    """Carry a plan out; a document with an error is not published, and its older files stay.

    A complete build keeps the years' summaries, too; in a partial one they stay as they are.
    `since` is a former publication to compare with, other than the last one here.
    """
    out, earlier = plan.folders.out, plan.earlier.van_ban
    yield from plan.refused
    entries = dict(plan.kept)
    found = {result.source.name: result.problems for result in plan.refused}
    titles = plan.kind.data.titles(plan.folders.data) if plan.kind.data else lambda _: {}
    for rendered in dispatch(plan.batches, workers):
        result = _guarded(rendered, out)
        name = result.source.name
        found[name] = result.problems
        if result.record and not has_error(result.problems):
            former = keep_former(out, name, result.source.document, earlier)
            record = with_change(name, former, result.record, titles)
            publish(out, name, result.files, record, state)
            entries[name] = entry_of(record)
        yield result
    gone: tuple[Result, ...] = ()
    if plan.complete:
        yield from (gone := tuple(_withdrawn(plan.names, out, state, earlier)))
        earlier = {name: entry for name, entry in earlier.items() if has_record(out, name)}
    # Before the summaries, which are made from these entries: the next build must find the same.
    known = {**earlier, **{name: with_former(entry, earlier.get(name)) for name, entry in entries.items()}}
    for name in [*found, *(result.source.name for result in gone)]:
        if name in known and (pdf := signed_since(out, name, state)):
            known[name] = with_signature(known[name], name, pdf)
    summaries: dict[str, SummaryEntry] = {} if plan.complete else dict(plan.earlier.tong_hop)
    if plan.complete:
        for made in keep_summaries(plan, known, found, state):
            summaries |= {made.year: made.entry} if made.entry else {}
            yield from made.results
    now = Manifest(known, summaries, co_loi=_errors(plan, found))
    publish_catalogue(plan.folders, now, plan.earlier, since, titles, state)


def _errors(plan: Plan, found: Mapping[str, tuple[Problem, ...]]) -> dict[str, tuple[PublishedProblem, ...]]:
    """Give what keeps documents from being built; a partial build keeps what is known of the others."""
    told = plan.earlier.co_loi.items() if not plan.complete else ()
    errors = {name: each for name, each in told if name not in plan.names}
    for name, problems in found.items():
        errors[name] = tuple(_published(each, plan.folders.data) for each in problems if has_error([each]))
    return {name: each for name, each in errors.items() if each}


def _published(problem: Problem, data: Path) -> PublishedProblem:
    """Give a problem as the manifest and the page have it: without where the data folder lies on this machine."""
    place = problem.place
    path = Path(place.path)
    shown = Path(data.name, path.relative_to(data)).as_posix() if path.is_relative_to(data) else place.path
    return PublishedProblem(
        noi=shown,
        dong=place.line,
        cot=place.column,
        ma_loi=problem.code,
        thong_bao=problem.message,
        cach_sua=problem.hint,
    )


def _guarded(result: Result, out: Path) -> Result:
    """Keep a signed document from being replaced at all, and an issued one from being replaced by a different one.

    What was wrong in it is put right by another document of the same form (Nghị định 30/2020/NĐ-CP, Điều 18, khoản 3).
    """
    if result.files and signed_pdf(out, result.source.name, result.source.document):
        return Result(result.source, (*result.problems, about_signed(result.source)))
    earlier = read_record(out, result.source.name, result.source.document)
    file = f"{result.source.document}.docx"
    if not result.files or not earlier or not earlier.da_ban_hanh:
        return result
    if earlier.tep.get(file) == digest(result.files[file]):
        return result
    number = earlier.van_ban.CodeNumber
    message = f"văn bản số {number} đã ban hành, dữ liệu bây giờ cho ra nội dung khác; bản đã ban hành được giữ nguyên"
    hint = "trả dữ liệu về như cũ; muốn sửa thì ban hành văn bản sửa đổi, thay thế (Nghị định 30/2020/NĐ-CP, Điều 18)"
    return Result(result.source, (*result.problems, Problem(Place(result.source.path), "da-ban-hanh", message, hint)))


def _withdrawn(names: frozenset[str], out: Path, state: State, earlier: Mapping[str, Entry]) -> Iterator[Result]:
    """Take down documents whose data file is gone; an issued or signed one stays and is named."""
    for name in published_names(out):
        source = named(out / name)
        record = read_record(out, name, source.document)
        if name not in names and record and record.da_ban_hanh:
            message, hint = "văn bản đã ban hành không còn tệp dữ liệu", "trả tệp dữ liệu về chỗ cũ"
            yield Result(source, (Problem(Place(source.path), "da-ban-hanh", message, hint),))
        elif name not in names and signed_pdf(out, name, source.document):
            yield Result(source, (about_signed(source, Severity.ERROR),))
        elif name not in names:
            keep_former(out, name, source.document, earlier)
            withdraw(out, name, source.document, state)
