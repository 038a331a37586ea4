"""The calls that an account has left, shared by all workers."""

from datetime import timedelta

import pytest
from django.utils import timezone

from imports.delivery.budget import calls_a_minute, next_call_at, note_allowance, note_exhausted, spend_call
from imports.dotdigital.errors import RateLimitedError
from imports.dotdigital.limits import CallAllowance
from imports.models import CallBudget
from imports.states import Call

pytestmark = [pytest.mark.pipeline, pytest.mark.django_db]


def allowance(
    remaining: int | None, *, scope: str = "low", limit: int = 10, seconds: float = 30
) -> CallAllowance:
    return CallAllowance(scope, limit, remaining, timezone.now() + timedelta(seconds=seconds))


def limited(scope: str = "", *, is_flat: bool = False) -> RateLimitedError:
    error = RateLimitedError(timezone.now() + timedelta(seconds=50), status=429)
    error.scope, error.is_flat = scope, is_flat
    return error


def test_it_holds_nothing_back_while_nothing_is_known(account):
    assert all(spend_call(account, call) for call in Call for _ in range(50))


def test_it_spends_what_the_headers_allow_and_no_more(account):
    note_allowance(account, Call.IMPORT, allowance(3))

    assert [spend_call(account, Call.IMPORT) for _ in range(5)] == [True, True, True, False, False]
    assert next_call_at(account, Call.IMPORT, timezone.now()) > timezone.now() + timedelta(seconds=20)


def test_it_begins_again_when_the_window_is_over(account):
    note_allowance(account, Call.IMPORT, allowance(0, limit=5, seconds=-1))

    assert [spend_call(account, Call.IMPORT) for _ in range(6)] == [True] * 5 + [False]


def test_it_does_not_believe_an_answer_that_is_older_than_other_calls(account):
    note_allowance(account, Call.IMPORT, allowance(5))
    for _ in range(4):
        spend_call(account, Call.IMPORT)
    note_allowance(account, Call.IMPORT, allowance(4))

    assert [spend_call(account, Call.IMPORT) for _ in range(2)] == [True, False]


def test_it_counts_calls_of_one_tier_together_and_keeps_some_for_sending(account):
    note_allowance(account, Call.STATUS, allowance(10))
    note_allowance(account, Call.IMPORT, allowance(10))

    asked = sum(spend_call(account, Call.STATUS) for _ in range(20))
    sent = sum(spend_call(account, Call.IMPORT) for _ in range(20))

    assert (asked, sent) == (8, 2)


def test_it_keeps_calls_of_different_tiers_apart(account):
    note_allowance(account, Call.STATUS, allowance(0, scope="high"))
    note_allowance(account, Call.IMPORT, allowance(2, scope="low"))

    assert not spend_call(account, Call.STATUS)
    assert spend_call(account, Call.IMPORT)


def test_a_refusal_that_names_its_tier_holds_that_tier(account):
    note_allowance(account, Call.STATUS, allowance(5, scope="high"))
    note_exhausted(account, Call.IMPORT, limited("low"))

    assert not spend_call(account, Call.IMPORT)
    assert spend_call(account, Call.STATUS)


@pytest.mark.parametrize(("scope", "is_flat"), [("", False), ("low", True)], ids=["bare", "flat"])
def test_any_other_refusal_holds_all_calls(account, scope, is_flat):
    note_exhausted(account, Call.STATUS, limited(scope, is_flat=is_flat))

    assert not spend_call(account, Call.IMPORT)
    assert not spend_call(account, Call.STATUS)


def test_a_clock_that_is_put_back_holds_nothing_back(account):
    note_exhausted(account, Call.IMPORT, limited())
    CallBudget.objects.update(resets_at=timezone.now() + timedelta(days=1))

    assert spend_call(account, Call.IMPORT)


def test_asking_is_told_how_many_calls_it_may_make(account):
    assert calls_a_minute(account, Call.STATUS) is None
    note_allowance(account, Call.STATUS, allowance(10, limit=100))
    assert calls_a_minute(account, Call.STATUS) == 100
    note_allowance(account, Call.IMPORT, allowance(10, limit=100))
    assert calls_a_minute(account, Call.STATUS) == 80
