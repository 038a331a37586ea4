"""Messages for rows of tests that only have to say something."""

from typing import Any

from imports.files.file_problems import problem_text
from imports.files.reading import ReadingProblem
from imports.messages import AS_TOLD, Message


def as_told(sentence: str, remedy: str = "") -> dict[str, Any]:
    """What a row holds that says just this."""
    params = {"sentence": sentence, "remedy": remedy} if remedy else {"sentence": sentence}
    return Message(AS_TOLD, params).to_json() if sentence else {}


def told(problem: ReadingProblem) -> str:
    """What is said of a problem of a file."""
    return problem_text(problem.code, problem.details)
