"""Các việc của dự án: `nox -s build` dựng mọi văn bản, `nox -s tests` chạy mọi phép thử.

Máy chưa có nox thì gọi `python3 noxfile.py` thay cho `nox`: lệnh ấy tự cài nox vào thư mục .venv rồi chạy.
"""

import hashlib
import importlib.util
import itertools
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent


def apt_install(apt: str, *packages: str, softly: bool) -> None:
    """Install packages of the system as root or through sudo; softly, a failure is not the end."""
    become_root = [] if os.geteuid() == 0 else ["sudo", *([] if sys.stdin.isatty() or not softly else ["-n"])]
    for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *packages]):
        subprocess.run([*become_root, apt, *command], check=not softly)


def run_nox() -> int:
    """Install nox from its lock into .venv, once, and hand the command line to it."""
    lock, room = ROOT / "requirements-nox.txt", ROOT / ".venv"
    python = room / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp, wanted = room / "nox.sha256", hashlib.sha256(lock.read_bytes()).hexdigest()
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != wanted:
        if importlib.util.find_spec("ensurepip") is None and (apt := shutil.which("apt-get")):
            # Debian and Ubuntu leave venv out of python3.
            apt_install(apt, "python3-venv", softly=False)
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(room)], check=True)
        install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
        subprocess.run([str(python), *install, "-r", str(lock)], check=True)
        stamp.write_text(wanted, encoding="utf-8")
    return subprocess.run([str(python), "-m", "nox", *sys.argv[1:]], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(run_nox())

import nox  # noqa: E402 - above this line the file also runs where there is no nox yet

nox.needs_version = ">=2026.10.20"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.reuse_venv = "yes"
nox.options.sessions = ["build"]

TOOL_MISSING = 3
# The lists of units of pipeline/input/units.tsv, in its order: read as files, never imported, so without dependencies.
UNIT_SOURCES = (
    "vietnam-provinces==0.5.0 --hash=sha256:c56acf6c4ad3b4275b77ebf00903d862f04a389e385813c7df9a89b6490dbdfc",
    "vietnam-provinces==0.6.0 --hash=sha256:4b5772870efdcb7c58a64fbdc0e0c9ce497e67017a0c189dff99582ddadb7815",
    "vietnamadminunits==1.0.4 --hash=sha256:737ee3662e877290386c1c45ed4d71f2e5fae34ab6fb9c64bfb4cb74b216ea35",
    "vietnam-provinces==2026.9.0 --hash=sha256:b5f3540a98937d38b9bebcbdb792fa4f5b9712737d41b05c7254beb2308ebcd1",
)


def install(session: nox.Session, lock: str) -> None:
    """Install the packages of a lock file, every one by its hash."""
    session.install("--require-hashes", "-r", lock)


def pipeline(session: nox.Session, *arguments: str, codes: tuple[int, ...] = (0,)) -> None:
    """Run the pipeline's own command line; its two outputs stay apart, so that one can be a file for machines."""
    session.run("python", "-m", "pipeline", *arguments, success_codes=codes, stderr=None)


def command(session: nox.Session, name: str) -> None:
    """Run one of the pipeline's commands with the arguments of the session."""
    install(session, "requirements.txt")
    pipeline(session, name, *session.posargs)


def unit_sources(session: nox.Session) -> str:
    """Unpack the packages that hold lists of units into numbered folders, by hash, and give the folder of these."""
    room = Path(session.cache_dir) / "units"
    room.mkdir(parents=True, exist_ok=True)
    for number, requirement in enumerate(UNIT_SOURCES, 1):
        wanted, done = room / f"{number}.txt", room / f"{number}.done"
        if not done.is_file() or done.read_text(encoding="utf-8") != requirement:
            shutil.rmtree(room / str(number), ignore_errors=True)
            wanted.write_text(requirement, encoding="utf-8")
            where = ["--target", str(room / str(number)), "--python-version=3.12", "--only-binary=:all:"]
            session.install("--no-deps", "--require-hashes", *where, "-r", str(wanted))
            done.write_text(requirement, encoding="utf-8")
    return str(room)


def language_server(session: nox.Session) -> str:
    """Install the YAML language server by its lock file and give its path, or nothing where that cannot be.

    Its test then skips, or fails in CI.
    """
    room, source = Path(session.cache_dir) / "editor", ROOT / "tests" / "editor"
    program, stamp = room / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server", room / "done.json"
    if shutil.which("npm") is None and (apt := shutil.which("apt-get")):
        apt_install(apt, "nodejs", "npm", softly=True)
    if (npm := shutil.which("npm")) is None:
        return ""
    lock = (source / "package-lock.json").read_bytes()
    if not stamp.is_file() or stamp.read_bytes() != lock:
        shutil.copytree(source, room, dirs_exist_ok=True)
        command = [npm, "ci", "--prefix", str(room), "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        if subprocess.run(command, check=False).returncode:
            session.warn("yaml-language-server could not be installed")
            return ""
        stamp.write_bytes(lock)
    return str(program.resolve())


def unoserver(session: nox.Session) -> str:
    """Install unoserver, a contender of the bench, and give its Python: the system's, which has LibreOffice's uno.

    Nothing where that cannot be; the bench then does without.
    """
    python = Path("/usr/bin/python3")
    room = Path(session.cache_dir).resolve() / "unoserver"
    if not python.is_file() or not (apt := shutil.which("apt-get")):
        return ""
    apt_install(apt, "python3-uno", "python3-venv", softly=True)
    install_it = ["-m", "pip", "install", "--quiet", "--require-hashes", "-r", "requirements-unoserver.txt"]
    made = subprocess.run([python, "-m", "venv", "--system-site-packages", room], check=False).returncode == 0
    if not made or subprocess.run([room / "bin" / "python", *install_it], cwd=ROOT, check=False).returncode:
        session.warn("unoserver could not be installed")
        return ""
    return str(room / "bin" / "python")


def folder_options(arguments: Sequence[str]) -> list[str]:
    """Give the options that name folders, each in one word: `--data DIR` and `--data=DIR` are `--data=DIR`."""
    names = ("--data", "--templates", "--out")
    apart = [f"{word}={value}" for word, value in itertools.pairwise(arguments) if word in names]
    return [*apart, *(word for word in arguments if word.startswith(tuple(f"{name}=" for name in names)))]


def browser() -> None:
    """Install Chromium where that can be; Playwright brings a Node.js of its own, which wants libatomic."""
    ready = shutil.which("chromium") and any(Path("/usr/lib").glob("*/libatomic.so.1"))
    if not ready and (apt := shutil.which("apt-get")):
        apt_install(apt, "chromium", "libatomic1", softly=True)


@nox.session
def build(session: nox.Session) -> None:
    """Dựng văn bản vào build/: tất cả, hoặc một số xã (nox -s build -- 15139)."""
    on_cluster = any(argument.startswith("--scheduler") for argument in session.posargs)
    install(session, "requirements-dask.txt" if on_cluster else "requirements.txt")
    pipeline(session, "setup", codes=(0, TOOL_MISSING))
    pipeline(session, "build", *session.posargs)


@nox.session
def release(session: nox.Session) -> None:
    """Dựng rồi gói văn bản của một năm vào release/ (nox -s release -- nam-2023)."""
    install(session, "requirements.txt")
    asked = session.posargs
    if not {"-h", "--help"} & set(asked):
        where = [word for word in folder_options(asked) if not word.startswith("--out")]
        out = [word.partition("=")[2] for word in folder_options(asked) if word.startswith("--out=")]
        pipeline(session, "setup")
        pipeline(session, "build", *folder_options(asked))
        pipeline(session, "verify", *where, *out)
    pipeline(session, "release", *session.posargs)


@nox.session
def verify(session: nox.Session) -> None:
    """Xem lại cả thư mục đã xuất bản: mã băm, bản kê, đọc lại từng văn bản."""
    command(session, "verify")


@nox.session
def check(session: nox.Session) -> None:
    """Chỉ kiểm tra tệp dữ liệu, không dựng."""
    command(session, "check")


@nox.session
def serve(session: nox.Session) -> None:
    """Xem trang tải về ở máy này; lưu tệp dữ liệu hay mẫu thì tự dựng lại và trang tự mở lại."""
    install(session, "requirements.txt")
    pipeline(session, "setup", codes=(0, TOOL_MISSING))
    pipeline(session, "serve", *session.posargs)


@nox.session
def issue(session: nox.Session) -> None:
    """Ghi một văn bản là đã ban hành (nox -s issue -- 2026 15148 --so 05 --ngay 12/1/2026)."""
    install(session, "requirements.txt")
    pipeline(session, "setup", codes=(0, TOOL_MISSING))
    pipeline(session, "issue", *session.posargs)


@nox.session
def new(session: nox.Session) -> None:
    """Bắt đầu tệp dữ liệu của một xã cho một năm (nox -s new -- 2024 15139)."""
    command(session, "new")


@nox.session
def form(session: nox.Session) -> None:
    """Làm mẫu Excel để xã điền (nox -s form -- 2026 'Thanh Hóa')."""
    command(session, "form")


@nox.session(name="import")
def import_(session: nox.Session) -> None:
    """Nhập mẫu Excel đã điền vào tệp của xã (nox -s import -- THU-MUC; -- --xem-truoc THU-MUC: chỉ xem)."""
    command(session, "import")


@nox.session
def sample(session: nox.Session) -> None:
    """Tạo một thư mục dữ liệu mẫu (nox -s sample -- --count 100 THU-MUC)."""
    command(session, "sample")


@nox.session(name="the-thuc")
def the_thuc(session: nox.Session) -> None:
    """So tệp Word bất kỳ với thể thức của Nghị định 30/2020/NĐ-CP (nox -s the-thuc -- TEP.docx)."""
    command(session, "the-thuc")


@nox.session(name="format")
def format_(session: nox.Session) -> None:
    """Đưa tệp dữ liệu về dạng chuẩn (-- --check: chỉ nêu tên tệp chưa đúng dạng)."""
    command(session, "format")


@nox.session
def tests(session: nox.Session) -> None:
    """Chạy mọi phép thử."""
    install(session, "requirements-dev.txt")
    pipeline(session, "setup", codes=(0, TOOL_MISSING))
    browser()
    sources = {"UNIT_SOURCES": unit_sources(session), "YAML_LANGUAGE_SERVER": language_server(session)}
    session.run("pytest", *session.posargs, env=sources)


@nox.session
def lint(session: nox.Session) -> None:
    """Xem mã nguồn có đúng quy ước không."""
    install(session, "requirements-dev.txt")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("actionlint")
    session.run("zizmor", "--offline", "--quiet", ".github")


@nox.session
def types(session: nox.Session) -> None:
    """Kiểm tra kiểu bằng mypy."""
    install(session, "requirements-dev.txt")
    session.run("mypy")


@nox.session
def bless(session: nox.Session) -> None:
    """Nhận kết quả hiện tại làm kết quả mong đợi của các phép thử so tệp; xem lại bằng git diff."""
    install(session, "requirements-dev.txt")
    session.run("pytest", "--bless", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Đo tốc độ bên cạnh các cách làm khác (-- --quick: đo nhanh)."""
    install(session, "requirements-dev.txt")
    pipeline(session, "setup")
    browser()
    path = os.pathsep.join(str(ROOT / folder) for folder in (".", "tests/bench", "tests/helpers"))
    environment = {"UNOSERVER_PYTHON": unoserver(session), "PYTHONPATH": path}
    session.run("python", "tests/bench/bench.py", *session.posargs, env=environment)


@nox.session
def doctor(session: nox.Session) -> None:
    """Xem máy có đủ phần mềm, phông chữ, và chuyển thử một trang."""
    command(session, "doctor")


@nox.session
def schema(session: nox.Session) -> None:
    """Ghi lại JSON Schema của tệp dữ liệu từ pipeline/kinds/ và bộ tiêu chí của từng năm."""
    command(session, "schema")


@nox.session
def units(session: nox.Session) -> None:
    """Ghi lại danh mục đơn vị hành chính pipeline/input/units.tsv từ các gói nguồn."""
    install(session, "requirements-dev.txt")
    session.run("python", "tests/helpers/unit_lists.py", unit_sources(session), env={"PYTHONPATH": str(ROOT)})


@nox.session
def lock(session: nox.Session) -> None:
    """Khóa lại phiên bản và mã băm của mọi gói (requirements*.txt)."""
    install(session, "requirements-nox.txt")
    flags = [
        "--quiet",
        "--universal",
        "--python-version=3.11",
        "--generate-hashes",
        "--no-emit-index-url",
        "--no-header",
    ]
    for name, sources in (
        ("requirements.txt", ["pyproject.toml"]),
        ("requirements-dask.txt", ["pyproject.toml", "--group=dask"]),
        ("requirements-dev.txt", ["pyproject.toml", "--group=dev"]),
        ("requirements-nox.txt", ["--group=pyproject.toml:nox"]),
        ("requirements-unoserver.txt", ["--group=pyproject.toml:unoserver"]),
    ):
        session.run("uv", "pip", "compile", *flags, *sources, *session.posargs, "-o", name)
