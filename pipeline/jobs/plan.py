"""Plan an incremental build: compare the data with what is published; say what stays and what is to be rendered."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from pipeline.input.selection import Selected, select
from pipeline.input.sources import Folders, read_source, unreadable
from pipeline.input.strays import stray_codes, stray_problems
from pipeline.jobs.dispatch import Batch, Job
from pipeline.jobs.render import Common, Result
from pipeline.jobs.standing import MadeBy, Published, Standing, judge
from pipeline.kinds.loai.kinds import PaperKind
from pipeline.kinds.loai.prepare import paper_place
from pipeline.kinds.loai.year import Year, read_year, year_sources
from pipeline.output.manifest import MANIFEST, Entry, Manifest, read_manifest
from pipeline.output.origin import code_digest
from pipeline.output.seen import State, published_names
from pipeline.problem import Problem, UsageError, has_error

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
    what is wrong before anything is rendered: in the files that a year shares, with signed documents that would be
    built anew. A `complete` plan is about everything, and `names` are all it is about; `protected` are years of which
    nothing is withdrawn, since a file that says what they have cannot be read. `years` are the selected ones.
    """

    kept: Mapping[str, Entry]
    batches: tuple[Batch, ...]
    refused: tuple[Result, ...]
    names: frozenset[str]
    protected: frozenset[str]
    complete: bool
    folders: Folders
    tools: str | None
    earlier: Manifest
    years: tuple[str, ...]

    @property
    def documents(self) -> int:
        """Count the documents to render."""
        return sum(len(batch.jobs) for batch in self.batches)


def plan(folders: Folders, selection: Sequence[str], wish: Wish, state: State, kinds: Sequence[str] = ()) -> Plan:
    """Compare the data with what is published, and cut what is to be rendered into batches.

    An empty selection means everything. Raises UsageError as select and read_source do.
    """
    manifest, damage = read_manifest(folders.out / MANIFEST)
    refusals = [Result(folders.out.name, (folders.out / MANIFEST).as_posix(), damage)] if damage else []
    entries: dict[str, Entry] = {}
    names: set[str] = set()
    protected: set[str] = set()
    batches: list[Batch] = []
    selected = select(folders.data, selection, kinds)
    for each in selected:
        sources, unread = year_sources(folders, each.files)
        year = read_year(sources)
        problems = {**year.problems, **{problem.place.path: (problem,) for problem in unread}}
        refusals += _shared_refusals(year, problems)
        if any(has_error(of) for of in problems.values()):
            protected.add(year.name)
        for kind in year.kinds.values():
            if kind.path not in each.kinds:
                continue
            common = Common(sources, kind.name, code_digest(), wish.tools, wish.previews)
            stale: list[Job] = []
            blocked = has_error(year.shared_problems(kind.path.as_posix()))
            for job in jobs_of(kind, year, each):
                verdict = _judged(job, (common, year, kind), (folders.out, manifest.van_ban, state))
                names |= set() if verdict.is_absent else {job.name}
                entries |= {job.name: verdict.entry} if verdict.entry else {}
                refusals += [Result(job.name, job.path, verdict.problems)] if verdict.problems else []
                if verdict.is_stale and not blocked:
                    stale.append(job)
            size = max(1, min(BATCH, -(-len(stale) // wish.slots)))
            batches += [Batch(common, tuple(stale[start : start + size])) for start in range(0, len(stale), size)]
    complete = all(each.complete for each in selected)
    if complete:
        # What was published of a file that is not read stays until the file is put right.
        codes = stray_codes(folders.data)
        names |= {name for name in published_names(folders.out) if name.partition("-")[2].partition("-")[0] in codes}
        strays = stray_problems(folders.data)
        refusals += [Result(Path(stray.place.path).name, stray.place.path, (stray,)) for stray in strays]
    return Plan(
        kept=entries,
        batches=tuple(batches),
        refused=tuple(refusals),
        names=frozenset(names),
        protected=frozenset(protected),
        complete=complete,
        folders=folders,
        tools=wish.tools,
        earlier=manifest,
        years=tuple(each.files.name for each in selected),
    )


def _shared_refusals(year: Year, problems: Mapping[str, tuple[Problem, ...]]) -> Iterator[Result]:
    """Give the problems of the files that a year's papers share, each file's under its own name."""
    for path, found in problems.items():
        if found:
            yield Result(f"{year.name}/{Path(path).stem}", path, found)


def jobs_of(kind: PaperKind, year: Year, selected: Selected) -> Iterator[Job]:
    """Give the papers of a kind that are selected; a paper about all units belongs to no selection of some."""
    if kind.is_for_each_unit:
        for path in selected.communes:
            yield Job(paper_place(kind, year.name, path.stem), path.as_posix(), (path,))
    elif selected.all_communes:
        yield Job(paper_place(kind, year.name, ""), kind.path.as_posix(), selected.files.communes)


def _judged(job: Job, made_by: MadeBy, published: Published) -> Standing:
    """Judge how a paper stands; an unreadable file among those that it is made of is its problem."""
    try:
        sources = tuple(read_source(path) for path in job.paths)
    except UsageError as error:
        return Standing(None, (unreadable(Path(job.path), error),), is_stale=False)
    return judge(job.name, job.path, sources, made_by, published)
