"""The pipelines of GitHub and GitLab cannot rot: every line that they run is run here, on a copy of the repository.

Commands that reach outside (gh, curl, npm, apt-get, sudo) are stand-ins that note how they were called. nox runs its
sessions in this very environment, so that nothing is installed. The copy has two communes and one file of tests.
"""

import dataclasses
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from ruamel.yaml import YAML

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the lines are for bash, the stand-ins shell scripts")

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
LEFT_OUT = shutil.ignore_patterns(
    *(".git", ".venv", ".nox", "build", "release", "public", "__pycache__", ".hypothesis", ".mypy_cache", ".ruff_cache")
)
KEPT = {
    "data": {"2023", "README.md", "bo-tieu-chi.schema.json", "chung.schema.json"},
    "data/2023": {
        *("bo-tieu-chi.yaml", "chung.yaml", "ke-hoach.yaml", "ke-hoach.schema.json", "don-vi.schema.json"),
        *("15127-phong-son.yaml", "15139-cam-luong.yaml"),
    },
    "tests": {"conftest.py", "editor", "helpers", "kinds"},
    "tests/helpers": {"chromium.py", "unit_lists.py", "years.py"},
    "tests/kinds": {"test_vietnamese.py"},
}
OUTSIDE = ("gh", "curl", "npm", "apt-get", "sudo")
GIVEN = {
    "GITHUB_REF_NAME": "nam-2023",
    "CI_COMMIT_TAG": "nam-2023",
    "CI_JOB_URL": "https://example.invalid/job",
    "CI_JOB_TOKEN": "x",
    "CI_API_V4_URL": "https://example.invalid/api",
    "CI_PROJECT_ID": "1",
}


ASSETS = " ".join(
    f"release/tep/{name}"
    for name in (
        *("SHA256SUMS", "TONG-HOP-2023.docx", "TONG-HOP-2023.pdf", "TONG-HOP-2023.xlsx"),
        "van-ban-2023.zip",
    )
)
RELEASE = "nam-2023 --verify-tag --title nam-2023 --notes-file release/GHI-CHU.md"
JSON = "--fail --silent --show-error --header JOB-TOKEN: x --header Content-Type: application/json"
CALLS = {
    "release.yml": f"gh:release create {RELEASE} {ASSETS}",
    "gitlab": f"curl:{JSON} --data @release/gitlab.json https://example.invalid/api/projects/1/releases",
}


@dataclasses.dataclass(frozen=True)
class Job:
    """The lines of one job, and the files that it hands on."""

    name: str
    lines: tuple[str, ...]
    paths: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class Room:
    """A copy of the repository with two communes, and a way to run a line there."""

    folder: Path
    calls: Path
    mypy_cache: Path

    def run(self, line: str) -> subprocess.CompletedProcess[str]:
        """Run a line as the runners do: bash, ended by the first fault."""
        programs = f"{self.calls.parent}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        environment = {name: each for name, each in os.environ.items() if name in {"HOME", "LANG", "TMPDIR"}}
        environment |= {**GIVEN, "PATH": programs, "MYPY_CACHE_DIR": str(self.mypy_cache)}
        command = ["bash", "-e", "-o", "pipefail", "-c", line]
        return subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
        )


@pytest.fixture
def room(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Room:
    folder, programs = tmp_path / "copy", tmp_path / "programs"
    shutil.copytree(ROOT, folder, ignore=LEFT_OUT)
    for name, kept in KEPT.items():
        for path in (folder / name).iterdir():
            if path.name not in kept:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
    (folder / ".git").mkdir()
    programs.mkdir()
    for name in OUTSIDE:
        _write_program(programs / name, f'echo "{name}:$*" >> {programs / "calls"}')
    # noxfile.py hands over to nox in .venv: this one runs sessions without environments of their own.
    nox = folder / ".venv" / "bin" / "python"
    nox.parent.mkdir(parents=True)
    _write_program(nox, f'shift 2; exec {sys.executable} -m nox --no-venv --no-install "$@"')
    lock = (folder / "requirements-nox.txt").read_bytes()
    (folder / ".venv" / "nox.sha256").write_text(hashlib.sha256(lock).hexdigest(), encoding="utf-8")
    return Room(folder, programs / "calls", tmp_path_factory.getbasetemp() / "mypy")


def _write_program(path: Path, line: str) -> None:
    path.write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
    path.chmod(0o755)


def _read(path: Path) -> Any:
    return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))


def _github(path: Path) -> Iterator[Job]:
    for name, job in _read(path)["jobs"].items():
        uploads = [step["with"]["path"] for step in job["steps"] if "upload-" in step.get("uses", "")]
        yield Job(name, tuple(step["run"] for step in job["steps"] if "run" in step), tuple(uploads))


