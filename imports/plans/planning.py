"""The plan: what each row that is ready to be sent would do to the account, by a snapshot of it.

First every row's contact is found, and who has its other identifiers, by the keys of all contacts; then rows are held
against the contacts that they are matched to, a frame at a time. In memory are the identifiers of rows and of contacts,
what the file touches of the contacts that it is matched to, and one frame.

What an import does is as the contract has it (`mergeOption`, `null`, identifiers, channels, lists, preferences).
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from pathlib import Path

import polars as pl

from imports import tables
from imports.fates import Fate
from imports.plans.planned_rows import (
    ACCOUNT_DECIDES,
    APPLIED,
    Change,
    Kind,
    PlanSummary,
    RowConflict,
    plan_schema,
)
from imports.plans.snapshot_schema import (
    CONTACT_ID,
    EMAIL_OPT_IN,
    EMAIL_STATUS,
    LISTS,
    MODIFIED,
    PREFERENCES,
    SMS_STATUS,
    STATUS,
    data_column,
    identifier_column,
)

ROWS_AT_ONCE = 50_000
EXACT_DIGITS = 15
"""How many digits of any number a float of 64 bits keeps (IEEE 754)."""
BINNED = ("deleted", "binned")
SUPPRESSED, UNSUBSCRIBED, SUBSCRIBED, PENDING = "suppressed", "unsubscribed", "subscribed", "pendingOptIn"
WRITTEN_TO = (SUBSCRIBED, PENDING, "noSubscription", "softBounced")


@dataclass(frozen=True)
class PlanRequest:
    """A prepared table, and the snapshot that it is held against.

    `field_types` are the data fields that the mapping touches, as contacts spell them, with the account's names of
    their types (`String`, `Numeric`, `Date`, `Boolean`); `own_identifiers` the account's own ones that it touches.
    The snapshot's scope has them all, and lists or preferences where the mapping has them.
    """

    prepared: Path
    snapshot: Path
    merge_option: str
    field_types: Mapping[str, str]
    own_identifiers: tuple[str, ...] = ()

    @property
    def identifiers(self) -> dict[str, str]:
        """The column of each identifier that rows may have, by its name."""
        names = ("email", "mobileNumber", *self.own_identifiers)
        return {name: identifier_column(name) for name in names}

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the snapshot of which the plan tells changes."""
        fields = map(data_column, self.field_types)
        return (*self.identifiers.values(), *fields, EMAIL_STATUS, SMS_STATUS, EMAIL_OPT_IN)


def write_plan(request: PlanRequest, target: Path) -> PlanSummary:
    """Write the plan of all rows that are ready, in their order (`planned_rows`), and count it."""
    tally = _PlanTally(request.columns)
    tables.write_table(tally.counted(_planned(request)), plan_schema(request.columns), target)
    return tally.summary()


def _planned(request: PlanRequest) -> Iterator[pl.DataFrame]:
    schema = plan_schema(request.columns)
    yield pl.DataFrame(schema=schema)
    matched = _match(request)
    held = _TouchedContacts(request, matched)
    rules = _Rules(request)
    start = 0
    for frame in _ready(request, "row", "contact"):
        beside = matched.slice(start, frame.height).drop("row")
        start += frame.height
        whole = frame.hstack(beside).hstack(held.of(beside["found"]))
        yield rules.apply(whole).select(*schema)


def _ready(request: PlanRequest, *columns: str) -> Iterator[pl.DataFrame]:
    return tables.iter_frames(
        request.prepared, lambda rows: rows.filter(Fate.READY.holds).select(columns), ROWS_AT_ONCE
    )


# Who is who


