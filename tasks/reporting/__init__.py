"""The effects of reporting: counting, writing pages and workbooks, recording who made them, telling their readers."""