def _gitlab(path: Path) -> Iterator[Job]:
    for name, job in _read(path).items():
        if isinstance(job, dict) and "script" in job:
            yield Job(name, tuple(job["script"]), tuple(job.get("artifacts", {}).get("paths", ())))


PIPELINES = {path.name: tuple(_github(path)) for path in WORKFLOWS} | {
    "gitlab": tuple(_gitlab(ROOT / ".gitlab-ci.yml"))
}


@pytest.mark.usefixtures("tools")
@pytest.mark.parametrize("name", PIPELINES)
def test_every_line_runs_and_leaves_what_its_job_hands_on(name: str, room: Room) -> None:
    done: set[str] = set()
    for job in PIPELINES[name]:
        for line in dict.fromkeys(job.lines):
            if line not in done:
                result = room.run(line)
                assert result.returncode == 0, f"{job.name}: {line}\n{result.stdout}\n{result.stderr}"
            done.add(line)
        for path in job.paths:
            assert any((room.folder / path).iterdir()) if path.endswith("/") else (room.folder / path).stat().st_size
    if name in CALLS:
        (call,) = room.calls.read_text(encoding="utf-8").splitlines()[-1:]
        assert call == CALLS[name]


def test_there_are_lines_to_run() -> None:
    lines = [line for jobs in PIPELINES.values() for job in jobs for line in job.lines]

    assert {"ci.yml", "release.yml", "gitlab"} <= set(PIPELINES)
    assert len(lines) >= 15
    assert not [line for line in lines if "${{" in line]
    assert not [
        line for line in lines if not re.match(r"python noxfile\.py -s [a-z]|gh release |curl |mv build ", line)
    ]


def test_an_error_in_data_is_shown_on_its_line(room: Room) -> None:
    """GitHub reads annotations off the output; GitLab reads a report, which must be there although the job fails."""
    path = room.folder / "data" / "2023" / "15139-cam-luong.yaml"
    text = path.read_text(encoding="utf-8").replace("hinh_thuc_ky: TM.", "hinh_thuc_ky: XX.")
    path.write_text(text, encoding="utf-8")
    number = text.splitlines().index("  hinh_thuc_ky: XX.") + 1
    github, gitlab = PIPELINES["ci.yml"][0].lines[0], PIPELINES["gitlab"][0].lines[0]

    shown = room.run(github)
    assert shown.returncode != 0
    assert f"::error file=data/2023/15139-cam-luong.yaml,line={number}," in shown.stdout
    assert room.run(gitlab).returncode != 0
    (entry,) = json.loads((room.folder / "gl-code-quality.json").read_text(encoding="utf-8"))
    assert entry["location"] == {"path": "data/2023/15139-cam-luong.yaml", "lines": {"begin": number}}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_may_do_nothing_that_its_jobs_do_not_ask_for(path: Path) -> None:
    """What zizmor leaves to taste: no permission by default, no token left in the checkout, a version in a comment."""
    workflow = _read(path)
    steps = [step for job in workflow["jobs"].values() for step in job["steps"] if "uses" in step]

    assert workflow["permissions"] == {}
    assert all(step["with"]["persist-credentials"] is False for step in steps if "/checkout@" in step["uses"])
    assert len(steps) == len(
        re.findall(r"uses: [\w/-]+@[0-9a-f]{40} # v[0-9]+\.[0-9]+\.[0-9]+\n", path.read_text("utf-8"))
    )


@pytest.mark.parametrize(
    ("old", "new", "program"),
    [
        ("checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1", "checkout@v7", "zizmor"),
        ("noxfile.py -s check -- --format github", "noxfile.py -s check -- ${{ github.head_ref }}", "zizmor"),
        ("needs: [data, code, tests, build]", "needs: [data, nothing]", "actionlint"),
        ("github.ref == 'refs/heads/main'", "github.reff == 'refs/heads/main'", "actionlint"),
    ],
)
def test_a_bad_workflow_does_not_pass_lint(old: str, new: str, program: str, room: Room) -> None:
    path = room.folder / ".github" / "workflows" / "ci.yml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    (command,) = [each for each in ("actionlint", "zizmor --offline .github") if each.startswith(program)]
    assert room.run(command).returncode == 0

    path.write_text(text.replace(old, new), encoding="utf-8")

    assert room.run(command).returncode != 0


def test_gitlab_can_show_the_artifacts_under_their_name() -> None:
    """GitLab takes letters, digits, `-`, `_` and blanks of ASCII for `expose_as`; otherwise no pipeline runs at all."""
    text = (ROOT / ".gitlab-ci.yml").read_text(encoding="utf-8")
    names = re.findall(r"^ *expose_as: *(.+)$", text, re.MULTILINE)

    assert names
    assert all(re.fullmatch("[A-Za-z0-9 _-]+", name) for name in names)
