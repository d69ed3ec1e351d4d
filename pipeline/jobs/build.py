"""Carry out a build plan: render what changed, publish it, list what there is.

A build is incremental and crash-only: its whole state is the output folder, where each record names everything that its
document was made from, so that a build that was killed is finished by running it again.
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
    """Render and publish what a plan asks for, and give what became of each document.

    A document with an error is not published, and its older files stay. Only a complete build makes the years'
    summaries anew. `since` is a former publication to compare with, other than the last one here.
    """
    out, earlier = plan.folders.out, plan.earlier.van_ban
    yield from plan.refused
    entries = dict(plan.kept)
    problems_by_name = {result.source.name: result.problems for result in plan.refused}
    titles = plan.kind.data.titles(plan.folders.data) if plan.kind.data else lambda _: {}
    for outcome in dispatch(plan.batches, workers):
        result = _protect(outcome, out)
        name = result.source.name
        problems_by_name[name] = result.problems
        if result.record and not has_error(result.problems):
            former = keep_former(out, name, result.source.document, earlier)
            record = with_change(name, former, result.record, titles)
            publish(out, name, result.files, record, state)
            entries[name] = entry_of(record)
        yield result
    withdrawals: tuple[Result, ...] = ()
    if plan.complete:
        yield from (withdrawals := tuple(_withdraw_missing(plan.names, out, state, earlier)))
        earlier = {name: entry for name, entry in earlier.items() if has_record(out, name)}
    # Signatures first: summaries are made from these entries, and the next build must come to the same ones.
    all_entries = {**earlier, **{name: with_former(entry, earlier.get(name)) for name, entry in entries.items()}}
    for name in [*problems_by_name, *(result.source.name for result in withdrawals)]:
        if name in all_entries and (pdf := signed_since(out, name, state)):
            all_entries[name] = with_signature(all_entries[name], name, pdf)
    summaries: dict[str, SummaryEntry] = {} if plan.complete else dict(plan.earlier.tong_hop)
    if plan.complete:
        for summary in keep_summaries(plan, all_entries, problems_by_name, state):
            summaries |= {summary.year: summary.entry} if summary.entry else {}
            yield from summary.results
    manifest = Manifest(all_entries, summaries, co_loi=_errors(plan, problems_by_name))
    publish_catalogue(plan.folders, manifest, plan.earlier, since, titles, state)


def _errors(plan: Plan, problems_by_name: Mapping[str, tuple[Problem, ...]]) -> dict[str, tuple[PublishedProblem, ...]]:
    """Give the problems that keep documents from being built, by document name.

    A partial build carries over those of the documents that it did not look at.
    """
    earlier_errors = plan.earlier.co_loi.items() if not plan.complete else ()
    errors = {name: each for name, each in earlier_errors if name not in plan.names}
    for name, problems in problems_by_name.items():
        errors[name] = tuple(_public_form(each, plan.folders.data) for each in problems if has_error([each]))
    return {name: each for name, each in errors.items() if each}


def _public_form(problem: Problem, data: Path) -> PublishedProblem:
    """Give a problem as the manifest and the page have it: its path begins at the data folder.

    Where that folder lies on this machine is nobody else's business, and would differ between machines.
    """
    place = problem.place
    path = Path(place.path)
    public_path = Path(data.name, path.relative_to(data)).as_posix() if path.is_relative_to(data) else place.path
    return PublishedProblem(
        noi=public_path,
        dong=place.line,
        cot=place.column,
        ma_loi=problem.code,
        thong_bao=problem.message,
        cach_sua=problem.hint,
    )


def _protect(result: Result, out: Path) -> Result:
    """Refuse to replace a signed document at all, and an issued one by a different one.

    A mistake in an issued document is put right by another document (Nghị định 30/2020/NĐ-CP, Điều 18, khoản 3). Gives
    the result as it is, or one without files that has the problem.
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


def _withdraw_missing(names: frozenset[str], out: Path, state: State, earlier: Mapping[str, Entry]) -> Iterator[Result]:
    """Take down documents whose data file is gone; report an issued or signed one instead, which stays."""
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
