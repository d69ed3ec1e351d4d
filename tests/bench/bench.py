"""Measure against peers on the real template and data, in one run: `nox -s bench` (`-- --quick` for a short one).

Prints medians and ratios with pages, versions and cores. Nothing here is a test: a machine's speed is nobody's fault.
"""

import argparse
import contextlib
import functools
import io
import json
import os
import platform
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import bench_page
import bench_proof
import bench_serve
import bench_unoserver
from chromium import PROGRAM, chromium
from docxtpl.template import DocxTemplate
from years import paper_of, real_year, sources_of

from pipeline.input.sources import Source, read_source, year_files
from pipeline.kinds.kind import Document
from pipeline.kinds.loai.prepare import prepare
from pipeline.kinds.loai.template import PAPER_FIELDS, compiled
from pipeline.kinds.loai.unit import read_unit
from pipeline.kinds.loai.year import read_year
from pipeline.pdf import convert
from pipeline.pdf.office import Office, office
from pipeline.verify.paper import read_paper
from pipeline.verify.pdf import verify_pdf
from pipeline.word.fill import environment, fill

ROOT = Path(__file__).resolve().parents[2]

TEMPLATE = ROOT / "templates" / "ke-hoach.docx"
NEWEST, COMMUNES = "2026", 3321
"""The year with all kinds of paper, and how many communes the country has."""
CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def main() -> None:
    """Run every measurement and print its table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer documents and rounds")
    quick = parser.parse_args().quick
    tools = office()
    machine = f"{CORES} cores, {platform.platform()}, Python {platform.python_version()}"
    print(f"{machine}, {tools.version}, {tools.font.family}")
    documents = list(_documents())
    _fill_table(documents[0], rounds=10 if quick else 50)
    _kinds_table(rounds=10 if quick else 50)
    _reading_table([100, 200] if quick else [830, 1660, COMMUNES])
    _pdf_table(documents, tools, documents=8 if quick else 100, rounds=1 if quick else 3)
    bench_proof.proof_table(tools, rounds=1 if quick else 10)
    bench_proof.share_table(documents=8 if quick else 200, rounds=1 if quick else 5)
    _browser_tables(saves=2 if quick else 5)
    _build_table([20] if quick else [100, 1000, 10_035])


def _not_measured(rows: str, why: str) -> None:
    """Say that rows are left out; CI must not leave any out, or they would rot."""
    if os.environ.get("CI"):
        raise SystemExit(f"{rows}: {why}")
    print(f"\n{rows}: not measured, {why}")


def _browser_tables(saves: int) -> None:
    if PROGRAM is None:
        _not_measured("search, serve", "no Chromium")
        return
    with chromium() as browser:
        bench_page.search_table(browser)
        bench_serve.serve_table(browser, saves)


def _documents() -> Iterator[Document]:
    year = real_year()
    for path in year_files(ROOT / "data" / year.name).communes:
        yield paper_of(year.kinds["ke-hoach"], year, read_source(path))


def _fill_table(document: Document, rounds: int) -> None:
    """Fill one document; docxtpl's way opens, patches and compiles the template each time."""
    source = read_source(TEMPLATE)
    template = compiled(source, PAPER_FIELDS)
    fields = dict(document.fields)

    def theirs() -> None:
        word = DocxTemplate(io.BytesIO(source.content))
        word.render(fields, jinja_env=environment())
        word.save(io.BytesIO())

    _table(
        "fill, one document, ms",
        {"pipeline": _median(lambda: fill(template, fields), rounds), "docxtpl": _median(theirs, rounds)},
        1000,
    )


