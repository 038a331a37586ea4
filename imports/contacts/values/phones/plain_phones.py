"""Numbers in their plainest forms, told a column at a time by the plans of `phonenumbers` themselves.

Most numbers of most files are among these: with a plus and the country code, or as they are dialled inside their
region. Only what leaves nothing to decide is told here, be it that such a number cannot exist; all else is for
`plan_answers` and `readings`, which would say the same.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import phonenumbers
import polars as pl
from phonenumbers import PhoneMetadata, PhoneNumberDesc, ValidationResult

from imports.contacts.values.cells import ANSWERED
from imports.contacts.values.phones.plan_answers import refusal_of_length
from imports.contacts.values.phones.plans import ASCII, country_codes, length_check, valid_nationals
from imports.contacts.values.phones.repairs import are_renumbered

_PLAIN = r"^\+?\(?[0-9][0-9 ().\-]*[0-9]$"
_NOT_PLAIN_START, _NOT_PLAIN_END = r"^\+?\(?0[ .\-]?0", r"\.0+$"
_GROUPING = dict.fromkeys("+ ().-", "")
_MIN_DIGITS, _MAX_DIGITS = 5, 17
_SHORT = (
    ValidationResult.TOO_SHORT,
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY,
    ValidationResult.INVALID_LENGTH,
)
_OTHER_KINDS = (
    *("premium_rate", "toll_free", "shared_cost", "voip", "personal_number", "pager", "uan", "voicemail"),
)
"""The kinds that `phonenumbers` looks for before fixed lines and mobile phones."""

_NEVER = "[0-9]^"


@dataclass(frozen=True)
class _Plan:
    """What is needed of a region's plan, as regular expressions over whole digits where it is not said otherwise."""

    code: str
    trunk: str
    """The digits dialled before a number inside the region; "" for none."""
    trunk_optional: bool
    begins: str
    """What `phonenumbers` takes away at the beginning of a number: the beginnings that have to be the trunk."""
    abroad: str
    """The beginnings that are dialled for abroad."""
    general: str
    """All of its numbers, and some that are none."""
    mobile: str
    mobile_lengths: tuple[int, ...]
    fixed: str
    fixed_lengths: tuple[int, ...]
    others: str
    """The kinds that `phonenumbers` looks for before fixed lines and mobile phones."""

    def tell(self, numbers: pl.DataFrame, national: pl.Expr, refusals: Mapping[int, str]) -> pl.DataFrame:
        """`place` and the `ANSWERED` columns of numbers with these national digits; those for which something is
        left to decide are left out.

        `refusals` says, for each length of national digits, why a number that is of no kind cannot be valid.
        """
        length = national.str.len_bytes()
        mobile, fixed = pl.col("mobile"), pl.col("fixed")
        is_one_kind = (
            national.str.contains(self.general)
            & ~national.str.starts_with("0")
            & ~national.str.contains(self.others)
        )
        is_mobile = length.is_in(self.mobile_lengths) & national.str.contains(self.mobile)
        is_fixed = length.is_in(self.fixed_lengths) & national.str.contains(self.fixed)
        kinds = numbers.with_columns(one=is_one_kind).select(
            "place", national=national, mobile=pl.col("one") & is_mobile, fixed=pl.col("one") & is_fixed
        )
        nothing, national = pl.lit(None, pl.String), pl.col("national")
        valid = kinds.filter(mobile | fixed).select(
            "place",
            value=pl.concat_str(pl.lit(f"+{self.code}"), national),
            code=nothing,
            doubt=pl.when(fixed & ~mobile).then(pl.lit("phone_not_mobile")),
        )
        length = national.str.len_bytes()
        refused = (
            kinds.filter(~(mobile | fixed) & length.is_between(_MIN_DIGITS, _MAX_DIGITS))
            .filter(~national.str.contains(valid_nationals(self.code)))
            .select(
                "place",
                value=nothing,
                code=length.replace_strict(refusals, default=None, return_dtype=pl.String),
                doubt=nothing,
            )
        )
        return pl.concat([valid, refused.filter(pl.col("code").is_not_null())])


def tell_plain(frame: pl.DataFrame) -> pl.DataFrame:
    """`place` and the `ANSWERED` columns of plain numbers, in any order; there is none of the others.

    `frame` has `place`, its rows' numbers; and `text`, `region` and `sure`, as `clean_phone` takes them.
    """
    text, plus = pl.col("text"), pl.col("plus")
    is_plain = text.str.contains(_PLAIN) & ~text.str.contains(_NOT_PLAIN_START)
    is_plain &= ~(text.str.ends_with("0") & text.str.contains(_NOT_PLAIN_END))
    plain = (
        frame.filter(is_plain)
        .select(
            "place", "region", "sure", digits=text.str.replace_many(_GROUPING), plus=text.str.starts_with("+")
        )
        .filter(~are_renumbered(pl.col("digits"), plus, pl.col("region")))
    )
    return pl.concat([_international(plain.filter(plus)), _local(plain.filter(~plus))])


