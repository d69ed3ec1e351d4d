"""Run a command: arguments in, exit code out. The words that people see are printed by report.py."""

import argparse
import contextlib
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import watchfiles

from pipeline.authoring.new import start_commune, start_province
from pipeline.authoring.sample import write_samples
from pipeline.authoring.schema import write_schemas
from pipeline.cli import report
from pipeline.cli.arguments import parser
from pipeline.cli.canonical import run_format
from pipeline.cli.doctor import examine
from pipeline.cli.forms import run_form, run_import
from pipeline.cli.issue import run_issue
from pipeline.cli.serve import HOST, Builds, start_server
from pipeline.cli.the_thuc import run_the_thuc
from pipeline.input.sources import Folders, read_source
from pipeline.jobs.build import run
from pipeline.jobs.check import Memory, review
from pipeline.jobs.cluster import cluster_workers
from pipeline.jobs.plan import Wish, plan
from pipeline.jobs.recheck import recheck
from pipeline.jobs.workers import local_workers
from pipeline.output.folder import output_folder
from pipeline.output.former import read_former
from pipeline.output.release import write_release
from pipeline.pdf.office import install_missing, office
from pipeline.pdf.signed import require_certificates
from pipeline.problem import ExitCode, MissingToolError, PipelineError, UsageError, reason

Options = argparse.Namespace


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code.

    What stops it (bad data or tools, a refusal by the system, Ctrl-C) becomes one line, never a traceback.
    """
    for stream in filter(None, (sys.stdout, sys.stderr)):
        # A file name may hold bytes that are not UTF-8; they are printed as escapes such as \udcff.
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    options = parser().parse_args(arguments)
    try:
        folders = Folders(*(_display_path(Path(path)) for path in (options.data, options.templates, options.out)))
        return int(COMMANDS[options.command](folders, options))
    except PipelineError as error:
        report.say(f"lỗi: {error}")
        return error.exit_code
    except OSError as error:
        where = f"`{error.filename}`: " if error.filename else ""
        report.say(f"lỗi: {where}{reason(error)}")
        return ExitCode.USAGE
    except KeyboardInterrupt:
        report.say("đã ngắt; các văn bản đã xong vẫn nguyên")
        return ExitCode.INTERRUPTED


def _build(folders: Folders, options: Options) -> ExitCode:
    """Build; when a tool for the PDF is missing, build the .docx alone and say so in the exit code."""
    tools, tool_error, cluster = None, None, None
    if options.scheduler:
        cluster, tools = cluster_workers(options.scheduler, with_pdf=not options.no_pdf)
    else:
        try:
            tools = None if options.no_pdf else office().identity
        except MissingToolError as error:
            tool_error = error
    with output_folder(folders.out, (folders.data, folders.templates)) as state:
        slots = cluster.slots() if cluster else options.jobs
        former = read_former(options.since or "", folders.out)
        if former.note:
            report.say(former.note)
        work = plan(folders, options.chon, Wish(tools, slots, not options.no_previews), state, options.kind)
        if options.chon and not options.quiet:
            report.say(f"năm: {', '.join(work.years)}")
        with contextlib.closing(cluster or local_workers(options.jobs, len(work.batches))) as workers:
            results = run(work, workers, state, former)
            code = report.report_build(results, work.documents, len(work.kept), quiet=options.quiet)
    if tool_error:
        report.say(f"lỗi: chỉ làm được .docx: {tool_error}")
    return code or (tool_error.exit_code if tool_error else ExitCode.DONE)


def _serve(folders: Folders, options: Options) -> ExitCode:
    """Build, serve the result to a browser of this machine, and build again at every change, until Ctrl-C."""
    builds = Builds()
    server = start_server(folders.out, options.port, builds)
    with server:
        paths = [path for path in (folders.data, folders.templates) if path.is_dir()]
        first = True
        for changes in watchfiles.watch(*paths, debounce=50, step=20, rust_timeout=100, yield_on_timeout=True):
            if changes or first:
                _build_once(folders, options)
                builds.done()
            if first:
                report.say(f"xem tại http://{HOST}:{server.server_address[1]}/ ; Ctrl-C để dừng")
            first = False
    return ExitCode.DONE


def _build_once(folders: Folders, options: Options) -> None:
    """Build, and print an error instead of raising it.

    What is broken now, such as a half-saved template, may be mended at the next change.
    """
    try:
        _build(folders, options)
    except PipelineError as error:
        report.say(f"lỗi: {error}")
    except OSError as error:
        report.say(f"lỗi: {f'`{error.filename}`: ' if error.filename else ''}{reason(error)}")


def _check(folders: Folders, options: Options) -> ExitCode:
    """Check once or, with --watch, again whenever a file below the data folder is saved, until Ctrl-C."""
    memory: Memory = {}
    code = report.report_check(review(folders, options.chon, options.jobs, memory, options.kind), options.format)
    if options.watch:
        watching = False
        # The first round comes without a change: from here on the watcher misses none.
        for changes in watchfiles.watch(folders.data, debounce=100, step=20, rust_timeout=200, yield_on_timeout=True):
            if changes or not watching:
                code = report.report_check(
                    review(folders, options.chon, options.jobs, memory, options.kind), options.format
                )
            if not watching:
                report.say(f"đang theo dõi {folders.data.as_posix()}; Ctrl-C để dừng")
            watching = True
    return code


def _verify(folders: Folders, options: Options) -> ExitCode:
    issuers = read_source(Path(options.trust)).content if options.trust else b""
    try:
        require_certificates(issuers)
    except ValueError as error:
        raise UsageError(f"`{options.trust}` không phải chứng thư PEM hay DER") from error
    workers = local_workers(options.jobs, options.jobs)
    with workers.start() as executor:
        return report.report_verify(recheck(folders, executor, workers.slots(), issuers))


def _schema(folders: Folders, _: Options) -> ExitCode:
    for path in write_schemas(folders):
        report.say(f"✓ {path.as_posix()}")
    return ExitCode.DONE


def _sample(folders: Folders, options: Options) -> ExitCode:
    write_samples(folders, Path(options.dir), options.count)
    return ExitCode.DONE


def _new(folders: Folders, options: Options) -> ExitCode:
    """Start one unit's file, or those of all units of a province that have none."""
    if bool(options.ma) == bool(options.all):
        raise UsageError("ghi mã của một đơn vị, hoặc --all và tên tỉnh")
    keep = options.giu_chi_tieu
    if options.all:
        paths = start_province(folders, options.nam, options.all, keep_targets=keep)
        report.say(f"✓ {len(paths)} tệp mới trong {(folders.data / options.nam).as_posix()}: điền rồi chạy check")
        return ExitCode.DONE
    path = start_commune(folders, options.nam, options.ma, options.ten, keep_targets=keep)
    report.say(f"✓ {path.as_posix()}: điền các chỗ trống rồi chạy check")
    return ExitCode.DONE


