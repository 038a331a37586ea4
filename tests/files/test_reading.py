"""A reading and its JSON."""

import json

from imports.files.reading import Reading, ReadingProblem


def test_a_reading_survives_the_way_through_json():
    reading = Reading(
        format="csv",
        encoding="utf-8",
        delimiter=";",
        quote=None,
        sheet=None,
        header_row=2,
        columns=("Email", "Größe"),
        rows=10,
        blank=1,
        furniture=1,
        problems=(ReadingProblem(4, "undecodable", "One."),),
    )
    assert Reading.from_dict(json.loads(json.dumps(reading.to_dict()))) == reading
