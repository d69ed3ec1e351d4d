"""Start a commune's file for a year from that of an earlier one: what must be filled in anew is there, empty."""

import re
from pathlib import Path

from pipeline.authoring.format import write
from pipeline.authoring.notes import no_notes, read_notes
from pipeline.authoring.schema import COMMUNE_SCHEMA, MODELINE, label, write_schemas
from pipeline.files import write_atomic
from pipeline.input.load import Tree, load
from pipeline.input.sources import CRITERIA_SET_FILE, find_years, read_source
from pipeline.kinds.bang_tieu_chi.model import placed_rows
from pipeline.kinds.ke_hoach.model import BoTieuChi, Commune
from pipeline.kinds.ke_hoach.read import read_year
from pipeline.problem import UsageError
from pipeline.vietnamese import slug


def start_commune(data: Path, year: str, code: str, full_name: str) -> Path:
    """Write a commune's file for a year and give its path.

    It is made from the newest file that the commune has in another year, else from its name, such as `xã Cẩm Lương`.
    Raises UsageError when the year has no valid criteria set, when the commune has a file there already, and when the
    name is needed and missing.
    """
    if not re.fullmatch("[0-9]{4}", year) or not re.fullmatch("[0-9]{5}", code):
        raise UsageError(f"năm gồm 4 chữ số, mã gồm 5 chữ số; không phải `{year}`, `{code}`")
    folder = data / year
    if folder not in find_years(data) or not (folder / CRITERIA_SET_FILE).is_file():
        raise UsageError(f"chưa có `{(folder / CRITERIA_SET_FILE).as_posix()}`: chép bộ tiêu chí năm trước sang và sửa")
    plan_year = read_year(read_source(folder / CRITERIA_SET_FILE))[0]
    if plan_year is None:
        raise UsageError(f"`{(folder / CRITERIA_SET_FILE).as_posix()}` có lỗi; xem bằng lệnh check")
    files = sorted(data.glob(f"[0-9][0-9][0-9][0-9]/{code}-*.yaml"))
    if existing := [path for path in files if path.parent == folder]:
        raise UsageError(f"đã có `{existing[0].as_posix()}`")
    kind = next((kind for kind in ("xã", "phường", "thị trấn", "đặc khu") if full_name.startswith(f"{kind} ")), "")
    if files:
        path, earlier = folder / files[-1].name, read_source(files[-1]).content
    elif kind:
        proper = full_name.removeprefix(kind).strip()
        if not proper.isprintable() or not slug(proper):
            raise UsageError(f"tên {full_name!a} không phải tên đơn vị")
        path, earlier = folder / f"{code}-{slug(proper)}.yaml", blank(code, kind, proper)
    else:
        raise UsageError(f"mã {code} chưa có tệp năm nào: ghi thêm tên, ví dụ: new {year} {code} 'xã Cẩm Lương'")
    write_atomic(folder, path.name, renewed(earlier, plan_year.criteria_set, files[-1] if files else path))
    write_schemas(data)
    return path


def renewed(earlier: bytes, criteria_set: BoTieuChi, path: Path) -> bytes:
    """Give a commune's file for the year of a criteria set.

    `earlier` is the commune's file of another year, at `path`: its keys and comments stay, its number, date and targets
    do not. Every target to fill in is there, empty, after a comment with its label and name. The first line names the
    schema. Raises UsageError when the earlier file cannot be read.
    """
    tree, problems = load(earlier, path.as_posix())
    if not isinstance(tree, dict):
        raise UsageError(f"tệp năm trước có lỗi: {problems[0]}")
    rows = [row for _, _, row in placed_rows(criteria_set) if row.xa_tu_dien]
    fields = {key: value for key, value in tree.items() if key not in {"so_lieu_mau", "da_ban_hanh"}}
    empty_fields: dict[str, Tree] = {
        "so_van_ban": "",
        "ngay_ban_hanh": "",
        "chi_tieu": {row.dinh_danh: "" for row in rows},
    }
    notes = read_notes(earlier)
    notes.head[:] = [f"{MODELINE}{COMMUNE_SCHEMA}", *(line for line in notes.head if not line.startswith(MODELINE))]
    for key_to_drop in [
        key for key in (*notes.before, *notes.beside) if key[0] not in fields or key[:-1] == ("chi_tieu",)
    ]:
        notes.before.pop(key_to_drop, None)
        notes.beside.pop(key_to_drop, None)
    for row in rows:
        notes.before["chi_tieu", row.dinh_danh] = [f"# {label(row)}"]
    return write({**fields, **empty_fields}, Commune, notes)


def blank(code: str, kind: str, name: str) -> bytes:
    """Give the first file of a commune that has no earlier one."""
    tree: Tree = {
        "don_vi": {"ma_don_vi": code, "loai_don_vi": kind, "ten_don_vi": name, "dia_danh": name},
        "nguoi_ky": {"hinh_thuc_ky": "TM.", "chuc_vu": "Chủ tịch", "ho_ten": ""},
        "noi_nhan": [],
        "noi_luu": "VT",
    }
    return write(tree, Commune, no_notes())
