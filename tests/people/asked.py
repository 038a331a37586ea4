"""Commands about a person, as they are run, and what they print."""

import io
import json
from typing import Any

from django.core.management import call_command

from imports.models import Membership, UploadJob
from portal.models import User
from tests.pipeline import files
from tests.pipeline.test_import_contacts import run_import

HEADER = ("Email", "First name", "Mobile phone", "Notes")
CANARY = ("quill.feather@canary.example", "Żofia-Quillfeather", "+447400604986", "Plumtree 8810")
ROWS = (("grace@example.com", "Grace", "", ""), CANARY, ("ann@example.com", "Ann", "", ""))
EMAIL, ROW = CANARY[0], 3


def asked(name: str, *options: str, user: str = "root", reason: str = "a request") -> tuple[int, Any, str]:
    """The exit code, the object that is printed and the words."""
    out, words, code = io.StringIO(), io.StringIO(), 0
    try:
        call_command(name, *options, f"--user={user}", f"--reason={reason}", stdout=out, stderr=words)
    except SystemExit as end:
        code = int(end.code or 0)
    return code, json.loads(out.getvalue()), words.getvalue()


def root() -> User:
    return User.objects.create_superuser("root", password="only for tests")


def manager(account: Any) -> User:
    mona = User.objects.create_user("mona")
    Membership.objects.create(account=account, user=mona, role=Membership.Role.MANAGER)
    return mona


def imported(folder: Any, *options: str, rows: Any = ROWS, name: str = "contacts.csv") -> UploadJob:
    """A file with the canary, imported."""
    file = files.delimited(folder / name, HEADER, rows)
    _, result = run_import(file, "--inline", *options)
    return UploadJob.objects.get(pk=result["job"])
