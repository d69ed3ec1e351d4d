"""The command line's grammar, in Vietnamese."""

import argparse
import os
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from pipeline import VERSION
from pipeline.authoring.sample import MOST
from pipeline.cli.problem_formats import FORMATS
from pipeline.problem import ExitCode

_ROOT = Path(__file__).resolve().parents[2]
# WaitForMultipleObjects of Windows waits for 64 handles at most; concurrent.futures needs three of them itself.
_MOST_JOBS = 61 if os.name == "nt" else 256
_EPILOG = """mã kết thúc:
  0 xong · 1 dữ liệu có lỗi · 2 sai cách gọi lệnh · 3 thiếu phần mềm hoặc phông · 4 mẫu Word hỏng
  5 không chuyển được sang PDF · 6 văn bản làm ra không đúng dữ liệu · 130 bị ngắt
  (nhiều loại lỗi cùng lúc: mã nhỏ nhất)"""


class _Parser(argparse.ArgumentParser):
    """An argparse parser whose usage line, headings and errors are in Vietnamese, as far as argparse allows it."""

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


def parser() -> _Parser:
    """Give the parser of all commands; `command` of its result is the name of the chosen one."""
    main_parser = _Parser(
        prog="python -m pipeline", epilog=_EPILOG, description="Dựng văn bản hành chính từ tệp dữ liệu."
    )
    main_parser.add_argument("--version", action="version", version=VERSION, help="in phiên bản")
    commands = main_parser.add_subparsers(
        dest="command", required=True, title="lệnh", metavar="LỆNH", parser_class=_Parser
    )
    common = _folders()
    main_parser.set_defaults(**vars(common.parse_args([])))

    def command(command_name: str, words: str, *parents: _Parser) -> _Parser:
        command_parser: _Parser = commands.add_parser(
            command_name, parents=[common, *parents], help=words, description=words, epilog=_EPILOG
        )
        return command_parser

    build = command("build", "dựng, kiểm tra và xuất bản .docx, PDF", _selection(), _jobs())
    build.add_argument("--no-pdf", action="store_true", help="chỉ làm .docx")
    build.add_argument("--no-previews", action="store_true", help="không làm ảnh trang 1")
    build.add_argument("--scheduler", metavar="ĐỊA-CHỈ", help="dựng trên nhiều máy bằng Dask: tcp://máy:8786")
    words = "so với lần xuất bản ở đó (manifest.json, thư mục, hoặc địa chỉ http, https), thay vì lần trước"
    build.add_argument("--since", metavar="NƠI", help=words)
    build.add_argument("--quiet", action="store_true", help="chỉ in lỗi")

    serve = command("serve", "xem trang tải về ở máy này, tự dựng lại khi lưu tệp", _selection(), _jobs())
    serve.add_argument("--port", type=_number(65535), default=8000, metavar="N", help="cổng (mặc định: 8000)")
    serve.set_defaults(no_pdf=False, no_previews=False, scheduler=None, since=None, quiet=True)

    check = command("check", "chỉ kiểm tra dữ liệu", _selection(), _jobs())
    _problem_format(check)
    check.add_argument("--watch", action="store_true", help="kiểm tra lại mỗi khi lưu tệp")

    verify = command("verify", "xem lại cả thư mục đã xuất bản: mã băm, bản kê, đọc lại từng văn bản", _jobs())
    verify.add_argument("out", metavar="THƯ-MỤC", nargs="?", default=_ROOT / "build", help="mặc định: build/")
    words = "chứng thư (PEM) của nơi cấp mà cơ quan tin, để nói về người ký"
    verify.add_argument("--trust", metavar="TỆP", help=words)

    _the_thuc(commands)
    formatter = command("format", "đưa tệp dữ liệu về dạng chuẩn, giữ nguyên nội dung và chú thích")
    formatter.add_argument("tep", nargs="*", metavar="TỆP", help="tệp dữ liệu; bỏ trống là tất cả")
    formatter.add_argument("--check", action="store_true", help="chỉ cảnh báo chỗ chưa đúng dạng, không sửa")
    _problem_format(formatter)

    _issue(command("issue", "ghi một văn bản là đã ban hành: số, ngày, sổ", _selection(), _jobs()))
    new = command("new", "bắt đầu tệp của một xã cho một năm: mọi chỉ tiêu phải điền có sẵn, còn trống")
    new.add_argument("nam", metavar="NĂM", help="thư mục năm phải có bộ tiêu chí")
    new.add_argument("ma", metavar="MÃ", nargs="?", default="", help="mã 5 chữ số của đơn vị, theo danh mục của năm ấy")
    new.add_argument("ten", metavar="TÊN", nargs="?", default="", help="'xã Cẩm Tú', để máy so với danh mục")
    new.add_argument("--all", metavar="TỈNH", default="", help="mọi đơn vị chưa có tệp của một tỉnh: 'Thanh Hóa'")
    words = "chép chỉ tiêu năm trước vào chỗ phải điền, thay vì ghi chú bên cạnh"
    new.add_argument("--giu-chi-tieu", action="store_true", help=words)

    _forms(command)
    samples = command("sample", "làm một thư mục dữ liệu gồm các xã mẫu, để thử và đo")
    samples.add_argument("--count", type=_number(MOST), required=True, metavar="N", help=f"số xã, đến {MOST}")
    samples.add_argument("dir", metavar="THƯ-MỤC", help="thư mục mới")

    release = command("release", "gói văn bản đã dựng của một năm để phát hành")
    release.add_argument("nhan", metavar="NHÃN", help="nam-2023, hoặc nam-2023.2 cho lần phát hành sau")
    release.add_argument("--dir", metavar="DIR", default="release", help="thư mục kết quả (mặc định: release/)")
    release.add_argument("--url", metavar="URL", default="", help="địa chỉ mà các tệp sẽ có, để ghi vào gitlab.json")

    command("doctor", "xem máy có đủ phần mềm, phông chữ và chuyển thử một trang")
    command("setup", "cài phần mềm, phông chữ còn thiếu của hệ thống bằng apt-get")
    command("schema", "ghi lại JSON Schema của tệp dữ liệu")
    return main_parser


