"""Tables as pages show them."""

import re

import pytest
from django.template.loader import render_to_string

from imports.states import Look
from imports.views.data_table import Cell, DataTable, TableHeading

pytestmark = pytest.mark.once


def rendered(*cells: Cell, caption: str = "") -> str:
    """A table of one row; its cells are the third column."""
    headings = [
        TableHeading("File"),
        TableHeading("Rows", is_number=True),
        *(TableHeading(f"More {n}") for n in range(len(cells))),
    ]
    table = DataTable(headings, [[Cell("a.csv"), Cell("7"), *cells]], caption)
    return re.sub(r">\s+<", "><", render_to_string("imports/parts/data_table.html", {"table": table}))


def test_every_value_has_its_heading_and_the_first_names_the_row():
    html = rendered(Cell("done"), caption="What was done")
    assert "<caption>What was done</caption>" in html
    assert '<th scope="col" class="number">Rows</th>' in html
    assert re.search(r'<th scope="row">a.csv</th><td class="number" data-label="Rows">7</td>', html)
    assert re.search(r'<td data-label="More 0">done</td>', html)


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (Cell(), r'<td class="nothing" data-label="More 0">–</td>'),
        (Cell("a <b>", is_whole=True), r'<td class="nowrap" data-label="More 0">a &lt;b&gt;</td>'),
        (Cell("Paused", look=Look.CARE), r'<span class="chip care">Paused</span>'),
        (
            Cell("3", url="/?a=1", aside="of Ada"),
            r'<a href="/\?a=1">3<span class="visually-hidden"> of Ada</span></a>',
        ),
        (Cell("b.csv", url="/b/", is_name=True), r'<a class="file-name" href="/b/">b.csv</a>'),
    ],
)
def test_a_value_is_shown_as_what_it_is(cell, shown):
    assert re.search(shown, rendered(cell))


def test_a_row_has_a_value_for_every_heading():
    with pytest.raises(ValueError, match="zip"):
        _ = DataTable([TableHeading("File"), TableHeading("Rows")], [[Cell("a.csv")]]).lines