def _match(request: PlanRequest) -> pl.DataFrame:
    """`row`, `found` (the place of its contact in the snapshot, null for none), `conflict` as far as identifiers say
    it."""
    # A prepared table has no column for the account's own identifiers.
    own = ("contact",) if request.own_identifiers else ()
    keys = pl.concat(
        [_keys_schema(request), *(_keys_of_rows(frame, request) for frame in _ready(request, *_KEYED, *own))]
    )
    names = request.identifiers
    for name, column in names.items():
        keys = _owned(keys, request, name, _key(name, pl.col(column)))
    keys = _owned(keys, request, "contactId", pl.col(CONTACT_ID))
    keys = keys.with_columns(
        found=pl.coalesce(
            pl.when(pl.col("match_by") == name).then(pl.col(f"owner {name}"))
            for name in (*names, "contactId")
        ),
        by_id=pl.col("match_by") == "contactId",
    )
    # The row that is matched to the owner of an identifier may give it another one.
    given = keys.filter(pl.col("found").is_not_null()).unique("found", keep="first")
    conflict = _first(
        {
            RowConflict.CONTACT_ID_UNKNOWN: pl.col("by_id") & pl.col("found").is_null(),
            RowConflict.SAME_CONTACT: pl.col("found").is_not_null() & pl.col("found").is_duplicated(),
        }
    )
    taken: list[pl.Expr] = []
    moving: list[pl.Expr] = []
    for name in names:
        is_others = pl.col(f"owner {name}").is_not_null() & pl.col(f"owner {name}").ne_missing(
            pl.col("found")
        )
        taken.append(is_others)
        others = keys.filter(is_others).select(f"owner {name}")
        if others.is_empty():
            continue
        moves = given.filter(pl.col(f"key {name}").is_not_null()).select(
            pl.col("found").alias(f"owner {name}"), pl.lit(value=True).alias(f"moves {name}")
        )
        keys = keys.join(moves, on=f"owner {name}", how="left", maintain_order="left")
        moving.append(is_others & pl.col(f"moves {name}").is_not_null())
    creatable = pl.col("key email").is_not_null() | pl.col("key mobileNumber").is_not_null()
    conflict = pl.coalesce(
        conflict,
        _first(
            {
                RowConflict.IDENTIFIER_MOVES: reduce(or_, moving, pl.lit(value=False)),
                RowConflict.IDENTIFIER_TAKEN: reduce(or_, taken),
                RowConflict.CANNOT_BE_CREATED: pl.col("found").is_null() & ~creatable,
            }
        ),
    )
    return keys.select("row", "found", conflict=conflict)


_KEYED = ("row", "match_by", "match_identifier", "email", "mobile_number")


def _keys_of_rows(frame: pl.DataFrame, request: PlanRequest) -> pl.DataFrame:
    given = {"email": pl.col("email"), "mobileNumber": pl.col("mobile_number")}
    if request.own_identifiers:
        own = pl.Struct(dict.fromkeys(request.own_identifiers, pl.String()))
        decoded = pl.col("contact").str.json_decode(pl.Struct({"identifiers": own}))
        frame = frame.with_columns(own=decoded.struct.field("identifiers"))
        given |= {name: pl.col("own").struct.field(name) for name in request.own_identifiers}
    by_id = pl.when(pl.col("match_by") == "contactId").then("match_identifier")
    return frame.select(
        "row",
        "match_by",
        by_id.cast(pl.Int64, strict=False).alias("key contactId"),
        *(_key(name, value).alias(f"key {name}") for name, value in given.items()),
    )


def _keys_schema(request: PlanRequest) -> pl.DataFrame:
    texts = {f"key {name}": pl.String() for name in request.identifiers}
    return pl.DataFrame(
        schema={"row": pl.UInt32(), "match_by": pl.String(), "key contactId": pl.Int64(), **texts}
    )


def _key(name: str, value: pl.Expr) -> pl.Expr:
    """What two spellings of an identifier have in common."""
    if name == "email":
        return value.str.to_lowercase()
    return value.str.strip_prefix("+") if name == "mobileNumber" else value


def _owned(keys: pl.DataFrame, request: PlanRequest, name: str, key: pl.Expr) -> pl.DataFrame:
    """`keys` with `owner <name>`, the place in the snapshot of the contact that has this identifier."""
    contacts = tables.scan(request.snapshot).with_row_index("place")
    owners = contacts.select("place", key.alias(f"key {name}")).drop_nulls().collect()
    if owners[f"key {name}"].is_duplicated().any():
        # It moved while the account was read: it is whose who was changed last, before anybody in the bin.
        latest = contacts.select("place", MODIFIED, binned=pl.col(STATUS).is_in(BINNED)).collect()
        owners = (
            owners.join(latest, on="place")
            .sort("binned", MODIFIED, descending=[True, False], nulls_last=False)
            .unique(f"key {name}", keep="last", maintain_order=True)
        )
    owners = owners.select(f"key {name}", pl.col("place").alias(f"owner {name}"))
    return keys.join(owners, on=f"key {name}", how="left", maintain_order="left")


def _first(reasons: Mapping[RowConflict, pl.Expr]) -> pl.Expr:
    """The first of the conflicts that a row is in."""
    return pl.coalesce(
        *(pl.when(holds).then(pl.lit(conflict.value)) for conflict, holds in reasons.items()),
        pl.lit(None, pl.String),
    )


