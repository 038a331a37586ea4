"""The contact's finished JSON text, from cleaned columns and constants: every part of `ImportContact`."""

from collections.abc import Mapping as Members
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from imports.contacts.cleaned_fields import CleanedField
from imports.contacts.consents import ConsentRecord, plan_consents
from imports.contacts.mapping import Mapping
from imports.contacts.payload import array_of, json_text, member, object_of
from imports.contacts.targets import (
    CHANNEL_PROPERTIES,
    CONSENT_PARTS,
    CONSENT_RECORDS,
    CONTACT_ID,
    DATA_FIELDS,
    IDENTIFIERS,
    LISTS,
    PREFERENCES,
    Target,
    TargetCatalogue,
)

CONTACT_START = '{"matchIdentifier":"'
PARTS = (IDENTIFIERS, DATA_FIELDS, CHANNEL_PROPERTIES, LISTS, PREFERENCES, CONSENT_RECORDS)
"""The parts of a contact, in the order in which they are sent."""


@dataclass(frozen=True)
class ContactPlan:
    """What the contacts of a mapping are made of: cleaned columns, and what is the same for all.

    `constants` maps targets to values in the form in which they are sent; `list_ids` are the lists that every
    contact is added to.
    """

    fields: Sequence[CleanedField]
    constants: Members[Target, str]
    list_ids: Sequence[int]
    consents: Sequence[ConsentRecord]


def plan_contact(mapping: Mapping, fields: Sequence[CleanedField], catalogue: TargetCatalogue) -> ContactPlan:
    """The plan of a mapping that has no problems."""
    constants: dict[Target, str] = {}
    list_ids: list[int] = []
    for constant in mapping.constants:
        target = catalogue.find(constant.target)
        if target is not None and target.part == LISTS:
            list_ids += constant.value
        elif target is not None:
            constants[target] = target.type.sent(constant.value, catalogue) or ""
    of_consent = {target.key: value for target, value in constants.items() if target.consent_record}
    return ContactPlan(fields, constants, list(dict.fromkeys(list_ids)), plan_consents(fields, of_consent))


def with_contact_text(rows: pl.LazyFrame, plan: ContactPlan) -> pl.LazyFrame:
    """`rows` with `contact`, the JSON text of every row's contact, and with the JSON texts that it is made of: a
    column `json_column` for each of `PARTS`, null where a contact does not have it, and one for each channel.

    Reads `match_by` beside the fields' values.
    """
    channels = _channels(plan)
    parts = {
        IDENTIFIERS: _identifiers(plan),
        DATA_FIELDS: object_of(_data_fields(plan)),
        **{f"{CHANNEL_PROPERTIES}.{channel}": _object_of_tree(tree) for channel, tree in channels.items()},
        LISTS: _enclosed_lists(plan),
        PREFERENCES: array_of(_preferences(plan)),
        CONSENT_RECORDS: array_of([_consent_record(record) for record in plan.consents]),
    }
    properties = object_of(
        [member(channel, pl.col(json_column(f"{CHANNEL_PROPERTIES}.{channel}"))) for channel in channels]
    )
    start = [pl.lit(CONTACT_START), pl.col("match_by"), pl.lit('"')]
    members = [pl.concat_str([pl.lit(part_start(part)), pl.col(json_column(part))]) for part in PARTS]
    return (
        rows.with_columns(text.alias(json_column(part)) for part, text in parts.items())
        .with_columns(properties.alias(json_column(CHANNEL_PROPERTIES)))
        .with_columns(contact=pl.concat_str([*start, *members, pl.lit("}")], ignore_nulls=True))
    )


def json_column(part: str) -> str:
    """The column that holds the JSON text of a part of the contacts, or of a channel's properties
    (`channelProperties.email`)."""
    return f"json {part}"


def part_start(part: str) -> str:
    """What stands before a part in the contact's text."""
    return f',"{part}":'


def _json(one: CleanedField) -> pl.Expr:
    """A field's values as JSON."""
    return one.target.type.json(pl.col(one.value))


