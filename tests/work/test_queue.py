"""Which queue a wake-up goes to, and that what waits already is not queued again."""

from datetime import timedelta

import pytest
from django.utils import timezone
from redis import Redis

from imports.models import DotdigitalAccount, UploadJob
from imports.work.queue import (
    BULK,
    DELIVERY,
    QUEUES,
    QUICK,
    deliveries_waiting,
    is_other_account_waiting,
    queue_lengths,
    wake_account,
    wake_job,
    wake_trial,
)
from portal.models import User
from tests.environment import free_port

pytestmark = [pytest.mark.pipeline, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def account() -> DotdigitalAccount:
    return DotdigitalAccount.objects.create(name="Acme", endpoint="", api_user="")


@pytest.fixture
def job(account: DotdigitalAccount) -> UploadJob:
    owner = User.objects.create_user("ada")
    return UploadJob.objects.create(account=account, owner=owner, upload="none", file_bytes=100)


def begin_next(settings, queue: str) -> None:
    """Take from `queue` what a worker would take, as one does before it begins."""
    with Redis.from_url(settings.REDIS_URL) as connection:
        assert connection.lpop(f"rq:queue:{queue}")


def lengths(**expected: int) -> dict[str, int]:
    return {**dict.fromkeys(QUEUES, 0), **expected}


@pytest.mark.parametrize(("file_bytes", "queue"), [(100, QUICK), (101, BULK)])
def test_a_file_goes_by_its_size(job, settings, file_bytes, queue):
    settings.QUICK_FILE_BYTES = 100
    job.file_bytes = file_bytes

    wake_job(job)

    assert queue_lengths() == lengths(**{queue: 1})


def test_a_trial_is_quick_whatever_the_file(job, settings):
    settings.QUICK_FILE_BYTES = 1

    wake_trial(job)

    assert queue_lengths() == lengths(quick=1)


def test_what_waits_already_is_not_queued_again(job, account):
    for _ in range(3):
        wake_job(job)
        wake_trial(job)
        wake_account(account)

    assert queue_lengths() == lengths(quick=2, delivery=1)


def test_what_has_begun_is_queued_again(job, account, settings):
    wake_job(job)
    wake_account(account)
    begin_next(settings, QUICK)
    begin_next(settings, DELIVERY)

    for _ in range(2):
        wake_job(job)
        wake_account(account)

    assert queue_lengths() == lengths(quick=1, delivery=1)


def test_one_accounts_wake_up_is_not_taken_for_anothers():
    for pk in (1, 11, 111):
        wake_account(DotdigitalAccount.objects.create(pk=pk, name=str(pk), endpoint="", api_user=""))

    assert deliveries_waiting() == 3


def test_a_worker_learns_that_another_account_waits(account):
    other = DotdigitalAccount.objects.create(name="Other", endpoint="", api_user="")
    wake_account(account)
    assert not is_other_account_waiting(account)

    wake_account(other)

    assert is_other_account_waiting(account)
    assert is_other_account_waiting(other)


def test_somebody_elses_file_does_not_wait_behind_all_of_mine(account, settings):
    ada, bob = (User.objects.create_user(name) for name in ("ada", "bob"))
    jobs = {
        name: UploadJob.objects.create(account=account, owner=owner, upload="none", file_bytes=1)
        for name, owner in {"ada1": ada, "ada2": ada, "ada3": ada, "bob1": bob, "bob2": bob}.items()
    }
    for job in jobs.values():
        wake_job(job)
    wake_trial(jobs["ada1"])

    with Redis.from_url(settings.REDIS_URL, decode_responses=True) as connection:
        queued = connection.lrange(f"rq:queue:{QUICK}", 0, -1)
    names = {str(job.pk): name for name, job in jobs.items()}
    assert [next(name for pk, name in names.items() if pk in one) for one in queued] == [
        "ada1",
        "bob1",
        "ada2",
        "bob2",
        "ada3",
        "ada1",
    ]
    assert queued[-1].startswith("try_mapping")


def test_a_later_time_is_left_to_the_sweep(account):
    wake_account(account, at=timezone.now() + timedelta(seconds=5))
    assert deliveries_waiting() == 0

    wake_account(account, at=timezone.now())
    assert deliveries_waiting() == 1


def test_without_redis_nothing_is_raised(job, account, settings, caplog):
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"

    wake_job(job)
    wake_account(account)

    assert caplog.text.count("wake-up lost") == 2
    assert deliveries_waiting() == 0
    assert not is_other_account_waiting(account)


def test_redis_is_given_names_and_ids_alone(job, settings):
    job.file_name = "people-of-acme.csv"
    wake_job(job)

    with Redis.from_url(settings.REDIS_URL) as connection:
        (key,) = connection.keys("rq:job:*")
        kept = b" ".join(connection.hgetall(key).values())

    assert b"people" not in kept
