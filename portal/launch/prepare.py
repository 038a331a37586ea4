"""Brings database, static files and demo data up to date: run once before the processes start.

One process for all three, so that Django is loaded once. On stdout it says what the launcher is to tell (see the
command `seed_demo`), and nothing else.
"""

from __future__ import annotations

import argparse
import hashlib
import os

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m portal.launch.prepare", description=__doc__)
    parser.add_argument("--demo-endpoint", help="seed the demo users and the demo account at this endpoint")
    parser.add_argument(
        "--random-passwords", action="store_true", help="no user keeps a password of the demo"
    )
    options = parser.parse_args()

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    collect_static_files()
    if options.demo_endpoint:
        call_command(
            "seed_demo",
            endpoint=options.demo_endpoint,
            random_passwords=options.random_passwords,
            verbosity=0,
        )


def collect_static_files() -> None:
    """Collects, hashes and compresses the static files, unless that was done and none has changed since.

    Compressing them takes longer than all else that a second start has to do.
    """
    fingerprint = static_fingerprint()
    remembered = settings.DATA_DIR / "static-fingerprint"
    if settings.STATIC_ROOT.is_dir() and remembered.is_file() and remembered.read_text() == fingerprint:
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    remembered.write_text(fingerprint)


def static_fingerprint() -> str:
    """SHA-256 over path, size and time of change of every file that would be collected."""
    digest = hashlib.sha256(repr(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            status = os.stat(storage.path(path))
            digest.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


if __name__ == "__main__":
    main()
