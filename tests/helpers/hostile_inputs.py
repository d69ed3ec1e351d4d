"""Inputs that nobody sane would write, made by chance from good ones: trees, bytes and templates."""

import copy
import io
import json
import random
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

NASTY = (
    *(
        "",
        " ",
        "~",
        "null",
        "<<",
        "*",
        "**",
        "***a",
        "\\",
        "\\*",
        "a" * 5000,
        "-",
        "- a",
        "? a",
        "a: b",
        "#",
        "{",
        "[",
        "|",
        ">",
    ),
    *("1e999", "Infinity", "NaN", "-0", "0x10", "1_000", "١٢٣", "１２", "²", "9" * 400, "1,100", "1.1.1", "31/2/2024"),
    *(
        "1/1/0000",
        "/2/2024",
        "/13/2024",
        "0/0/0",
        "1/1/9999",
        "true",
        "yes",
        "00000",
        "99999",
        "15142",
        "xã",
        "../../x",
    ),
    *("/etc/passwd", "CON", "C:\\x", "a/b", "\u202e", "\u200b", "\ufeff", "\x00", "\x1b[2J", "\r", "\n", "\t", "\x85"),
    *("\u2028", "\u0301" * 40, "e\u0301\u0323" * 9, "\ud800", "\U000e0041", "😀", "Сẩm", "hoà thuỷ", "ýyòa", "%s{0}%n"),
    *("{{ x }}", "{% include 'x' %}", "</w:t>", "&amp;", "]]>", "<!ENTITY", "__class__", "năm 2019", "quý V/2024"),
    *(
        "quý I năm 1999, tháng 9",
        "huyện",
        "1" * 3999,
        "1." * 1999,
        "1 %" * 999,
        "I" * 60,
        "TM.",
        "KT.",
        "muc_lon",
        "ghi_chu",
    ),
)
_YAML = ("&a ", "*a", "!!python/object/apply:os.system ", "%YAML 9.9\n", "---\n", "...\n", "? ", ": ", "'", '"')
_BYTES = (b"\xff", b"\xc0\xaf", b"\xf0\x9f", b"\xfe\xff", b"\r\n", b"\xb5\xb8\xae")
TOKENS = (*(text.encode("utf-8", "surrogatepass") for text in (*NASTY, *_YAML)), *_BYTES)
_EVENTS = ("open", "os.", "subprocess.", "socket.", "shutil.", "ctypes.", "pty.", "webbrowser.", "urllib.")
_heard: list[list[str]] = []


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    # ruamel.yaml looks into its own folder for plug-ins whenever it is set up.
    if _heard and event.startswith(_EVENTS) and "ruamel" not in str(arguments[:1]):
        _heard[-1].append(f"{event} {arguments}"[:200])


sys.addaudithook(_hear)


@contextmanager
def untouched() -> Iterator[None]:
    """Fail when what runs inside opens a file, starts a program or connects to anything (Python's audit events)."""
    _heard.append([])
    try:
        yield
    finally:
        heard = _heard.pop()
    assert heard == [], heard[:3]


def changed_tree(tree: Any, chance: random.Random) -> bytes:
    """Give a file like a good one, with keys dropped, added, doubled, values of other types, nasty texts."""
    made = copy.deepcopy(tree)
    for _ in range(chance.choice([1, 1, 1, 2, 3, 8, 30])):
        _change(made, chance)
    return json.dumps(made, ensure_ascii=False, indent=chance.choice([None, 1])).encode("utf-8", "surrogatepass")


def _change(tree: Any, chance: random.Random) -> None:
    places = list(_places(tree))
    holder, key = chance.choice(places)
    other, name = chance.choice(places)
    match chance.randrange(9):
        case 0:
            del holder[key]
        case 1 if isinstance(holder, list):
            holder.insert(key, copy.deepcopy(holder[key]))
        case 2 if isinstance(holder, dict):
            holder[chance.choice(NASTY)] = holder.pop(key)
        case 3 if isinstance(holder, dict):
            holder[chance.choice([*NASTY, str(name), "khoa-la"])] = chance.choice(NASTY)
        case 4:
            holder[key] = chance.choice([[], {}, "", [holder[key]], {"a": holder[key]}, [[[[]]]], {"": ""}])
        case 5:
            holder[key] = copy.deepcopy(other[name])
        case 6 if isinstance(holder[key], str):
            at = chance.randrange(len(holder[key]) + 1)
            holder[key] = holder[key][:at] + chance.choice(NASTY) + holder[key][at:]
        case _:
            holder[key] = chance.choice(NASTY)


def _places(tree: Any) -> Iterator[tuple[Any, Any]]:
    for key in list(tree) if isinstance(tree, dict) else range(len(tree)):
        yield tree, key
        if isinstance(tree[key], dict | list):
            yield from _places(tree[key])
    if not tree:
        yield {"": tree}, ""


def changed_bytes(files: Sequence[bytes], chance: random.Random, tokens: Sequence[bytes] = TOKENS) -> bytes:
    """Give a file with bytes flipped, cut, doubled, put in, or taken from another."""
    made = bytearray(chance.choice(files))
    for _ in range(chance.choice([1, 1, 2, 4, 16])):
        at, to = sorted(chance.randrange(len(made) + 1) for _ in range(2))
        to = min(to, at + chance.choice([1, 4, 60, 5000]))
        match chance.randrange(6):
            case 0 if at < len(made):
                made[at] = chance.randrange(256)
            case 1:
                del made[at:to]
            case 2:
                made[at:at] = made[at:to] * chance.choice([1, 2, 50])
            case 3:
                other = chance.choice(files)
                start = chance.randrange(len(other))
                made[at:to] = other[start : start + 60]
            case 4:
                made[at:at] = chance.choice(tokens) * chance.choice([1, 1, 1, 40])
            case _:
                made[at:to] = chance.choice(tokens)
    return bytes(made)


def repacked(
    data: bytes,
    change: Callable[[str, bytes], bytes],
    more: Mapping[str, bytes] | None = None,
    method: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    """Give a .docx with its parts changed and others added, compressed by `method`."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", method) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, content in (more or {}).items():
            new.writestr(name, content)
    return out.getvalue()


def changed_package(data: bytes, chance: random.Random, tokens: Sequence[bytes]) -> bytes:
    """Give a .docx changed as bytes, or with one of its parts changed."""
    if chance.random() < 0.3:
        return changed_bytes([data], chance, tokens)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        names = old.namelist()
        victim = chance.choice([*names, *["word/document.xml"] * 9])
        for name in names:
            content = old.read(name)
            if name == victim:
                content = changed_bytes([content], chance, tokens)
            new.writestr(f"../{name}" if chance.random() < 0.01 else name, content)
    return out.getvalue()
