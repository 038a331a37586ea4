"""The delivery against a model: workers, people and a Dotdigital that do whatever comes, in any order.

`MODEL_EXAMPLES` says how many examples are tried.
"""

import os
import shutil
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from urllib.parse import urlsplit

import hypothesis
import pytest
from django.core.files.storage import default_storage
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test

from imports import artefacts
from imports.dotdigital.client import DotdigitalClient
from imports.dotdigital.errors import DotdigitalError
from imports.models import DotdigitalAccount, ImportBatch, Membership, UploadJob
from imports.states import BATCH_HOLDING_SLOT, BatchStatus, JobStatus
from imports.steps import doubt, halving, lease, pace, poll
from imports.steps.accounts import client_for
from imports.steps.advance import advance
from imports.steps.bodies import body_of
from imports.steps.cancel import cancel_job
from imports.steps.confirm import confirm_job
from imports.steps.deliver import deliver, tend
from imports.steps.doubt import give_up_held, release_held
from imports.steps.pauses import pause_account, pause_job, resume_account, resume_job
from imports.steps.poll import claim_poll, poll_batch
from imports.steps.slots import take_slot
from imports.steps.sweep import find_due
from portal.models import User
from tests.delivery.model_dotdigital import ENDS, GET_FATES, PUT_FATES, TRUE, Call, FakeDotdigital, serving
from tests.delivery.model_portal import (
    Clock,
    ModelContents,
    Moves,
    ReadyRows,
    Worker,
    assert_covered,
    assert_report,
    assert_sent_as_decided,
)
from tests.delivery.ready import ReadyJobs

pytestmark = [pytest.mark.pipeline, pytest.mark.django_db(transaction=True)]

EXAMPLES = int(os.environ.get("MODEL_EXAMPLES", "80"))
STEPS = 40
MOST_WORKERS = 4
DOMAINS = ("first.example", "second.example")  # of the contacts of the first job, and of the second
LAST_ROUNDS = 400

SHAPES = ((3, 1), (6, 2), (8, 4), (11, 4))  # contacts, and how many of them are in a batch
PLACES = st.frozensets(st.sampled_from([f"p{number}" for number in range(8)]), max_size=2)
# A call's wait, a lease, a window of calls, the longest rest, and the day after which nobody asks any more.
WAITS = st.sampled_from([1, 3, 21, 61, 301, 90_000])
ANY = st.integers(0, 11)


def make_account(endpoint: str) -> tuple[DotdigitalAccount, User]:
    """An account that is called at `endpoint`, and a member of it."""
    account = DotdigitalAccount(name="Acme", endpoint=endpoint, api_user="api", phone_region="GB")
    account.api_password = "password"
    account.save()
    alice = User.objects.create_user("alice", password="not a secret here")
    Membership.objects.create(account=account, user=alice)
    return account, alice


def remove_all() -> None:
    """Remove the jobs, with their tables, and the account."""
    for job in UploadJob.objects.all():
        shutil.rmtree(Path(default_storage.path(artefacts.table_key(job, artefacts.PREPARED))).parent)
        job.delete()
    DotdigitalAccount.objects.all().delete()
    User.objects.all().delete()


