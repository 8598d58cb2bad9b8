"""Reading a workbook back as it stands in its file."""

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET
from zipfile import ZipFile

SPACE = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


class Opened:
    """A workbook as it stands in its file."""

    def __init__(self, path: Path) -> None:
        self._file = ZipFile(path)
        book = self._xml("xl/workbook.xml")
        self.names = [sheet.attrib["name"] for sheet in book.findall("m:sheets/m:sheet", SPACE)]

    def _xml(self, name: str) -> ET.Element:
        return ET.fromstring(self._file.read(name))

    def sheet(self, name: str) -> ET.Element:
        return self._xml(f"xl/worksheets/sheet{self.names.index(name) + 1}.xml")

    def rows(self, name: str) -> list[dict[str, Any]]:
        """Read the cells of each row by their column: text as text, numbers as numbers."""
        return [
            {re.sub(r"\d", "", cell.attrib["r"]): self._value(cell) for cell in row.findall("m:c", SPACE)}
            for row in self.sheet(name).findall("m:sheetData/m:row", SPACE)
        ]

    def _value(self, cell: ET.Element) -> Any:
        if cell.attrib.get("t") == "inlineStr":
            return "".join(part.text or "" for part in cell.findall("m:is/m:t", SPACE))
        assert cell.attrib.get("t") in {None, "n"}, ET.tostring(cell)
        value = cell.find("m:v", SPACE)
        return None if value is None or value.text is None else float(value.text)

    def lines(self, name: str) -> list[dict[str, Any]]:
        """Read the lines of a list by the facts that its columns hold; what is blank is left out."""
        heads, *rows = self.rows(name)
        keys = {column: str(head).rsplit(" ", 1)[-1] for column, head in heads.items()}
        return [{keys[column]: value for column, value in row.items()} for row in rows]

    def styles(self) -> list[dict[str, str]]:
        return [style.attrib for style in self._xml("xl/styles.xml").findall("m:cellXfs/m:xf", SPACE)]

    def everything(self) -> str:
        return "".join(self._file.read(name).decode("utf-8") for name in self._file.namelist())
