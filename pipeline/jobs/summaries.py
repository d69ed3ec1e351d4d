"""Keep each year's summary beside its documents: TONG-HOP-<year>.xlsx, .docx, .pdf, made anew when something moved."""

import dataclasses
import importlib.metadata
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.files import MOVING
from pipeline.input.sources import Folders, Source, find_sources, read_source, readable
from pipeline.jobs.render import Result
from pipeline.kinds.ke_hoach.read import read_year
from pipeline.kinds.tong_hop.listing import TongHop, listing
from pipeline.kinds.tong_hop.read_back import verify_listing
from pipeline.kinds.tong_hop.summary import Summary, summarise
from pipeline.kinds.tong_hop.workbook import workbook
from pipeline.output import folder as publish
from pipeline.output import manifest as published
from pipeline.output.origin import Origin, code_digest, digest
from pipeline.pdf.convert import convert
from pipeline.pdf.normalise import normalise
from pipeline.pdf.office import Office, office
from pipeline.problem import ExitCode, MissingToolError, Place, Problem, Severity, TemplateError
from pipeline.word.fill import compile_template, fill

TEMPLATE_FILE = "tong-hop.docx"
MOST_UNITS = 1000
"""More units than a province has are no summary for an office, and would cost every build a quarter of a minute."""

Found = Mapping[str, Sequence[Problem]]
"""What a build found wrong, by document name, such as 2023/15139-cam-luong."""


@dataclasses.dataclass(frozen=True, slots=True)
class Made:
    """A year's entry for the manifest, None when the summary could not be made, and why."""

    year: str
    entry: Mapping[str, Any] | None
    results: tuple[Result, ...] = ()


def keep_summaries(
    folders: Folders, tools: str | None, entries: Mapping[str, Any], found: Found, state: published.State
) -> Iterator[Made]:
    """Look at every year's summary, make those that are not as they would be made now, remove those of no year.

    A year of over 1,000 units has none.

    `tools` names what makes the PDFs (Office.identity), None for none. A folder of templates without one for the
    summary asks for the workbook alone.
    """
    earlier = published.read_summaries(folders.out)
    kept: set[str] = set()
    for criteria_path, paths in find_sources(folders.data, ()):
        if len(paths) > MOST_UNITS:
            continue
        criteria_source, name = read_source(criteria_path), criteria_path.parent.name
        kept.add(name)
        year = read_year(criteria_source)[0]
        if year is None:
            yield Made(name, earlier.get(name))
            continue
        path = folders.templates / TEMPLATE_FILE
        template = read_source(path) if path.is_file() else Source(path.as_posix(), b"")
        wanted = _origin(criteria_source, template, tools, readable(paths), (entries, found))
        there = earlier.get(name)
        same = there and (wanted.same_pdf(there["nguon"]) if tools else wanted.same_docx(there["nguon"]))
        if there and same and published.are_intact(folders.out, name, there["tep"], state):
            yield Made(name, there)
        else:
            summary = summarise(year, readable(paths), entries, found)
            yield _made(folders.out, name, summary, template, wanted, state)
    for name, entry in earlier.items():
        for file in entry["tep"] if name not in kept else ():
            publish.remove_file(folders.out, f"{name}/{file}", state)


def _origin(
    criteria_set: Source,
    template: Source,
    tools: str | None,
    sources: Iterator[Source],
    known: tuple[Mapping[str, Any], Found],
) -> Origin:
    """Give what a summary would be made from; reading the files' bytes is enough to tell."""
    entries, found = known
    units = [
        [
            source.name,
            digest(source.content),
            entries.get(source.name),
            [[each.code, each.message] for each in found.get(source.name, ()) if each.severity is Severity.ERROR],
        ]
        for source in sources
    ]
    return Origin(
        ma_nguon=digest(f"{code_digest()} {importlib.metadata.version('xlsxwriter')}".encode()),
        du_lieu=digest(json.dumps(units, sort_keys=True).encode()),
        bo_tieu_chi=digest(criteria_set.content),
        mau=digest(template.content),
        cong_cu=tools,
    )


def _made(out: Path, name: str, summary: Summary, template: Source, origin: Origin, state: published.State) -> Made:
    """Make and publish a year's files; one that cannot be made is a problem and keeps the others."""
    # There the next build clears up after one that was killed.
    stem, room = published.summary_stem(name), out / MOVING
    files, results = {f"{stem}.xlsx": workbook(summary, room if room.is_dir() else None)}, []
    listed = listing(summary)
    try:
        if template.content:
            files[f"{stem}.docx"] = fill(compile_template(template.content, template.path, TongHop), listed)
    except TemplateError as error:
        problem = Problem(Place(template.path), "mau-word", str(error), exit_code=ExitCode.TEMPLATE)
        results.append(Result(Source(template.path, b""), (problem,)))
    tools = _office(origin.cong_cu)
    if tools and f"{stem}.docx" in files:
        pdf = convert([files[f"{stem}.docx"]], tools)[0]
        if pdf is None:
            message, hint = "LibreOffice không chuyển được sang PDF, đã thử hai lần", "chạy lại; xem `nox -s doctor`"
            place = Place(f"{out.as_posix()}/{name}/{stem}.docx")
            problem = Problem(place, "khong-co-pdf", message, hint, exit_code=ExitCode.CONVERSION)
            results.append(Result(Source(place.path, b""), (problem,)))
        else:
            files[f"{stem}.pdf"] = normalise(pdf, summary.criteria_set.van_ban_can_cu.ngay_ban_hanh)
    if f"{stem}.docx" in files:
        problems = verify_listing(files[f"{stem}.docx"], files.get(f"{stem}.pdf"), listed, f"{name}/{stem}")
        if problems:
            results.append(Result(Source(f"{name}/{stem}.docx", b""), problems))
            files = {f"{stem}.xlsx": files[f"{stem}.xlsx"]}
    for ending in (".pdf", ".docx"):
        if f"{stem}{ending}" not in files:
            publish.remove_file(out, f"{name}/{stem}{ending}", state)
    publish.put_files(out, name, files, state)
    made_from = dataclasses.asdict(origin if not results else dataclasses.replace(origin, du_lieu=""))
    hashes = {file: digest(content) for file, content in files.items()}
    return Made(name, {"da_ban_hanh": False, "nguon": made_from, "tep": hashes}, tuple(results))


def _office(identity: str | None) -> Office | None:
    """Give LibreOffice where it is the wanted one; the machine that sends work to a cluster may have none."""
    try:
        return office() if identity and office().identity == identity else None
    except MissingToolError:
        return None
