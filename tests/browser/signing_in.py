"""What people do in more than one of the browser tests."""

import base64
from collections.abc import Mapping
from pathlib import Path

from django.core.files import File
from playwright.sync_api import Page

from imports.jobs.upload import receive_upload
from imports.models import DotdigitalAccount, UploadJob
from imports.states import JobStatus
from portal.models import User
from tests.patience import wait_until


def upload(page: Page, path: Path) -> None:
    """Choose the file at `path` and send it."""
    page.goto("/upload/")
    page.get_by_label("File").set_input_files(path)
    page.get_by_role("button", name="Upload and read the file").click()


def is_staged(job: UploadJob) -> bool:
    return UploadJob.objects.get(pk=job.pk).status == JobStatus.STAGED


def staged_job(account: DotdigitalAccount, person: User, path: Path) -> UploadJob:
    """The job of the file at `path`, as if `person` had sent it, once workers have read it."""
    with path.open("rb") as file:
        job = receive_upload(account=account, owner=person, file_name=path.name, file=File(file))
    wait_until(lambda: is_staged(job), "the file has been read")
    return job


DROP = """
([files, target]) => {
  const transfer = new DataTransfer();
  for (const [name, content] of files) {
    const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
    transfer.items.add(new File([bytes], name, { lastModified: 1 }));
  }
  return ["dragover", "drop"].map((type) => {
    const event = new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: transfer });
    document.querySelector(target).dispatchEvent(event);
    return event.defaultPrevented;
  });
}
"""


def drop_files(page: Page, contents: Mapping[str, str | bytes], target: str) -> bool:
    """Drop files of these names and contents on `target`; whether the browser was kept from opening them itself."""
    files = [
        (name, base64.b64encode(content.encode() if isinstance(content, str) else content).decode())
        for name, content in contents.items()
    ]
    return all(page.evaluate(DROP, [files, target]))
