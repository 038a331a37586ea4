"""The contact as Dotdigital's import takes it, and how contacts are cut into bodies (PUT
/contacts/v3/import)."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import polars as pl

# What JSON wants escaped (RFC 8259, 7), and what some readers take for line ends or leave out.
_ESCAPED = [*map(chr, range(0x20)), '"', "\\", "\x7f", "\u2028", "\u2029"]
_ESCAPES = {character: json.dumps(character)[1:-1] for character in _ESCAPED} | {"\x7f": "\\u007f"}


def quoted(text: pl.Expr) -> pl.Expr:
    """`text` as a JSON string; null stays null."""
    escaped = text.str.replace_many(list(_ESCAPES), list(_ESCAPES.values()))
    return quoted_plain(escaped)


def quoted_plain(text: pl.Expr) -> pl.Expr:
    """The same for texts that hold nothing that JSON wants escaped, such as numbers and dates."""
    return pl.concat_str([pl.lit('"'), text, pl.lit('"')])


def json_text(value: object) -> str:
    """A constant as JSON."""
    return json.dumps(value, ensure_ascii=False)


def member(key: str, value: pl.Expr) -> pl.Expr:
    """`"key":value` for JSON text in `value`; null where that is null."""
    return pl.concat_str([pl.lit(member_start(key)), value])


def member_start(key: str) -> str:
    """What stands before a member's value. It comes nowhere else: a text's quotation marks are escaped."""
    return json.dumps(key) + ":"


def object_of(members: Sequence[pl.Expr]) -> pl.Expr:
    """The JSON object of the members that are not null; null when none is left, for empty objects are never
    sent."""
    return _enclosed("{", members, "}")


def array_of(items: Sequence[pl.Expr]) -> pl.Expr:
    """The JSON array of the items that are not null; null when none is left, for empty arrays are never sent."""
    return _enclosed("[", items, "]")


def _enclosed(start: str, parts: Sequence[pl.Expr], end: str) -> pl.Expr:
    if not parts:
        return pl.lit(None, dtype=pl.String)
    inside = pl.concat_str(parts, separator=",", ignore_nulls=True)
    return pl.when(inside != "").then(pl.concat_str([pl.lit(start), inside, pl.lit(end)]))


def _opening(merge_option: str) -> bytes:
    return b'{"mergeOption":' + json.dumps(merge_option).encode() + b',"contacts":['


_CLOSING = b"]}"


def build_body(contacts: Iterable[str], merge_option: str) -> bytes:
    """The body of one call: the same contacts always give the same bytes."""
    return _opening(merge_option) + ",".join(contacts).encode() + _CLOSING


@dataclass(slots=True)
class BatchCut:
    """The contacts of one body, and the rows of the first and last of them."""

    first_row: int
    last_row: int
    contacts: list[str] = field(default_factory=list)


class ContactTooLargeError(Exception):
    """One contact alone is larger than a body may be."""


def iter_cuts(
    contacts: Iterable[tuple[int, str]], merge_option: str, *, max_contacts: int, max_bytes: int
) -> Iterator[BatchCut]:
    """Cut (row, contact) pairs, in their order, into bodies of at most `max_contacts` contacts and
    `max_bytes` bytes."""
    overhead = len(_opening(merge_option)) + len(_CLOSING)
    cut: BatchCut | None = None
    size = overhead
    for row, contact in contacts:
        length = len(contact.encode())
        if overhead + length > max_bytes:
            raise ContactTooLargeError(f"row {row} takes {length} bytes; a body may have {max_bytes}")
        if cut is not None and (len(cut.contacts) == max_contacts or size + 1 + length > max_bytes):
            yield cut
            cut = None
        if cut is None:
            cut, size = BatchCut(row, row, [contact]), overhead + length
        else:
            cut.contacts.append(contact)
            cut.last_row = row
            size += 1 + length
    if cut is not None:
        yield cut
