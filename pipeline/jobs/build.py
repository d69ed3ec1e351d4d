"""Carry out a build plan: render what changed, publish it, list what there is.

A build is incremental and crash-only: its whole state is the output folder, where each record names everything that its
document was made from, so that a build that was killed is finished by running it again.
"""

import itertools
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path

from pipeline.input.load import load, locate
from pipeline.input.sources import Folders, document_name, read_source
from pipeline.jobs.dispatch import dispatch
from pipeline.jobs.issued import adopt_signed, hold, keep_ledger, kept_otherwise, ledger_of, lost
from pipeline.jobs.plan import Plan
from pipeline.jobs.render import Result
from pipeline.jobs.signing import guard, settle, without_foreign
from pipeline.jobs.standing import about_signed
from pipeline.jobs.summaries import keep_summaries
from pipeline.jobs.titles import titles_of
from pipeline.jobs.workers import Workers
from pipeline.output.catalogue import publish_catalogue
from pipeline.output.editions import with_change
from pipeline.output.folder import keep_former, publish, withdraw
from pipeline.output.former import Former
from pipeline.output.git_days import refusal
from pipeline.output.manifest import (
    Entry,
    Manifest,
    PublishedProblem,
    SummaryEntry,
    entry_of,
)
from pipeline.output.records import read_record
from pipeline.output.seen import State, has_record, pdf_place, published_names, published_pdfs
from pipeline.problem import Place, Problem, Severity, UsageError, has_error

_NOTHING = Former()


def run(plan: Plan, workers: Workers, state: State, past: Former = _NOTHING) -> Iterator[Result]:
    """Render and publish what a plan asks for, and give what became of each document.

    A document with an error is not published, and its older files stay. Only a complete build makes the years'
    summaries anew. `past` is a publication to compare with, other than the last one here, and to hold issued
    papers to.
    """
    out, earlier = plan.folders.out, plan.earlier.van_ban
    ledger = ledger_of(plan.folders, past)
    yield from plan.refused
    yield from _git_refusal(plan.folders.data)
    differing = tuple(kept_otherwise(plan.kept, ledger, out))
    yield from differing
    entries = dict(plan.kept)
    problems_by_name = {result.name: result.problems for result in (*plan.refused, *differing)}
    titles = titles_of(plan.folders)
    names = set(plan.names)
    for outcome in dispatch(plan.batches, workers):
        result = guard(hold(outcome, ledger, past), out, earlier.get(outcome.name), state)
        name = result.name
        if result.is_absent:
            state.data[name] = (result.known, "", "")
            names.discard(name)
            continue
        problems_by_name[name] = result.problems
        if result.record is None:
            state.data.pop(name, None)
        if result.record and not has_error(result.problems):
            state.data[name] = (result.known, result.record.nguon.du_lieu, result.record.nguon.loai_truoc)
            former = keep_former(out, name, document_name(name), earlier)
            record = with_change(name, former, result.record, titles)
            publish(out, name, result.files, record, state)
            entries[name] = entry_of(record)
        yield result
    if plan.complete:
        published = {*published_names(out)}
        protected = {name for name in published if name.partition("/")[0] in plan.protected}
        orphans = tuple(_orphans(plan.folders, published - names - protected))
        yield from orphans
        kept = names | protected | {each.name for each in orphans}
        yield from _withdraw_missing(published - kept, out, state, earlier)
        yield from lost(ledger, {*kept, *published_names(out)}, plan)
        earlier = {name: entry for name, entry in earlier.items() if has_record(out, name)}
    # Signatures first: summaries are made from these entries, and the next build must come to the same ones.
    all_entries = {**earlier, **without_foreign(entries, earlier, past.entries, problems_by_name)}
    adopted = adopt_signed(plan.folders, all_entries, ledger, past, state)
    for name, settled, found in itertools.chain(adopted, settle(out, all_entries, state)):
        all_entries[name] = settled
        problems_by_name[name] = (*problems_by_name.get(name, ()), *found)
        if found:
            yield Result(name, found[0].place.path, found)
    summaries: dict[str, SummaryEntry] = {} if plan.complete else dict(plan.earlier.tong_hop)
    if plan.complete:
        for summary in keep_summaries(plan, all_entries, problems_by_name, state):
            summaries |= {summary.year: summary.entry} if summary.entry else {}
            yield from summary.results
    manifest = Manifest(all_entries, summaries, co_loi=_errors(plan, problems_by_name))
    publish_catalogue(plan.folders, manifest, plan.earlier, past, titles, state)
    yield from keep_ledger(plan.folders, all_entries, frozenset(manifest.co_loi))


def _git_refusal(data: Path) -> Iterator[Result]:
    """Say once that git does not tell when data were changed, in its own words."""
    words, command = refusal(data)
    if words:
        message = f"git không cho đọc lịch sử, trang tải về không có ngày sửa: {words}"
        problem = Problem(
            Place(data.as_posix()), "git-tu-choi", message, command and f"chạy: {command}", Severity.WARNING
        )
        yield Result(data.name, data.as_posix(), (problem,))


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


def _orphans(folders: Folders, names: AbstractSet[str]) -> Iterator[Result]:
    """Report papers whose unit's file still has them, while no kind of their year does: they stay as they are."""
    for name in sorted(names):
        document = document_name(name)
        record = read_record(folders.out, name, document)
        year, _, own = name.partition("/")
        path = folders.data / year / f"{own.partition('-')[2]}.yaml"
        if record is None or not own.partition("-")[2] or not path.is_file():
            continue
        try:
            source = read_source(path)
        except UsageError:
            continue
        tree = load(source.content, source.path)[0]
        papers = tree.get("van_ban") if isinstance(tree, dict) else None
        if (
            isinstance(papers, dict)
            and record.loai in papers
            and not (folders.data / year / f"{record.loai}.yaml").exists()
        ):
            message = f"năm này không còn loại văn bản `{record.loai}`; văn bản đã dựng được giữ nguyên"
            hint = f"trả tệp {record.loai}.yaml về thư mục năm, hoặc bỏ mục này"
            place = Place(source.path, key=("van_ban", record.loai))
            yield Result(name, source.path, locate(source.content, [Problem(place, "loai-la", message, hint)]))


def _withdraw_missing(
    names: AbstractSet[str], out: Path, state: State, earlier: Mapping[str, Entry]
) -> Iterator[Result]:
    """Take down documents, by name, whose data are gone; report an issued or signed one instead, which stays."""
    for name in sorted(names):
        document, place = document_name(name), f"{out.as_posix()}/{name}"
        record = read_record(out, name, document)
        if record and record.da_ban_hanh:
            message, hint = "văn bản đã ban hành không còn dữ liệu", "trả tệp dữ liệu về chỗ cũ"
            yield Result(name, place, (Problem(Place(place), "da-ban-hanh", message, hint),))
        elif pdf_place(out, name, published_pdfs(document, record, earlier.get(name))).is_signed:
            yield Result(name, place, (about_signed(place, Severity.ERROR),))
        else:
            keep_former(out, name, document, earlier)
            withdraw(out, name, document, state)
