import copy
import pickle
from collections.abc import Iterator

import pytest

from imports.dotdigital import errors
from imports.dotdigital.errors import DotdigitalError, RateLimitedError, RefusedError, ServerError
from imports.dotdigital.types import ErrorDetail
from imports.dotdigital.wording import WORDING, wording_for
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
        return kind(retry_after_s=7.0, **facts)
    return kind(**facts)


def test_the_catalogue_has_words_for_every_error_and_for_nothing_else() -> None:
    assert set(WORDING) == {kind.__name__ for kind in TREE}


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
    assert wording_for(kind) is WORDING["RefusedError"]


@pytest.mark.parametrize(
    ("name", "is_transient", "may_have_been_accepted"),
    [
        ("EndpointRefusedError", False, False),
        ("UnreachableError", True, False),
        ("NoAnswerError", True, True),
        ("UnreadableAnswerError", True, True),
        ("RateLimitedError", True, False),
        ("TooManyActiveImportsError", True, False),
        ("CredentialsRefusedError", False, False),
        ("WrongRegionError", False, False),
        ("RefusedError", False, False),
        ("BodyTooLargeError", False, False),
        ("ImportNotFoundError", False, False),
        ("RedirectedError", False, False),
        ("ServerError", True, True),
    ],
)
def test_errors_say_what_a_caller_may_do(name: str, is_transient: bool, may_have_been_accepted: bool) -> None:
    kind = getattr(errors, name)
    assert (kind.is_transient, kind.may_have_been_accepted) == (is_transient, may_have_been_accepted)
