"""Brings database, static files and demo data up to date: run once before the processes start.

One process for all three, so that Django is loaded once.
"""

from __future__ import annotations

import argparse
import os

import django
from django.core.management import call_command


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m portal.launch.prepare", description=__doc__)
    parser.add_argument("--demo-endpoint", help="seed the demo users and the demo account at this endpoint")
    options = parser.parse_args()

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    if options.demo_endpoint:
        call_command("seed_demo", endpoint=options.demo_endpoint, verbosity=0)


if __name__ == "__main__":
    main()
