"use strict";
// The browser need not lay out rows that are put aside below (trang.css).
document.documentElement.classList.add("dang-mo");
document.addEventListener("DOMContentLoaded", () => {
  const at = (id) => document.getElementById(id);
  // Bỏ dấu và hoa thường, như máy đã làm khi ghi data-k.
  const folded = (text) => text.replace(/[đĐ]/g, "d").normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase().split(/[^a-z0-9]+/).filter(Boolean);
  const table = at("bang");
  const rows = [...table.rows].map((row) => ({ row, key: ` ${row.dataset.k}`, year: row.dataset.n, state: row.dataset.t, kind: row.dataset.l }));

  // An old machine lays out ten thousand rows in seconds and 20 in a frame. So only what is shown is in the table: these
  // 300, of which a key draws the first 20, enough for a screen. When the keys rest the others follow, 20 a frame, and
  // pictures not seen before: loading them would delay the next key.
  const most = 300, portion = 20, rest = 300;
  let shown = rows.map(({ row }) => row).slice(0, most), asked = "", found = rows, waiting;
  const seen = new Set(shown.slice(0, portion));
  const put = (count) => table.append(...shown.slice(table.rows.length, count));
  const grow = () => {
    put(table.rows.length + portion);
    for (const row of table.querySelectorAll(".moi")) row.classList.remove("moi");
    for (const row of shown.slice(0, portion)) seen.add(row);
    if (table.rows.length < shown.length) waiting = setTimeout(() => requestAnimationFrame(grow));
  };
  const draw = (list) => {
    clearTimeout(waiting);
    waiting = setTimeout(grow, rest);
    if (list.length === shown.length && list.every((row, i) => row === shown[i])) return;
    shown = list;
    for (const row of list.slice(0, portion)) row.classList.toggle("moi", !seen.has(row));
    table.replaceChildren();
    put(portion);
  };

  const search = () => {
    const words = folded(at("tu").value), year = at("nam").value, state = at("tinh-trang").value, kind = at("loai").value;
    const ask = [year, state, kind, words.join(" ")].join("|");
    // A longer word is in no row that the shorter one is not in.
    found = (ask.startsWith(asked) ? found : rows).filter((each) => (!year || each.year === year) && (!state || each.state === state) && (!kind || each.kind === kind) && words.every((word) => each.key.includes(word)));
    asked = ask;
    draw(found.slice(0, most).map(({ row }) => row));
    at("so-dong").value = `${found.length.toLocaleString("vi")} văn bản`;
    at("con-nua").hidden = found.length <= most;
    at("khong-co").hidden = found.length > 0;
  };

  // SHA-256 (FIPS 180-4), where the browser has none for this page: over http from another machine, or an old browser.
  const fraction = (number, power) => {
    const root = Math.pow(number, power);
    return ((root - Math.floor(root)) * 4294967296) | 0;
  };
  const primes = [];
  for (let number = 2; primes.length < 64; number++) if (primes.every((prime) => number % prime)) primes.push(number);
  const sha256 = (content) => {
    const length = content.length, whole = new Uint8Array((((length + 8) >> 6) + 1) << 6), view = new DataView(whole.buffer);
    whole.set(content);
    whole[length] = 0x80;
    view.setUint32(whole.length - 8, Math.floor(length / 0x20000000));
    view.setUint32(whole.length - 4, (length << 3) >>> 0);
    const constants = primes.map((prime) => fraction(prime, 1 / 3)), words = new Int32Array(64);
    const state = Int32Array.from(primes.slice(0, 8), (prime) => fraction(prime, 1 / 2));
    const turn = (word, by) => (word >>> by) | (word << (32 - by));
    for (let start = 0; start < whole.length; start += 64) {
      for (let i = 0; i < 64; i++) {
        if (i < 16) {
          words[i] = view.getInt32(start + 4 * i);
        } else {
          const x = words[i - 15], y = words[i - 2];
          words[i] = words[i - 16] + words[i - 7] + (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)) + (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10));
        }
      }
      let [a, b, c, d, e, f, g, h] = state;
      for (let i = 0; i < 64; i++) {
        const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + constants[i] + words[i]) | 0;
        const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
      }
      [a, b, c, d, e, f, g, h].forEach((word, i) => (state[i] = (state[i] + word) | 0));
    }
    const made = new DataView(new ArrayBuffer(32));
    state.forEach((word, i) => made.setInt32(4 * i, word));
    return new Uint8Array(made.buffer);
  };

  const known = () => new Promise((resolve, reject) => {
    if (window.BAM) {
      resolve(window.BAM);
      return;
    }
    const script = document.createElement("script");
    script.src = "bam.js";
    script.onload = () => resolve(window.BAM);
    script.onerror = reject;
    document.head.append(script);
  });

  const verdict = async (file) => {
    const content = await file.arrayBuffer();
    const ready = window.crypto && crypto.subtle;
    const digest = ready ? new Uint8Array(await crypto.subtle.digest("SHA-256", content)) : sha256(new Uint8Array(content));
    const hex = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("").slice(0, 32);
    const { nay, cu } = await known();
    if (nay[hex]) return `✓ Đúng bản hiện hành: ${nay[hex]}.`;
    if (cu[hex]) return `⚠ Bản cũ: ${cu[hex]}. Tải bản mới ở bảng trên.`;
    return "✗ Không phải do hệ thống này tạo, hoặc đã bị sửa.";
  };

  const check = async (file) => {
    if (!file) return;
    at("ket-qua").textContent = `${file.name}: đang kiểm tra…`;
    try {
      at("ket-qua").textContent = `${file.name}: ${await verdict(file)}`;
    } catch {
      at("ket-qua").textContent = `${file.name}: không đọc được tệp này, hoặc thiếu tệp bam.js cạnh trang.`;
    }
  };

  for (const id of ["tim", "kiem-tra"]) at(id).hidden = false;
  at("tim").addEventListener("input", search);
  at("con-nua").addEventListener("click", () => {
    shown = found.map(({ row }) => row);
    put(Infinity);
    grow();
    at("con-nua").hidden = true;
  });
  at("tim").addEventListener("submit", (event) => event.preventDefault());
  at("tep").addEventListener("change", (event) => {
    check(event.target.files[0]);
    event.target.value = ""; // so that the same file can be chosen again
  });
  const area = at("kiem-tra");
  for (const name of ["dragover", "drop"]) document.addEventListener(name, (event) => event.preventDefault());
  document.addEventListener("dragover", () => area.classList.add("keo"));
  document.addEventListener("dragleave", () => area.classList.remove("keo"));
  document.addEventListener("drop", (event) => {
    area.classList.remove("keo");
    check(event.dataTransfer.files[0]);
  });
  addEventListener("beforeprint", () => put(Infinity));
  if (rows.length > most) {
    const others = document.createRange(); // with the blanks between them
    others.setStartAfter(rows[most - 1].row);
    others.setEndAfter(table.lastChild);
    others.deleteContents();
  }
  document.documentElement.classList.remove("dang-mo");
  search();
});
