"""The benchmarks whose work stands in texts, which no check of types reads, still run: before a release, as each starts
several processes."""

import pytest

from tests.benchmarks import report_files
from tests.examples import examples

ROWS = 200


@pytest.mark.deep
@pytest.mark.skipif(examples(quick=True, deep=False), reason="tried before a release, by make test-deep")
def test_it_makes_each_file_of_a_report_and_of_its_peers() -> None:
    made = list(report_files.measure_downloads(ROWS))

    assert [one.rows for one in made] == [ROWS, ROWS, ROWS, ROWS // 10, ROWS // 10]
    assert all(one.size > 0 for one in made)
