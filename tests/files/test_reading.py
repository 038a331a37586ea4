"""What a reading and a preview say, and their JSON."""

import json

from imports.files.decisions import Decision
from imports.files.excerpt import ExcerptRow, Role
from imports.files.reading import Preview, Reading, ReadingProblem, Sheet

INTERPRETATION = {
    "format": "xlsx",
    "archive": "zip",
    "member": "people.xlsx",
    "sheet": "People",
    "sheets": (Sheet("People"), Sheet("Old", is_hidden=True)),
    "header_row": 2,
    "header_rows": 1,
    "first_data_row": 3,
    "columns": ("Email", "Größe"),
    "decisions": {"header_row": Decision(0.8, "below_title")},
}


def test_a_reading_survives_the_way_through_json():
    reading = Reading(
        **INTERPRETATION,
        records=13,
        rows=10,
        blank=1,
        non_data=1,
        non_data_rows=(1,),
        staged_rows=11,
        problems=(ReadingProblem(4, "undecodable", "One."),),
    )
    assert Reading.from_dict(json.loads(json.dumps(reading.to_dict()))) == reading


def test_a_preview_survives_the_way_through_json():
    preview = Preview(**INTERPRETATION, excerpt=(ExcerptRow(2, Role.HEADER, ("Email", "Größe")),))
    assert Preview.from_dict(json.loads(json.dumps(preview.to_dict()))) == preview
