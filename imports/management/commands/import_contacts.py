"""`manage.py import_contacts FILE --account NAME --user USERNAME [--mapping M.json] [--repairs R.json]
[--check-only] [--inline] [--stop-on-refusal] [--header-rows N]`

The same steps as in the browser. One JSON object on stdout, words on stderr; exit 0 when the job ended `finished`
(with `--check-only`: when it was checked), 1 when it ended otherwise, 2 for a usage or configuration error, 3 when it
waits for approval.
"""

import json
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.management.base import CommandError, CommandParser
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime

from imports.access import may_import_into
from imports.accounts.catalogue import is_old, known_of
from imports.contacts.mapping import Mapping, MappingFormatError
from imports.contacts.repairs.repair_types import Repair, repairs_from_json
from imports.contacts.suggestions.withdrawals import unused_withdrawals
from imports.files.decisions import doubtful
from imports.files.file_problems import reading_told
from imports.files.file_refusals import FileRefusedError
from imports.files.reading import ReadingOptions, given_options
from imports.jobs.advance import STEPS, run_inline
from imports.jobs.approval import open_request
from imports.jobs.check import set_mapping
from imports.jobs.confirm import LineBusyError, confirm_job
from imports.jobs.quotas import QuotaReachedError
from imports.jobs.remembered import drift_of, profiles_of
from imports.jobs.repairing import add_repairs, effect_counts, in_steps
from imports.jobs.suggesting import refresh_account
from imports.jobs.upload import receive_upload
from imports.locale_forms import number
from imports.management.portal_command import PortalCommand
from imports.models import DotdigitalAccount, UploadJob
from imports.reports.ledger import BUCKETS
from imports.standing import standing_of
from imports.states import JOB_CHECKED, JOB_CONFIRMABLE, JobStatus
from imports.work.queue import wake_account, wake_job
from portal.models import User

USAGE_ERROR = 2
AWAITS_APPROVAL = 3
LOOK_AGAIN_SECONDS = 0.5


