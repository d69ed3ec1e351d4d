"""Start a commune's file for a year: what is known from before is kept, what must be filled in is there, empty."""

import io
import json
import re
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.resolver import VersionedResolver
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from pipeline.authoring.format import canonical
from pipeline.authoring.schema import COMMUNE_SCHEMA, MODELINE, label, write_schemas
from pipeline.files import write_atomic
from pipeline.input.sources import CRITERIA_SET_FILE, find_years, read_source
from pipeline.kinds.bang_tieu_chi.model import placed_rows
from pipeline.kinds.ke_hoach.model import BoTieuChi, Commune
from pipeline.kinds.ke_hoach.read import read_year
from pipeline.problem import UsageError
from pipeline.vietnamese import slug


class _Texts(VersionedResolver):
    """Every scalar is text, as in load: +12 keeps its sign, 2023-13-45 is no date."""

    @property
    def versioned_resolver(self) -> dict[str, Any]:
        return {}


_FRESH = """\
don_vi:
  ma_don_vi: ""
  loai_don_vi: ""
  ten_don_vi: ""
  dia_danh: ""
so_van_ban: ""
ngay_ban_hanh: ""
nguoi_ky:
  hinh_thuc_ky: TM.
  chuc_vu: Chủ tịch
  ho_ten: ""
noi_nhan: []
noi_luu: VT
chi_tieu: {}
"""


def start_commune(data: Path, year: str, code: str, name: str) -> Path:
    """Write a commune's file for a year and give its path.

    From the newest file that the commune has in another year, else from `name`, such as `xã Cẩm Lương`. Raises
    UsageError when the year has no good criteria set, the file is there already, or the name is needed and missing.
    """
    if not re.fullmatch("[0-9]{4}", year) or not re.fullmatch("[0-9]{5}", code):
        raise UsageError(f"năm gồm 4 chữ số, mã gồm 5 chữ số; không phải `{year}`, `{code}`")
    folder = data / year
    if folder not in find_years(data) or not (folder / CRITERIA_SET_FILE).is_file():
        raise UsageError(f"chưa có `{(folder / CRITERIA_SET_FILE).as_posix()}`: chép bộ tiêu chí năm trước sang và sửa")
    found = read_year(read_source(folder / CRITERIA_SET_FILE))[0]
    if found is None:
        raise UsageError(f"`{(folder / CRITERIA_SET_FILE).as_posix()}` có lỗi; xem bằng lệnh check")
    files = sorted(data.glob(f"[0-9][0-9][0-9][0-9]/{code}-*.yaml"))
    if mine := [path for path in files if path.parent == folder]:
        raise UsageError(f"đã có `{mine[0].as_posix()}`")
    kind = next((kind for kind in ("xã", "phường", "thị trấn", "đặc khu") if name.startswith(f"{kind} ")), "")
    if files:
        path, text = folder / files[-1].name, _earlier(files[-1])
    elif kind:
        proper = name.removeprefix(kind).strip()
        if not proper.isprintable() or not slug(proper):
            raise UsageError(f"tên {name!a} không phải tên đơn vị")
        path, text = folder / f"{code}-{slug(proper)}.yaml", blank(code, kind, proper)
    else:
        raise UsageError(f"mã {code} chưa có tệp năm nào: ghi thêm tên, ví dụ: new {year} {code} 'xã Cẩm Lương'")
    made, problems = canonical(renewed(text, found.criteria_set).encode(), Commune, path.as_posix())
    if made is None:
        raise UsageError(f"không viết được `{path.as_posix()}`: {problems[0]}")
    write_atomic(folder, path.name, made)
    write_schemas(data)
    return path


def _earlier(path: Path) -> str:
    """Read a commune's file of another year in canonical form. Raises UsageError when it cannot be read."""
    source = read_source(path)
    made, problems = canonical(source.content, Commune, source.path)
    if made is None:
        raise UsageError(f"tệp năm trước có lỗi: {problems[0]}")
    return made.decode()


def renewed(earlier: str, criteria_set: BoTieuChi) -> str:
    """Give the text of a commune's file for the year of a criteria set.

    `earlier` is the commune's file of another year: its keys and comments stay, its number, date and targets do not.
    Every target to fill in is there, empty, after a comment with its label and name. The first line names the schema.
    """
    yaml = YAML()
    yaml.Resolver = _Texts
    yaml.preserve_quotes = True
    yaml.width = 1 << 20
    lines = (line for line in earlier.splitlines(keepends=True) if not line.startswith(MODELINE))
    tree = yaml.load("".join(lines))
    tree["so_van_ban"] = tree["ngay_ban_hanh"] = DoubleQuotedScalarString("")
    for flag in ("so_lieu_mau", "da_ban_hanh"):
        tree.pop(flag, None)
    targets = CommentedMap()
    for _, _, row in placed_rows(criteria_set):
        if row.xa_tu_dien:
            targets[row.dinh_danh] = DoubleQuotedScalarString("")
            targets.yaml_set_comment_before_after_key(row.dinh_danh, before=label(row), indent=2)
    tree["chi_tieu"] = targets
    out = io.StringIO()
    yaml.dump(tree, out)
    return f"{MODELINE}{COMMUNE_SCHEMA}\n{out.getvalue()}"


def blank(code: str, kind: str, name: str) -> str:
    """Give the text of a file for a commune without an earlier one."""
    text = _FRESH
    for key, value in (("ma_don_vi", code), ("loai_don_vi", kind), ("ten_don_vi", name), ("dia_danh", name)):
        text = text.replace(f'  {key}: ""', f"  {key}: {json.dumps(value, ensure_ascii=False)}")
    return text