def _issue(folders: Folders, options: Options) -> ExitCode:
    return run_issue(folders, options, _build)


def _release(folders: Folders, options: Options) -> ExitCode:
    path = write_release(folders, options.nhan, Path(options.dir), options.url)
    report.say(f"✓ {path.as_posix()}")
    return ExitCode.DONE


def _setup(_: Folders, __: Options) -> ExitCode:
    install_missing()
    office()
    return ExitCode.DONE


def _doctor(_: Folders, __: Options) -> ExitCode:
    code, lines = examine()
    for line in lines:
        report.say(str(line))
    return code


def _the_thuc(_: Folders, options: Options) -> ExitCode:
    return run_the_thuc(
        options.tep,
        options.format,
        options.annotate,
        mended=options.sua,
        tracked=options.theo_doi,
        strict=options.nghiem,
    )


COMMANDS: Mapping[str, Callable[[Folders, Options], ExitCode]] = {
    "build": _build,
    "check": _check,
    "doctor": _doctor,
    "form": run_form,
    "format": run_format,
    "import": run_import,
    "issue": _issue,
    "new": _new,
    "release": _release,
    "sample": _sample,
    "schema": _schema,
    "serve": _serve,
    "setup": _setup,
    "the-thuc": _the_thuc,
    "verify": _verify,
}


def _display_path(path: Path) -> Path:
    """Give a path as a person would type it here: relative when it lies below the current folder."""
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() refuses links that lead in a circle
    return absolute.relative_to(Path.cwd()) if absolute.is_relative_to(Path.cwd()) else absolute
