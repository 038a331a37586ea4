"""What the portal holds of a person, for the person: the rows that are theirs, what was sent of them, what became of
them, and the consent that came with them. Of other people's rows that mention them, the cells that do and no others.
"""

import json
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import polars as pl

from imports import tables
from imports.access import may_look_for_people
from imports.audit.recording import record
from imports.models import UploadJob
from imports.people.finding import NotAllowedError, checked_reason, jobs_searched
from imports.provenance.carried import CarriedTables
from imports.provenance.erased_rows import plan_erasure
from imports.provenance.keeping import Carrier, Found, carried_tables, find_carriers
from imports.provenance.person_digests import named_in_log
from imports.provenance.person_identifiers import PersonIdentifier
from imports.storage import artefacts
from portal.models import User

_CONSENT = "consentRecords"


def export_person(person: PersonIdentifier, user: User, reason: str) -> tuple[dict[str, Any], Found]:
    """What is held of `person` in the imports that `user` may look into, as JSON-safe values, and what was found.
    Raises NotAllowedError, BadReasonError, StorageUnavailableError."""
    if not may_look_for_people(user):
        raise NotAllowedError
    reason = checked_reason(reason, person)
    found = find_carriers(person, jobs_searched(user))
    told = [_job(person, carrier) for carrier in found.carriers]
    record(
        "person_exported",
        by=user,
        reason=reason,
        **named_in_log(person),
        jobs=[str(carrier.job.pk) for carrier in found.carriers],
        rows=sum(len(one["rows"]) for one in told),
        left_open=sum(found.left_open.values()),
    )
    document = {
        "identifier": {"kind": str(person.kind), "value": person.value},
        "jobs": told,
        "not_looked_into": found.left_open,
    }
    return document, found


def _job(person: PersonIdentifier, carrier: Carrier) -> dict[str, Any]:
    job = UploadJob.objects.select_related("account", "owner").get(pk=carrier.job.pk)
    rows, mentions = _held(person, job) if artefacts.STAGED in job.tables else ({}, {})
    return {
        "job": str(job.pk),
        "file": job.file_name,
        "account": job.account.name,
        "owner": job.owner.get_username(),
        "uploaded": job.created_at.isoformat(),
        "status": job.status,
        "rows": [
            {
                "row": one.row,
                "outcome": one.outcome,
                "consent_given": one.consent,
                **rows.get(one.row, {"held": "mention" if one.row in mentions else "digest"}),
                **({"mentioned_in": mentions[one.row]} if one.row in mentions else {}),
            }
            for one in carrier.rows
        ],
    }


def _held(
    person: PersonIdentifier, job: UploadJob
) -> tuple[dict[int, dict[str, Any]], dict[int, dict[str, str]]]:
    """By their numbers, the rows of `job` that are the person's with all that is held of them, and of others the cells
    that mention them."""
    with ExitStack() as stack:
        try:
            found = stack.enter_context(carried_tables(job))
        except FileNotFoundError:
            return {}, {}
        plan = plan_erasure(person, found, None, None)
        cells = _cells(found.staged, plan.touched, job.columns)
        rows = {row: {"held": "row", "cells": cells[row]} for row in plan.rows if row in cells}
        if found.repaired:
            for row, now in _cells(found.repaired, plan.rows, job.columns).items():
                if now != rows[row]["cells"]:
                    rows[row]["repaired"] = now
        for row, sent in _sent(found, plan.rows).items():
            rows[row] |= sent
        mentions = {
            row: {job.columns[place]: cells[row][job.columns[place]] for place in places}
            for row, places in plan.cells.items()
        }
    return rows, mentions


def _cells(table: Path, rows: Sequence[int], columns: Sequence[str]) -> dict[int, dict[str, str]]:
    found = tables.rows_at(tables.scan(table), rows)
    return {row: dict(zip(columns, cells, strict=False)) for row, *cells in found.iter_rows()}


def _sent(found: CarriedTables, rows: Sequence[int]) -> dict[int, dict[str, Any]]:
    """What was to be sent of rows, the consent in it, and what Dotdigital said."""
    told: dict[int, dict[str, Any]] = {}
    if found.prepared:
        for row, contact in (
            tables.rows_at(tables.scan(found.prepared), rows).select("row", "contact").iter_rows()
        ):
            sent = json.loads(contact) if contact else None
            told[row] = {"sent": sent, "consent": (sent or {}).get(_CONSENT, [])}
    for path in found.outcomes:
        names = ("row", "contact_id", "codes", "reason")
        settled = tables.scan(path).filter(pl.col("row").is_in(list(rows))).select(names).collect()
        for row, contact_id, codes, said in settled.iter_rows():
            answer = {"contact_id": contact_id, "codes": (codes or "").split(), "dotdigital_said": said or ""}
            told.setdefault(row, {}).update(answer)
    return told
