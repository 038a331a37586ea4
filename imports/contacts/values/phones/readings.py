"""Which of a number's readings holds.

A number with a plus has one reading. Without it, it may be a number of its region, or one whose plus was
lost, or one that was dialled for abroad. Where two of them are valid and nothing tells which was meant, it is
refused.
"""

from typing import NamedTuple

import phonenumbers
import polars as pl
import rphonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from imports.contacts.values.cells import ANSWERED, CLEANED, is_placeholder, packed
from imports.contacts.values.phones.plain_phones import tell_plain
from imports.contacts.values.phones.plan_answers import ANSWER, ask, ask_twin, is_texting, is_valid
from imports.contacts.values.phones.plans import international_digits, region_facts
from imports.contacts.values.phones.repairs import repair

_NO_DIGITS = dict.fromkeys("+ ().-", "")
_NOTHING = pl.lit(None, pl.String)

INTERNATIONAL = "international"
"""In the place of a region: every number begins with its country code."""


class PhoneReading(NamedTuple):
    """A cell's number in E.164 with its plus sign, or None; what was done to it, or why it cannot be used;
    and why it may not be what was meant."""

    number: str | None
    code: str | None
    doubt: str | None


def clean_phone(cell: pl.Expr, region: pl.Expr, region_is_sure: pl.Expr | None = None) -> pl.Expr:
    """The identifier `mobileNumber`. `region` gives two-letter codes, null where it is not known.

    Where `region_is_sure` (a person chose it for the column, or the row names it), bare digits that are a
    number of the region are taken for one; else they are refused when they could be a mobile number of
    another country as well. Spaces, brackets and dashes come and go without a note: no digit changes.
    """
    sure = pl.lit(value=False) if region_is_sure is None else region_is_sure
    return pl.struct(text=cell, region=region, sure=sure).map_batches(_clean, return_dtype=CLEANED)


def clean_international(cell: pl.Expr) -> pl.Expr:
    """The identifier `mobileNumber`, of a column whose numbers all begin with a country code, as a person said,
    whether or not the plus before it is still there."""
    return clean_phone(cell, pl.lit(INTERNATIONAL))


def read_phone(text: str, region: str | None, *, region_is_sure: bool = False) -> PhoneReading:
    """Read one cell. `region` is a two-letter code; None takes only numbers that begin with `+` or `00`."""
    cell = pl.DataFrame({"cell": [text], "region": [region]}, schema={"cell": pl.String, "region": pl.String})
    found = cell.select(clean_phone(pl.col("cell"), pl.col("region"), pl.lit(region_is_sure))).item()
    return PhoneReading(found["value"], found["code"], found["doubt"])


def _clean(cells: pl.Series) -> pl.Series:
    frame = cells.struct.unnest().with_row_index("place")
    plain = tell_plain(frame)
    others = frame.join(plain, on="place", how="anti")
    read = _read_repeated(others).select(plain.columns)
    return packed(pl.concat([plain, read]).sort("place"))


def _read_repeated(frame: pl.DataFrame) -> pl.DataFrame:
    """`frame` with its `ANSWERED` columns, in any order."""
    keys = ["text", "region", "sure"]
    different = frame.select(keys).unique()
    return frame.join(different.hstack(read_each(different)), on=keys, how="left", nulls_equal=True)


def read_each(frame: pl.DataFrame) -> pl.DataFrame:
    """The `ANSWERED` columns of all numbers of a frame of `text`, `region` and `sure`, in their order."""
    facts = region_facts(frame["region"].drop_nulls().unique())
    bare, trimmed, plus = pl.col("bare"), pl.col("trimmed"), pl.col("plus")
    nowhere = ~plus & pl.col("own_code").is_null()
    lost = (
        pl.col("region").eq(INTERNATIONAL) & pl.col("refusal").is_null() & bare.str.contains(r"^\(?[1-9]")
    ).fill_null(value=False)
    rows = (
        repair(frame)
        .join(facts, on="region", how="left", maintain_order="left")
        .with_row_index("row")
        .with_columns(
            bare=pl.when(lost).then(pl.concat_str(pl.lit("+"), bare)).otherwise(bare),
            note=pl.when(lost).then(pl.coalesce("note", pl.lit("phone_plus_restored"))).otherwise("note"),
        )
        .with_columns(plus=bare.str.starts_with("+"), digits=bare.str.replace_many(_NO_DIGITS))
        .with_columns(
            code=pl.when(trimmed == "")
            .then(pl.lit("blank"))
            .when(is_placeholder(trimmed))
            .then(pl.lit("placeholder"))
            .otherwise(pl.coalesce("refusal", pl.when(nowhere).then(pl.lit("phone_region_missing"))))
        )
    )
    numbers = rows.filter(pl.col("code").is_null()).drop("refusal", "code")
    unread = rows.filter(pl.col("code").is_not_null()).select(
        "row", value=_NOTHING, code=pl.when(trimmed != "").then("code"), doubt=_NOTHING
    )
    read = pl.concat(
        [unread, _read_international(numbers.filter("plus")), _read_local(numbers.filter(~plus))]
    )
    return read.sort("row").select(ANSWERED)