class Delivery(RuleBasedStateMachine):
    """One account and a job for each of DOMAINS."""

    fake: FakeDotdigital
    clock: Clock
    ready_jobs: ReadyJobs

    def __init__(self) -> None:
        super().__init__()
        self.fake.clear()
        self.clock.reset()
        self.jobs: list[UploadJob] = []
        self.rows: dict[object, ReadyRows] = {}
        self.taken: list[ImportBatch] = []
        self.calling: list[Worker] = []
        self.claimed: list[ImportBatch] = []
        self.account, self.alice = make_account(self.fake.url)
        self.moves = Moves()

    # What there is to begin with

    @initialize(slots=st.integers(1, 3), unwanted=PLACES, suppressed=PLACES)
    def begin(self, slots: int, unwanted: frozenset[str], suppressed: frozenset[str]) -> None:
        DotdigitalAccount.objects.update(max_active_imports=slots)
        self.fake.slots, self.fake.unwanted, self.fake.suppressed = slots, unwanted, suppressed

    @precondition(lambda self: len(self.jobs) < len(DOMAINS))
    @rule(shape=st.sampled_from(SHAPES), consent=st.booleans(), stops=st.booleans())
    def confirm(self, shape: tuple[int, int], consent: bool, stops: bool) -> None:
        contents = ModelContents(*shape, consent=consent, domain=DOMAINS[len(self.jobs)])
        job = self.ready_jobs.make(contents, self.account, self.alice)
        self.rows[job.pk] = ReadyRows.of(job)
        self.jobs.append(job)
        assert confirm_job(job, self.alice, stops_on_refusal=stops)

    # What workers do

    @precondition(lambda self: self.jobs and len(self.taken) < MOST_WORKERS)
    @rule()
    def take(self) -> None:
        account = self._account()
        batch = take_slot(account.pk)
        if batch is not None:
            assert not account.is_paused
            assert not UploadJob.objects.get(pk=batch.job_id).is_paused
            self.taken.append(batch)

    @precondition(lambda self: self.taken)
    @rule(which=ANY, fate=st.sampled_from(PUT_FATES))
    def send(self, which: int, fate) -> None:
        worker = Worker(self._pop(self.taken, which), self._expect(Call(fate)))
        worker.begin()
        worker.end()

    @precondition(lambda self: self.taken and len(self.calling) < MOST_WORKERS)
    @rule(which=ANY, fate=st.sampled_from(PUT_FATES))
    def call(self, which: int, fate) -> None:
        worker = Worker(self._pop(self.taken, which), self._expect(Call(fate, is_held=True)))
        worker.begin()
        if worker.thread.is_alive() and worker.call.arrived.is_set():
            self.calling.append(worker)
        else:
            worker.end()

    @precondition(lambda self: self.calling)
    @rule(which=ANY)
    def answer(self, which: int) -> None:
        self._pop(self.calling, which).end()

    @precondition(lambda self: self.taken)
    @rule(which=ANY)
    def die_before_the_call(self, which: int) -> None:
        self._pop(self.taken, which)

    @precondition(lambda self: self.taken)
    @rule(which=ANY, fate=st.sampled_from(PUT_FATES))
    def die_in_the_call(self, which: int, fate) -> None:
        batch, call = self._pop(self.taken, which), self._expect(Call(fate))
        with client_for(self._account()) as client:
            try:
                client.import_contacts(body_of(batch))
            except DotdigitalError:
                pass
        if call.accepted:
            call.accepted.is_stray = True

    @precondition(lambda self: self.jobs and len(self.claimed) < MOST_WORKERS)
    @rule()
    def claim(self) -> None:
        if batch := claim_poll(self._account()):
            self.claimed.append(batch)

    @precondition(lambda self: self.claimed)
    @rule(which=ANY, fate=st.sampled_from(GET_FATES))
    def ask(self, which: int, fate) -> None:
        self.fake.get_fate = fate
        poll_batch(self._pop(self.claimed, which))
        self.fake.get_fate = TRUE

    @precondition(lambda self: self.jobs)
    @rule(put_fate=st.sampled_from(PUT_FATES), get_fate=st.sampled_from(GET_FATES))
    def work_through(self, put_fate, get_fate) -> None:
        self.fake.put_fate, self.fake.get_fate = put_fate, get_fate
        deliver(self._account())
        self.fake.put_fate = self.fake.get_fate = TRUE

    @precondition(lambda self: self.jobs)
    @rule()
    def tend(self) -> None:
        tend(self._account())

    @precondition(lambda self: self.jobs)
    @rule()
    def sweep(self) -> None:
        self._sweep()

    # What people do

    @precondition(lambda self: self.jobs)
    @rule(which=ANY)
    def cancel(self, which: int) -> None:
        cancel_job(self._job(which), self.alice)

    @precondition(lambda self: self.jobs)
    @rule(which=ANY, pauses=st.booleans())
    def pause_or_resume_job(self, which: int, pauses: bool) -> None:
        (pause_job if pauses else resume_job)(self._job(which), self.alice)

    @precondition(lambda self: self.jobs)
    @rule(pauses=st.booleans())
    def pause_or_resume_account(self, pauses: bool) -> None:
        (pause_account if pauses else resume_account)(self._account(), self.alice)

    @precondition(lambda self: self._held().exists())
    @rule(which=ANY, releases=st.booleans())
    def decide(self, which: int, releases: bool) -> None:
        (release_held if releases else give_up_held)(self._job(which), self.alice)

    # What Dotdigital does, and time

    @precondition(lambda self: self.fake.active())
    @rule(which=ANY, status=st.sampled_from(ENDS))
    def end_import(self, which: int, status: str) -> None:
        active = self.fake.active()
        self.fake.end(active[which % len(active)], status)

    @rule(foreign=st.integers(0, 3))
    def occupy(self, foreign: int) -> None:
        self.fake.foreign = min(foreign, self.fake.slots)

    @rule(max_bytes=st.sampled_from([None, None, 1, 400, 900]))
    def limit(self, max_bytes: int | None) -> None:
        self.fake.max_bytes = max_bytes

    @rule()
    def lock_or_unlock(self) -> None:
        self.fake.is_locked = not self.fake.is_locked

    @rule(seconds=WAITS)
    def wait(self, seconds: int) -> None:
        self.clock.pass_by(seconds)

    # What is always true

    @invariant()
    def moves_are_allowed(self) -> None:
        self.moves.check()

    @invariant()
    def slots_are_kept(self) -> None:
        holding = ImportBatch.objects.filter(status__in=BATCH_HOLDING_SLOT).values_list(
            "pk", "status", "import_id"
        )
        late = sum(pk in self.moves.late and status == BatchStatus.ACTIVE for pk, status, _ in holding)
        assert len(holding) - late <= self.fake.slots, "more slots are held than there are"
        known = {import_id for _, status, import_id in holding if status == BatchStatus.ACTIVE}
        known |= {
            worker.call.accepted.id
            for worker in self.calling
            if worker.call.accepted and not worker.is_taken_for_dead
        }
        late_ids = {import_id for pk, _, import_id in holding if pk in self.moves.late}
        for one in self.fake.active():
            one.is_stray |= one.id not in known or one.id in late_ids
        for refusal in self.fake.slot_refusals:
            strays = [one for one in refusal.active if one.is_stray]
            assert refusal.foreign or strays, "there was no slot, though all of them are ours"
        self.fake.slot_refusals.clear()

    @invariant()
    def rows_are_covered(self) -> None:
        for job in self.jobs:
            assert_covered(job, self.rows[job.pk])

    # How it ends

    def teardown(self) -> None:
        try:
            self._end_kindly()
        finally:
            for worker in self.calling:
                worker.call.release.set()
                worker.thread.join()
            remove_all()

    def _end_kindly(self) -> None:
        """Everything goes on by itself once nothing goes wrong any more; then the reports are true."""
        self.fake.is_locked, self.fake.foreign, self.fake.max_bytes = False, 0, None
        for number in range(LAST_ROUNDS):
            resume_account(self._account(), self.alice)
            for one in self.fake.active():
                self.fake.end(one, "Finished")
            self._sweep()
            self._check_all()
            if not UploadJob.objects.filter(status__in=[JobStatus.SENDING, JobStatus.CANCELLING]).exists():
                break
            for job in self.jobs:
                resume_job(job, self.alice)
                (release_held if number % 2 else give_up_held)(job, self.alice)
            self.clock.pass_by(61)
        # Those that were taken for dead wake up after all.
        for worker in self.calling:
            worker.end()
        for batch in self.taken:
            worker = Worker(batch, self._expect(Call(TRUE)))
            worker.begin()
            worker.end()
        for batch in self.claimed:
            poll_batch(batch)
        for one in self.fake.active():
            self.fake.end(one, "Finished")
        self._check_all()
        for job in self.jobs:
            job.refresh_from_db()
            assert job.has_ended, sorted(job.batches.values_list("number", "status"))
            assert job.status != JobStatus.ERRORED
            assert_report(job, self.rows[job.pk], self.fake)
            if not job.batches.filter(safe_to_repeat=True).exists():
                assert_sent_as_decided(job, self.rows[job.pk], self.fake)

    def _check_all(self) -> None:
        self.moves_are_allowed()
        self.slots_are_kept()
        self.rows_are_covered()

    def _sweep(self) -> None:
        due = find_due()
        for account_id in due.account_ids:
            deliver(DotdigitalAccount.objects.get(pk=account_id))
        for job_id in due.job_ids:
            advance(UploadJob.objects.get(pk=job_id))

    def _expect(self, call: Call) -> Call:
        self.fake.expected.clear()
        self.fake.expected.append(call)
        return call

    def _account(self) -> DotdigitalAccount:
        return DotdigitalAccount.objects.get(pk=self.account.pk)

    def _job(self, which: int) -> UploadJob:
        return UploadJob.objects.get(pk=self.jobs[which % len(self.jobs)].pk)

    def _held(self):
        return ImportBatch.objects.filter(status=BatchStatus.HELD)

    def _pop(self, pieces: list, which: int):
        return pieces.pop(which % len(pieces))


