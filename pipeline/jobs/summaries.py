"""Keep each year's summary beside its documents, TONG-HOP-<year>.xlsx, .docx, .pdf: made anew when it is stale."""

import importlib.metadata
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from pipeline.files import MOVING
from pipeline.input.sources import Source, find_sources, named, read_source, readable
from pipeline.jobs.plan import Plan
from pipeline.jobs.render import Result, render
from pipeline.kinds.ke_hoach.read import Year, read_commune, read_year
from pipeline.kinds.tong_hop.kind import TONG_HOP, document_of
from pipeline.kinds.tong_hop.listing import listing
from pipeline.kinds.tong_hop.summary import Reading, Summary, summarise
from pipeline.kinds.tong_hop.workbook import workbook
from pipeline.output.folder import put_files, remove_file
from pipeline.output.manifest import Entry, SummaryEntry, summary_stem
from pipeline.output.origin import Origin, code_digest, digest
from pipeline.output.seen import State, are_intact
from pipeline.pdf.office import Office, office
from pipeline.problem import ExitCode, MissingToolError, Place, Problem, Severity, TemplateError

MOST_UNITS = 1000
"""More units than a province has are no summary for an office, and would cost every build a quarter of a minute."""

Found = Mapping[str, Sequence[Problem]]
"""What a build found wrong, by document name, such as 2023/15139-cam-luong."""


class Made(NamedTuple):
    """A year's entry for the manifest, None when the summary could not be made, and why."""

    year: str
    entry: SummaryEntry | None
    results: tuple[Result, ...] = ()


def keep_summaries(plan: Plan, entries: Mapping[str, Entry], found: Found, state: State) -> Iterator[Made]:
    """Look at every year's summary, make those that are not as they would be made now, remove those of no year.

    A year of over 1,000 units has none. A folder of templates without one for the summary asks for the workbook alone.
    """
    folders, earlier = plan.folders, plan.earlier.tong_hop
    kept: set[str] = set()
    for criteria_path, paths in find_sources(folders.data, ()):
        if len(paths) > MOST_UNITS:
            continue
        criteria_source, name = read_source(criteria_path), criteria_path.parent.name
        kept.add(name)
        there = earlier.get(name)
        year = read_year(criteria_source)[0]
        if year is None:
            yield Made(name, there)
            continue
        path = folders.templates / TONG_HOP.template
        template = read_source(path) if path.is_file() else named(path)
        wanted = _origin(criteria_source, template, plan.tools, readable(paths), (entries, found))
        same = there and (wanted.same_pdf(there.nguon) if plan.tools else wanted.same_docx(there.nguon))
        if there and same and are_intact(folders.out, name, there.tep, state):
            yield Made(name, there)
        else:
            summary = _gathered(year, readable(paths), entries, found)
            yield _made(folders.out, name, (year, summary), template, wanted, state)
    for name, entry in earlier.items():
        for file in entry.tep if name not in kept else ():
            remove_file(folders.out, f"{name}/{file}", state)


def _origin(
    criteria_set: Source,
    template: Source,
    tools: str | None,
    sources: Iterator[Source],
    known: tuple[Mapping[str, Entry], Found],
) -> Origin:
    """Give what a summary would be made from; reading the files' bytes is enough to tell."""
    entries, found = known
    units = [
        [
            source.name,
            digest(source.content),
            entries[source.name].fields() if source.name in entries else None,
            [[each.code, each.message] for each in found.get(source.name, ()) if each.severity is Severity.ERROR],
        ]
        for source in sources
    ]
    code = f"{code_digest(TONG_HOP.name)} {importlib.metadata.version('xlsxwriter')}"
    return Origin(
        ma_nguon=digest(code.encode()),
        du_lieu=digest(json.dumps(units, sort_keys=True).encode()),
        bo_tieu_chi=digest(criteria_set.content),
        mau=digest(template.content),
        cong_cu=tools,
    )


def _gathered(year: Year, sources: Iterator[Source], entries: Mapping[str, Entry], found: Found) -> Summary:
    """Read a year's files again and put together what is known of its units."""

    def readings() -> Iterator[Reading]:
        for source in sources:
            commune, problems = read_commune(source, year)
            everything = tuple(dict.fromkeys((*problems, *found.get(source.name, ()))))
            targets = commune.chi_tieu if commune else {}
            yield Reading(source.stem, commune, targets, everything, entries.get(source.name))

    about = year.criteria_set
    return summarise(about.loai_van_ban.ten_loai, about.nam_ke_hoach, about, year.totals, readings())


def _made(out: Path, name: str, gathered: tuple[Year, Summary], template: Source, origin: Origin, state: State) -> Made:
    """Make and publish a year's files; one that cannot be made is a problem and keeps the others."""
    year, summary = gathered
    # There the next build clears up after one that was killed.
    stem, room = summary_stem(name), out / MOVING
    files = {f"{stem}.xlsx": workbook(summary, room if room.is_dir() else None)}
    date = year.criteria_set.van_ban_can_cu.ngay_ban_hanh.day
    place = f"{out.as_posix()}/{name}/{stem}.docx"
    document = document_of(listing(summary), stem, place, date)
    problems: tuple[Problem, ...] = ()
    if template.content:
        try:
            (rendered,) = render(TONG_HOP, [document], template, _office(origin.cong_cu))
            files |= rendered.files
            problems = rendered.problems
        except TemplateError as error:
            problems = (Problem(Place(template.path), "mau-word", str(error), exit_code=ExitCode.TEMPLATE),)
    for ending in (".pdf", ".docx"):
        if f"{stem}{ending}" not in files:
            remove_file(out, f"{name}/{stem}{ending}", state)
    put_files(out, name, files, state)
    # One with problems is stale, whatever it was made from.
    made_from = origin.model_copy(update={"du_lieu": ""}) if problems else origin
    entry = SummaryEntry(nguon=made_from, tep={file: digest(content) for file, content in files.items()})
    results = tuple(Result(named(Path(each.place.path)), (each,)) for each in problems)
    return Made(name, entry, results)


def _office(identity: str | None) -> Office | None:
    """Give LibreOffice where it is the wanted one; the machine that sends work to a cluster may have none."""
    try:
        return office() if identity and office().identity == identity else None
    except MissingToolError:
        return None
