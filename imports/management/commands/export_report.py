"""`manage.py export_report JOB --rows SELECTION --format csv|xlsx --output FILE`"""

import json
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import CommandError, CommandParser

from imports.audit.recording import record
from imports.jobs.report_source import report_source
from imports.management.portal_command import PortalCommand
from imports.models import UploadJob
from imports.reasons import REPORT_WORDS
from imports.reports.export import EXPORTERS
from imports.reports.report_rows import ALL_ROWS, SELECTIONS
from imports.storage import artefacts

USAGE_ERROR = 2


class Command(PortalCommand):
    help = "Write the report of a job that has ended, with the person's own columns in their own order."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("job", type=UUID)
        parser.add_argument("--rows", choices=SELECTIONS, default=ALL_ROWS)
        parser.add_argument("--format", choices=sorted(EXPORTERS), default="csv")
        parser.add_argument("--output", type=Path, required=True, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        job = UploadJob.objects.filter(pk=options["job"]).first()
        if job is None:
            raise CommandError("There is no job of that number.", returncode=USAGE_ERROR)
        if job.rows_removed_at:
            self.stderr.write(f"The rows of this job were removed on {job.rows_removed_at:%Y-%m-%d}.")
            sys.exit(1)
        if not artefacts.exists(job, artefacts.OUTCOMES):
            self.stderr.write(
                "This job has no report yet: it has not ended, or it ended before anything was checked."
            )
            sys.exit(1)
        record("report_downloaded", by=None, on=job, rows=options["rows"], format=options["format"])
        with report_source(job, options["rows"]) as source, options["output"].open("wb") as target:
            EXPORTERS[options["format"]](
                source.staged,
                source.outcomes,
                source.columns,
                target,
                options["rows"],
                words=REPORT_WORDS,
                mark=source.mark,
                consent=source.consent,
            )
        written = {"job": str(job.pk), "rows": options["rows"], "format": options["format"]}
        self.stdout.write(json.dumps({**written, "output": str(options["output"])}))
