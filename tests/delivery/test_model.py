"""The delivery against a model: workers, people and a Dotdigital that do whatever comes, in any order."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import hypothesis
import pytest
from django.core.files.storage import default_storage
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from imports.accounts.connection import client_for
from imports.delivery import doubt, halving, pace, poll
from imports.delivery.bodies import body_of
from imports.delivery.deliver import deliver, recover
from imports.delivery.doubt import give_up_held, release_held
from imports.delivery.poll import claim_poll, poll_batch
from imports.delivery.slots import take_slot
from imports.delivery.stopping import pause_account, pause_job, resume_account, resume_job
from imports.dotdigital.client import DotdigitalClient
from imports.dotdigital.errors import DotdigitalError
from imports.jobs.advance import advance
from imports.jobs.cancel import cancel_job
from imports.jobs.confirm import confirm_job
from imports.jobs.sweep import find_due
from imports.models import DotdigitalAccount, ImportBatch, Membership, UploadJob
from imports.states import BATCH_HOLDING_SLOT, BatchStatus, JobStatus
from imports.storage import artefacts
from imports.work import lease
from imports.work.lease import LEASE
from portal.models import User
from tests.delivery.model_dotdigital import (
    ENDS,
    GET_FATES,
    PUT_FATES,
    TRUE,
    Call,
    FakeDotdigital,
    Fate,
    serving,
)
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
from tests.environment import DATABASE_URL_VARIABLE
from tests.examples import examples

pytestmark = [pytest.mark.pipeline, pytest.mark.django_db(transaction=True)]

# The walks are the same on either database; on the second a few show that it keeps what it is asked to.
EXAMPLES = examples(quick=1 if DATABASE_URL_VARIABLE in os.environ else 4, deep=500)
STEPS = 40
MAX_WORKERS = 4
DOMAINS = ("first.example", "second.example")  # of the contacts of the first job, and of the second
LAST_ROUNDS = 400

ONE_EACH = (3, 1)
SHAPES = (ONE_EACH, (6, 2), (8, 4), (11, 4))  # contacts, and how many of them are in a batch
PLACES = st.frozensets(st.sampled_from([f"p{number}" for number in range(8)]), max_size=2)
# A call's wait, a lease, a window of calls, the longest rest, and the day after which nobody asks any more.
WAITS = st.sampled_from((1, 3, 21, 61, 301, 90_000))
SHORT_WAITS = st.sampled_from((0, 3, 61))
LATE = st.sampled_from((False, False, True))
PUTS = st.sampled_from((TRUE,) * len(PUT_FATES) + PUT_FATES)
GETS = st.sampled_from((TRUE,) * len(GET_FATES) + GET_FATES)
JOBS = st.tuples(st.sampled_from(SHAPES), st.booleans(), st.booleans())  # with consent, stops on a refusal
ANY = st.integers(0, 11)


def pause_account_of(job: UploadJob, by: User) -> None:
    pause_account(job.account, by)


def resume_account_of(job: UploadJob, by: User) -> None:
    resume_account(job.account, by)


RESUMES = (resume_job, resume_account_of)
ACTS = (*RESUMES * 3, pause_job, pause_account_of, cancel_job)


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
        shutil.rmtree(Path(default_storage.path(artefacts.key_of(job, artefacts.PREPARED))).parent)
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

    @initialize(slots=st.integers(1, 3), unwanted=PLACES, suppressed=PLACES, first=JOBS)
    def begin(
        self, slots: int, unwanted: frozenset[str], suppressed: frozenset[str], first: tuple[Any, ...]
    ) -> None:
        DotdigitalAccount.objects.update(max_active_imports=slots)
        self.fake.slots, self.fake.unwanted, self.fake.suppressed = slots, unwanted, suppressed
        self._confirm(*first)

    @precondition(lambda self: len(self.jobs) < len(DOMAINS))
    @rule(another=JOBS)
    def confirm(self, another: tuple[Any, ...]) -> None:
        self._confirm(*another)

    def _confirm(self, shape: tuple[int, int], consent: bool, stops: bool) -> None:
        contents = ModelContents(*shape, consent=consent, domain=DOMAINS[len(self.jobs)])
        job = self.ready_jobs.make(contents, self.account, self.alice)
        self.rows[job.pk] = ReadyRows.of(job)
        self.jobs.append(job)
        assert confirm_job(job, self.alice, stops_on_refusal=stops)

    # What workers do

    @precondition(lambda self: len(self.taken) < MAX_WORKERS)
    @rule(most=st.integers(1, 3), after=SHORT_WAITS)
    def take_slots(self, most: int, after: int) -> None:
        self.clock.pass_by(after)
        for _ in range(most):
            account = self._account()
            batch = take_slot(account.pk)
            if batch is None:
                return
            assert not account.is_paused
            assert not UploadJob.objects.get(pk=batch.job_id).is_paused
            self.taken.append(batch)

    @precondition(lambda self: self.taken and len(self.calling) < MAX_WORKERS)
    @rule(which=ANY, fate=PUTS, is_held=st.booleans(), is_late=LATE)
    def send(self, which: int, fate: Fate, is_held: bool, is_late: bool) -> None:
        self._let_leases_end(is_late)
        worker = self._worker(self._pop(self.taken, which), Call(fate, is_held))
        worker.begin()
        if is_held and worker.call.arrived.is_set():
            self.calling.append(worker)
        else:
            worker.end()

    @precondition(lambda self: self.calling)
    @rule(which=ANY, is_late=LATE)
    def answer(self, which: int, is_late: bool) -> None:
        self._let_leases_end(is_late)
        self._pop(self.calling, which).end()

    @precondition(lambda self: self.taken)
    @rule(which=ANY, fate=st.none() | PUTS)
    def die(self, which: int, fate: Fate | None) -> None:
        """Before the call, or before its answer could be written down."""
        batch = self._pop(self.taken, which)
        if fate is None:
            return
        call = self._expect(Call(fate))
        # Others may have taken it for dead, and its slot, before it came to its call.
        call.has_slot = ImportBatch.objects.held(batch).exists()
        with client_for(self._account()) as client, suppress(DotdigitalError):
            client.import_contacts(body_of(batch))
        if call.accepted:
            call.accepted.is_stray = True

    @precondition(lambda self: len(self.claimed) < MAX_WORKERS)
    @rule(most=st.integers(1, 3), after=SHORT_WAITS)
    def claim_polls(self, most: int, after: int) -> None:
        self.clock.pass_by(after)
        for _ in range(most):
            if batch := claim_poll(self._account()):
                self.claimed.append(batch)

    @precondition(lambda self: self.claimed)
    @rule(which=ANY, fate=GETS)
    def ask(self, which: int, fate: Fate) -> None:
        self.fake.get_fate = fate
        poll_batch(self._pop(self.claimed, which))
        self.fake.get_fate = TRUE

    @rule(put_fate=PUTS, get_fate=GETS, after=SHORT_WAITS)
    def work_through(self, put_fate: Fate, get_fate: Fate, after: int) -> None:
        self.clock.pass_by(after)
        self.fake.put_fate, self.fake.get_fate = put_fate, get_fate
        deliver(self._account())
        self.fake.put_fate = self.fake.get_fate = TRUE

    @rule()
    def sweep(self) -> None:
        self._sweep()

    # What people do

    @rule(which=ANY, act=st.sampled_from(ACTS))
    def act(self, which: int, act: Callable[[UploadJob, User], object]) -> None:
        act(self._job(which), self.alice)

    @precondition(lambda self: ImportBatch.objects.filter(status=BatchStatus.HELD).exists())
    @rule(which=ANY, decide=st.sampled_from((release_held, give_up_held)))
    def decide(self, which: int, decide: Callable[[UploadJob, User], object]) -> None:
        decide(self._job(which), self.alice)

    # What Dotdigital does, and time

    @precondition(lambda self: self.fake.active())
    @rule(which=ANY, status=st.sampled_from(ENDS))
    def end_import(self, which: int, status: str) -> None:
        active = self.fake.active()
        self.fake.end(active[which % len(active)], status)

    @rule(
        is_locked=st.sampled_from((False, False, False, True)),
        foreign=st.sampled_from((0, 0, 1, 2)),
        max_bytes=st.sampled_from((None, None, None, 1, 400, 900)),
    )
    def change_dotdigital(self, is_locked: bool, foreign: int, max_bytes: int | None) -> None:
        self.fake.is_locked, self.fake.max_bytes = is_locked, max_bytes
        self.fake.foreign = min(foreign, self.fake.slots)

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
            assert refusal.foreign or strays or not refusal.had_slot, (
                "there was no slot, though all of them are ours"
            )
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
            worker = self._worker(batch, Call(TRUE))
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

    def _let_leases_end(self, is_late: bool) -> None:
        """Whoever is at a call is taken for dead, if it `is_late`."""
        if is_late:
            self.clock.pass_by(LEASE.total_seconds() + 1)
            recover(self._account())

    def _worker(self, batch: ImportBatch, call: Call) -> Worker:
        worker = Worker(batch, self._expect(call))
        call.has_slot = not worker.is_taken_for_dead
        return worker

    def _expect(self, call: Call) -> Call:
        self.fake.expected.clear()
        self.fake.expected.append(call)
        return call

    def _account(self) -> DotdigitalAccount:
        return DotdigitalAccount.objects.get(pk=self.account.pk)

    def _job(self, which: int) -> UploadJob:
        return UploadJob.objects.get(pk=self.jobs[which % len(self.jobs)].pk)

    def _pop(self, pieces: list[Any], which: int) -> Any:
        return pieces.pop(which % len(pieces))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The portal's clock; what takes long, or many calls, takes less."""
    clock = Clock()
    monkeypatch.setattr(timezone, "now", clock.now)
    monkeypatch.setitem(DotdigitalClient.__init__.__kwdefaults__, "clock", clock.now)
    monkeypatch.setattr(lease, "RENEW_EVERY_SECONDS", 3_600.0)  # of the machine's clock
    monkeypatch.setattr(pace, "MIN_POLL_SECONDS", 2.0)
    monkeypatch.setattr(doubt, "MAX_UNANSWERED_ATTEMPTS", 5)
    monkeypatch.setattr(poll, "MIN_POLLS", 3)
    monkeypatch.setattr(halving, "MAX_HALVINGS_A_BATCH", 3)
    monkeypatch.setattr(halving, "MAX_HALVINGS_IN_VAIN", 4)
    return clock


