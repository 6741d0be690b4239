"""The `results-table` directive: a table read from a JSON file, so that no page types a number.

    ```{results-table} table1_cpu.json
    :field: floors
    :columns: floor, ssim
    :headers: Floor, SSIM
    :digits: 3
    :where: knows, no
    ```

The file lies in book/results/ and holds {"what", "source" or "command", ..., "rows": [{...}, ...]}.
`null` in a row is shown as a dash, a number of 100 or more without decimals. The lines of provenance that the file
has stand below the table. A file with several
tables has them in several fields: `:field: floors` shows that one, and `:bare:` leaves the provenance to another table
of the same file. `:where: claim, 5` keeps the rows whose field `claim` is 5.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

PROVENANCE = ["source", "command", "date", "revision", "versions", "device", "data_fingerprint"]


def _list(argument: str) -> list[str]:
    return [item.strip() for item in argument.split(",")]


class ResultsTable(SphinxDirective):
    """One required argument, the file's name; columns default to the fields of the first row."""

    required_arguments = 1
    option_spec: ClassVar = {
        "columns": _list,
        "headers": _list,
        "digits": directives.nonnegative_int,
        "field": directives.unchanged_required,
        "bare": directives.flag,
        "where": _list,
    }

    def run(self) -> list[nodes.Node]:
        path = Path(self.env.srcdir) / "book" / "results" / self.arguments[0]
        self.env.note_dependency(str(path))
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            rows = self._kept(data[self.options.get("field", "rows")])
            columns = self.options.get("columns") or list(rows[0])
            cells = [[self._text(row[column]) for column in columns] for row in rows]
        except FileNotFoundError:
            raise self.error(f"results-table: book/results/{path.name} does not exist.") from None
        except json.JSONDecodeError as error:
            raise self.error(f"results-table: {path.name} is not valid JSON ({error}).") from None
        except KeyError as error:
            raise self.error(f"results-table: {path.name} lacks the field {error}.") from None
        except IndexError:
            raise self.error(f"results-table: {path.name} has no rows.") from None
        headers = self.options.get("headers") or columns
        if len(headers) != len(columns):
            counts = f"{len(columns)} columns, {len(headers)} headers"
            raise self.error(f"results-table: {path.name} has {counts}.")
        provenance = [] if "bare" in self.options else self._provenance(data)
        return [self._table(headers, cells), *provenance]

    def _kept(self, rows: list[dict[str, object]]) -> list[dict[str, object]]:
        if "where" in self.options:
            field, value = self.options["where"]
            rows = [row for row in rows if str(row[field]) == value]
        if not rows:
            raise IndexError
        return rows

    def _text(self, value: object) -> str:
        if isinstance(value, float):
            if abs(value) >= 100:  # decimals would say nothing
                return f"{value:,.0f}"
            text = f"{value:.{self.options.get('digits', 3)}f}"
            return f"{value:.0e}" if value and float(text) == 0 else text  # a tiny p is not 0
        return "–" if value is None else str(value)

    def _table(self, headers: list[str], cells: list[list[str]]) -> nodes.table:
        group = nodes.tgroup(cols=len(headers))
        group += [nodes.colspec(colwidth=1) for _ in headers]
        for part, lines in ((nodes.thead(), [headers]), (nodes.tbody(), cells)):
            for line in lines:
                part += nodes.row("", *(nodes.entry("", nodes.paragraph(text=c)) for c in line))
            group += part
        return nodes.table("", group, classes=["results-table"])

    def _provenance(self, data: dict[str, object]) -> list[nodes.Node]:
        names = {key: key.replace("_", " ").capitalize() for key in PROVENANCE if data.get(key)}
        known = [f"{name}: {data[key]}." for key, name in names.items()]
        text = nodes.emphasis(text=" ".join([f"{data.get('what', 'Not described')}.", *known]))
        return [nodes.paragraph("", "", text, classes=["results-provenance"])]


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_directive("results-table", ResultsTable)
    return {"version": "1", "parallel_read_safe": True}
