"""`manage.py stage_file FILE [--output CLEAN.csv] [--sheet NAME] [--encoding E] [--delimiter D] [--header-row N]`"""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from imports import artefacts
from imports.files.cleaned import write_csv
from imports.files.reading import ReadingOptions
from imports.files.refusals import FileRefusedError
from imports.files.staging import stage
from imports.steps.stage import upload_limits


class Command(BaseCommand):
    help = "Show how a file is read, and write it as plain UTF-8 CSV. Needs no account."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--output", type=Path, metavar="CLEAN.csv")
        parser.add_argument("--sheet")
        parser.add_argument("--encoding")
        parser.add_argument("--delimiter")
        parser.add_argument("--header-row", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        reading_options = ReadingOptions(
            sheet=options["sheet"],
            encoding=options["encoding"],
            delimiter=options["delimiter"],
            header_row=options["header_row"],
        )
        try:
            with artefacts.work_folder() as folder:
                table = folder / "staged"
                reading = stage(options["file"], table, reading_options, upload_limits())
                if options["output"]:
                    write_csv(table, reading, options["output"])
        except FileRefusedError as error:
            self.stderr.write(f"{error.sentence} {error.remedy}")
            sys.exit(1)
        except OSError as error:
            raise CommandError(
                f"{error.filename} cannot be opened: {error.strerror}.", returncode=2
            ) from None
        self.stdout.write(json.dumps(reading.to_dict(), ensure_ascii=False))
