"""`manage.py control_account NAME pause|resume|test|status --user USERNAME`

What the account's page and the admin do, for scripts. One JSON object on stdout, words on stderr; exit 0 when it was
done, 1 when Dotdigital does not accept the account, 2 for a usage error.
"""

import json
import sys
from collections.abc import Callable
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db.models import Count
from django.utils import timezone

from imports.access import may_manage
from imports.accounts.connection import PERSON_TIMEOUT, test_connection
from imports.audit.recording import record
from imports.delivery.stopping import pause_account, resume_account
from imports.dotdigital.errors import DotdigitalError
from imports.management.commands.import_contacts import USAGE_ERROR, find_account, find_user, refuse_strangers
from imports.management.portal_command import PortalCommand
from imports.models import DotdigitalAccount, ImportBatch
from imports.secrets import SecretUnreadableError
from imports.states import JOB_DELIVERING, BatchStatus
from imports.work.queue import wake_account
from portal.models import User

STATUS = "status"


def pause(account: DotdigitalAccount, user: User) -> str:
    pause_account(account, user)
    return "Paused: nothing more is sent."


def resume(account: DotdigitalAccount, user: User) -> str:
    resume_account(account, user)
    wake_account(account)
    return "Not paused: its imports go on."


def test(account: DotdigitalAccount, user: User) -> str:
    """Raises DotdigitalError and SecretUnreadableError."""
    record("connection_tested", by=user, on=account)
    info = test_connection(account, timeout=PERSON_TIMEOUT)
    wake_account(account)  # if it was blocked, that is over
    return f"{info.api_endpoint} answers as {info.name or 'an account'} ({info.id})."


def look(account: DotdigitalAccount, user: User) -> str:
    return account.blocked_words or ("Paused." if account.is_paused else "In use.")


ACTIONS: dict[str, Callable[[DotdigitalAccount, User], str]] = {
    "pause": pause,
    "resume": resume,
    "test": test,
    STATUS: look,
}


class Command(PortalCommand):
    help = "Pause all that goes into an account, let it go on, test its connection, or say how it stands."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("action", choices=ACTIONS)
        parser.add_argument("--user", required=True, metavar="USERNAME")

    def handle(self, *args: Any, **options: Any) -> None:
        user, account = find_user(options["user"]), find_account(options["name"])
        refuse_strangers(user, account)
        if options["action"] != STATUS and not may_manage(user, account):
            raise CommandError(f"{user} does not manage {account}.", returncode=USAGE_ERROR)
        is_done = True
        try:
            words = ACTIONS[options["action"]](account, user)
        except DotdigitalError as error:
            is_done, words = False, f"{error.sentence} {error.remedy}"
        except SecretUnreadableError as error:
            is_done, words = False, str(error)
        self.stderr.write(words)
        self.stdout.write(json.dumps(describe_state(account)))
        if not is_done:
            sys.exit(1)


def describe_state(account: DotdigitalAccount) -> dict[str, object]:
    """What the command prints; see docs/commands.md."""
    batches = ImportBatch.objects.filter(job__account=account)
    jobs = account.jobs.filter(status__in=JOB_DELIVERING)
    counted = jobs.order_by("status").values("status").annotate(jobs=Count("pk"))
    return {
        "account": account.name,
        "paused": account.is_paused,
        "blocked_reason": account.blocked_words,
        "failed_calls": account.failed_calls,
        "not_before": account.not_before.isoformat() if account.not_before else None,
        "slots": {
            "used": batches.holding_slot().count(),
            "most": account.max_active_imports,
            "left_by_others": account.ceiling_at(timezone.now()),
        },
        "batches_waiting": batches.waiting().count(),
        "batches_held": batches.filter(status=BatchStatus.HELD, job__status__in=JOB_DELIVERING).count(),
        "jobs": {entry["status"]: entry["jobs"] for entry in counted},
        "jobs_paused": jobs.filter(is_paused=True).count(),
        "calls": {
            budget.call: {
                "limit": budget.limit,
                "remaining": budget.remaining,
                "resets_at": budget.resets_at.isoformat() if budget.resets_at else None,
            }
            for budget in account.budgets.order_by("call")
        },
    }
