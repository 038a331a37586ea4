"""The log of single rows' problems."""

from imports.files.file_problems import MAX_LISTED_PER_CODE, PROBLEMS, ProblemLog, problem_text, reading_told


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
    assert "1,500" in problem_text(problems[-1].code, problems[-1].details)


def test_a_note_is_named_by_its_words():
    assert problem_text("note_left_out", {"what": "ids"}) == (
        "This row holds technical ids, and no contact; it was left out."
    )


def test_an_older_version_s_sentence_is_shown_as_it_is():
    assert problem_text("stray_quote", {"as_told": "An {odd} sentence."}) == "An {odd} sentence."


def test_every_problem_is_a_sentence():
    assert [text for text in PROBLEMS.values() if not text.endswith(".")] == []


def test_a_reading_is_told_with_the_sentences_of_its_problems():
    problems = [{"row": 3, "code": "short_row", "details": {"cells": 1, "columns": 3}}]
    assert reading_told({"rows": 1, "problems": problems}) == {
        "rows": 1,
        "problems": [
            {
                **problems[0],
                "text": "Fewer cells than columns: 1 of 3. The missing cells were taken as blank.",
            }
        ],
    }
    assert reading_told({}) == {}
