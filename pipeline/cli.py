"""The command line: arguments in, exit code out. What is said and how lies in report.py."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from pipeline import VERSION, report
from pipeline.build import check, plan, run
from pipeline.cluster import cluster_workers
from pipeline.doctor import examine
from pipeline.problem import ExitCode, MissingToolError, PipelineError
from pipeline.publish import output_folder
from pipeline.renew import start_commune
from pipeline.sample import MOST, write_samples
from pipeline.schema import write_schemas
from pipeline.sources import Folders
from pipeline.the_thuc.command import run_the_thuc
from pipeline.tools import install_missing, office
from pipeline.workers import local_workers

_ROOT = Path(__file__).resolve().parent.parent
_EPILOG = """mã kết thúc:
  0 xong · 1 dữ liệu có lỗi · 2 sai cách gọi lệnh · 3 thiếu phần mềm hoặc phông · 4 mẫu Word hỏng
  5 không chuyển được sang PDF · 6 văn bản làm ra không đúng dữ liệu · 130 bị ngắt
  (nhiều loại lỗi cùng lúc: mã nhỏ nhất)"""


class _Parser(argparse.ArgumentParser):
    """argparse in Vietnamese, as far as it lets itself be told."""

    def __init__(self, **options: object) -> None:
        super().__init__(
            **{"formatter_class": argparse.RawDescriptionHelpFormatter, **options, "add_help": False}  # type: ignore[arg-type]
        )
        self._positionals.title, self._optionals.title = "đối số", "tùy chọn"
        if options.get("add_help", True):
            self.add_argument("-h", "--help", action="help", help="in hướng dẫn này")

    def format_usage(self) -> str:
        return super().format_usage().replace("usage:", "cách gọi:", 1)

    def format_help(self) -> str:
        return super().format_help().replace("usage:", "cách gọi:", 1)

    def error(self, message: str) -> NoReturn:
        self.exit(
            ExitCode.USAGE, f"{self.format_usage()}sai cách gọi lệnh: {message}\nxem hướng dẫn: {self.prog} --help\n"
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code; a broken world becomes one line, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    options = _parser().parse_args(arguments)
    try:
        return int(_run(options))
    except PipelineError as error:
        report.say(f"lỗi: {error}")
        return error.exit_code
    except KeyboardInterrupt:
        report.say("đã ngắt; các văn bản đã xong vẫn nguyên")
        return ExitCode.INTERRUPTED


def _run(options: argparse.Namespace) -> ExitCode:
    if options.command == "the-thuc":
        return run_the_thuc(options.tep, options.format, options.annotate)
    folders = Folders(*(_shown(Path(path)) for path in (options.data, options.templates, options.out)))
    match options.command:
        case "build":
            return _build(folders, options)
        case "check":
            return report.report_check(check(folders, options.xa))
        case "schema":
            for path in write_schemas(folders.data):
                report.say(f"✓ {path.as_posix()}")
            return ExitCode.DONE
        case "sample":
            write_samples(folders.data, Path(options.dir), options.count)
            return ExitCode.DONE
        case "new":
            path = start_commune(folders.data, options.nam, options.ma, options.ten)
            report.say(f"✓ {path.as_posix()}: điền các chỗ trống rồi chạy check")
            return ExitCode.DONE
        case "setup":
            install_missing()
            office()
            return ExitCode.DONE
        case _:
            code, lines = examine()
            for line in lines:
                report.say(line)
            return code


def _build(folders: Folders, options: argparse.Namespace) -> ExitCode:
    """Build; where a tool for the PDF is missing, build the .docx all the same and say so in the exit code."""
    tools, missing, cluster = None, None, None
    if options.scheduler:
        cluster, tools = cluster_workers(options.scheduler, with_pdf=not options.no_pdf)
    else:
        try:
            tools = None if options.no_pdf else office().identity
        except MissingToolError as error:
            missing = error
    with output_folder(folders.out) as state:
        made = plan(folders, options.xa, tools, cluster.slots if cluster else options.jobs, state)
        workers = cluster or local_workers(min(options.jobs, max(1, len(made.batches))))
        results = run(made, workers, folders.out, state)
        code = report.report_build(results, made.documents, len(made.kept), quiet=options.quiet)
    if missing:
        report.say(f"lỗi: chỉ làm được .docx: {missing}")
    return code or (missing.exit_code if missing else ExitCode.DONE)


def _parser() -> argparse.ArgumentParser:
    common = _Parser(add_help=False)
    folders = common.add_argument_group("thư mục")
    for name, words in (("data", "dữ liệu"), ("templates", "mẫu Word"), ("out", "kết quả")):
        default = _ROOT / ("build" if name == "out" else name)
        folders.add_argument(
            f"--{name}", metavar="DIR", default=default, help=f"thư mục {words} (mặc định: {default.name}/)"
        )
    parser = _Parser(prog="python -m pipeline", epilog=_EPILOG, description="Dựng văn bản hành chính từ tệp dữ liệu.")
    parser.add_argument("--version", action="version", version=VERSION, help="in phiên bản")
    commands = parser.add_subparsers(dest="command", required=True, title="lệnh", metavar="LỆNH", parser_class=_Parser)
    for name, words in (("build", "dựng, kiểm tra và xuất bản .docx, PDF"), ("check", "chỉ kiểm tra dữ liệu")):
        command = commands.add_parser(name, parents=[common], help=words, description=words, epilog=_EPILOG)
        command.add_argument(
            "xa", nargs="*", metavar="XÃ", help="mã, tên không dấu hoặc tệp của xã; bỏ trống là tất cả"
        )
        if name == "build":
            command.add_argument("--no-pdf", action="store_true", help="chỉ làm .docx")
            command.add_argument(
                "--jobs", type=_number(256), default=_cores(), metavar="N", help="số việc cùng lúc (mặc định: số lõi)"
            )
            command.add_argument("--scheduler", metavar="ĐỊA-CHỈ", help="dựng trên nhiều máy bằng Dask: tcp://máy:8786")
            command.add_argument("--quiet", action="store_true", help="chỉ in lỗi")
    words = "bắt đầu tệp của một xã cho một năm: mọi chỉ tiêu phải điền có sẵn, còn trống"
    new = commands.add_parser("new", parents=[common], help=words, description=words, epilog=_EPILOG)
    new.add_argument("nam", metavar="NĂM", help="năm kế hoạch; thư mục năm phải có bộ tiêu chí")
    new.add_argument("ma", metavar="MÃ", help="mã 5 chữ số của đơn vị")
    new.add_argument("ten", metavar="TÊN", nargs="?", default="", help="'xã Cẩm Lương', khi mã chưa có tệp năm nào")
    words = "làm một thư mục dữ liệu gồm các xã mẫu, để thử và đo"
    samples = commands.add_parser("sample", parents=[common], help=words, description=words, epilog=_EPILOG)
    samples.add_argument("--count", type=_number(MOST), required=True, metavar="N", help=f"số xã, đến {MOST}")
    samples.add_argument("dir", metavar="THƯ-MỤC", help="thư mục mới")
    words = "kiểm tra thể thức của tệp .docx bất kỳ theo Nghị định 30/2020/NĐ-CP; mã 1 khi có lỗi"
    layout = commands.add_parser("the-thuc", help=words, description=words)
    layout.add_argument("tep", nargs="+", metavar="TỆP", help="tệp .docx")
    layout.add_argument("--format", choices=("text", "json"), default="text", help="chữ (mặc định) hoặc JSON")
    layout.add_argument("--annotate", metavar="RA.docx", help="ghi bản sao có chú thích của Word ở từng chỗ")
    for name, words in (
        ("doctor", "xem máy có đủ phần mềm, phông chữ và chuyển thử một trang"),
        ("setup", "cài phần mềm, phông chữ còn thiếu của hệ thống bằng apt-get"),
        ("schema", "ghi lại JSON Schema của tệp dữ liệu"),
    ):
        commands.add_parser(name, parents=[common], help=words, description=words, epilog=_EPILOG)
    return parser


def _number(most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= most):
            raise argparse.ArgumentTypeError(f"`{text}` không phải số từ 1 đến {most}")
        return int(text)

    return read


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _shown(path: Path) -> Path:
    """Give a path as a person would type it here: relative where it lies below the current folder."""
    absolute = path.resolve()
    return absolute.relative_to(Path.cwd()) if absolute.is_relative_to(Path.cwd()) else absolute
