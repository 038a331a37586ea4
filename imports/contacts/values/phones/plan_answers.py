"""What the numbering plans answer about a number: `phonenumbers` decides, its compiled twin answers first.

The twin, `rphonenumbers`, is some twenty times as fast. It is believed where it says that a number is valid,
except where its plans are older than those of `phonenumbers`; everything else is asked again. See
docs/adr/0013-a-compiled-twin-answers-first.md.
"""

import phonenumbers
import polars as pl
import rphonenumbers
from phonenumbers import NumberParseException, PhoneNumberType, ValidationResult

from imports.contacts.values.phones.plans import length_check, valid_nationals

ANSWER = {"full": pl.String, "code": pl.String, "national": pl.String, "type": pl.Int16, "refusal": pl.String}
"""Of a valid number: its digits in E.164 without the plus, their two parts, and its `PhoneNumberType`.

Of another, `type` is UNKNOWN and `refusal` says why.
"""

TEXTING = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
"""The types that take text messages, as far as numbering plans tell."""

_OUTDATED = (
    *("7930", "406[023]", "4537", "57910", "86(?:378|41[034]|634|807|85[23])", "91796", "229(?:81|857)"),
    *("263(?:1|2[02457]|37[56]|548|55|67|68)", "267(?:321|79[12])", "358494", "50620", "85630[24]"),
)
OUTDATED = f"^(?:{'|'.join(_OUTDATED)})"
"""The beginnings of the numbers, country code first, that are valid by the twin's plans (those of 9.0.41) and
not by ours, or of which one says mobile and the other does not. To be looked over with every new version."""

_PARSE_FAILURES = {
    NumberParseException.INVALID_COUNTRY_CODE: "phone_country_code",
    NumberParseException.NOT_A_NUMBER: "phone_not_a_number",
    NumberParseException.TOO_SHORT_AFTER_IDD: "phone_too_short",
    NumberParseException.TOO_SHORT_NSN: "phone_too_short",
    NumberParseException.TOO_LONG: "phone_too_long",
}
_IMPOSSIBLE = {
    ValidationResult.TOO_SHORT: "phone_too_short",
    ValidationResult.TOO_LONG: "phone_too_long",
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "phone_too_short",
    ValidationResult.INVALID_COUNTRY_CODE: "phone_country_code",
}


def is_valid() -> pl.Expr:
    return pl.col("type") != PhoneNumberType.UNKNOWN


def is_texting() -> pl.Expr:
    return pl.col("type").is_in(TEXTING)


def ask(texts: pl.Series, regions: pl.Series) -> pl.DataFrame:
    """The `ANSWER` about every text, read as it would be dialled in its region."""
    first = ask_twin(texts, regions)
    believed = first.select(is_valid() & ~pl.col("full").str.contains(OUTDATED)).to_series()
    if believed.all():
        return first
    question = {"text": texts, "region": regions, "twins": first["full"], "twins_code": first["code"]}
    others = pl.DataFrame(question).with_row_index("place").filter(~believed)
    different = others.select(*question).unique()
    decided = different.hstack(ask_plans(different))
    second = others.join(decided, on=list(question), how="left", nulls_equal=True)
    both = [first.with_row_index("place").filter(believed), second.select("place", *ANSWER)]
    return pl.concat(both).sort("place").drop("place")


def ask_twin(texts: pl.Series, regions: pl.Series) -> pl.DataFrame:
    """The twin's `ANSWER`; it gives no reasons."""
    codes, nationals, zeros, types = [], [], [], []
    parse, number_type = rphonenumbers.parse, rphonenumbers.number_type
    # The one loop over every number that there is: what is not needed here is not done here.
    for text, region in zip(texts.to_list(), regions.to_list(), strict=True):
        try:
            number = parse(text, region)
        except rphonenumbers.NumberParseException:
            codes.append(0)
            nationals.append(0)
            zeros.append(0)
            types.append(PhoneNumberType.UNKNOWN)
            continue
        codes.append(number.country_code)
        nationals.append(number.national_number)
        zeros.append(number.italian_leading_zero and (number.number_of_leading_zeros or 1))
        types.append(number_type(number))
    parts = pl.DataFrame(
        {
            "code": pl.Series(codes, dtype=pl.Int32).cast(pl.String),
            "national": pl.Series(nationals, dtype=pl.Int64).cast(pl.String),
            "zeros": pl.Series(zeros, dtype=pl.Int8, strict=False),
            "type": pl.Series(types, dtype=pl.Int16),
        }
    )
    return _answers(parts, pl.lit(None, pl.String))


