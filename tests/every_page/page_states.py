"""Every page of the portal in each of its states, one after the other: what a page needs is made just before it is
looked at, so that the first ones are of an empty portal."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from imports.contacts.mapping import Mapping
from imports.contacts.repairs.repair_types import LeaveOutRow, ReplaceValue, SetCell
from imports.delivery.stopping import pause_account, pause_job
from imports.jobs.advance import run_inline
from imports.jobs.approval import reject_job
from imports.jobs.cancel import cancel_job
from imports.jobs.check import set_mapping
from imports.jobs.confirm import confirm_job
from imports.jobs.purging import purge
from imports.jobs.repairing import add_repairs
from imports.jobs.trial import request_trial, run_trial
from imports.models import AuditEvent, DotdigitalAccount, ImportBatch, UploadJob
from imports.states import JOB_STATES, BatchStatus, JobStatus
from imports.views.help.help_topics import HELP_TOPICS
from portal.models import User
from tests.views.conftest import CONTACTS_CSV, MakeJob
from tests.views.deliveries import ended_job, job_being_sent
from tests.views.downloads import make_all, page_of
from tests.views.test_check_page import EVERYTHING, EVERYTHING_CSV

LONG_NAME = f"{'customers-of-the-northern-shops-and-everybody-else-' * 3}2026.csv"
LONG_CSV = (
    "Email,Mobile,Customer number,Town\r\n"
    "ada@example.com,07400 604986,6,Bath\r\n"
    "maximiliane.oberndorfer-sachsenhausenshops.example.com,07400 604987,many,Llanfairpwllgwyngyll\r\n"
    "wolfeschlegelsteinhausenbergerdorff@example.com,no number at all,many,\r\n"
    "wolfeschlegelsteinhausenbergerdorff@example.com,07400 604988,8,\r\n"
)
LONG = {
    "matchIdentifier": "email",
    "columns": [
        {"column": "Email", "target": "identifiers.email"},
        {"column": "Mobile", "target": "identifiers.mobileNumber", "region": "GB"},
        {"column": "Customer number", "target": "dataFields.TOTAL_SPENT"},
        {"column": "Town", "target": "dataFields.CITY"},
    ],
    "constants": [
        {"target": "channelProperties.sms.status", "value": "noSubscription"},
    ],
}
BROKEN_WORKBOOK = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class PageState:
    """A page in some state: what the state is called, its path, and who looks at it; None for nobody signed in."""

    name: str
    path: str
    person: User | None
    status: int = 200
    is_admin: bool = False


@dataclass(frozen=True)
class Cast:
    """Who there is, and how their jobs are made."""

    account: DotdigitalAccount
    member: User
    team_mate: User
    manager: User
    viewer: User
    root: User
    make_job: MakeJob


def page_states(cast: Cast) -> Iterator[PageState]:
    yield PageState("sign-in", reverse("login"), None)
    yield from _without_jobs(cast)
    yield from _before_the_check(cast)
    yield from _checked(cast)
    yield from _approval(cast)
    yield from _ended(cast)
    yield from _under_way(cast)
    yield from _of_everything(cast)
    yield from _administration(cast)


def _job(name: str, job: UploadJob, person: User, state: str = "", query: str = "", **kwargs) -> PageState:
    path = reverse(f"imports:{name}", kwargs={"job_id": job.pk, **kwargs})
    return PageState(f"{name}{f'-{state}' if state else ''}", path + query, person)


def _without_jobs(cast: Cast) -> Iterator[PageState]:
    stranger = User.objects.create_user("nora")
    yield PageState("home-without-an-account", reverse("imports:home"), stranger)
    yield PageState("upload-without-an-account", reverse("imports:upload"), stranger)
    for page in ("home", "upload"):
        yield PageState(f"{page}-of-a-viewer", reverse(f"imports:{page}"), cast.viewer)
    yield PageState("home-empty", reverse("imports:home"), cast.member)
    yield PageState("upload", reverse("imports:upload"), cast.member)
    yield PageState("account-idle", reverse("imports:account", args=[cast.account.pk]), cast.manager)
    yield PageState("help", reverse("imports:help"), cast.member)
    for key in HELP_TOPICS:
        yield PageState(f"help-{key}", reverse("imports:help-topic", args=[key]), cast.member)
    yield PageState("not-found", "/nowhere/", cast.member, status=404)


def _before_the_check(cast: Cast) -> Iterator[PageState]:
    uploaded, staged = cast.make_job(until="uploaded"), cast.make_job(name=LONG_NAME)
    yield _job("progress", uploaded, cast.member, "uploaded")
    yield _job("reading", staged, cast.member)
    yield _job("mapping", staged, cast.member)
    yield _job("mapping", staged, cast.team_mate, "of-a-team-mate")
    yield _job("values", staged, cast.member, index=4)
    assert request_trial(staged, Mapping.from_json(staged.mapping)) == []
    run_trial(staged)
    yield _job("mapping", staged, cast.member, "tried")
    columns = [f"Column {number} of a wide file" for number in range(100)]
    values = ["ada@example.com", *["some words"] * 99]
    wide = cast.make_job(f"{','.join(columns)}\r\n{','.join(values)}\r\n", name="wide.csv")
    yield _job("mapping", wide, cast.member, "100-columns")
    answers = "ada@example.com,yes\r\nben@example.com,yes\r\nzoe@example.com,no\r\n"
    subscribing = cast.make_job(f"Email,Preference:Newsletter\r\n{answers}", name="preferences.csv")
    yield _job("mapping", subscribing, cast.member, "subscribing")
    yield _job("cancel", staged, cast.member)


def _checked(cast: Cast) -> Iterator[PageState]:
    checked = cast.make_job(until="checked")
    yield _job("check", checked, cast.member)
    yield _job("check", checked, cast.team_mate, "of-a-team-mate")
    nothing = cast.make_job("Email,Town\r\nnothing,Leeds\r\nnobody,York\r\n")
    email = {"column": "Email", "target": "identifiers.email"}
    nobody = Mapping.from_json({"matchIdentifier": "email", "columns": [email]})
    assert set_mapping(nothing, nobody, nothing.owner) == []
    run_inline(nothing)
    yield _job("check", nothing, cast.member, "nothing-ready")
    yield _job("rows", checked, cast.member, "checked")
    yield _job("rows", checked, cast.member, "nothing-found", "?q=nothing+like+this")
    yield _job("row", checked, cast.member, number=4)
    yield _job("repairs", checked, cast.member, "none-yet")
    yield _job("column-values", checked, cast.member, index=4)
    problem = next(iter(checked.check_summary["issue_counts"]))
    yield _job("group-repairs", checked, cast.member, code=problem)
    repaired = cast.make_job(until="checked", name="repaired.csv")
    add_repairs(
        repaired, [SetCell("Email", 4, "nora@example.com"), LeaveOutRow(7, leave_out=True)], cast.member
    )
    yield _job("check", repaired, cast.member, "being-checked-again")
    run_inline(repaired)
    yield _job("check", repaired, cast.member, "repaired")
    yield _job("repairs", repaired, cast.member)
    everything = cast.make_job(EVERYTHING_CSV)
    assert set_mapping(everything, Mapping.from_json(EVERYTHING), everything.owner) == []
    run_inline(everything)
    yield _job("check", everything, cast.member, "everything")
    yield _job("rows", everything, cast.member, "everything")
    yield from _with_long_values(cast)


def _with_long_values(cast: Cast) -> Iterator[PageState]:
    """Words that no line has a place to break in: addresses, the names of fields, of columns and of people."""
    long = cast.make_job(LONG_CSV, name="long.csv")
    assert set_mapping(long, Mapping.from_json(LONG), long.owner) == []
    run_inline(long)
    address = "maximiliane.oberndorfer-sachsenhausen@shops.example.com"
    repairs = [ReplaceValue("Email", address.replace("@", ""), address), SetCell("Customer number", 4, "7")]
    add_repairs(long, repairs, cast.member)
    run_inline(long)
    yield _job("check", long, cast.member, "long")
    yield _job("repairs", long, cast.member, "long")
    yield _job("column-values", long, cast.member, "long", index=0)
    assert confirm_job(long, cast.member)
    run_inline(long)
    yield _job("check", long, cast.member, "long-ended")
    yield _job("repairs", long, cast.member, "long-ended")
    yield _job("report", long, cast.member, "long")


def _under_way(cast: Cast) -> Iterator[PageState]:
    for status in (status for status in JobStatus if JOB_STATES[status].heading):
        job = job_being_sent(cast.account, cast.member, *BatchStatus, status=status, rows=70)
        yield _job("progress", job, cast.member, status.value)
    paused = job_being_sent(cast.account, cast.member, BatchStatus.HELD, BatchStatus.PENDING)
    pause_job(paused, cast.member)
    yield _job("progress", paused, cast.member, "held-and-paused")
    _look_back(cast)
    failing = {"failed_calls": 5, "slot_ceiling": 18, "slot_probe_at": timezone.now()}
    DotdigitalAccount.objects.filter(pk=cast.account.pk).update(**failing)
    yield PageState("account-in-use", reverse("imports:account", args=[cast.account.pk]), cast.manager)
    DotdigitalAccount.objects.filter(pk=cast.account.pk).update(shares_jobs=False)
    yield PageState("account-unshared", reverse("imports:account", args=[cast.account.pk]), cast.team_mate)
    DotdigitalAccount.objects.filter(pk=cast.account.pk).update(shares_jobs=True)
    DotdigitalAccount.objects.filter(pk=cast.account.pk).update(
        failed_calls=0, slot_ceiling=None, slot_probe_at=None
    )


def _look_back(cast: Cast) -> None:
    """Weeks of imports for the account's page to add up, and hours in which slots were in use."""
    now = timezone.now()
    for days in range(27):
        failed = days * 37 % 11 * 90
        reasons = {
            "email_without_at": failed,
            "phone_country_code": failed // (days + 1),
            "email_several": days,
        }
        ended_job(
            cast.account, cast.member, now - timedelta(days=days), days * 53 % 7 * 4_000, failed, reasons
        )
    batches = ImportBatch.objects.filter(job__account=cast.account).exclude(status=BatchStatus.PENDING)
    for number, batch in enumerate(batches):
        ended = now - timedelta(minutes=number * 17 % 300)
        ImportBatch.objects.filter(pk=batch.pk).update(
            sent_at=ended - timedelta(minutes=23), changed_at=ended
        )


