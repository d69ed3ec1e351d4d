"""Short ways to the years of the repository and of the miniature one, for tests and benches."""

import dataclasses
from pathlib import Path

from pipeline.input.sources import Folders, Source, read_source, year_files
from pipeline.kinds.kind import Document
from pipeline.kinds.loai.kinds import PaperKind
from pipeline.kinds.loai.prepare import prepare
from pipeline.kinds.loai.unit import UnitData, read_unit
from pipeline.kinds.loai.year import Year, YearSources, read_year, year_sources

ROOT = Path(__file__).resolve().parents[2]
SMALL_DATA = ROOT / "tests" / "small" / "data"


def sources_of(data: Path, year: str, templates: Path = ROOT / "templates") -> YearSources:
    """Give the bytes of what a year's papers share."""
    sources, problems = year_sources(Folders(data, templates, data), year_files(data / year))
    assert not problems
    return sources


def small_sources(**replaced: bytes) -> YearSources:
    """Give those of the miniature year, with other content for bo_tieu_chi, chung or a kind such as ke_hoach.

    A kind that the year does not have is added.
    """
    sources = sources_of(SMALL_DATA, "2024")
    folder = "data/2024"
    named = {key.replace("_", "-"): content for key, content in replaced.items()}
    criteria, defaults = named.pop("bo-tieu-chi", None), named.pop("chung", None)
    kinds = {each.stem: each for each in sources.kinds}
    kinds |= {name: Source(f"{folder}/{name}.yaml", content) for name, content in named.items()}
    return dataclasses.replace(
        sources,
        criteria=Source(f"{folder}/bo-tieu-chi.yaml", criteria) if criteria is not None else sources.criteria,
        defaults=Source(f"{folder}/chung.yaml", defaults) if defaults is not None else sources.defaults,
        kinds=tuple(kinds.values()),
        names=frozenset(kinds),
        templates=_templates(),
    )


def _templates() -> tuple[tuple[str, Source], ...]:
    paths = sorted((ROOT / "templates").glob("*.docx"))
    return tuple((path.name, Source(f"templates/{path.name}", path.read_bytes())) for path in paths)


def real_year() -> Year:
    """Give the year 2023."""
    return read_year(sources_of(ROOT / "data", "2023"))


def small_year(**replaced: bytes) -> Year:
    """Give the miniature year; see small_sources."""
    return read_year(small_sources(**replaced))


def unit_of(path: Path, year: Year) -> UnitData:
    """Give a unit's file, which has no problems."""
    unit, problems = read_unit(read_source(path), year)
    assert unit
    assert not problems
    return unit


def paper_of(kind: PaperKind, year: Year, *sources: Source) -> Document:
    """Give a paper, which must be there."""
    document, problems, _ = prepare(kind, year, sources)
    assert document, problems
    return document