def ask_plans(questions: pl.DataFrame) -> pl.DataFrame:
    """The `ANSWER` of `phonenumbers` about each `text` in its `region`. `twins` and `twins_code` are what the
    twin read there: `full` and `code`."""
    refusals = _refused_by_column(questions)
    rows = [
        _ask_plan(*question) if refusal is None else _refused(refusal)
        for question, refusal in zip(questions.iter_rows(), refusals, strict=True)
    ]
    schema = {
        "code": pl.String,
        "national": pl.String,
        "zeros": pl.Int8,
        "type": pl.Int16,
        "refusal": pl.String,
    }
    return _answers(pl.DataFrame(rows, schema=schema, orient="row"), pl.col("refusal"))


def _refused_by_column(questions: pl.DataFrame) -> pl.Series:
    """Why the numbers cannot be valid, told of all of one country code at once; null where they may be."""
    found = questions.select(
        "twins_code", national=pl.col("twins").str.slice(pl.col("twins_code").str.len_bytes())
    )
    found = found.with_columns(length=pl.col("national").str.len_bytes()).with_row_index("place")
    parts = [found.filter(twins_code="0").select("place", refusal=pl.lit(None, pl.String))]
    for (code, length), some in found.filter(pl.col("twins_code") != "0").group_by("twins_code", "length"):
        impossible = refusal_of_length(str(code), int(length))
        may_be = pl.col("national").str.contains(valid_nationals(str(code)))
        invalid = pl.when(~may_be).then(pl.lit("phone_invalid"))
        parts.append(some.select("place", refusal=pl.lit(impossible) if impossible else invalid))
    return pl.concat(parts).sort("place")["refusal"]


def refusal_of_length(code: str, length: int) -> str | None:
    """Why national numbers of this length cannot be of a country code; None where they may."""
    possible = length_check(code, length)
    return None if possible == ValidationResult.IS_POSSIBLE else _IMPOSSIBLE.get(possible, "phone_invalid")


def _refused(refusal: str) -> tuple[str, str, int, int, str | None]:
    return "0", "0", 0, PhoneNumberType.UNKNOWN, refusal


def _ask_plan(text: str, region: str | None, *_: str) -> tuple[str, str, int, int, str | None]:
    try:
        number = phonenumbers.parse(text, region)
    except NumberParseException as failure:
        return _refused(_PARSE_FAILURES[failure.error_type])
    refusal = _refusal(number)
    kind = PhoneNumberType.UNKNOWN if refusal else phonenumbers.number_type(number)
    zeros = (number.number_of_leading_zeros or 1) if number.italian_leading_zero else 0
    return str(number.country_code), str(number.national_number), zeros, kind, refusal


def _refusal(number: phonenumbers.PhoneNumber) -> str | None:
    possible = phonenumbers.is_possible_number_with_reason(number)
    if possible != ValidationResult.IS_POSSIBLE:
        return _IMPOSSIBLE.get(possible, "phone_invalid")
    return None if phonenumbers.is_valid_number(number) else "phone_invalid"


def _answers(parts: pl.DataFrame, refusal: pl.Expr) -> pl.DataFrame:
    zeros, national = pl.col("zeros"), pl.col("national")
    if (parts["zeros"] > 0).any():
        padded = pl.when(zeros > 0).then(national.str.zfill(national.str.len_bytes() + zeros))
        parts = parts.with_columns(national=padded.otherwise(national))
    answers = parts.with_columns(full=pl.col("code") + national, refusal=refusal)
    return answers.select(pl.col(name).cast(kind) for name, kind in ANSWER.items())