def _constant_json(target: Target, value: str) -> pl.Expr:
    return pl.lit(target.type.constant_json(value))


def _identifiers(plan: ContactPlan) -> pl.Expr:
    """A contact ID only finds contacts: it is sent where it is what the contact is matched by."""
    by_key = {one.target.key: one for one in plan.fields if one.is_identifier}
    members = []
    for key, one in by_key.items():
        value = _json(one)
        if one.target == CONTACT_ID:
            value = pl.when(pl.col("match_by") == key).then(value)
        members.append(member(key, value))
    return object_of(members)


def _data_fields(plan: ContactPlan) -> list[pl.Expr]:
    columns = [member(one.target.key, _cleared(one)) for one in plan.fields if one.target.part == DATA_FIELDS]
    same = [
        member(target.key, _constant_json(target, value))
        for target, value in plan.constants.items()
        if target.part == DATA_FIELDS
    ]
    return [*columns, *same]


def _cleared(one: CleanedField) -> pl.Expr:
    # A blank cell erases; a value that cannot be used, and a placeholder, never do.
    return pl.when(one.is_blank()).then(pl.lit("null")).otherwise(_json(one)) if one.clears else _json(one)


def _channels(plan: ContactPlan) -> dict[str, dict[str, Any]]:
    """Each channel's properties by their paths: `email.status` is `status` in the object `email`."""
    tree: dict[str, Any] = {}
    for target, value in [
        *((one.target, _json(one)) for one in plan.fields),
        *((target, _constant_json(target, value)) for target, value in plan.constants.items()),
    ]:
        if target.part == CHANNEL_PROPERTIES:
            *path, last = target.key.split(".")
            branch = tree
            for name in path:
                branch = branch.setdefault(name, {})
            branch[last] = value
    return tree


def _object_of_tree(tree: Members[str, Any]) -> pl.Expr:
    return object_of(
        [
            member(name, _object_of_tree(inner) if isinstance(inner, dict) else inner)
            for name, inner in tree.items()
        ]
    )


def list_ids(plan: ContactPlan) -> pl.Expr:
    """The lists of a contact from all sources, each once, as `70001,70002`; null for none."""
    sources: list[pl.Expr] = [pl.col(one.value) for one in plan.fields if one.target.part == LISTS]
    if plan.list_ids:
        same = pl.lit(",".join(map(str, plan.list_ids)))
        sources.append(pl.when(pl.col("row").is_not_null()).then(same))
    if not sources:
        return pl.when(pl.col("row").is_null()).then(pl.lit(""))
    ids = pl.concat_str(sources, separator=",", ignore_nulls=True)
    if len(sources) > 1:
        ids = ids.str.split(",").list.unique(maintain_order=True).list.join(",")
    return pl.when(ids != "").then(ids)


def _enclosed_lists(plan: ContactPlan) -> pl.Expr:
    return pl.concat_str([pl.lit("["), list_ids(plan), pl.lit("]")])


def preference_start(target: Target) -> str:
    """What stands before the answer to a preference."""
    return f'{{"id":{target.key},"isOptedIn":'


def _preferences(plan: ContactPlan) -> list[pl.Expr]:
    values = {
        **{one.target: pl.col(one.value) for one in plan.fields if one.target.part == PREFERENCES},
        **{target: pl.lit(value) for target, value in plan.constants.items() if target.part == PREFERENCES},
    }
    return [
        pl.concat_str([pl.lit(preference_start(target)), value, pl.lit("}")])
        for target, value in values.items()
    ]


def _consent_record(record: ConsentRecord) -> pl.Expr:
    """The record's JSON object; null where it is not sent."""
    values = {
        **{part: _json(one) for part, one in record.fields.items()},
        **{part: pl.lit(json_text(value)) for part, value in record.constants.items()},
    }
    inside = [member(part, values[part]) for part in CONSENT_PARTS]
    # Without ignore_nulls one missing part makes the whole record null.
    whole = pl.concat_str([pl.lit("{"), pl.concat_str(inside, separator=","), pl.lit("}")])
    return pl.when(record.is_sent()).then(whole)
