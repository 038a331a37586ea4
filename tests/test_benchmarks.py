"""The benchmarks whose work stands in texts, which no check of types reads, still run: before a release, as each starts
several processes."""

from pathlib import Path

import pytest

from tests.benchmarks import make_contacts, report_files, row_pages
from tests.benchmarks.reading_files import contacts_csv
from tests.examples import examples

ROWS = 200
JOB_ROWS = 2_000
IN_SENTENCES = "words of a reason"
"""Which plain Polars does not find: tables have codes, and the portal makes sentences of them."""

pytestmark = [
    pytest.mark.deep,
    pytest.mark.skipif(examples(quick=True, deep=False), reason="tried before a release, by make test-deep"),
]


def test_it_makes_each_file_of_a_report_and_of_its_peers() -> None:
    made = list(report_files.measure_downloads(ROWS))

    assert [one.rows for one in made] == [ROWS, ROWS, ROWS, ROWS // 10, ROWS // 10]
    assert all(one.size > 0 for one in made)


def test_it_finds_the_same_rows_as_plain_polars(tmp_path: Path) -> None:
    job = tmp_path / "job"
    job.mkdir()
    row_pages.make_job(contacts_csv(Path(make_contacts.__file__), tmp_path, JOB_ROWS), job)

    for kind in row_pages.QUESTIONS:
        ours, _ = row_pages.measure_pages(job, kind, row_pages.ASKED)
        theirs, _ = row_pages.measure_pages(job, kind, row_pages.ASKED_PLAINLY)
        different = {one.question for one, other in zip(ours, theirs, strict=True) if one.rows != other.rows}
        assert different <= {IN_SENTENCES}
