"""Check any .docx against the layout rules of Nghị định 30/2020/NĐ-CP; the entry point is `check.check_the_thuc`."""