def _kinds_table(rounds: int) -> None:
    """Make one paper of each kind of the newest year: out of what was read, and its template filled."""
    year = read_year(sources_of(ROOT / "data", NEWEST))
    sources = [read_source(path) for path in year_files(ROOT / "data" / NEWEST).communes]
    print(f"\neach kind of data/{NEWEST}, one document, ms      prepare        fill          kB")
    for kind in year.kinds.values():
        papers = sources if not kind.is_for_each_unit else sources[:1]
        document = prepare(kind, year, papers).document or prepare(kind, year, _unscored(papers)).document
        if document is None:
            _not_measured(kind.name, "the data have no such paper")
            continue
        template, fields = compiled(kind.template, PAPER_FIELDS), document.fields
        preparing = _median(functools.partial(prepare, kind, year, papers), rounds)
        filling = _median(functools.partial(fill, template, fields), rounds)
        size = len(fill(template, fields)) / 1000
        print(f"  {kind.name:<46}{preparing * 1000:>8.3f}{filling * 1000:>12.3f}{size:>12.0f}")


def _unscored(sources: Sequence[Source]) -> list[Source]:
    """Take the points out of the first commune's file, so that there is somebody to remind."""
    first, *others = sources
    head = first.content.partition(b"\ndiem_tu_cham:")[0]
    papers = head.partition(b"  bao-cao-tu-cham:")[0]
    return [Source(first.path, papers + b"\nchi_tieu:" + head.partition(b"\nchi_tieu:")[2]), *others]


def _reading_table(counts: Sequence[int]) -> None:
    """Read communes with four papers each, and make these ready to print: the time of one must not grow."""
    print("\nreading and preparing, four papers a commune         s   ms a commune   papers")
    first = 0.0
    for count in counts:
        with tempfile.TemporaryDirectory() as name:
            bench_proof.write_samples(NEWEST, Path(name, "data"), count)
            _add_fourth_paper(Path(name, "data", NEWEST))
            start = time.perf_counter()
            year = read_year(sources_of(Path(name, "data"), NEWEST))
            papers = 0
            sources = [read_source(path) for path in year_files(Path(name, "data", NEWEST)).communes]
            for source in sources:
                assert read_unit(source, year)[0]
                own = (prepare(kind, year, [source]) for kind in year.kinds.values() if kind.is_for_each_unit)
                papers += sum(each.document is not None for each in own)
            papers += sum(
                prepare(kind, year, sources).document is not None
                for kind in year.kinds.values()
                if not kind.is_for_each_unit
            )
            each = (time.perf_counter() - start) / count
        first = first or each
        print(
            f"{count:>8} communes {each * count:>37.2f} {each * 1000:>14.2f} {papers:>8}"
            f"   {each / first:.2f} times the first row"
        )


def _add_fourth_paper(folder: Path) -> None:
    """Give each commune its report twice."""
    text = (folder / "bao-cao-tu-cham.yaml").read_text(encoding="utf-8")
    (folder / "bao-cao-them.yaml").write_text(f"ma_tep: BC2\n{text}", encoding="utf-8")
    paper = 'van_ban:\n  bao-cao-them:\n    so_van_ban: ""\n    ngay_ban_hanh: /12/2026\n'
    for path in year_files(folder).communes:
        path.write_text(path.read_text(encoding="utf-8").replace("van_ban:\n", paper, 1), encoding="utf-8")