def _read_international(numbers: pl.DataFrame) -> pl.DataFrame:
    """`row`, `value`, `code` and `doubt` of numbers that begin with a plus, or with 00."""
    digits, full = pl.col("digits"), pl.col("full")
    read = numbers.hstack(ask(numbers["bare"], _no_region(numbers.height)))
    shorter = digits.str.starts_with(pl.col("code")) & digits.str.ends_with(pl.col("national"))
    read = read.with_columns(
        note=pl.coalesce("note", pl.when(digits != full).then(pl.lit("phone_trunk_dropped"))),
        ambiguous=pl.lit(value=False),
        reshaped=(digits != full) & ~shorter,
    )
    # Where abroad is not dialled with 00, digits that begin with it can be dialled otherwise.
    both_ways = pl.col("dialled").is_not_null() & pl.col("dials_otherwise").fill_null(value=False)
    doubled = read.filter(both_ways)
    if doubled.is_empty():
        return _finished(read)
    other = ask(doubled["dialled"], doubled["region"]).rename(lambda name: f"other_{name}")
    other_valid = (pl.col("other_type") != PhoneNumberType.UNKNOWN) & digits.str.ends_with(
        pl.col("other_full")
    )
    taken = ~is_valid() & other_valid
    doubled = doubled.hstack(other).with_columns(
        ambiguous=is_valid() & other_valid & (full != pl.col("other_full")),
        reshaped=pl.col("reshaped") & ~taken,
        **{name: pl.when(taken).then(f"other_{name}").otherwise(name) for name in ANSWER},
    )
    return _finished(pl.concat([read.filter(~both_ways), doubled.select(read.columns)]))


def _read_local(numbers: pl.DataFrame) -> pl.DataFrame:
    """`row`, `value`, `code` and `doubt` of numbers without a plus, in their regions."""
    digits, trunk, other_own = pl.col("digits"), pl.col("trunk"), pl.col("other_code") == pl.col("own_code")
    own = is_valid() & (pl.col("code") == pl.col("own_code"))
    read = numbers.hstack(ask(numbers["bare"], numbers["region"])).with_columns(
        usual=own & (digits == trunk + pl.col("national")).fill_null(value=False),
        alone=own & (digits == pl.col("national")),
        plus_lost=own & (digits == pl.col("full")),
    )
    read = read.join(_other_readings(read), on="row", how="left", maintain_order="left")
    read = _with_notes(read)
    doubled = is_valid() & ~pl.col("plus_lost") & (pl.col("other_full") != pl.col("full"))
    restored = ~is_valid() & other_own
    misplaced = ~is_valid() & ~other_own
    return _finished(
        read.with_columns(
            note=pl.coalesce(
                "note",
                pl.when(restored | (pl.col("plus_lost") & ~pl.col("usual"))).then(
                    pl.lit("phone_plus_restored")
                ),
                "zero_note",
                "odd_note",
            ),
            ambiguous=doubled | (pl.col("odd_note") == "phone_ambiguous"),
            reshaped=pl.col("odd_note") == "phone_invalid",
            refusal=pl.when(misplaced).then(pl.lit("phone_plus_missing")).otherwise("refusal"),
            full=pl.when(restored).then("other_full").otherwise("full"),
            type=pl.when(restored).then("other_type").otherwise("type"),
        )
    )


