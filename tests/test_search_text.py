import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imports.search_text import rows_containing, write_search_text
from tests.examples import examples
from tests.reports.artefacts import write_staged

LETTERS = st.text("abAB ßẞsſSİiıIkK\u212aσςΣé\u0301É\n\t.*()\\@0", max_size=5)


@pytest.fixture
def tables(tmp_path):
    """A staged table of three rows, and the text of them."""
    cells = [("ada@example.com", "Ada"), ("", ""), ("zoe@example.com", "Zoë\nof York")]
    staged = write_staged(tmp_path / "staged", 2, cells)
    write_search_text(staged, tmp_path / "text")
    return staged, tmp_path / "text"


class TestSearchText:
    @pytest.mark.parametrize(
        ("needle", "rows"),
        [
            ("ADA", [2]), ("example", [2, 4]), ("ZOË", [4]), ("nobody", []), (".*", []),
            ("comAda", []), ("com\nAda", []), ("zoë\nof", [4]),
        ],
    )  # fmt: skip
    def test_rows_are_found_by_text_in_one_cell(self, tables, needle, rows):
        staged, text = tables
        assert rows_containing(staged, text, needle).to_list() == rows
        assert rows_containing(staged, None, needle).to_list() == rows

    @settings(max_examples=examples(quick=60, deep=1000))
    @given(
        st.lists(st.tuples(LETTERS, LETTERS), min_size=1, max_size=6), LETTERS.filter(bool), st.integers(1, 3)
    )
    def test_the_same_rows_are_found_as_in_the_cells(self, cells, needle, rows_per_group):
        with tempfile.TemporaryDirectory() as name:
            staged = write_staged(Path(name, "staged"), 2, cells, rows_per_group)
            write_search_text(staged, Path(name, "text"))
            found = rows_containing(staged, Path(name, "text"), needle)
            assert found.to_list() == rows_containing(staged, None, needle).to_list()
