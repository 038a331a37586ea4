"""Random interleavings of workers, crashes, people and answers, and what must hold after each step and at the end.

Workers are simulated in their pieces: one takes a slot in one step and sends in a later one, or never (it was killed),
or so late that it was taken for dead. Dotdigital is a server that answers over HTTP as each step decides, and remembers
what it really did (`scripted.py`). Time passes by moving what is due in the database.
"""

from collections import Counter, defaultdict
from datetime import timedelta
from itertools import pairwise

import hypothesis.strategies as st
import pytest
from django.test import override_settings
from django.utils import timezone
from hypothesis import settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from imports import artefacts, tables
from imports.models import CallBudget, DotdigitalAccount, ImportBatch, JobEvent, UploadJob
from imports.states import (
    BATCH_TRANSITIONS,
    BATCH_WITHOUT_OUTCOME,
    JOB_TRANSITIONS,
    BatchStatus,
    JobStatus,
)
from imports.steps.advance import advance
from imports.steps.cancel import cancel_job
from imports.steps.confirm import confirm_job
from imports.steps.deliver import deliver, tend
from imports.steps.doubt import give_up_held, release_held
from imports.steps.pauses import pause_account, pause_job, resume_account, resume_job
from imports.steps.poll import claim_poll, poll_batch
from imports.steps.rows import rows_of
from imports.steps.send import send_batch
from imports.steps.slots import take_slot
from imports.steps.trouble import ask_whether_mended
from portal.models import User
from tests.delivery.jobs import make_due
from tests.delivery.ready import Contents, ReadyJobs
from tests.delivery.scripted import (
    ASKED_ANSWERS,
    FAULT,
    GARBAGE,
    REFUSALS,
    SENT_ANSWERS,
    SLOTS,
    ScriptedDotdigital,
    running_scripted,
)

pytestmark = pytest.mark.pipeline

EXAMPLES, STEPS = 60, 45
LONGEST_END = 400
JOBS = (
    Contents(7, 2, series="-a"),
    Contents(5, 5, one_refused=True, series="-b"),
    Contents(4, 2, consent=True, series="-c"),
    Contents(3, 1, series="-d"),
)
WORKERS = st.sampled_from(range(3))
ENDS = st.sampled_from(["Finished"] * 4 + ["Failed", "RejectedByWatchdog"])