class _TouchedContacts:
    """What the file touches of the contacts that it is matched to."""

    def __init__(self, request: PlanRequest, matched: pl.DataFrame) -> None:
        wanted = (CONTACT_ID, STATUS, *request.columns, LISTS, PREFERENCES)
        rows = tables.row_count(request.snapshot)
        places = pl.Series("place", range(0), dtype=pl.UInt32).append(matched["found"].drop_nulls().unique())
        is_touched = pl.int_range(rows, dtype=pl.UInt32, eager=True).is_in(places.implode())
        frames, start = [], 0
        for frame in tables.iter_frames(request.snapshot, lambda table: table.select(wanted)):
            frames.append(frame.filter(is_touched.slice(start, frame.height)))
            start += frame.height
        self._contacts = (
            pl.concat(frames) if frames else tables.scan(request.snapshot).select(wanted).collect()
        )
        self._place = is_touched.cast(pl.UInt32).cum_sum() - 1

    def of(self, found: pl.Series) -> pl.DataFrame:
        """The contacts at these places, under `had <column>`; null for none."""
        if self._contacts.is_empty():
            empty = self._contacts.clear(len(found))
            return empty.rename(lambda name: f"had {name}")
        places = self._place.gather(found)
        return self._contacts.select(pl.all().gather(places)).rename(lambda name: f"had {name}")


# What they change


