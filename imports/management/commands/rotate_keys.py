"""`manage.py rotate_keys`: stored credentials move to the newest key of ENCRYPTION_KEY.

One JSON object on stdout, words on stderr; exit 0 when all of them are under it, 1 when some cannot be decrypted.
"""

import json
import sys
from typing import Any

from imports.accounts.key_rotation import (
    audit_events_under_older_keys,
    credentials_by_key,
    has_older_keys,
    rotate_credentials,
    unreadable_accounts,
)
from imports.management.portal_command import PortalCommand
from imports.secrets import UnderKey


class Command(PortalCommand):
    help = "Encrypt all stored credentials with the newest key of ENCRYPTION_KEY. It can be repeated at any time."

    def handle(self, *args: Any, **options: Any) -> None:
        rotated = rotate_credentials()
        found = credentials_by_key()
        unreadable = found[UnderKey.UNKNOWN]
        self.stdout.write(
            json.dumps({"credentials": found.total(), "rotated": rotated, "unreadable": unreadable})
        )
        for name in unreadable_accounts():
            self.stderr.write(
                f"{name}: a credential is under a key that ENCRYPTION_KEY does not name; enter it again."
            )
        if has_older_keys():
            self.stderr.write(words_on_older_keys(found[UnderKey.OLDER]))
        if unreadable:
            sys.exit(1)


def words_on_older_keys(credentials: int) -> str:
    """What the keys behind the first are still needed for, if anything."""
    if credentials:
        return f"{credentials} credentials were entered meanwhile under an older key: restart what uses it, and repeat."
    if events := audit_events_under_older_keys():
        return f"No credential needs the older keys any more; {events} audit events do, to be verified: keep them."
    return "No credential and no audit event needs the older keys of ENCRYPTION_KEY any more."