class DeliveryMachine(RuleBasedStateMachine):
    """One account with up to four jobs. What all examples share is set on a subclass, see `test_delivery`."""

    dotdigital_server = None
    ready: ReadyJobs
    account: DotdigitalAccount
    alice: User

    def __init__(self) -> None:
        super().__init__()
        UploadJob.objects.all().delete()
        CallBudget.objects.all().delete()
        DotdigitalAccount.objects.update(
            **{"is_paused": False, "trouble": "", "failed_calls": 0, "not_before": None},
            **{"slot_ceiling": None, "slot_probe_at": None, "slot_probes": 0},
        )
        self.dotdigital = self.dotdigital_server.dotdigital = ScriptedDotdigital()
        self.jobs: list[UploadJob] = []
        self.sending: dict[int, ImportBatch] = {}
        self.asking: dict[int, ImportBatch] = {}
        self.could_be_unseen = (
            False  # whether Dotdigital may work on imports that the portal does not know of
        )

    @initialize(slots=st.integers(1, 3))
    def begin(self, slots: int) -> None:
        DotdigitalAccount.objects.update(max_active_imports=slots)
        self.account.refresh_from_db()
        # As if Dotdigital had as many slots as the account is told to use.
        self.dotdigital.foreign = self.reserved = SLOTS - slots

    # People

    @precondition(lambda self: len(self.jobs) < len(JOBS))
    @rule(stops=st.booleans())
    def confirm(self, stops: bool) -> None:
        job = self.ready.make(JOBS[len(self.jobs)], self.account, self.alice)
        assert confirm_job(job, self.alice, stops_on_refusal=stops)
        self.jobs.append(job)

    @precondition(lambda self: self.jobs)
    @rule(
        data=st.data(), act=st.sampled_from([cancel_job, pause_job, resume_job, release_held, give_up_held])
    )
    def steer_job(self, data: st.DataObject, act) -> None:
        job = UploadJob.objects.get(pk=data.draw(st.sampled_from(self.jobs)).pk)
        act(job, self.alice)

    @rule(act=st.sampled_from([pause_account, resume_account]))
    def steer_account(self, act) -> None:
        act(self.account, self.alice)

    # Workers

    @rule(worker=WORKERS)
    def take(self, worker: int) -> None:
        if worker in self.sending:
            return
        self.account.refresh_from_db()
        may_send = not self.account.is_paused and not self.account.trouble
        if batch := take_slot(self.account.pk):
            assert may_send
            assert not UploadJob.objects.get(pk=batch.job_id).is_paused
            self.sending[worker] = batch

    @rule(worker=WORKERS, answer=st.sampled_from([*SENT_ANSWERS, *SENT_ANSWERS[:1] * 6, *REFUSALS]))
    def send(self, worker: int, answer: str) -> None:
        if worker in self.sending:
            self.dotdigital.sent_answer = answer
            before = len(self.dotdigital.imports)
            send_batch(self.sending.pop(worker))
            known = ImportBatch.objects.filter(
                import_id__in=[one.import_id for one in self.dotdigital.imports]
            )
            if len(self.dotdigital.imports) > before and len(self.dotdigital.imports) > known.count():
                self.could_be_unseen = True

    @rule(worker=WORKERS)
    def claim(self, worker: int) -> None:
        self.account.refresh_from_db()
        if worker not in self.asking and (batch := claim_poll(self.account)):
            self.asking[worker] = batch

    @rule(worker=WORKERS, answer=st.sampled_from([*ASKED_ANSWERS, *ASKED_ANSWERS[:1] * 6, FAULT, GARBAGE]))
    def ask(self, worker: int, answer: str) -> None:
        if worker in self.asking:
            self.dotdigital.asked_answer = answer
            batch = self.asking.pop(worker)
            poll_batch(batch)
            if answer == ASKED_ANSWERS[1]:
                self.could_be_unseen = True

    @rule(worker=WORKERS)
    def kill(self, worker: int) -> None:
        self.sending.pop(worker, None)
        self.asking.pop(worker, None)

    @rule()
    def sweep(self) -> None:
        self.account.refresh_from_db()
        tend(self.account)
        ask_whether_mended(self.account)
        for job in UploadJob.objects.delivered():
            advance(job)

    @rule()
    def pass_time(self) -> None:
        """Every wait is over, and whoever has not shown up since is taken for dead."""
        make_due()
        past = timezone.now() - timedelta(seconds=1)
        for rows in (ImportBatch.objects, UploadJob.objects):
            rows.exclude(lease_until=None).update(lease_until=past)

    # Dotdigital

    @rule(status=ENDS, data=st.data())
    def end_import(self, status: str, data: st.DataObject) -> None:
        if active := self.dotdigital.active:
            self.dotdigital.end(data.draw(st.sampled_from(active)), status)

    @rule(more=st.integers(0, 2))
    def occupy(self, more: int) -> None:
        self.dotdigital.foreign = self.reserved + more
        self.could_be_unseen |= more > 0

    @rule(are_good=st.booleans())
    def change_credentials(self, are_good: bool) -> None:
        self.dotdigital.are_credentials_good = are_good

    # What holds at all times

    @invariant()
    def no_more_slots_are_held_than_there_are(self) -> None:
        held = ImportBatch.objects.holding_slot().count()
        assert held <= self.account.max_active_imports

    @invariant()
    def every_move_is_in_the_tables(self) -> None:
        for table, rows in (
            (BATCH_TRANSITIONS, JobEvent.objects.exclude(batch=None)),
            (JOB_TRANSITIONS, JobEvent.objects.filter(batch=None)),
        ):
            for origin, to in rows.values_list("from_status", "to_status").distinct():
                assert not origin or origin == to or to in table[origin], (origin, to)

    @invariant()
    def batches_carry_every_row_once(self) -> None:
        for job in self.jobs:
            batches = job.batches.exclude(status=BatchStatus.HALVED)
            assert sum(batch.contacts for batch in batches) == job.check_summary["fates"]["ready"]
            spans = sorted(batches.values_list("first_row", "last_row"))
            assert all(last < first for (_, last), (first, _) in pairwise(spans))

    @invariant()
    def dotdigital_never_has_to_refuse_for_slots(self) -> None:
        """Unless others hold some, or it works on what the portal cannot know of."""
        assert self.could_be_unseen or not self.dotdigital.slot_refusals

    # The end

    def teardown(self) -> None:
        self.dotdigital.foreign, self.dotdigital.are_credentials_good = 0, True
        self.sending.clear()
        self.asking.clear()
        resume_account(self.account, self.alice)
        for _ in range(LONGEST_END):
            if UploadJob.objects.filter(status__in=[JobStatus.SENDING, JobStatus.CANCELLING]).count() == 0:
                break
            for one in self.dotdigital.active:
                self.dotdigital.end(one, "Finished")
            self.pass_time()
            for job in UploadJob.objects.filter(status=JobStatus.SENDING):
                resume_job(job, self.alice)
                release_held(job, self.alice)
            deliver(self.account)
            self.sweep()
        for one in self.dotdigital.active:
            self.dotdigital.end(one, "Finished")
        for job in self.jobs:
            job.refresh_from_db()
            assert job.has_ended, (job.status, sorted(job.batches.values_list("number", "status")))
            self.check_report(job)
        self.every_move_is_in_the_tables()
        super().teardown()

    def check_report(self, job: UploadJob) -> None:
        """Each row's outcome is what Dotdigital really did with it."""
        with artefacts.local(job, artefacts.OUTCOMES) as path:
            outcomes = tables.scan(path).collect()
        with artefacts.local(job, artefacts.PREPARED) as path:
            prepared = tables.scan(path).collect()
            carried: dict[int, ImportBatch] = {
                row: batch
                for batch in job.batches.exclude(status=BatchStatus.HALVED)
                for row in rows_of(batch, path).select("row").collect()["row"]
            }
        assert job.ledger["counts"] == {
            **dict.fromkeys(job.ledger["counts"], 0),
            **Counter(outcomes["outcome"].to_list()),
        }
        assert sum(job.ledger["counts"].values()) == job.rows
        found = defaultdict(list)
        for row in outcomes.join(prepared.select("row", "email", "fate"), on="row").iter_rows(named=True):
            if row["fate"] != "ready":
                continue
            times, batch = self.dotdigital.imported[row["email"]], carried[row["row"]]
            found[row["outcome"]].append((row["row"], times))
            assert row["repeated"] == (batch.status not in BATCH_WITHOUT_OUTCOME and batch.attempts > 1)
            assert times < 2 or row["repeated"], row
            match row["outcome"]:
                case "created" | "updated":
                    assert times
                    assert row["contact_id"] == self.dotdigital.contact_ids[row["email"]]
                case "not_sent":
                    assert not times
                case "refused":
                    assert not times or row["repeated"]
                case outcome:
                    assert outcome == "unknown"


@pytest.fixture
def machine(transactional_db, tmp_path):
    """The state machine, with a server, an account, a person and jobs that are ready."""
    with running_scripted() as server, override_settings(DOTDIGITAL_EXTRA_HOSTS=[server.host_port]):
        server.dotdigital = ScriptedDotdigital()
        account = DotdigitalAccount(name="Acme", endpoint=f"http://{server.host_port}", api_user="user")
        account.api_password = "password"
        account.catalogue = {
            "data_fields": [{"name": "FIRSTNAME", "type": "String", "visibility": "Private"}]
        }
        account.save()
        alice = User.objects.create_user("alice", password="not a secret here")
        ready = ReadyJobs(tmp_path)
        for contents in JOBS:
            ready.make(contents, account, alice)
        shared = {
            "dotdigital_server": server,
            "ready": ready,
            "account": account,
            "alice": alice,
        }
        yield type("Machine", (DeliveryMachine,), shared)


def test_delivery(machine):
    run_state_machine_as_test(
        machine,
        settings=settings(max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None, print_blob=True),
    )
