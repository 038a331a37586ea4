"""The log of single rows' problems."""

from imports.files.file_problems import MAX_LISTED_PER_CODE, ProblemLog


def test_problems_come_out_by_row():
    log = ProblemLog()
    log.add(9, "stray_quote")
    log.add(3, "unclosed_quote")
    assert [(problem.row, problem.code) for problem in log.summary()] == [
        (3, "unclosed_quote"),
        (9, "stray_quote"),
    ]


def test_what_is_too_much_to_list_is_counted():
    log, other = ProblemLog(), ProblemLog()
    for row in range(MAX_LISTED_PER_CODE + 1_500):
        other.add(row, "stray_quote")
    other.add(7, "unclosed_quote")
    log.extend(other)
    problems = log.summary()
    assert len(problems) == MAX_LISTED_PER_CODE + 2
    assert (problems[-1].row, problems[-1].code) == (0, "stray_quote")
    assert "1,500" in problems[-1].text
