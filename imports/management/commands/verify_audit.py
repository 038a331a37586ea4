"""`manage.py verify_audit [--accept-restore]`: whether the audit log is whole.

One JSON object on stdout, words on stderr; exit 0 when it is, 1 when it is not.
"""

import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from imports.audit.recording import record
from imports.auditing.audit_verification import missing_triggers, verify_events
from imports.auditing.checkpoints import Anchor, forget_anchors, is_kept, last_anchor, make_checkpoint
from imports.storage.storage_errors import StorageUnavailableError
from portal.requester import acting_for, command_requester


class Command(BaseCommand):
    help = "Look whether any event of the audit log was changed, removed, inserted or put elsewhere."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--accept-restore",
            action="store_true",
            help="the database was restored from a backup: what came after it is known to be lost",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        anchor = self.anchor()
        if options["accept_restore"] and anchor is not None and not is_kept(anchor):
            accept_restore(anchor)
            self.stderr.write(f"Event {anchor.id} and what came before it since the backup is given up.")
            anchor = self.anchor()
        if missing := missing_triggers():
            self.stderr.write(
                f"The database does not refuse changes of events: it lacks {', '.join(sorted(missing))}."
            )
        found = verify_events(anchor)
        if found.first_break is None:
            self.stdout.write(json.dumps({"events": found.events, "intact": True}))
            return
        for one in sorted(found.breaks, key=lambda one: one.event_id):
            self.stderr.write(f"Event {one.event_id}: {one.why}")
        first = found.first_break
        self.stdout.write(json.dumps({"intact": False, "first_broken": first.event_id, "why": first.why}))
        sys.exit(1)

    def anchor(self) -> Anchor | None:
        try:
            found = last_anchor()
        except StorageUnavailableError:
            self.stderr.write("The storage does not answer: events are not held against its anchor.")
            return None
        if found is None:
            self.stderr.write("Storage has no anchor yet: the schedule writes one a minute.")
        return found


def accept_restore(anchor: Anchor) -> None:
    """Write down that events up to that of `anchor` are lost, and begin anew from what there is."""
    with acting_for(command_requester("verify_audit")):
        record("restore_accepted", by=None, anchor=asdict(anchor))
    forget_anchors()
    make_checkpoint()
