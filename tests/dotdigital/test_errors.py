import copy
import pickle
from collections.abc import Iterator

import pytest

from imports.dotdigital import errors
from imports.dotdigital.errors import (
    MEANINGS,
    DotdigitalError,
    Helps,
    RateLimitedError,
    RefusedError,
    ServerError,
)
from imports.dotdigital.types import ErrorDetail
from imports.dotdigital.wording import CATALOGUE, OF_CODES, OF_ERRORS
from tests.dotdigital.conftest import NOW


def descendants(kind: type[DotdigitalError]) -> Iterator[type[DotdigitalError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from descendants(child)


TREE = list(descendants(DotdigitalError))


def an_error(kind: type[DotdigitalError]) -> DotdigitalError:
    facts = {
        "status": 400,
        "code": "contacts:badRequest",
        "description": "bad value ada@example.com",
        "details": (ErrorDetail("ada@example.com", "bad"),),
    }
    if issubclass(kind, RateLimitedError):
        return kind(NOW, scope="lowCallRate", is_flat=True, **facts)
    if issubclass(kind, ServerError):
        return kind(retry_after_seconds=7.0, **facts)
    return kind(**facts)


def test_the_catalogue_has_words_for_every_error_and_for_nothing_else() -> None:
    codes = [kind.meaning.code for kind in TREE]
    assert sorted(OF_ERRORS) == sorted(codes)


@pytest.mark.parametrize("kind", TREE)
def test_every_error_is_drawn_in_the_module_and_speaks_plainly(kind: type[DotdigitalError]) -> None:
    error = an_error(kind)
    assert f" {kind.__name__}" in (errors.__doc__ or "")
    assert error.sentence.endswith(".")
    assert error.remedy.endswith(".")


@pytest.mark.parametrize("kind", TREE)
def test_text_forms_hold_class_status_and_code_only(kind: type[DotdigitalError]) -> None:
    error = an_error(kind)
    assert str(error) == f"{kind.__name__} (400 contacts:badRequest)"
    assert repr(error) == f"<{error}>"
    assert str(RefusedError()) == "RefusedError"


@pytest.mark.parametrize("kind", TREE)
def test_errors_survive_pickling_and_copying(kind: type[DotdigitalError]) -> None:
    error = an_error(kind)
    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(twin) is kind
        assert vars(twin) == vars(error)


def test_an_unlisted_error_speaks_with_its_parents_words() -> None:
    kind = type("PeculiarRefusal", (RefusedError,), {})
    assert kind().sentence == OF_ERRORS["call_refused"].sentence


@pytest.mark.parametrize("code", OF_CODES)
def test_some_codes_of_dotdigital_have_words_of_their_own(code: str) -> None:
    error = RefusedError(code=code.upper())
    assert error.reason.to_json() == {"code": code}
    assert (error.sentence, error.remedy) == (OF_CODES[code].sentence, OF_CODES[code].remedy)
    assert CATALOGUE.sentence(error.reason) == error.sentence


@pytest.mark.parametrize("kind", TREE)
def test_the_one_table_says_what_each_error_means(kind: type[DotdigitalError]) -> None:
    assert kind.meaning is MEANINGS[kind]


@pytest.mark.parametrize(
    ("name", "helps", "may_have_been_accepted"),
    [
        ("EndpointRefusedError", Helps.A_PERSON, False),
        ("UnreachableError", Helps.REPEATING, False),
        ("StrayAnswerError", Helps.REPEATING, False),
        ("NoAnswerError", Helps.REPEATING, True),
        ("UnreadableAnswerError", Helps.REPEATING, True),
        ("UnusableImportIdError", Helps.REPEATING, True),
        ("RateLimitedError", Helps.WAITING_FOR_CALLS, False),
        ("TooManyActiveImportsError", Helps.WAITING_FOR_A_SLOT, False),
        ("CredentialsRefusedError", Helps.A_PERSON, False),
        ("WrongRegionError", Helps.A_PERSON, False),
        ("RedirectedError", Helps.A_PERSON, False),
        ("RefusedError", Helps.NOTHING, False),
        ("BodyTooLargeError", Helps.SMALLER_PIECES, False),
        ("ImportNotFoundError", Helps.NOTHING_MORE_TO_LEARN, False),
        ("ServerError", Helps.REPEATING, True),
    ],
)
def test_errors_say_what_helps(name: str, helps: Helps, may_have_been_accepted: bool) -> None:
    meaning = getattr(errors, name).meaning
    assert (meaning.helps, meaning.may_have_been_accepted) == (helps, may_have_been_accepted)


def test_an_account_waits_on_after_silence_and_after_what_a_person_has_to_correct() -> None:
    over = {kind.__name__ for kind in TREE if kind.meaning.ends_waiting}
    assert over == {
        "RateLimitedError", "TooManyActiveImportsError", "TooManyDeletionsError", "RefusedError",
        "BodyTooLargeError", "ImportNotFoundError", "ContactNotFoundError",
    }  # fmt: skip