class _Rules:
    """What a row does to its contact, as expressions."""

    def __init__(self, request: PlanRequest) -> None:
        self._request = request
        self._replaces = request.merge_option != "overwriteIfEmpty"
        self._clears = request.merge_option == "overwrite"
        text = pl.String()
        self._shape = pl.Struct(
            {
                "identifiers": pl.Struct(dict.fromkeys(request.identifiers, text)),
                "dataFields": pl.Struct(dict.fromkeys(request.field_types, text)),
                "channelProperties": pl.Struct(
                    {
                        "email": pl.Struct({"status": text, "optInType": text, "emailType": text}),
                        "sms": pl.Struct({"status": text}),
                        "whatsApp": pl.Struct({"status": text}),
                    }
                ),
                "lists": pl.List(pl.Int64()),
                "preferences": pl.List(pl.Struct({"id": pl.Int64(), "isOptedIn": pl.Boolean()})),
                "consentRecords": pl.List(pl.Struct({"text": text})),
            }
        )

    def apply(self, rows: pl.DataFrame) -> pl.DataFrame:
        """`rows` (`contact`, `found`, `conflict`, `had <column>`) with the columns of the plan."""
        rows = rows.with_columns(sent=pl.col("contact").str.json_decode(self._shape)).with_columns(
            is_new=pl.col("found").is_null(),
            conflict=pl.when(pl.col(f"had {STATUS}").is_in(BINNED))
            .then(pl.lit(RowConflict.IN_BIN.value))
            .otherwise("conflict"),
        )
        rows = rows.with_columns(self._values())
        rows = rows.with_columns(conflict=pl.coalesce("conflict", self._email_conflict()))
        is_told = pl.col("conflict").is_null() | pl.col("conflict").is_in([one.value for one in APPLIED])
        columns = self._request.columns
        rows = rows.with_columns(
            pl.when(is_told).then(pl.col(f"change:{name}")).alias(f"change:{name}") for name in columns
        )
        lists, preferences = _sent("lists"), _sent("preferences")
        opted = [
            preferences.list.eval(
                pl.element().struct.field("id").filter(pl.element().struct.field("isOptedIn") == is_in)
            )
            for is_in in (True, False)
        ]
        none = pl.lit([], pl.List(pl.Int64))
        had_lists = pl.col(f"had {LISTS}").fill_null(none)
        had_preferences = pl.col(f"had {PREFERENCES}").fill_null(none)
        rows = rows.with_columns(
            contact_id=pl.col(f"had {CONTACT_ID}"),
            joined=pl.when(is_told)
            .then(lists.fill_null(none).list.set_difference(had_lists))
            .otherwise(none),
            opted_in=pl.when(is_told)
            .then(opted[0].fill_null(none).list.set_difference(had_preferences))
            .otherwise(none),
            opted_out=pl.when(is_told)
            .then(opted[1].fill_null(none).list.set_intersection(had_preferences))
            .otherwise(none),
            adds_consent=is_told & _sent("consentRecords").list.len().fill_null(0).gt(0),
            sends_unseen=is_told
            & (
                _sent("channelProperties", "email", "emailType").is_not_null()
                | _sent("channelProperties", "whatsApp", "status").is_not_null()
            ),
        )
        changes = [pl.col(f"change:{name}").is_not_null() for name in columns]
        changes += [pl.col(name).list.len() > 0 for name in ("joined", "opted_in", "opted_out")]
        kind = (
            pl.when(pl.col("conflict").is_not_null())
            .then(pl.lit(Kind.CONFLICT.value))
            .when("is_new")
            .then(pl.lit(Kind.NEW.value))
            .when(pl.any_horizontal(*changes, "adds_consent", "sends_unseen"))
            .then(pl.lit(Kind.CHANGES.value))
            .otherwise(pl.lit(Kind.UNCHANGED.value))
        )
        is_changed = {name: pl.col(f"change:{name}").is_not_null() for name in columns}
        return rows.with_columns(
            kind.alias("kind"),
            *(pl.when(is_changed[name]).then(pl.col(f"had {name}")).alias(f"was:{name}") for name in columns),
            *(
                pl.when(is_changed[name]).then(pl.col(f"will:{name}")).alias(f"will:{name}")
                for name in columns
            ),
        )

    def _values(self) -> list[pl.Expr]:
        found: list[pl.Expr] = []
        for name, column in self._request.identifiers.items():
            sent = _sent("identifiers", name)
            given = sent.str.strip_prefix("+") if name == "mobileNumber" else sent
            found += self._merged(column, given, pl.lit(value=False), "String")
        for name, kind in self._request.field_types.items():
            given = _number_sent(name) if kind == "Numeric" else _sent("dataFields", name)
            member = f'"{name}":null'
            blank = pl.col("contact").str.contains(member, literal=True)
            found += self._merged(
                data_column(name), given, blank | (given == "").fill_null(value=False), kind
            )
        return [*found, *self._channels()]

    def _merged(self, column: str, given: pl.Expr, is_blank: pl.Expr, kind: str) -> list[pl.Expr]:
        """What becomes of a value that the merge option governs, and the value after."""
        had = pl.col(f"had {column}")
        is_given = given.is_not_null() & ~is_blank
        fills = is_given & had.is_null()
        replaces = is_given & had.is_not_null() & ~_is_same(had, given, kind) & pl.lit(self._replaces)
        blanks = is_blank & had.is_not_null()
        cleared = Change.CLEARED if self._clears else Change.PERHAPS_CLEARED
        change = (
            pl.when(fills)
            .then(pl.lit(Change.FILLED.value))
            .when(replaces)
            .then(pl.lit(Change.REPLACED.value))
            .when(blanks)
            .then(pl.lit(cleared.value))
        )
        return [
            change.alias(f"change:{column}"),
            pl.when(fills | replaces).then(given).alias(f"will:{column}"),
        ]

    def _channels(self) -> list[pl.Expr]:
        """A channel that is suppressed stays so, and so does one that Dotdigital does not write to."""
        email, sms, opt_in = (
            pl.col(f"had {EMAIL_STATUS}"),
            pl.col(f"had {SMS_STATUS}"),
            pl.col(f"had {EMAIL_OPT_IN}"),
        )
        sent_opt_in = _sent("channelProperties", "email", "optInType")
        status = _status_after(
            email, _sent("channelProperties", "email", "status"), _sent("identifiers", "email"), SUBSCRIBED
        )
        # A confirmation is asked of whoever would be subscribed; what that means without an address is not documented.
        is_asked = (sent_opt_in == "verifiedDouble").fill_null(value=False)
        status = (
            pl.when(is_asked & (status == SUBSCRIBED))
            .then(pl.lit(PENDING))
            .when(is_asked & status.is_null())
            .then(pl.lit(ACCOUNT_DECIDES))
            .otherwise(status)
        )
        texts = _status_after(
            sms,
            _sent("channelProperties", "sms", "status"),
            _sent("identifiers", "mobileNumber"),
            ACCOUNT_DECIDES,
        )
        will = {
            EMAIL_STATUS: (email, status),
            SMS_STATUS: (sms, texts),
            EMAIL_OPT_IN: (opt_in, pl.coalesce(sent_opt_in, opt_in)),
        }
        return [
            expression
            for column, (had, after) in will.items()
            for expression in (_set(had, after).alias(f"change:{column}"), after.alias(f"will:{column}"))
        ]

    def _email_conflict(self) -> pl.Expr:
        had, after = pl.col(f"had {EMAIL_STATUS}"), pl.col(f"will:{EMAIL_STATUS}")
        sent = _sent("channelProperties", "email", "status")
        is_meant = sent.is_null() | (sent == SUBSCRIBED)
        stays = had.is_not_null() & (had == after) & is_meant
        return _first(
            {
                RowConflict.EMAIL_SUPPRESSED: stays & (had == SUPPRESSED),
                RowConflict.EMAIL_UNSUBSCRIBED: stays & (had == UNSUBSCRIBED),
                RowConflict.EMAIL_UNDELIVERABLE: stays & ~had.is_in(WRITTEN_TO),
            }
        )