def _international(numbers: pl.DataFrame) -> pl.DataFrame:
    """Of plain numbers with a plus."""
    digits = pl.col("digits")
    parts = [_none()]
    coded = numbers.with_columns(code=digits.str.extract(country_codes(), 1))
    for (code,), some in coded.filter(pl.col("code").is_not_null()).group_by("code"):
        plan = _plan(phonenumbers.region_code_for_country_code(int(str(code))))
        if plan is not None:
            national = digits.str.slice(len(plan.code))
            told = some.filter(~national.str.contains(f"{ASCII}^(?:{plan.begins})"))
            parts.append(plan.tell(told, national, _refusals(plan.code)))
    return pl.concat(parts)


def _local(numbers: pl.DataFrame) -> pl.DataFrame:
    """Of plain numbers as they are dialled inside their regions."""
    digits, sure = pl.col("digits"), pl.col("sure")
    parts = [_none()]
    for (region,), some in numbers.filter(pl.col("region").is_not_null()).group_by("region"):
        plan = _plan(str(region))
        if plan is None or phonenumbers.region_code_for_country_code(int(plan.code)) != region:
            continue
        is_inside = ~digits.str.contains(f"{ASCII}^(?:{plan.abroad})") & ~digits.str.starts_with(plan.code)
        inside = some.filter(is_inside).with_columns(general=digits.str.contains(plan.general))
        if plan.trunk == "0":
            whole = digits.str.slice(1)
            is_trunk = digits.str.starts_with("0") & ~pl.col("general")
            if plan.begins != "0":
                is_trunk &= digits.str.replace(f"{ASCII}^(?:{plan.begins})", "") == whole
            parts.append(plan.tell(inside.filter(is_trunk), whole, _refusals(plan.code, 1)))
        if not plan.trunk or plan.trunk_optional:
            alone = inside.filter(sure & pl.col("general"))
            alone = alone.filter(~digits.str.contains(f"{ASCII}^(?:{plan.begins})"))
            told = plan.tell(alone, digits, _refusals(plan.code))
            # Digits that are no number of the region may be one whose plus was lost.
            parts.append(told.filter(pl.col("value").is_not_null()))
    return pl.concat(parts)


def _none() -> pl.DataFrame:
    return pl.DataFrame(schema={"place": pl.UInt32, **dict.fromkeys(ANSWERED, pl.String)})


@cache
def _plan(region: str) -> _Plan | None:
    """The plan of a region; None where its numbers are rewritten on the way, or told by first digits."""
    plan = PhoneMetadata.metadata_for_region(region)
    if plan is None or plan.national_prefix_transform_rule or plan.leading_digits:
        return None
    return _Plan(
        code=str(plan.country_code),
        trunk=plan.national_prefix or "",
        trunk_optional=any(form.national_prefix_optional_when_formatting for form in plan.number_format),
        begins=plan.national_prefix_for_parsing or _NEVER,
        abroad=plan.international_prefix or _NEVER,
        general=_whole([plan.general_desc]),
        mobile=_whole([plan.mobile]),
        mobile_lengths=_lengths(plan.mobile),
        fixed=_whole([plan.fixed_line]),
        fixed_lengths=_lengths(plan.fixed_line),
        others=_whole(getattr(plan, kind) for kind in _OTHER_KINDS),
    )


def _whole(kinds: Iterable[PhoneNumberDesc | None]) -> str:
    patterns = [kind.national_number_pattern for kind in kinds if kind and kind.national_number_pattern]
    return f"{ASCII}^(?:{'|'.join(patterns)})$" if patterns else _NEVER


def _lengths(kind: PhoneNumberDesc | None) -> tuple[int, ...]:
    return tuple(kind.possible_length) if kind else ()


@cache
def _refusals(code: str, trunk: int = 0) -> dict[int, str]:
    """Why a country's national numbers of each length cannot be valid, if they are of no kind.

    Before them `trunk` digits were dialled. `phonenumbers` takes those for part of the number where it would be
    too short without them.
    """
    refusals = {}
    for length in range(1, _MAX_DIGITS + 1):
        is_short = length_check(code, length) in _SHORT
        counted = length + trunk if is_short else length
        refusals[length] = refusal_of_length(code, counted) or "phone_invalid"
    return refusals
