"""How a file was read is remembered together with its mapping, for the next file of its shape."""

import pytest

from imports.jobs.confirm import confirm_job
from imports.models import DotdigitalAccount, MappingTemplate, UploadJob
from imports.states import JobStatus
from portal.models import User

pytestmark = [pytest.mark.pipeline, pytest.mark.django_db]


def confirm(account: DotdigitalAccount, owner: User, options: dict[str, object], as_detected: str) -> None:
    job = UploadJob.objects.create(
        account=account,
        owner=owner,
        status=JobStatus.CHECKED,
        file_bytes=7,
        reading={"columns": ["Email"]},
        reading_options=options,
        as_detected=as_detected,
        mapping={
            "matchIdentifier": "email",
            "columns": [{"column": "Email", "target": "identifiers.email"}],
        },
    )
    assert confirm_job(job, owner)


def test_the_last_confirmed_import_of_a_shape_is_what_is_remembered():
    account = DotdigitalAccount.objects.create(name="Acme", endpoint="", api_user="")
    owner = User.objects.create_user("ada")

    confirm(account, owner, {"header_row": 3}, "a" * 64)
    confirm(account, owner, {"header_row": 4, "encoding": "windows-1252"}, "b" * 64)

    template = MappingTemplate.objects.get()
    assert template.reading_options == {"header_row": 4, "encoding": "windows-1252"}
    assert template.as_detected == "b" * 64
