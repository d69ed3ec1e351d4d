"""Check any .docx against the layout rules of Nghị định 30/2020/NĐ-CP; `check.check_the_thuc` is the way in."""