def _sent(*path: str) -> pl.Expr:
    return reduce(lambda found, name: found.struct.field(name), path, pl.col("sent"))


def _number_sent(name: str) -> pl.Expr:
    """A number as the contact spells it: decoded, one of many digits would be another. Within a text of the contact,
    the quotation mark after the name has a backslash before it."""
    return pl.col("contact").str.extract(rf'"{re.escape(name)}":(-?\d[\d.eE+-]*)')


def _status_after(had: pl.Expr, sent: pl.Expr, identifier: pl.Expr, usual: str) -> pl.Expr:
    """A channel's status after the import. Where none is sent it stays, or the contact gets the channel with its
    identifier: a new contact is subscribed to e-mail, and of all others the account's settings say."""
    begins = pl.when("is_new").then(pl.lit(usual)).otherwise(pl.lit(ACCOUNT_DECIDES))
    kept = had.is_in([UNSUBSCRIBED, *WRITTEN_TO])
    return (
        pl.when(had.is_not_null() & (sent.is_null() | ~kept))
        .then(had)
        .when(sent.is_not_null())
        .then(sent)
        .when(identifier.is_not_null())
        .then(begins)
    )


def _set(had: pl.Expr, after: pl.Expr) -> pl.Expr:
    return (
        pl.when(after.is_null() | had.eq_missing(after))
        .then(pl.lit(None, pl.String))
        .when(had.is_null())
        .then(pl.lit(Change.FILLED.value))
        .otherwise(pl.lit(Change.REPLACED.value))
    )


def _is_same(had: pl.Expr, given: pl.Expr, kind: str) -> pl.Expr:
    """Whether two texts are the same value of a data field; numbers are held against each other as numbers, dates as
    moments."""
    same = had == given
    if kind == "Numeric":
        # One of more digits than are read exactly counts as another number, and so it is sent.
        numbers = [one.cast(pl.Float64, strict=False) for one in (had, given)]
        digits = [one.str.replace_all(r"\D", "").str.len_chars() for one in (had, given)]
        is_exact = (digits[0] <= EXACT_DIGITS) & (digits[1] <= EXACT_DIGITS)
        return (is_exact & (numbers[0] == numbers[1])).fill_null(value=False)
    if kind == "Date":
        moments = [
            one.str.to_datetime("%+", time_unit="us", time_zone="UTC", strict=False) for one in (had, given)
        ]
        return same | (moments[0] == moments[1]).fill_null(value=False)
    return same


class _PlanTally:
    """Counts what goes by."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        self._columns = columns
        self._kinds: Counter[str] = Counter()
        self._conflicts: Counter[str] = Counter()
        self._fields: dict[str, Counter[str]] = {name: Counter() for name in (*columns, LISTS, PREFERENCES)}
        self._subscriptions: Counter[tuple[str, str, str]] = Counter()

    def counted(self, frames: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
        for frame in frames:
            self._count(frame)
            yield frame

    def _count(self, frame: pl.DataFrame) -> None:
        self._kinds.update(_counts(frame["kind"]))
        self._conflicts.update(_counts(frame["conflict"]))
        for name in self._columns:
            self._fields[name].update(_counts(frame[f"change:{name}"]))
        for name, source in ((LISTS, "joined"), (PREFERENCES, "opted_in")):
            self._fields[name][Change.FILLED] += int((frame[source].list.len() > 0).sum())
        self._fields[PREFERENCES][Change.CLEARED] += int((frame["opted_out"].list.len() > 0).sum())
        for channel, column in (("email", EMAIL_STATUS), ("sms", SMS_STATUS)):
            moved = frame.filter(pl.col(f"change:{column}").is_not_null())
            pairs = moved.group_by(f"was:{column}", f"will:{column}").len()
            for was, will, rows in pairs.iter_rows():
                self._subscriptions[channel, was or "", will or ""] += rows

    def summary(self) -> PlanSummary:
        fields = {
            name: {what: rows for what, rows in counts.items() if rows}
            for name, counts in self._fields.items()
        }
        return PlanSummary(
            kinds={kind.value: self._kinds[kind] for kind in Kind},
            conflicts=dict(self._conflicts),
            fields={name: counts for name, counts in fields.items() if counts},
            subscriptions=dict(self._subscriptions),
        )


def _counts(values: pl.Series) -> dict[str, int]:
    counted = values.drop_nulls().value_counts()
    return dict(counted.iter_rows())
