"""The ledger: what became of every row of a file, in buckets that add up to the file."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Self

from imports.fates import FATE_WORDS, Fate
from imports.messages import gettext, gettext_noop


class LedgerError(Exception):
    """Rows are missing, there twice, or in no bucket. A fault of ours, never of the file."""


class Outcome(StrEnum):
    """What became of a row: the bucket that it ends in. The values are those of tables, ledgers and downloads."""

    CREATED = "created"
    UPDATED = "updated"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    NOT_SENT = "not_sent"
    REJECTED = Fate.REJECTED.value
    DUPLICATE = Fate.DUPLICATE.value
    EXCLUDED = Fate.EXCLUDED.value
    BLANK = Fate.BLANK.value


@dataclass(frozen=True)
class Bucket:
    """One of the ends a row can come to, and its words.

    `is_good` is an end everybody hoped for; `needs_attention` an end somebody may want to do something about. Some ends
    are neither.
    """

    key: Outcome
    _label: str
    _meaning: str
    is_good: bool = False
    needs_attention: bool = False

    @property
    def label(self) -> str:
        """What the bucket is called."""
        return gettext(self._label)

    @property
    def meaning(self) -> str:
        """What is said of one row in it to the person who uploaded the file."""
        return gettext(self._meaning)


BUCKETS: tuple[Bucket, ...] = (
    Bucket(
        Outcome.CREATED,
        gettext_noop("Created"),
        gettext_noop("Dotdigital made a new contact from this row."),
        is_good=True,
    ),
    Bucket(
        Outcome.UPDATED,
        gettext_noop("Updated"),
        gettext_noop("Dotdigital updated the contact it already had."),
        is_good=True,
    ),
    Bucket(
        Outcome.REFUSED,
        gettext_noop("Refused by Dotdigital"),
        gettext_noop("This row was sent and refused."),
        needs_attention=True,
    ),
    Bucket(
        Outcome.UNKNOWN,
        gettext_noop("Unknown"),
        gettext_noop("This row was sent, and no outcome could be learnt."),
        needs_attention=True,
    ),
    Bucket(
        Outcome.NOT_SENT,
        gettext_noop("Not sent"),
        gettext_noop("The import ended before this row was sent."),
        needs_attention=True,
    ),
    Bucket(
        Outcome.REJECTED,
        FATE_WORDS[Fate.REJECTED],
        gettext_noop("This row has an error, so it is not sent."),
        needs_attention=True,
    ),
    Bucket(
        Outcome.DUPLICATE,
        FATE_WORDS[Fate.DUPLICATE],
        gettext_noop("Another row of the file stands for this row."),
    ),
    Bucket(
        Outcome.EXCLUDED,
        FATE_WORDS[Fate.EXCLUDED],
        gettext_noop("This row was left out by choice, or because it was imported before."),
    ),
    Bucket(
        Outcome.BLANK,
        FATE_WORDS[Fate.BLANK],
        gettext_noop("There is nothing in any mapped column of this row."),
    ),
)
"""Every bucket, in the order in which reports show them."""

BUCKET_BY_KEY: Mapping[str, Bucket] = MappingProxyType({bucket.key: bucket for bucket in BUCKETS})

BUCKET_OF_FATE: Mapping[Fate, Outcome] = MappingProxyType(
    {fate: Outcome.NOT_SENT if fate is Fate.READY else Outcome(fate.value) for fate in Fate}
)
"""Where a row of the prepared table ends, by its fate there, when no settled batch speaks of it."""

REACHED_DOTDIGITAL: frozenset[Outcome] = frozenset({Outcome.CREATED, Outcome.UPDATED})
"""The only buckets in which a row can have problems and still have arrived."""


@dataclass(frozen=True)
class Mark:
    """Something that is said of created and updated rows beside their bucket; `key` is its count in the ledger, and its
    column in the outcomes table."""

    key: str
    _label: str

    @property
    def label(self) -> str:
        """What rows with it are called."""
        return gettext(self._label)


LACKING_MARK = "values_left_out"
"""The mark of rows that arrived without some of their values."""

MARKS: tuple[Mark, ...] = (
    Mark("with_problems", gettext_noop("Imported with problems")),
    Mark(LACKING_MARK, gettext_noop("Imported without some values")),
)
"""What of rows that arrived did not go well, in the order in which reports show it."""


@dataclass(frozen=True)
class Ledger:
    """How many rows ended in each bucket.

    `counts` holds every bucket, in the order of `BUCKETS`; those left out when it is made are 0. `rows` is
    the number of rows in the file. Of the created or updated rows, which are in `counts` already, `with_problems`
    counts those that Dotdigital also listed as failures, and `values_left_out` those that our checks sent without some
    of their values, which are `values_missing` in all; 0 where an older version has not counted them. Raises
    LedgerError when the buckets do not add up.
    """

    counts: Mapping[str, int]
    rows: int
    with_problems: int = 0
    values_left_out: int = 0
    values_missing: int = 0

    def __post_init__(self) -> None:
        strangers = sorted(map(str, self.counts.keys() - BUCKET_BY_KEY.keys()))
        if strangers:
            raise LedgerError(f"no such bucket: {', '.join(strangers)}")
        counts = {str(key): self.counts.get(key, 0) for key in BUCKET_BY_KEY}
        if min(counts.values()) < 0:
            raise LedgerError("a bucket holds less than nothing")
        total = sum(counts.values())
        if total != self.rows:
            raise LedgerError(f"the buckets hold {total} rows, the file has {self.rows}")
        arrived = sum(counts[key] for key in REACHED_DOTDIGITAL)
        for marked in (self.with_problems, self.values_left_out):
            if not 0 <= marked <= arrived:
                raise LedgerError(
                    f"{marked} rows with problems are more than the {arrived} created or updated"
                )
        object.__setattr__(self, "counts", MappingProxyType(counts))

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe: `{"rows", "counts": {bucket: count}, "with_problems", "values_left_out", "values_missing"}`."""
        return {
            "rows": self.rows,
            "counts": dict(self.counts),
            "with_problems": self.with_problems,
            "values_left_out": self.values_left_out,
            "values_missing": self.values_missing,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The ledger that `to_dict` wrote."""
        return cls(**data)