def _other_readings(read: pl.DataFrame) -> pl.DataFrame:
    """`row`, `other_full`, `other_code` and `other_type` of the numbers that are valid with a plus before them
    as well, where a plus may have been lost.

    What says that none was: the digit that is dialled before a number inside its country; a first group of
    digits that goes on beyond the country code, or stands in brackets; a region that is sure, where it is not
    the region's own code.
    """
    digits = pl.col("digits")
    starts_own = digits.str.starts_with(pl.col("own_code"))
    in_brackets = pl.col("bare").str.starts_with("(")
    open_to_doubt = ~is_valid() | starts_own | (pl.col("alone") & ~pl.col("sure") & ~in_brackets)
    asked = (
        read.filter(open_to_doubt & ~pl.col("usual") & ~pl.col("plus_lost") & ~digits.str.starts_with("0"))
        .filter(digits.str.contains(international_digits()))
        .with_columns(valid=is_valid(), text="+" + digits)
        .select("row", "digits", "bare", "own_code", "text", "valid")
    )
    valid, others = asked.filter("valid"), asked.filter(~pl.col("valid"))
    # Of numbers that are valid as they stand the twin alone is asked: a slip of it leaves them as they are.
    answers = pl.concat(
        [
            valid.hstack(ask_twin(valid["text"], _no_region(valid.height))),
            others.hstack(ask(others["text"], _no_region(others.height))),
        ]
    )
    first_group = pl.col("bare").str.extract(r"([0-9]+)", 1).str.len_bytes()
    grouped_otherwise = (first_group < digits.str.len_bytes()) & (
        first_group > pl.col("code").str.len_bytes()
    )
    own = pl.col("code") == pl.col("own_code")
    likely = ~pl.col("valid") | own | (is_texting() & ~grouped_otherwise)
    return answers.filter(is_valid() & (digits == pl.col("full")) & likely).select(
        "row", other_full="full", other_code="code", other_type="type"
    )


def _with_notes(read: pl.DataFrame) -> pl.DataFrame:
    """With `zero_note` of the numbers whose first 0 was cut off, and `odd_note` of those that were written
    neither in one of the usual ways nor with a lost plus."""
    zero_cut = pl.col("alone") & (pl.col("trunk") == "0").fill_null(value=False) & ~pl.col("trunk_optional")
    odd = is_valid() & ~pl.col("usual") & ~pl.col("alone") & ~pl.col("plus_lost")
    # phonenumbers and its twin have the same national forms; the twin's come sooner.
    zeros, odds = read.filter(zero_cut), read.filter(odd)
    zero_notes = [
        "phone_zero_restored" if _national_form(code, national).startswith("0") else None
        for code, national in zeros.select("code", "national").iter_rows()
    ]
    odd_notes = [
        _odd_note(*number) for number in odds.select("bare", "region", "own_code", "digits").iter_rows()
    ]
    for notes, rows, name in ((zero_notes, zeros, "zero_note"), (odd_notes, odds, "odd_note")):
        if not notes:
            read = read.with_columns(pl.lit(None, pl.String).alias(name))
            continue
        noted = rows.select("row", pl.Series(name, notes, dtype=pl.String))
        read = read.join(noted, on="row", how="left", maintain_order="left")
    return read


def _national_form(code: str, national: str) -> str:
    zeros = len(national) - len(national.lstrip("0"))
    number = rphonenumbers.PhoneNumber(
        country_code=int(code),
        national_number=int(national),
        italian_leading_zero=True if zeros else None,
        number_of_leading_zeros=zeros if zeros > 1 else None,
    )
    form: str = rphonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    return form


def _odd_note(text: str, region: str, own_code: str, digits: str) -> str | None:
    """What was done to a valid number to read it, by the first digits that its region dials."""
    number = phonenumbers.parse(text, region)
    form = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    if phonenumbers.normalize_digits_only(form) == digits:
        return None
    national = phonenumbers.national_significant_number(number)
    if digits.endswith(f"{number.country_code}{national}"):
        here = phonenumbers.PhoneNumber(country_code=int(own_code), national_number=int(digits))
        return "phone_ambiguous" if phonenumbers.is_valid_number(here) else "phone_prefix_replaced"
    return "phone_trunk_dropped" if digits.endswith(national) else "phone_invalid"


def _finished(read: pl.DataFrame) -> pl.DataFrame:
    """`row`, `value`, `code` and `doubt`, by what was found out."""
    # Some plans add digits to old numbers: that would be a guess.
    sound = is_valid() & ~pl.col("reshaped").fill_null(value=False)
    sent = sound & ~pl.col("ambiguous").fill_null(value=False)
    refused = (
        pl.when(sound)
        .then(pl.lit("phone_ambiguous"))
        .otherwise(pl.coalesce("refusal", pl.lit("phone_invalid")))
    )
    return read.select(
        "row",
        value=pl.when(sent).then("+" + pl.col("full")),
        code=pl.when(sent).then("note").otherwise(refused),
        doubt=pl.when(sent & ~is_texting()).then(pl.lit("phone_not_mobile")),
    )


def _no_region(height: int) -> pl.Series:
    return pl.Series([None], dtype=pl.String).new_from_index(0, height)
