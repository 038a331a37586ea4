"""What has changed between the file whose mapping was remembered and the file that it is to be used for.

Of the remembered file its headers and what its columns looked like are kept, and nothing of any contact:

    {"columns": [{"column": "Birthday", "looks_like": "date", "date_formats": ["%d/%m/%Y"]},
                 {"column": "Total", "looks_like": "number", "decimal": ","}]}
"""

from collections import Counter, abc
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, Self

from imports.contacts.mapping import Mapping
from imports.contacts.suggestions.profiles import KINDS, ColumnProfile
from imports.contacts.value_types.date_type import FORMAT
from imports.contacts.value_types.number_type import DECIMAL
from imports.contacts.values.dates import CANDIDATE_FORMATS
from imports.languages.concepts import Near, header_key, words_of
from imports.messages import Catalogue, Message, Wording, gettext_noop

DriftKind = Literal["missing", "renamed", "swapped", "changed", "new"]

NEAREST = 0.7
"""How alike two files' headers must be (`similarity`) for the mapping of one to be proposed for the other."""

_FITS: dict[str | None, str] = {".": "number_point", ",": "number_comma"}

TEXTS: dict[str, Wording] = {
    "missing": Wording(
        gettext_noop("The file has no column “{column}” any more."),
        gettext_noop("Nothing is imported for it. If it has a new name, map that column."),
    ),
    "status_missing": Wording(
        gettext_noop(
            "The file has no column “{column}” any more, by which people who are not to be mailed were left out."
        ),
        gettext_noop(
            "No row is left out by it. If it has a new name, choose at that column that these people are left out, "
            "or remove their rows from the file."
        ),
    ),
    "renamed": Wording(
        gettext_noop("The file has no column “{column}” any more, but has “{name}”, which looks the same."),
        gettext_noop("If it is the same column, map “{name}” the way “{column}” was."),
    ),
    "swapped": Wording(
        gettext_noop(
            "“{one}” and “{other}” have changed places: “{one}” now holds {one_holds}, and “{other}” "
            "{other_holds}."
        ),
        gettext_noop("Map each to what it holds now, or put the columns of the file back under their names."),
    ),
    "kind_changed": Wording(
        gettext_noop("“{column}” held {held} and now holds {holds}."),
        gettext_noop("Check that it is still the right column, or map it again."),
    ),
    "format_changed": Wording(
        gettext_noop("The dates in “{column}” are no longer written as {format}."),
        gettext_noop("Choose how they are written now."),
    ),
    "mark_changed": Wording(
        gettext_noop("The decimal mark in “{column}” is now {now}, and was {was}."),
        gettext_noop("Choose the new decimal mark, or the numbers will be wrong."),
    ),
    "new": Wording(
        gettext_noop("“{column}” was not in the file before."),
        gettext_noop("It is not imported unless you map it."),
    ),
}

_HOLDS: dict[str, str] = {
    **{kind.looks_like: kind.holds for kind in KINDS if kind.looks_like},
    "text": gettext_noop("text"),
    "other": gettext_noop("something else"),
}
_MARKS: dict[str, str] = {".": gettext_noop("a point"), ",": gettext_noop("a comma")}

CATALOGUE = Catalogue(
    {
        **TEXTS,
        **{f"holds_{kind}": Wording(words) for kind, words in _HOLDS.items()},
        **{f"mark_{mark}": Wording(words) for mark, words in _MARKS.items()},
    },
    columns=frozenset({"column", "name", "one", "other"}),
)
"""Everything that is said of what has changed."""

# Kinds that one column has today and another tomorrow: a few words, numbers that begin with 0, amounts like 8.25.
_ALIKE = (
    frozenset({"boolean", "text"}),
    frozenset({"country", "text"}),
    frozenset({"number", "phone"}),
    frozenset({"number", "date_without_year"}),
)
_SAYS_NOTHING = (None, "empty")


