"""What people do in more than one of the browser tests."""

from pathlib import Path

from playwright.sync_api import Page


def upload(page: Page, path: Path) -> None:
    """Choose the file at `path` and send it."""
    page.goto("/upload/")
    page.get_by_label("File").set_input_files(path)
    page.get_by_role("button", name="Upload and read the file").click()
