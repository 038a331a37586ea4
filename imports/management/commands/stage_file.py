"""`manage.py stage_file FILE [--output CLEAN.csv] [--sheet NAME] [--encoding E] [--delimiter D] [--quote Q]
[--header-row N] [--header-rows N] [--first-data-row N] [--keep-footer]`"""

import json
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from imports.files.cleaned import write_csv
from imports.files.file_problems import reading_told
from imports.files.file_refusals import FileRefusedError
from imports.files.guarded_reading import stage_guarded
from imports.files.reading import ReadingOptions
from imports.jobs.stage import reader_limits, upload_limits
from imports.storage import artefacts


class Command(BaseCommand):
    requires_system_checks = ()
    help = "Show how a file is read, and write it as plain UTF-8 CSV. Needs no account."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--output", type=Path, metavar="CLEAN.csv")
        parser.add_argument("--sheet")
        parser.add_argument("--encoding")
        parser.add_argument("--delimiter")
        parser.add_argument("--quote", help="An empty string: nothing quotes.")
        parser.add_argument("--header-row", type=int, help="0: no row names the columns.")
        parser.add_argument("--header-rows", type=int, help="How many rows name the columns together.")
        parser.add_argument("--first-data-row", type=int)
        parser.add_argument(
            "--keep-footer",
            action="store_true",
            help="Keep totals, remarks and names of columns that come again.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        names = (field.name for field in fields(ReadingOptions))
        reading_options = ReadingOptions(**{name: options[name] for name in names})
        try:
            options["file"].open("rb").close()
            with artefacts.work_folder() as folder:
                table = folder / "staged"
                reading = stage_guarded(
                    options["file"], table, reading_options, upload_limits(), reader_limits=reader_limits()
                )
                if options["output"]:
                    write_csv(table, reading, options["output"])
        except FileRefusedError as error:
            self.stderr.write(f"{error.sentence} {error.remedy}")
            sys.exit(1)
        except OSError as error:
            raise CommandError(
                f"{error.filename} cannot be opened: {error.strerror}.", returncode=2
            ) from None
        self.stdout.write(json.dumps(reading_told(reading.to_dict()), ensure_ascii=False))
