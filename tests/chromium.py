"""The Chromium that browser tests drive: its headless shell where it is there or Debian has it, which takes half the
time of a whole browser; else the browser that is installed; else Playwright's own."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HEADLESS_SHELL = "chromium-headless-shell"
WHOLE_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DOWNLOAD_SECONDS = 600
CONNECTION_SECONDS = 15
APT_GET = ("apt-get", "-o", f"Acquire::http::Timeout={CONNECTION_SECONDS}", "-o", "Acquire::Retries=0")

START_AND_STOP = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    playwright.chromium.launch(**{arguments}).close()
"""

# Nothing but the page under test may reach for the network, and a run leaves no trace in the next.
QUIET_ARGUMENTS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class NoChromiumError(Exception):
    """No Chromium is installed and none could be had; the message says what was tried."""


@dataclass(frozen=True)
class Chromium:
    """A browser that starts. `path` is None where Playwright finds it by itself."""

    path: str | None
    source: str

    @property
    def launch_arguments(self) -> dict[str, object]:
        """Keyword arguments for Playwright's `launch`."""
        # The kernel features of its sandbox are refused to root.
        arguments = [*QUIET_ARGUMENTS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
        return {"args": arguments, **({"executable_path": self.path} if self.path else {})}


@cache
def find_chromium() -> Chromium:
    """The browser to use, fetched if need be. Raises NoChromiumError."""
    chromium = (
        _installed("installed", HEADLESS_SHELL)
        or _from_debian()
        or _installed("installed", *WHOLE_BROWSERS)
        or _from_playwright()
    )
    if chromium is None:
        raise NoChromiumError(
            "The browser tests need Chromium. None of "
            f"{', '.join((HEADLESS_SHELL, *WHOLE_BROWSERS))} is on the PATH, Debian's package could not be installed, "
            "and Playwright could not download its own. Install Chromium or Google Chrome and run the tests again."
        )
    return chromium


def _installed(source: str, *names: str) -> Chromium | None:
    for name in names:
        path = shutil.which(name)
        if path:
            return Chromium(path, f"{source}: {path}")
    return None


def _from_playwright() -> Chromium | None:
    limit = {"PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": str(1000 * CONNECTION_SECONDS)}
    if not _succeeds(sys.executable, "-m", "playwright", "install", "--only-shell", "chromium", **limit):
        return None
    # It may be there and yet lack a library of the system.
    chromium = Chromium(None, "Playwright's own download")
    attempt = START_AND_STOP.format(arguments=chromium.launch_arguments)
    return chromium if _succeeds(sys.executable, "-c", attempt) else None


def _from_debian() -> Chromium | None:
    if os.geteuid() != 0 or not Path("/usr/bin/apt-get").exists():
        return None
    _succeeds(*APT_GET, "update")
    install = (*APT_GET, "install", "-y", "--no-install-recommends", HEADLESS_SHELL)
    if not _succeeds(*install, DEBIAN_FRONTEND="noninteractive"):
        return None
    return _installed("Debian's package", HEADLESS_SHELL)


def _succeeds(*command: str, **environ: str) -> bool:
    try:
        finished = subprocess.run(
            command,
            env={**os.environ, **environ},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=DOWNLOAD_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return finished.returncode == 0