def _approval(cast: Cast) -> Iterator[PageState]:
    rules = reverse("imports:approval-rules", args=[cast.account.pk])
    yield PageState("approval-rules", rules, cast.manager)
    waiting = cast.make_job(until="approval", name=LONG_NAME)
    yield _job("approval", waiting, cast.member, "of-ones-own")
    yield _job("approval", waiting, cast.manager, "to-give")
    yield _job("check", waiting, cast.member, "waiting-for-approval")
    changed = cast.make_job(until="checked", name="to-be-approved.csv")
    yield _job("check", changed, cast.member, "to-be-approved")
    assert not confirm_job(changed, changed.owner)
    assert UploadJob.objects.transition(changed, JobStatus.CHECKING, note="approval_void")
    run_inline(changed)
    yield _job("check", changed, cast.member, "with-a-void-approval")
    yield PageState("account-with-approval", reverse("imports:account", args=[cast.account.pk]), cast.manager)
    yield PageState("notifications-of-an-approver", reverse("imports:notifications"), cast.manager)
    reject_job(waiting, cast.manager, "These people have not been asked. " * 8)
    yield _job("check", waiting, cast.member, "rejected")
    yield _job("approval", waiting, cast.member, "rejected")
    cast.account.approval_rules = {}
    cast.account.save(update_fields=["approval_rules"])