@pytest.fixture
def clock(monkeypatch) -> Clock:
    """The portal's clock; what takes long, or many calls, takes less."""
    clock = Clock()
    monkeypatch.setattr(timezone, "now", clock.now)
    monkeypatch.setitem(DotdigitalClient.__init__.__kwdefaults__, "clock", clock.now)
    monkeypatch.setattr(lease, "RENEW_EVERY_SECONDS", 3_600.0)  # of the machine's clock
    monkeypatch.setattr(pace, "SHORTEST_POLL_SECONDS", 2.0)
    monkeypatch.setattr(doubt, "MAX_UNANSWERED_ATTEMPTS", 5)
    monkeypatch.setattr(poll, "FEWEST_POLLS", 3)
    monkeypatch.setattr(halving, "MAX_HALVINGS_A_BATCH", 3)
    monkeypatch.setattr(halving, "MAX_HALVINGS_IN_VAIN", 4)
    return clock


@pytest.fixture
def fake(settings) -> Iterator[FakeDotdigital]:
    """A Dotdigital that the portal may call."""
    fake = FakeDotdigital()
    with serving(fake):
        settings.DOTDIGITAL_EXTRA_HOSTS = [urlsplit(fake.url).netloc]
        yield fake


@pytest.fixture
def checked_jobs(transactional_db, fake, ready_jobs) -> ReadyJobs:
    """All jobs that examples want, read and checked once."""
    account, alice = make_account(fake.url)
    for shape, consent, domain in product(SHAPES, (False, True), DOMAINS):
        ready_jobs.make(ModelContents(*shape, consent=consent, domain=domain), account, alice)
    remove_all()
    return ready_jobs


def test_whatever_happens_every_job_ends_with_a_true_report(checked_jobs, fake, clock):
    machine = type("Machine", (Delivery,), {"fake": fake, "clock": clock, "ready_jobs": checked_jobs})

    run_state_machine_as_test(
        machine, settings=hypothesis.settings(max_examples=EXAMPLES, stateful_step_count=STEPS)
    )
