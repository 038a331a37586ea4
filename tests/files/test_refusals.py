"""The catalogue of refusals, and the error that carries one."""

import pickle
from string import Formatter

import pytest

from imports.files.refusals import REFUSALS, refusal


@pytest.mark.parametrize("code", REFUSALS)
def test_every_refusal_says_what_is_wrong_and_what_to_do(code):
    entry = REFUSALS[code]
    for text in entry:
        assert text[0].isupper() or text[0] == "{"
        assert text.endswith(".")


def test_details_are_filled_in():
    error = refusal("file_too_large", size_bytes=2_000_000_000, limit_bytes=1_000_000_000)
    assert error.code == "file_too_large"
    assert error.sentence == "This file is 2,000,000,000 bytes long; the limit is 1,000,000,000 bytes."
    assert str(error) == f"{error.sentence} {error.remedy}"


@pytest.mark.parametrize("code", REFUSALS)
def test_an_error_survives_the_way_between_processes(code):
    names = {name for text in REFUSALS[code] for _, name, _, _ in Formatter().parse(text) if name}
    error = refusal(code, **dict.fromkeys(names, 1))
    copy = pickle.loads(pickle.dumps(error))
    assert (copy.code, copy.sentence, copy.remedy) == (error.code, error.sentence, error.remedy)