@pytest.fixture
def fake(settings: Any) -> Iterator[FakeDotdigital]:
    """A Dotdigital that the portal may call."""
    fake = FakeDotdigital()
    with serving(fake):
        settings.DOTDIGITAL_EXTRA_HOSTS = [urlsplit(fake.url).netloc]
        yield fake


@pytest.fixture
def machine(
    transactional_db: None, fake: FakeDotdigital, clock: Clock, ready_jobs: ReadyJobs
) -> type[Delivery]:
    """The machine, with what its rules need."""
    return type("Machine", (Delivery,), {"fake": fake, "clock": clock, "ready_jobs": ready_jobs})


@pytest.mark.deep
def test_whatever_happens_every_job_ends_with_a_true_report(machine):
    run_state_machine_as_test(
        machine, settings=hypothesis.settings(max_examples=EXAMPLES, stateful_step_count=STEPS)
    )


class TestFoundOnce:
    """Sequences that came to a wrong end once."""

    def test_a_call_is_never_answered_of_a_worker_that_was_taken_for_dead(self, machine):
        state = machine()
        state.begin(1, frozenset(), frozenset(), (ONE_EACH, True, False))
        state.take_slots(1, 0)
        state.send(0, fate("closed after"), True, False)

        state.answer(0, True)

        assert ImportBatch.objects.get(number=1).status == BatchStatus.HELD
        state.teardown()

    def test_a_worker_that_was_taken_for_dead_is_refused_and_a_repeat_is_not_answered(self, machine):
        state = machine()
        state.begin(1, frozenset(), frozenset(), (ONE_EACH, False, False))
        state.change_dotdigital(False, 0, 1)
        state.take_slots(1, 0)
        state.send(0, TRUE, True, False)
        state.change_dotdigital(False, 0, None)
        state._let_leases_end(True)
        state.take_slots(1, 61)
        state.send(0, fate("closed after"), False, False)

        state.answer(0, False)

        state.act(0, cancel_job)
        state.teardown()


def fate(name: str) -> Fate:
    return next(one for one in PUT_FATES if one.name == name)
