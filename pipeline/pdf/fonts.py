"""Find the font that stands for Times New Roman, and make fontconfig offer LibreOffice that one alone.

A font that lacks Vietnamese letters is the classic silent fault: LibreOffice takes the missing ones from another font,
letter by letter, and says nothing. So a family counts only when its four faces have every Vietnamese letter.
"""

import dataclasses
import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from xml.sax.saxutils import escape

from fontTools.ttLib import TTFont, TTLibError

from pipeline.vietnamese import LETTERS

# Families metric-compatible with Times New Roman, in order of preference: the free ones give the same pages everywhere.
_FAMILIES = {
    "Liberation Serif": tuple(f"LiberationSerif-{face}.ttf" for face in ("Regular", "Bold", "Italic", "BoldItalic")),
    "Tinos": tuple(f"Tinos-{face}.ttf" for face in ("Regular", "Bold", "Italic", "BoldItalic")),
    "Times New Roman": ("times.ttf", "timesbd.ttf", "timesi.ttf", "timesbi.ttf"),
}

_FOLDERS = {
    "linux": ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts"),
    "darwin": ("/Library/Fonts", "~/Library/Fonts", "/System/Library/Fonts/Supplemental"),
    "win32": (f"{os.environ.get('WINDIR', 'C:/Windows')}/Fonts", "~/AppData/Local/Microsoft/Windows/Fonts"),
}


@dataclasses.dataclass(frozen=True, slots=True)
class Font:
    """A font family in four faces; `missing` holds the Vietnamese letters that some face lacks."""

    family: str
    files: tuple[Path, ...]
    missing: str


def times_font(folders: Iterable[Path] | None = None) -> Font | None:
    """Find the family to print with, below the system's font folders or some others.

    A complete family comes before one with letters missing; None when there is no family at all.
    """
    fonts = list(_find_families(_system_folders() if folders is None else folders))
    return min(fonts, key=lambda font: bool(font.missing), default=None)


def write_font_setup(font: Font, folder: Path) -> Path:
    """Write a fontconfig file that offers one family and nothing else, under the name Times New Roman too.

    Returns the file's path, for FONTCONFIG_FILE.
    """
    faces = folder / "faces"
    faces.mkdir(parents=True)
    for file in font.files:
        shutil.copyfile(file, faces / file.name)
    setup = folder / "fonts.conf"
    setup.write_text(
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig>\n'
        f"<dir>{escape(str(faces))}</dir>\n<cachedir>{escape(str(folder / 'cache'))}</cachedir>\n"
        '<match target="pattern"><test name="family"><string>Times New Roman</string></test>'
        f'<edit name="family" mode="assign" binding="strong"><string>{escape(font.family)}</string></edit></match>\n'
        "</fontconfig>\n",
        encoding="utf-8",
    )
    return setup


def _find_families(folders: Iterable[Path]) -> Iterator[Font]:
    """Give every place where all four faces of a family lie together, in order of preference."""
    file_names = {file_name.lower() for faces in _FAMILIES.values() for file_name in faces}
    places: dict[Path, dict[str, Path]] = {}
    for folder in folders:
        for where, _, files in os.walk(folder):
            for file_name in sorted(files):
                if file_name.lower() in file_names:
                    places.setdefault(Path(where), {})[file_name.lower()] = Path(where, file_name)
    for family, faces in _FAMILIES.items():
        for place in sorted(places):
            paths = tuple(places[place][face.lower()] for face in faces if face.lower() in places[place])
            if len(paths) == len(faces):
                yield Font(family, paths, _missing_letters(paths))


def _missing_letters(paths: Iterable[Path]) -> str:
    """Give the Vietnamese letters that some face lacks; all of them when a file is no font."""
    letters: set[str] = set()
    for path in paths:
        try:
            with TTFont(path, lazy=True) as face:
                glyphs = face.getBestCmap() or {}
                letters.update(letter for letter in LETTERS if ord(letter) not in glyphs)
        except (TTLibError, OSError):
            return LETTERS
    return "".join(sorted(letters))


def _system_folders() -> list[Path]:
    return [Path(folder).expanduser() for folder in _FOLDERS.get(sys.platform, _FOLDERS["linux"])]