def _ended(cast: Cast) -> Iterator[PageState]:
    finished = cast.make_job(until="finished")
    yield _job("report", finished, cast.member)
    yield _job("report", finished, cast.viewer, "of-a-viewer")
    yield _job("rows", finished, cast.member, "finished")
    yield PageState("download-waiting", page_of(finished, "all", "xlsx"), cast.member)
    make_all(finished)
    yield PageState("download-made", page_of(finished, "all", "xlsx"), cast.member)
    cancelled = cast.make_job()
    cancel_job(cancelled, cast.member)
    yield _job("report", cancelled, cast.member, "cancelled")
    yield _job("report", cast.make_job(BROKEN_WORKBOOK), cast.member, "failed")
    purged = cast.make_job(until="finished", name="purged.csv")
    UploadJob.objects.filter(pk=purged.pk).update(changed_at=timezone.now() - timedelta(days=400))
    purge()
    yield _job("report", purged, cast.member, "purged")
    errored = job_being_sent(cast.account, cast.member, *BatchStatus, status=JobStatus.ERRORED)
    yield _job("report", errored, cast.member, "errored")
    again = cast.make_job(CONTACTS_CSV.replace("Notes", "Town"), name="another.csv")
    yield _job("mapping", again, cast.member, "unlike-the-last")


def _of_everything(cast: Cast) -> Iterator[PageState]:
    pause_account(cast.account, cast.manager)
    yield PageState("account-paused", reverse("imports:account", args=[cast.account.pk]), cast.manager)
    yield PageState("home-full", reverse("imports:home"), cast.member)
    for page in ("notifications", "profile", "password"):
        yield PageState(page, reverse(f"imports:{page}"), cast.member)
    for page in ("mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "account_reauthenticate"):
        yield PageState(page, reverse(page), cast.member)
    yield PageState("home-nothing-found", reverse("imports:home") + "?q=nothing", cast.member)


def _administration(cast: Cast) -> Iterator[PageState]:
    finished = UploadJob.objects.filter(status=JobStatus.FINISHED).first()
    event = AuditEvent.objects.filter(action="import_started").first()
    assert finished is not None
    assert event is not None
    for name, args in (
        ("index", []),
        ("imports_uploadjob_changelist", []),
        ("imports_uploadjob_change", [finished.pk]),
        ("imports_uploadjob_delete", [finished.pk]),
        ("imports_uploadjob_preview", [finished.pk]),
        ("imports_dotdigitalaccount_changelist", []),
        ("imports_dotdigitalaccount_add", []),
        ("imports_dotdigitalaccount_change", [cast.account.pk]),
        ("imports_dotdigitalaccount_delete", [cast.account.pk]),
        ("imports_mappingtemplate_changelist", []),
        ("imports_auditevent_changelist", []),
        ("imports_auditevent_change", [event.pk]),
        ("portal_user_changelist", []),
        ("portal_user_change", [cast.member.pk]),
        ("password_change", []),
    ):
        yield PageState(f"admin-{name}", reverse(f"admin:{name}", args=args), cast.root, is_admin=True)
