"""portal.settings for workers whose steps crash, and the exceptions quote all of the file that they were about.

Where a step crashes is said by the name of the job's file: that of a place in PLACES, and ".csv".
"""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.apps import AppConfig

from portal.settings import *  # noqa: F403
from portal.settings import DATA_DIR
from portal.settings import INSTALLED_APPS as PORTAL_APPS

INSTALLED_APPS = [*PORTAL_APPS, f"{__name__}.Crashing"]


@dataclass(frozen=True)
class Place:
    """A function that a step calls, by the name under which the step knows it, and the jobs that its arguments are
    about. It crashes the first time only where the step is tried again until it succeeds."""

    module: str
    function: str
    jobs: Callable[..., list[Any]]
    first_time_only: bool = False


def _jobs_of_account(account: Any) -> list[Any]:
    return list(account.jobs.all())


PLACES = {
    "reading": Place("imports.jobs.stage", "read_upload", lambda job, *_: [job]),
    "trying": Place("imports.jobs.trial", "apply_mapping", lambda job, *_, **__: [job]),
    "checking": Place("imports.jobs.check", "apply_mapping", lambda job, *_: [job]),
    "sending": Place("imports.delivery.send", "body_of", lambda batch: [batch.job]),
    "settling": Place("imports.delivery.settle", "settle_finished", lambda batch, _: [batch.job], True),
    "reporting": Place("imports.jobs.report", "_end_of", lambda job, _: [job]),
    "waking": Place("imports.jobs.tasks", "wake_delivered", _jobs_of_account, True),
}


class StepCrashError(Exception):
    """Its text is a whole file of contacts."""


class Crashing(AppConfig):
    name = "tests.delivery"
    label = "crashing"

    def ready(self) -> None:
        for name, place in PLACES.items():
            module = importlib.import_module(place.module)
            setattr(module, place.function, _crashing(name, place, getattr(module, place.function)))


def _crashing(name: str, place: Place, function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def crashes(*args: Any, **options: Any) -> Any:
        for job in place.jobs(*args, **options):
            if job.file_name == f"{name}.csv" and _is_to_crash(place, job):
                raise StepCrashError(_contents_of(job))
        return function(*args, **options)

    return crashes


def _is_to_crash(place: Place, job: Any) -> bool:
    if not place.first_time_only:
        return True
    mark = DATA_DIR / f"crashed-{job.pk}"
    is_first = not mark.exists()
    mark.touch()
    return is_first


def _contents_of(job: Any) -> str:
    from imports.storage.artefacts import local_file

    with local_file(job.upload) as upload:
        return upload.read_text(encoding="utf-8")
