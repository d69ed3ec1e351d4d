"""Measure against peers on the real template and data, in one run: `nox -s bench` (`-- --quick` for a short one).

Prints medians and ratios with pages, versions and cores. Nothing here is a test: a machine's speed is nobody's fault.
"""

import argparse
import contextlib
import dataclasses
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

from pipeline.authoring import sample
from pipeline.input.sources import find_sources, read_source
from pipeline.jobs.render import compiled
from pipeline.kinds.ke_hoach.kind import KE_HOACH
from pipeline.kinds.ke_hoach.present import Context, present
from pipeline.kinds.ke_hoach.read import read_commune, read_year
from pipeline.pdf import convert
from pipeline.pdf.office import Office, office
from pipeline.verify.paper import read_paper
from pipeline.verify.pdf import verify_pdf
from pipeline.word.fill import environment, fill

ROOT = Path(__file__).resolve().parents[2]

TEMPLATE = ROOT / "templates" / "ke-hoach.docx"
CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def main() -> None:
    """Run every measurement and print its table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer documents and rounds")
    quick = parser.parse_args().quick
    tools = office()
    machine = f"{CORES} cores, {platform.platform()}, Python {platform.python_version()}"
    print(f"{machine}, {tools.version}, {tools.font.family}")
    contexts = list(_contexts())
    _fill_table(contexts[0], rounds=10 if quick else 50)
    _pdf_table(contexts, tools, documents=8 if quick else 100, rounds=1 if quick else 3)
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


def _contexts() -> Iterator[Context]:
    (criteria_path, paths), *_ = find_sources(ROOT / "data", ())
    year = read_year(read_source(criteria_path))[0]
    assert year
    for path in paths:
        commune = read_commune(read_source(path), year)[0]
        assert commune
        yield present(year.criteria_set, commune, year.totals)


def _fill_table(context: Context, rounds: int) -> None:
    """Fill one document; docxtpl's way opens, patches and compiles the template each time."""
    source = read_source(TEMPLATE)
    template = compiled(source, KE_HOACH.fields)
    fields = {field.name: getattr(context, field.name) for field in dataclasses.fields(context)}

    def theirs() -> None:
        document = DocxTemplate(io.BytesIO(source.content))
        document.render(fields, jinja_env=environment(KE_HOACH.fields))
        document.save(io.BytesIO())

    _table(
        "fill, one document, ms",
        {"pipeline": _median(lambda: fill(template, context), rounds), "docxtpl": _median(theirs, rounds)},
        1000,
    )


def _pdf_table(contexts: Sequence[Context], tools: Office, documents: int, rounds: int) -> None:
    """Convert the same documents by each contender; all but ours write to a folder and are not verified."""
    template = compiled(read_source(TEMPLATE), KE_HOACH.fields)
    contents = [fill(template, contexts[n % len(contexts)]) for n in range(documents)]
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
            sample.write_samples(ROOT / "data", data, count)
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