class Command(PortalCommand):
    help = "Import a contact file without a browser."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--account", required=True, metavar="NAME")
        parser.add_argument("--user", required=True, metavar="USERNAME")
        parser.add_argument(
            "--mapping", type=Path, metavar="MAPPING.json", help="without it: the suggested mapping"
        )
        parser.add_argument(
            "--repairs",
            type=Path,
            metavar="REPAIRS.json",
            help="repairs of cells and rows, made in their order before anything is sent",
        )
        parser.add_argument("--check-only", action="store_true", help="stop after the check; send nothing")
        parser.add_argument(
            "--stop-on-refusal",
            action="store_true",
            help="once Dotdigital refuses a whole part of the file, keep the rest back",
        )
        parser.add_argument(
            "--inline", action="store_true", help="no worker and no Redis: work in this process"
        )
        parser.add_argument(
            "--header-rows", type=int, metavar="N", help="how many rows name the columns; 0: none does"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        user, account = find_user(options["user"]), find_account(options["account"])
        refuse_strangers(user, account)
        if not may_import_into(user, account):
            raise CommandError(
                f"{user} may look at the imports of {account}, and not import.", returncode=USAGE_ERROR
            )
        given = read_mapping(options["mapping"])
        repairs = read_repairs(options["repairs"])
        self.run = run_inline if options["inline"] else run_by_workers

        self.read_account(account)
        job = self.receive(options["file"], account, user, reading_options(options))
        self.say(f"Job {job.pk}: reading {job.file_name}")
        self.say_same_file(job, user)
        self.run(job)
        self.say_reading(job)
        if job.status == JobStatus.STAGED:
            if given is None:
                self.say_drift(job)
            self.check_repaired(job, given or Mapping.from_json(job.mapping), repairs or [], user)
            self.say_refused(job)
        if job.status in JOB_CONFIRMABLE and not options["check_only"]:
            self.say("Importing")
            self.confirm(job, user, stops_on_refusal=options["stop_on_refusal"])
            self.run(job)
        described = describe_job(job)
        if repairs is not None:
            described["repairs"] = effect_counts(job, len(repairs))
        self.stdout.write(json.dumps(described, ensure_ascii=False))
        if job.has_ended:
            self.say(standing_of(job).sentence)
        if job.failure_sentence:
            self.say(f"{job.failure_sentence} {job.failure_remedy}".strip())
        if request := open_request(job):
            self.say("Nothing has been sent yet: this import waits for approval.")
            for rule in request.rules:
                self.say(rule.sentence)
            sys.exit(AWAITS_APPROVAL)
        wanted = JOB_CHECKED if options["check_only"] else {JobStatus.FINISHED}
        if job.status not in wanted:
            sys.exit(1)

    def read_account(self, account: DotdigitalAccount) -> None:
        """Read the account first where that is due: nobody will be there to look what has come meanwhile."""
        pause = threading.Event()
        while is_old(account, timezone.now()):
            refresh_account(account)
            account.refresh_from_db()
            known = known_of(account)
            if known.run is not None:  # a worker reads it just now
                pause.wait(LOOK_AGAIN_SECONDS)
                account.refresh_from_db()
            elif known.unread_reason:
                self.say(f"The account's data fields and lists could not be read: {known.unread_words}")
                return

    def receive(
        self, path: Path, account: DotdigitalAccount, user: User, options: dict[str, object]
    ) -> UploadJob:
        try:
            with path.open("rb") as file:
                return receive_upload(
                    account=account,
                    owner=user,
                    file_name=path.name,
                    file=File(file),
                    reading_options=options,
                )
        except (FileRefusedError, QuotaReachedError) as error:
            raise CommandError(f"{error.sentence} {error.remedy}", returncode=1) from None
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.", returncode=USAGE_ERROR) from None

    def say_same_file(self, job: UploadJob, user: User) -> None:
        for earlier in UploadJob.objects.visible_to(user).same_file(job):
            at = date_format(localtime(earlier.created_at), "DATETIME_FORMAT")
            imported = "" if earlier.imported is None else f", {number(earlier.imported)} imported"
            self.say(
                f"This same file was uploaded on {at} by {earlier.owner.shown_name}: "
                f"{standing_of(earlier).words}{imported}."
            )

    def say_reading(self, job: UploadJob) -> None:
        """What the mapping page says of how the file was read."""
        reading = job.reading
        if not reading:
            return
        if reading["header_rows"] > 1:
            last = reading["header_row"] + reading["header_rows"] - 1
            self.say(f"The names of the columns are in rows {reading['header_row']} to {last}.")
        if reading["non_data"]:
            first = ", ".join(map(str, reading["non_data_rows"]))
            self.say(
                f"Rows left out as titles and remarks: {number(reading['non_data'])}. The first: {first}."
            )
        for row, text in job.file_problems:
            self.say(f"Row {row}: {text}" if row else text)
        for choice in doubtful(reading["decisions"]):
            self.say(f"Please check {choice}: it is not certain.")

    def say_drift(self, job: UploadJob) -> None:
        """How the file is unlike the one whose mapping is remembered, and used again."""
        for change in drift_of(job):
            self.say(f"{change.sentence} {change.remedy}".strip())

    def check_repaired(self, job: UploadJob, mapping: Mapping, repairs: Sequence[Repair], user: User) -> None:
        """Check the file with its repairs; before a rule for a problem, check what comes before the rule."""
        first, *others = in_steps(repairs)
        add_repairs(job, first, user)
        self.check_mapping(job, mapping, user)
        for step in others:
            if job.status not in JOB_CHECKED:
                return
            add_repairs(job, step, user)
            self.run(job)

    def check_mapping(self, job: UploadJob, mapping: Mapping, user: User) -> None:
        problems = set_mapping(job, mapping, user)
        if problems:
            lines = "\n".join(
                f"  {problem.where}: {problem.sentence} {problem.remedy}" for problem in problems
            )
            raise CommandError(f"The mapping cannot be used:\n{lines}", returncode=USAGE_ERROR)
        self.say("Checking")
        self.run(job)
        for column, count in unused_withdrawals(profiles_of(job), mapping):
            self.say(
                f"“{column}” says who is not to be mailed, in {number(count)} cells, and is not used. New contacts "
                "without a status are subscribed by Dotdigital."
            )

    def say_refused(self, job: UploadJob) -> None:
        """Who says no to e-mail in a column that is no subscription."""
        for column, count in job.check_summary.get("preflight", {}).get("refused", {}).items():
            self.say(
                f"Contacts that say no to e-mail in “{column}”, and would become subscribed: {number(count)}. The "
                "column is imported as a data field or a preference, which does not change who gets e-mail."
            )

    def confirm(self, job: UploadJob, user: User, *, stops_on_refusal: bool) -> None:
        """Start the import. Where rows of the file have been imported meanwhile, it is checked again before."""
        try:
            while job.status in JOB_CONFIRMABLE and not confirm_job(
                job, user, stops_on_refusal=stops_on_refusal
            ):
                if job.status in JOB_CONFIRMABLE:  # somebody else has moved it
                    job.refresh_from_db()
                self.run(job)
        except LineBusyError as error:
            raise CommandError(
                f"Rows of this file are being imported by job {error.job.pk}. Wait until it has ended.",
                returncode=1,
            ) from None

    def say(self, words: str) -> None:
        self.stderr.write(words)


def reading_options(options: dict[str, Any]) -> dict[str, object]:
    """What was said of how the file is read, as far as anything was."""
    return given_options(ReadingOptions(header_rows=options["header_rows"]))


def find_user(username: str) -> User:
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise CommandError(f"There is no active user named {username}.", returncode=USAGE_ERROR)
    return user


def refuse_strangers(user: User, account: DotdigitalAccount) -> None:
    """Raises CommandError where `user` is no member of `account`."""
    if not DotdigitalAccount.objects.visible_to(user).filter(pk=account.pk).exists():
        raise CommandError(f"{user} is not a member of {account}.", returncode=USAGE_ERROR)


def find_account(name: str) -> DotdigitalAccount:
    account = DotdigitalAccount.objects.filter(name=name).first()
    if account is None:
        raise CommandError(
            f"There is no account named {name}. Add it with add_account.", returncode=USAGE_ERROR
        )
    return account


def read_mapping(path: Path | None) -> Mapping | None:
    if path is None:
        return None
    try:
        return Mapping.from_json(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.", returncode=USAGE_ERROR) from None
    except (ValueError, MappingFormatError) as error:
        raise CommandError(f"{path} is not a mapping: {error}", returncode=USAGE_ERROR) from None


def read_repairs(path: Path | None) -> list[Repair] | None:
    if path is None:
        return None
    try:
        return repairs_from_json(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.", returncode=USAGE_ERROR) from None
    except ValueError as error:
        raise CommandError(f"{path} is not a list of repairs: {error}", returncode=USAGE_ERROR) from None


def run_by_workers(job: UploadJob) -> None:
    """Wake the workers up and wait until `job` waits for a person or has ended."""
    if job.is_delivering:
        wake_account(job.account)
    wake_job(job)
    pause = threading.Event()
    while job.status in STEPS:
        pause.wait(LOOK_AGAIN_SECONDS)
        job.refresh_from_db()


def describe_job(job: UploadJob) -> dict[str, object]:
    """What the command prints; see docs/commands.md."""
    counts = job.ledger.get("counts", {})
    return {
        "job": str(job.pk),
        "status": job.status,
        "standing": standing_of(job).to_dict(),
        "rows": job.rows,
        "reading": reading_told(job.reading),
        "drift": [
            {**change.to_dict(), "sentence": change.sentence, "remedy": change.remedy}
            for change in drift_of(job)
        ],
        "ledger": {bucket.key: counts.get(bucket.key, 0) for bucket in BUCKETS} if counts else {},
        "with_problems": job.ledger.get("with_problems", 0),
        "values_left_out": job.ledger.get("values_left_out", 0),
        "batches": job.batches.count(),
        "issues": job.check_summary.get("issue_counts", {}),
        "mapping": job.mapping,
        "seconds": job.step_seconds,
    }
