"use strict";
(() => {
  const at = (id) => document.getElementById(id);
  // Bỏ dấu và hoa thường, như máy đã làm khi ghi data-k.
  const folded = (text) => text.replace(/[đĐ]/g, "d").normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase().split(/[^a-z0-9]+/).filter(Boolean);
  const rows = [...at("bang").rows].map((row) => ({ row, key: ` ${row.dataset.k}`, year: row.dataset.n, state: row.dataset.t, shown: true }));

  // Vẽ mười nghìn hàng mất vài giây ở máy cũ; hiện chừng này rồi hỏi.
  let most = 300;
  const search = () => {
    const words = folded(at("tu").value), year = at("nam").value, state = at("tinh-trang").value;
    let count = 0;
    for (const each of rows) {
      const shown = (!year || each.year === year) && (!state || each.state === state) && words.every((word) => each.key.includes(word));
      count += shown;
      if ((shown && count <= most) !== each.shown) {
        each.shown = !each.shown;
        each.row.hidden = !each.shown;
      }
    }
    at("so-dong").value = `${count.toLocaleString("vi")} văn bản`;
    at("con-nua").hidden = count <= most;
    at("khong-co").hidden = count > 0;
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
    at("ket-qua").textContent = "Đang kiểm tra…";
    try {
      at("ket-qua").textContent = `${file.name}: ${await verdict(file)}`;
    } catch {
      at("ket-qua").textContent = "Không đọc được tệp này, hoặc thiếu tệp bam.js cạnh trang.";
    }
  };

  for (const id of ["tim", "kiem-tra"]) at(id).hidden = false;
  at("tim").addEventListener("input", search);
  at("con-nua").addEventListener("click", () => {
    most = Infinity;
    search();
  });
  at("tim").addEventListener("submit", (event) => event.preventDefault());
  at("tep").addEventListener("change", (event) => check(event.target.files[0]));
  const area = at("kiem-tra");
  for (const name of ["dragover", "drop"]) document.addEventListener(name, (event) => event.preventDefault());
  document.addEventListener("dragover", () => area.classList.add("keo"));
  document.addEventListener("dragleave", () => area.classList.remove("keo"));
  document.addEventListener("drop", (event) => {
    area.classList.remove("keo");
    check(event.dataTransfer.files[0]);
  });
  search();
})();
