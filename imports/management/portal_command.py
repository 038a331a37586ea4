"""What every command of the portal is that changes or shows something: that it was run is recorded."""

from typing import Any

from django.core.management.base import BaseCommand

from imports.audit.recording import record
from portal.requester import acting_for, command_requester


class PortalCommand(BaseCommand):
    """A command whose acts are recorded as those of a command. What it was given stays out: it can be personal."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        name = type(self).__module__.rpartition(".")[2]
        with acting_for(command_requester(name)):
            record("command_run", by=None, command=name)
            return super().execute(*args, **options)
