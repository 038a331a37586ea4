"""The tasks that workers run, and no others: what lies in Redis names a task, it does not bring one.

RQ imports and calls whatever a job in Redis names, for itself and for its callbacks, sends HTTP requests where a job
says so, and reads jobs by pickle unless it is told otherwise: whoever can write to Redis could run any code with the
portal's keys. A `KnownJob` is JSON, names one of TASKS, and has nothing else to call.
"""

from collections.abc import Callable
from typing import Any

from rq import Queue
from rq.exceptions import DeserializationError
from rq.job import Job
from rq.serializers import DefaultSerializer, JSONSerializer

MODULE = "imports.jobs.tasks"
ADVANCE, TRY, DELIVER, READ, MAKE, MAIL, DIGEST, CONTACTS = NAMES = (
    "advance_job",
    "try_mapping",
    "deliver_account",
    "read_account",
    "make_download",
    "send_mails",
    "digest_job",
    "read_contacts",
)
TASKS = frozenset(f"{MODULE}.{name}" for name in NAMES)
MAX_KEY_CHARS = 64

# Several parts of RQ are not told by their callers how to read what a job holds, and fall back to this class:
# executions, groups, the queues that registries make for themselves, its own commands. Nothing here needs pickle.
DefaultSerializer.dumps = staticmethod(JSONSerializer.dumps)
DefaultSerializer.loads = staticmethod(JSONSerializer.loads)


class UnknownTaskError(Exception):
    """A job in Redis is none that the portal has queued."""


class KnownJob(Job):
    """A job of RQ that runs one of TASKS with one id, and calls nothing else."""

    def refusal(self) -> str:
        """Why this is none of the portal's own jobs, in words without anything that it holds; blank when it is one."""
        try:
            name, instance, args, kwargs = self.func_name, self.instance, self.args, self.kwargs
        except (DeserializationError, TypeError, ValueError):
            return "it is not written as the portal writes its tasks"
        if name not in TASKS or instance is not None:
            return "it names no task of the portal"
        if kwargs or not isinstance(args, list | tuple) or len(args) != 1 or not _is_key(args[0]):
            return "its task is not given one id"
        if self._success_callback_name or self._failure_callback_name or self._stopped_callback_name:
            return "it has callbacks"
        return "it has webhooks" if self.webhooks else ""

    def strip(self) -> None:
        """Leave nothing on it that would be called, repeated or told of when it is put aside."""
        self._success_callback_name = self._failure_callback_name = self._stopped_callback_name = None
        self.webhooks = []
        self.retries_left = None

    @property
    def func(self) -> Callable[..., Any]:
        """What it runs. Raises UnknownTaskError before anything is imported for a job that is not known."""
        if reason := self.refusal():
            raise UnknownTaskError(reason)
        return super().func

    # Where RQ cleans up after others it would call these without a worker having looked at the job.

    @property
    def success_callback(self) -> None:
        return None

    @property
    def failure_callback(self) -> None:
        return None

    @property
    def stopped_callback(self) -> None:
        return None


class KnownQueue(Queue):
    """A queue whose jobs are known ones, also where RQ makes it by its name alone."""

    job_class = KnownJob

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{**options, "job_class": KnownJob, "serializer": JSONSerializer})


def _is_key(value: object) -> bool:
    return isinstance(value, int) or (isinstance(value, str) and len(value) <= MAX_KEY_CHARS)
