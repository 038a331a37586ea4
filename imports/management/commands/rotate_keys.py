"""`manage.py rotate_keys`: what is encrypted in the database moves to the newest key of ENCRYPTION_KEY.

One JSON object on stdout, words on stderr; exit 0 when all of it is under that, 1 when some cannot be decrypted.
"""

import json
import sys
from typing import Any

from imports.accounts.key_rotation import (
    credentials_by_key,
    has_older_keys,
    needs_older_keys,
    rotate_credentials,
    unreadable_owners,
)
from imports.management.portal_command import PortalCommand
from imports.secrets import UnderKey

NEEDED_FOR = {
    "credentials": "{count} credentials or second factors that were entered meanwhile under one: restart what uses it, "
    "and repeat",
    "audit_events": "{count} audit events, to be verified",
    "digests": "digests of {count} imports, to be searched",
    "files": "{count} stored files, to be read",
}


class Command(PortalCommand):
    help = (
        "Encrypt all stored credentials and second factors with the newest key of ENCRYPTION_KEY, and say what the "
        "older ones are still needed for. It can be repeated at any time."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        rotated = rotate_credentials()
        found = credentials_by_key()
        needed = needs_older_keys()
        counts = {"credentials": found.total(), "rotated": rotated, "unreadable": found[UnderKey.UNKNOWN]}
        self.stdout.write(json.dumps({**counts, "older_keys_needed": needed}))
        for name in unreadable_owners():
            self.stderr.write(
                f"{name}: a secret is under a key that ENCRYPTION_KEY does not name; enter it again."
            )
        if has_older_keys():
            self.stderr.write(words_on_older_keys({"credentials": found[UnderKey.OLDER], **needed}))
        if found[UnderKey.UNKNOWN]:
            sys.exit(1)


def words_on_older_keys(needed: dict[str, int]) -> str:
    """What the keys behind the first are still needed for, if anything."""
    words = [NEEDED_FOR[name].format(count=count) for name, count in needed.items() if count]
    if words:
        return f"The older keys of ENCRYPTION_KEY are still needed for {'; '.join(words)}: keep them."
    return "Nothing needs the older keys of ENCRYPTION_KEY any more: they can go."