@dataclass(frozen=True, slots=True)
class Drift:
    """One thing that has changed: what, where, and what to do about it.

    `column` is the header in the remembered file, and in this one for what is new. `other` is the second of the two
    columns that were swapped, or what a column is called now. `reason` is a message of `CATALOGUE`.
    """

    kind: DriftKind
    column: str
    reason: Message
    other: str | None = None

    @property
    def sentence(self) -> str:
        return CATALOGUE.sentence(self.reason)

    @property
    def remedy(self) -> str:
        return CATALOGUE.remedy(self.reason)

    @property
    def is_quiet(self) -> bool:
        """Whether a quiet word will do: the mapping can be used as it is. The rest wants a look before it is."""
        return self.kind == "new"

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe values; `from_dict` is the inverse."""
        return {
            "kind": self.kind,
            "column": self.column,
            "other": self.other,
            "reason": self.reason.to_json(),
            "is_quiet": self.is_quiet,
        }

    @classmethod
    def from_dict(cls, given: abc.Mapping[str, Any]) -> Self:
        return cls(given["kind"], given["column"], Message.from_json(given["reason"]), given["other"])


@dataclass(frozen=True, slots=True)
class ColumnShape:
    """What a column looked like. `date_formats` and `decimal` are those of its profile."""

    column: str
    looks_like: str | None = None
    date_formats: tuple[str, ...] = ()
    decimal: str | None = None

    @classmethod
    def of(cls, profile: ColumnProfile) -> Self:
        return cls(profile.column, profile.looks_like, profile.date_formats, profile.decimal)


@dataclass(frozen=True, slots=True)
class Remembered:
    """A mapping, and the columns of the file that it was last used for."""

    mapping: Mapping
    columns: tuple[ColumnShape, ...]

    @classmethod
    def from_shape(cls, mapping: Mapping, shape: abc.Mapping[str, Any], columns: Sequence[str] = ()) -> Self:
        """From what `shape_of` gave; where it is empty, from the headers alone."""
        kept = {entry["column"]: entry for entry in shape.get("columns", ())}
        return cls(mapping, tuple(_read_shape(kept.get(name, {}), name) for name in columns or kept))


def shape_of(profiles: Sequence[ColumnProfile]) -> dict[str, Any]:
    """What to keep of a file with its mapping, as JSON-safe values: headers, kinds, formats, and no values."""
    return {"columns": [_write_shape(ColumnShape.of(profile)) for profile in profiles]}


def _write_shape(shape: ColumnShape) -> dict[str, Any]:
    optional = {
        "looks_like": shape.looks_like,
        "date_formats": list(shape.date_formats),
        "decimal": shape.decimal,
    }
    return {"column": shape.column, **{key: value for key, value in optional.items() if value}}


def _read_shape(entry: abc.Mapping[str, Any], column: str) -> ColumnShape:
    return ColumnShape(
        column, entry.get("looks_like"), tuple(entry.get("date_formats", ())), entry.get("decimal")
    )


def find_drift(remembered: Remembered, profiles: Sequence[ColumnProfile]) -> tuple[Drift, ...]:
    """What a person should know before the remembered mapping is used on the file with these profiles.

    Only columns that the mapping uses can be missing or have changed. Columns that now hold nothing have not
    changed: a file without a single birthday is still the same file.
    """
    now = {profile.column: profile for profile in profiles}
    then = {shape.column: shape for shape in remembered.columns}
    used = remembered.mapping.columns_needed
    missing = [column for column in used if column not in now]
    new = [column for column in now if column not in then]
    renamed = _renamed(missing, new, then, now)
    swapped = _swapped(used, then, now)
    in_swap = {column for pair in swapped for column in pair}
    return (
        *(
            drift
            for column in missing
            if column not in renamed
            for drift in _tell_missing(column, remembered.mapping)
        ),
        *(_tell_renamed(column, name) for column, name in renamed.items()),
        *(_tell_swapped(one, other, now) for one, other in swapped),
        *(
            drift
            for column in used
            if column in then and column in now and column not in in_swap
            for drift in _changes(column, then[column], now[column], remembered.mapping)
        ),
        *(_tell_new(column) for column in new if column not in renamed.values()),
    )


def _renamed(
    missing: Sequence[str],
    new: Sequence[str],
    then: abc.Mapping[str, ColumnShape],
    now: abc.Mapping[str, ColumnProfile],
) -> dict[str, str]:
    """Missing columns that seem to be there under a new header: nearly the same name, and the same kind of values."""
    found: dict[str, str] = {}
    words = {name: words_of(name) for name in new}
    for column in missing:
        near, key = Near(iter([column])), header_key(column)
        for name in new:
            is_same_name = "".join(words[name]) == key or near.find_words(words[name]) is not None
            was, is_now = then.get(column, ColumnShape(column)), now[name]
            if (
                is_same_name
                and name not in found.values()
                and not _differs(was.looks_like, is_now.looks_like)
            ):
                found[column] = name
                break
    return found


def _swapped(
    used: Sequence[str], then: abc.Mapping[str, ColumnShape], now: abc.Mapping[str, ColumnProfile]
) -> list[tuple[str, str]]:
    """Pairs of columns of which each now holds what the other held; only kinds that tell something."""
    pairs: list[tuple[str, str]] = []
    both = [column for column in then if column in now]
    changed = [column for column in both if _differs(then[column].looks_like, now[column].looks_like)]
    left = list(changed)
    for one in changed:
        for other in changed:
            if one in left and other in left and one != other and (one in used or other in used):
                was_one, was_other = then[one].looks_like, then[other].looks_like
                if now[one].looks_like == was_other and now[other].looks_like == was_one:
                    pairs.append((one, other))
                    left = [column for column in left if column not in (one, other)]
    return pairs


def _differs(then: str | None, now: str | None) -> bool:
    """Whether a column that looked like `then` and looks like `now` holds something else."""
    if then == now or then in _SAYS_NOTHING or now in _SAYS_NOTHING:
        return False
    return frozenset({then, now}) not in _ALIKE


def _changes(column: str, then: ColumnShape, now: ColumnProfile, mapping: Mapping) -> Iterator[Drift]:
    if _differs(then.looks_like, now.looks_like):
        held, holds = holds_of(then.looks_like), holds_of(now.looks_like)
        yield Drift(
            "changed", column, Message("kind_changed", {"column": column, "held": held, "holds": holds})
        )
        return
    for mapped in mapping.columns:
        if mapped.column != column:
            continue
        written, mark = (mapped.settings.get(setting.key) for setting in (FORMAT, DECIMAL))
        if isinstance(written, str) and _is_format_gone(written, then, now):
            yield Drift(
                "changed",
                column,
                Message("format_changed", {"column": column, "format": written}),
            )
        if isinstance(mark, str) and now.decimal and _is_mark_changed(mark, now):
            yield Drift(
                "changed",
                column,
                Message(
                    "mark_changed",
                    {
                        "column": column,
                        "now": Message(f"mark_{now.decimal}"),
                        "was": Message(f"mark_{mark}"),
                    },
                ),
            )


def _is_format_gone(chosen: str, then: ColumnShape, now: ColumnProfile) -> bool:
    """Whether the dates are no longer of the chosen format.

    A format that somebody wrote is none of those looked for; with it, the column has changed when nothing that it
    could be read as is left.
    """
    if not now.date_formats or chosen in now.date_formats:
        return False
    if chosen in CANDIDATE_FORMATS:
        return True
    return bool(then.date_formats) and set(then.date_formats).isdisjoint(now.date_formats)


def _is_mark_changed(chosen: str, now: ColumnProfile) -> bool:
    """Whether more numbers can be read with the other mark; whole numbers do with either."""
    return now.decimal != chosen and now.fits.get(_FITS[now.decimal], 0) > now.fits.get(_FITS[chosen], 0)


def holds_of(kind: str | None) -> Message:
    """What a column of this kind of values is said to hold: a message of `CATALOGUE`."""
    return Message(f"holds_{kind if kind in _HOLDS else 'other'}")


def _tell_missing(column: str, mapping: Mapping) -> Iterator[Drift]:
    needed_as = {"missing": mapping.columns_read, "status_missing": mapping.leave_out_unsubscribed}
    for code, columns in needed_as.items():
        if column in columns:
            yield Drift("missing", column, Message(code, {"column": column}))


def _tell_renamed(column: str, name: str) -> Drift:
    return Drift("renamed", column, Message("renamed", {"column": column, "name": name}), name)


def _tell_swapped(one: str, other: str, now: abc.Mapping[str, ColumnProfile]) -> Drift:
    holds = {"one_holds": holds_of(now[one].looks_like), "other_holds": holds_of(now[other].looks_like)}
    return Drift("swapped", one, Message("swapped", {"one": one, "other": other, **holds}), other)


def _tell_new(column: str) -> Drift:
    return Drift("new", column, Message("new", {"column": column}))


def fit_mapping(mapping: Mapping, columns: Sequence[str]) -> Mapping:
    """The mapping without what it says of columns that a file with the headers `columns` does not have.

    A joined column that is missing leaves the join, and a missing column of countries leaves phone numbers
    without one. What is left may lack the match identifier or a part of a consent record, which `validate` tells.
    """
    there = set(columns)
    kept = (column for column in mapping.columns if column.column in there)
    return replace(
        mapping,
        columns=tuple(column.without_columns_but(there) for column in kept),
        leave_out_unsubscribed=tuple(name for name in mapping.leave_out_unsubscribed if name in there),
    )


def similarity(one: Sequence[str], other: Sequence[str]) -> float:
    """How alike the headers of two files are, 0 to 1: the share of names that both have among all names.

    Case, signs, spaces, accents and order make no difference.
    """
    ours, theirs = Counter(map(header_key, one)), Counter(map(header_key, other))
    either = (ours | theirs).total()
    return (ours & theirs).total() / either if either else 1.0
