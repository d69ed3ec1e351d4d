"""Measure what proof costs: each of its steps for one document, and its share of a build as a user runs it.

By itself: `python tests/bench_proof.py [--quick]`; else a part of `nox -s bench`.
"""

import datetime as dt
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from reading import verify_docx
from years import paper_of, sources_of

from pipeline.authoring import sample
from pipeline.input.sources import Folders, read_source, year_files
from pipeline.kinds.loai.template import PAPER_FIELDS, compiled
from pipeline.kinds.loai.year import read_year
from pipeline.pdf import convert
from pipeline.pdf.normalise import normalise
from pipeline.pdf.office import Office, office
from pipeline.verify.paper import read_paper
from pipeline.verify.pdf import verify_pdf
from pipeline.word.fill import fill

ROOT = Path(__file__).resolve().parents[2]

LIMIT = 0.15
"""By how much verification may add to a build."""
TEMPLATE = ROOT / "templates" / "ke-hoach.docx"
YEAR = "2023"
"""The year of the rows about one kind of paper: a plan."""
_DISTINCT = 20

# What a build without verification has in place of the modules that verify: they open nothing. The record's number of
# pages is the lowest that is allowed, its digest of the text that of an empty one.
_STAND_INS = {
    "kinds/kind.py": """


def read_back(kind, data, document, template, name):
    return Paper("", (), (), (), 0, frozenset()), ()
""",
    "verify/pdf.py": """


def verify_pdf(data, paper, pages, *, sample, name, setting=None):
    return Reading(pages.start), ()
""",
}
# A small process in between: a process's peak memory starts with that of the one it was forked from.
_MEASURE = (
    "import os, subprocess, sys, time\n"
    "start = time.perf_counter()\n"
    "_, status, usage = os.wait4(subprocess.Popen(sys.argv[1:], stdout=sys.stderr).pid, 0)\n"
    "print(status, usage.ru_maxrss, usage.ru_utime + usage.ru_stime, time.perf_counter() - start)"
)


class Spent(NamedTuple):
    """What a command took: seconds, those of the processors in its whole tree, the peak memory of one in KiB."""

    seconds: float
    processor: float
    memory: int


def write_samples(year: str, target: Path, count: int) -> None:
    """Write sample communes of one year of the repository."""
    with tempfile.TemporaryDirectory() as name:
        shutil.copytree(ROOT / "data" / year, Path(name, year))
        sample.write_samples(Folders(Path(name), TEMPLATE.parent, Path(name, "build")), target, count)


def run(data: Path, out: Path, *options: str, package: Path = ROOT) -> Spent:
    """Build a folder in processes of its own, with the package in a folder. A build that fails is an error."""
    folders = [f"--data={data}", f"--templates={TEMPLATE.parent}", f"--out={out}"]
    command = [sys.executable, "-m", "pipeline", "build", *folders, "--quiet", *options]
    measured = subprocess.run([sys.executable, "-c", _MEASURE, *command], cwd=package, capture_output=True, check=True)
    status, memory, processor, seconds = measured.stdout.split()
    if int(status):
        raise SystemExit(f"the build failed: {measured.stderr.decode()}")
    return Spent(float(seconds), float(processor), int(memory))


def proof_table(tools: Office, rounds: int) -> None:
    """Measure, on one core, what a document pays for the same bytes every time and for being read back."""
    source = read_source(TEMPLATE)
    with tempfile.TemporaryDirectory() as name:
        data = Path(name, "data")
        write_samples(YEAR, data, _DISTINCT)
        year = read_year(sources_of(data, YEAR))
        communes = [read_source(path) for path in year_files(data / YEAR).communes]
    documents = [paper_of(year.kinds["ke-hoach"], year, commune) for commune in communes]
    contents = [fill(compiled(source, PAPER_FIELDS), document.fields) for document in documents]
    start = time.perf_counter()
    raw = [pdf for pdf in convert.convert(contents, tools) if pdf]
    office_seconds = (time.perf_counter() - start) / _DISTINCT
    day, papers = dt.date(2023, 1, 1), list(map(read_paper, contents))
    signers = [(document.posts, document.signer) for document in documents]
    pdfs = [normalise(pdf, day, *signer) for pdf, signer in zip(raw, signers, strict=True)]
    steps: dict[str, Callable[[int], object]] = {
        "normalise, signature fields": lambda n: normalise(raw[n], day, *signers[n]),
        "verify .docx": lambda n: verify_docx(contents[n], documents[n], source.content),
        "verify PDF": lambda n: verify_pdf(pdfs[n], papers[n], range(100), sample=documents[n].sample, name=""),
    }
    seconds = {name: _processor(work, rounds) for name, work in steps.items()}
    sizes = f"{len(pdfs[0]) / 1000:.0f} kB, was {len(raw[0]) / 1000:.0f}"
    print(f"\nproof, one document ({sizes}), processor ms, and part of LibreOffice's time with its start")
    for name, each in (*seconds.items(), ("together", sum(seconds.values()))):
        print(f"  {name:<28}{each * 1000:>10.1f}  {each / office_seconds:>6.0%}")


def share_table(documents: int, rounds: int) -> None:
    """Build sample communes with PDF from two copies of the package, in turns; one copy verifies nothing.

    Prints by how much verification adds to a build: medians over the rounds of one divided by the other.
    """
    print(f"\nverification: build of {documents} communes with PDF, all cores, with and without ({rounds} rounds)")
    with tempfile.TemporaryDirectory() as name:
        room = Path(name)
        write_samples(YEAR, room / "data", documents)
        packages = {each: room / each for each in ("with", "without")}
        for package in packages.values():
            shutil.copytree(ROOT / "pipeline", package / "pipeline", ignore=shutil.ignore_patterns("__pycache__"))
        for module, answer in _STAND_INS.items():
            with (packages["without"] / "pipeline" / module).open("a", encoding="utf-8") as file:
                file.write(answer)
        spent: dict[str, list[Spent]] = {each: [] for each in packages}
        for number in range(rounds + 1):
            order = sorted(packages, reverse=bool(number % 2))
            for each in order:
                found = run(room / "data", room / "out", package=packages[each])
                shutil.rmtree(room / "out")
                spent[each] += [found] if number else []  # the first round compiles and warms up
    for what, take in (("wall clock", 0), ("processor", 1)):
        pairs = [(one[take], other[take]) for one, other in zip(spent["with"], spent["without"], strict=True)]
        times = [statistics.median(each) / documents * 1000 for each in zip(*pairs, strict=True)]
        ratios = [one / other - 1 for one, other in pairs]
        spread = f"{min(ratios):.1%} to {max(ratios):.1%}"
        print(f"  {what:<12}{times[0]:>8.1f} ms a document, {times[1]:.1f} without")
        print(f"{'':<14}{statistics.median(ratios):>6.1%} more ({spread}; limit {LIMIT:.0%})")


def _processor(work: Callable[[int], object], rounds: int) -> float:
    """Give the median over rounds and documents of the processor time of a step."""
    times = []
    for each in range((rounds + 1) * _DISTINCT):
        start = time.process_time()
        work(each % _DISTINCT)
        times += [time.process_time() - start] if each >= _DISTINCT else []
    return statistics.median(times)


if __name__ == "__main__":
    QUICK = "--quick" in sys.argv
    proof_table(office(), rounds=2 if QUICK else 10)
    share_table(documents=20 if QUICK else 200, rounds=2 if QUICK else 5)
