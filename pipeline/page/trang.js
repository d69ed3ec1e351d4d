"use strict";
(() => {
  const at = (id) => document.getElementById(id);
  // Bỏ dấu và hoa thường, như máy đã làm khi ghi data-k.
  const folded = (text) => text.replace(/[đĐ]/g, "d").normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase().split(/[^a-z0-9]+/).filter(Boolean);
  const rows = [...at("bang").rows].map((row) => ({ row, key: ` ${row.dataset.k}`, year: row.dataset.n, state: row.dataset.t, shown: true }));

  const search = () => {
    const words = folded(at("tu").value), year = at("nam").value, state = at("tinh-trang").value;
    let count = 0;
    for (const each of rows) {
      const shown = (!year || each.year === year) && (!state || each.state === state) && words.every((word) => each.key.includes(word));
      if (shown !== each.shown) {
        each.row.hidden = !shown;
        each.shown = shown;
      }
      count += shown;
    }
    at("so-dong").value = `${count.toLocaleString("vi")} văn bản`;
    at("khong-co").hidden = count > 0;
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
    if (!window.crypto || !crypto.subtle) {
      return "Trình duyệt này không kiểm tra được ở đây. Mở trang bằng https hoặc từ thư mục trên máy.";
    }
    const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("").slice(0, 32);
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
