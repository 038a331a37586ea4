"""What is looked for among rows, as an address carries it.

Most often it is a person's name or address, and what a page's address holds lies in the logs of proxies and the
histories of browsers. So it is posted, and from then on carried sealed: it is read with the portal's key alone, for
whoever looked, in the import that they looked in, for a day.
"""

import json

from django.urls import reverse
from django.utils.http import urlencode

from imports import secrets
from imports.models import UploadJob
from portal.models import User

PARAMETER = "find"
MAX_CHARS = 200
KEPT_SECONDS = 24 * 60 * 60


def sealed(user: User, job: UploadJob, search: str) -> str:
    return secrets.encrypt(json.dumps([user.pk, str(job.pk), search]))


def opened(user: User, job: UploadJob, token: str) -> tuple[str, bool]:
    """What `sealed` was given, and whether it has lapsed: too old, somebody else's, or not the portal's."""
    if not token:
        return "", False
    try:
        owner, import_id, search = json.loads(secrets.decrypt(token, max_age_seconds=KEPT_SECONDS))
    except (secrets.SecretUnreadableError, ValueError, TypeError):
        return "", True
    return (str(search), False) if (owner, import_id) == (user.pk, str(job.pk)) else ("", True)


def address_of(user: User, job: UploadJob, show: str, search: str) -> str:
    """The address of the rows of `job` that are shown by `show` and hold `search`."""
    found = {"show": show} if show else {}
    if text := search[:MAX_CHARS]:
        found[PARAMETER] = sealed(user, job, text)
    address = reverse("imports:rows", args=[job.pk])
    return f"{address}?{urlencode(found)}" if found else address