def _pdf_table(filled: Sequence[Document], tools: Office, documents: int, rounds: int) -> None:
    """Convert the same documents by each contender; all but ours write to a folder and are not verified."""
    template = compiled(read_source(TEMPLATE), PAPER_FIELDS)
    contents = [fill(template, filled[n % len(filled)].fields) for n in range(documents)]
    first = convert.convert(contents[:1], tools)[0]
    assert first
    pages = verify_pdf(first, read_paper(contents[0]), range(100), sample=False, name="")[0].pages
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        files = []
        for number, content in enumerate(contents):
            files.append(room / f"{number}.docx")
            files[-1].write_bytes(content)
        alone, share = max(4, documents // 10), max(4, documents // 2)
        with _pool() as pool, bench_unoserver.servers(CORES if bench_unoserver.PYTHON else 0, room, tools) as ports:
            contenders: dict[str, tuple[Callable[[], None], int]] = {
                "pipeline": (lambda: _ours(pool, contents, tools), documents),
                "plain soffice on all cores": (lambda: _plain(files, room, tools), documents),
                "one soffice a document": (lambda: _one_by_one(files[:alone], room, tools), alone),
            }
            if not ports:
                _not_measured("unoserver", "not installed")
            else:
                contenders |= {
                    "unoserver, unoconvert": (lambda: bench_unoserver.unoconvert(ports[0], files[:share]), share),
                    "unoserver, UnoClient": (lambda: bench_unoserver.convert(ports[:1], files[:share]), share),
                    "the same, on all cores": (lambda: bench_unoserver.convert(ports, files), documents),
                }
            seconds: dict[str, list[float]] = {name: [] for name in contenders}
            for each in range(rounds + 1):
                for name, (work, count) in contenders.items():
                    start = time.perf_counter()
                    work()
                    if each:  # the first round warms up
                        seconds[name].append((time.perf_counter() - start) / count)
    print(f"\nPDF, s a document of {pages} pages ({documents} documents, rounds: {rounds})")
    for name, times in seconds.items():
        ratios = [theirs / ours for theirs, ours in zip(times, seconds["pipeline"], strict=True)]
        print(f"  {name:<28}{statistics.median(times):>10.3f}  {statistics.median(ratios):>6.2f} times ours")


@contextlib.contextmanager
def _pool() -> Iterator[ProcessPoolExecutor]:
    with ProcessPoolExecutor(CORES, mp_context=get_context("spawn")) as pool:
        list(pool.map(abs, range(CORES)))
        yield pool


def _ours(pool: ProcessPoolExecutor, contents: Sequence[bytes], tools: Office) -> None:
    shares = [list(contents[core::CORES]) for core in range(CORES)]
    for pdfs in pool.map(convert.convert, shares, [tools] * CORES):
        assert None not in pdfs


def _soffice(files: Sequence[Path], room: Path, tools: Office, profile: str) -> subprocess.Popen[bytes]:
    flags = ["--headless", "--norestore", "--nolockcheck", f"-env:UserInstallation={(room / profile).as_uri()}"]
    target = f"pdf:writer_pdf_Export:{json.dumps(convert.OPTIONS)}"
    command = [str(tools.program), *flags, "--convert-to", target, "--outdir", str(room / "out"), *map(str, files)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _plain(files: Sequence[Path], room: Path, tools: Office) -> None:
    """The ceiling: every core runs one plain soffice over its share."""
    shutil.rmtree(room / "out", ignore_errors=True)
    for process in [_soffice(files[core::CORES], room, tools, f"profile{core}") for core in range(CORES)]:
        process.wait()
    assert len(list((room / "out").iterdir())) == len(files)


def _one_by_one(files: Sequence[Path], room: Path, tools: Office) -> None:
    for file in files:
        _soffice([file], room, tools, "profile0").wait()


def _build_table(counts: Sequence[int]) -> None:
    """Build sample communes end to end without PDF: first, again, and again with one file changed."""
    print("\nbuild without PDF       first       ms each   unchanged   one changed   peak memory")
    for count in counts:
        with tempfile.TemporaryDirectory() as name:
            data, out = Path(name, "data"), Path(name, "out")
            bench_proof.write_samples(bench_proof.YEAR, data, count)
            first = bench_proof.run(data, out, "--no-pdf")
            again = bench_proof.run(data, out, "--no-pdf")
            path = next(data.glob("*/00001-*.yaml"))
            path.write_text(path.read_text(encoding="utf-8").replace(" ha trở lên", " hecta trở lên"), encoding="utf-8")
            changed = bench_proof.run(data, out, "--no-pdf")
        print(
            f"{count:>8} communes  {first.seconds:>8.2f} s  {first.seconds / count * 1000:>9.2f}"
            f"  {again.seconds:>8.2f} s  {changed.seconds:>10.2f} s  {first.memory / 1024:>9.0f} MB"
        )


def _median(work: Callable[[], object], rounds: int) -> float:
    work()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def _table(title: str, seconds: dict[str, float], scale: int) -> None:
    print(f"\n{title}")
    ours = seconds["pipeline"]
    for name, each in seconds.items():
        print(f"  {name:<28}{each * scale:>10.3f}  {each / ours:>6.2f} times ours")


if __name__ == "__main__":
    main()