def _forms(command: Callable[..., _Parser]) -> None:
    """Add the commands that write Excel forms and read them back."""
    form = command("form", "làm mẫu Excel để xã điền: mỗi xã, mỗi loại văn bản phải điền một tệp")
    form.add_argument("nam", metavar="NĂM", help="thư mục năm phải có bộ tiêu chí")
    words = "mã (15148), tên ('Cẩm Tú') hoặc tỉnh ('Thanh Hóa'); bỏ trống: mọi xã đã có tệp"
    form.add_argument("chon", nargs="*", metavar="ĐƠN-VỊ", help=words)
    words = "chỉ loại này; dùng được nhiều lần; mặc định: mọi loại do xã ban hành và có cột phải điền"
    form.add_argument("--kind", action="append", default=[], metavar="LOẠI", help=words)
    form.add_argument("--dir", metavar="DIR", default="mau-excel", help="thư mục kết quả (mặc định: mau-excel/)")

    back = command("import", "nhập mẫu Excel đã điền vào tệp của xã, kiểm tra lại tất cả")
    back.add_argument("duong_dan", nargs="+", metavar="PATH", help="mẫu .xlsx, hoặc thư mục có các mẫu")
    back.add_argument("--xem-truoc", action="store_true", help="chỉ nêu từng ô sẽ đổi, không ghi gì")
    words = "thư mục để bản trả lại của mẫu có lỗi: ô đỏ, ghi chú (mặc định: tra-lai/)"
    back.add_argument("--tra-lai", metavar="DIR", default="tra-lai", help=words)


def _the_thuc(commands: "argparse._SubParsersAction[_Parser]") -> None:
    """Add the command that checks the layout of anybody's file: it has nothing to do with data and output folders."""
    words = "kiểm tra thể thức của tệp .docx bất kỳ theo Nghị định 30/2020/NĐ-CP; mã 1 khi có lỗi"
    layout = commands.add_parser("the-thuc", help=words, description=words)
    layout.add_argument("tep", nargs="+", metavar="TỆP", help="tệp .docx")
    layout.add_argument("--format", choices=("text", "json"), default="text", help="chữ (mặc định) hoặc JSON")
    layout.add_argument("--nghiem", action="store_true", help="xét cả những điều nghị định không nói rõ")
    layout.add_argument(
        "--sua", metavar="RA.docx", help="ghi bản sao đã sửa những chỗ máy sửa được, không đụng câu chữ"
    )
    layout.add_argument("--theo-doi", action="store_true", help="cùng --sua: sửa bằng Track Changes của Word")
    layout.add_argument("--annotate", metavar="RA.docx", help="ghi bản sao có chú thích của Word ở từng chỗ")


def _issue(issue: _Parser) -> None:
    issue.add_argument("--so", required=True, metavar="SỐ", help="số văn bản mà văn thư cấp")
    issue.add_argument("--ngay", required=True, metavar="NGÀY", help="ngày ban hành, ví dụ 12/1/2026")
    issue.add_argument("--no-pdf", action="store_true", help="chỉ làm .docx")
    issue.set_defaults(no_previews=False, scheduler=None, since=None, quiet=True)


def _folders() -> _Parser:
    """Give a parent parser (argparse's `parents`) with the options that every command has."""
    parent = _Parser(add_help=False)
    group = parent.add_argument_group("thư mục")
    for folder, words in (("data", "dữ liệu"), ("templates", "mẫu Word"), ("out", "kết quả")):
        default = _ROOT / ("build" if folder == "out" else folder)
        group.add_argument(
            f"--{folder}", metavar="DIR", default=default, help=f"thư mục {words} (mặc định: {default.name}/)"
        )
    return parent


def _selection() -> _Parser:
    parent = _Parser(add_help=False)
    words = "năm (2026), loại văn bản (ke-hoach), mã, tên hoặc tệp của xã; bỏ trống là tất cả"
    parent.add_argument("chon", nargs="*", metavar="CHỌN", help=words)
    words = "chỉ loại văn bản này, ví dụ bao-cao-tu-cham; dùng được nhiều lần"
    parent.add_argument("--kind", action="append", default=[], metavar="LOẠI", help=words)
    return parent


def _jobs() -> _Parser:
    parent = _Parser(add_help=False)
    words = "số việc cùng lúc (mặc định: số lõi)"
    parent.add_argument("--jobs", type=_number(_MOST_JOBS), default=_cores(), metavar="N", help=words)
    return parent


def _problem_format(command: argparse.ArgumentParser) -> None:
    words = "cách in lỗi, cho người hay cho máy"
    command.add_argument("--format", choices=["text", *FORMATS], default="text", help=words)


def _number(most: int) -> Callable[[str], int]:
    """Give a type for argparse: a whole number from 1 to `most`, in ASCII digits."""

    def read(text: str) -> int:
        if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= most):
            raise argparse.ArgumentTypeError(f"`{text}` không phải số từ 1 đến {most}")
        return int(text)

    return read


def _cores() -> int:
    """Give the number of cores that this process may use, which in a container may be fewer than the machine has."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, _MOST_JOBS)
