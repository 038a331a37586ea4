"""Every kind of damage, done to example numbers of every region: none becomes another number by a repair.

The table that is printed counts, for each kind of damage, the cells that were repaired, refused, read as they
stand (where digits are missing or too many, nobody can know), and wrong.
"""

import random
import sys
from collections.abc import Callable, Iterator
from typing import NamedTuple

import phonenumbers
import polars as pl
import pytest
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from imports.contacts.values.phones import clean_phone
from tests.examples import examples

TYPES = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE)
OTHERS = examples(quick=1, deep=4)
"""How many numbers are tried for every example number, besides itself."""
SEED = 20

FULL_WIDTH = str.maketrans("+0123456789", "＋０１２３４５６７８９")


class Number(NamedTuple):
    """A region's example number in the ways in which it is written undamaged."""

    region: str
    e164: str
    international: str
    national: str
    national_digits: str
    significant: str
    trunk: str | None

    @property
    def digits(self) -> str:
        return self.e164[1:]

    @property
    def code(self) -> str:
        return self.digits.removesuffix(self.significant)


def numbers() -> Iterator[Number]:
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        found = [phonenumbers.example_number(region)]
        found += [phonenumbers.example_number_for_type(region, kind) for kind in TYPES]
        found += [like for one in found if one for like in others_like(one)]
        written = {phonenumbers.format_number(one, PhoneNumberFormat.E164): one for one in found if one}
        for e164, number in written.items():
            national = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
            yield Number(
                region=region,
                e164=e164,
                international=phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL),
                national=national,
                national_digits=phonenumbers.normalize_digits_only(national),
                significant=phonenumbers.national_significant_number(number),
                trunk=phonenumbers.PhoneMetadata.metadata_for_region(region).national_prefix,
            )


def others_like(number: phonenumbers.PhoneNumber) -> Iterator[phonenumbers.PhoneNumber]:
    """Valid numbers with the same beginning."""
    chance = random.Random(SEED)
    digits = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    for _ in range(OTHERS):
        end = "".join(chance.choices("0123456789", k=4))
        other = phonenumbers.parse(digits[:-4] + end)
        if phonenumbers.is_valid_number(other):
            yield other


def with_trunk_inside(number: Number) -> list[str]:
    if number.trunk != "0" or number.significant.startswith("0"):
        return []
    return [f"+{number.code} (0){number.significant}", f"+{number.code} 0{number.significant}"]


def without_trunk(number: Number) -> list[str]:
    return [number.significant] if number.national_digits == f"0{number.significant}" else []


def without_own_zero(number: Number) -> list[str]:
    return [number.significant.lstrip("0")] if number.significant.startswith("0") else []


def in_exponents(digits: str, places: int) -> str:
    shortened = f"{digits[0]}.{digits[1 : places + 1]}"
    return f"{shortened}E+{len(digits) - 1}"


def doubled(text: str) -> str:
    place = random.Random(text).choice([place for place, character in enumerate(text) if character.isdigit()])
    return text[:place] + text[place] + text[place:]


def both(damage: Callable[[str], str]) -> Callable[[Number], list[str]]:
    return lambda number: [damage(number.e164), damage(number.national)]


KEEPING: dict[str, Callable[[Number], list[str]]] = {
    "00 in place of +": lambda number: [f"00{number.digits}", f"00 {number.international[1:]}"],
    "trunk zero inside": with_trunk_inside,
    "trunk zero lost": without_trunk,
    "plus lost": lambda number: [number.digits, number.international[1:]],
    "decimals": lambda number: [f"{number.e164}.0", f"{number.digits}.0", f"{number.national_digits}.0"],
    "apostrophe": both(lambda text: f"'{text}"),
    "full-width digits": both(lambda text: text.translate(FULL_WIDTH)),
    "extension": lambda number: [f"{number.e164} x12", f"{number.national} ext. 12", f"{number.e164};ext=12"],
    "exponent, all digits": lambda number: [in_exponents(number.digits, len(number.digits) - 1)],
    "spaces": both(" ".join),
    "dashes": lambda number: [number.international.replace(" ", "-"), number.national.replace(" ", "–")],
    "dots": lambda number: [number.international.replace(" ", "."), number.national.replace(" ", ".")],
    "brackets": lambda number: [f"(+{number.code}) {number.significant}", f"({number.national_digits})"],
    "invisible characters": both(lambda text: f"\u202a{text[:3]}\u200b{text[3:]}\u00a0\u202c"),
    "quotation marks": both(lambda text: f"“{text}”"),
    "tel:": both(lambda text: f"tel:{text}"),
    "formula": both(lambda text: f'="{text}"'),
}
"""What leaves every digit that tells the number."""

LOSING: dict[str, Callable[[Number], list[str]]] = {
    "exponent, digits lost": lambda number: [in_exponents(number.digits, 5)],
    "own zero lost": without_own_zero,
    "last digit cut": both(lambda text: text[:-1]),
    "two digits cut": both(lambda text: text[:-2]),
    "digit doubled": lambda number: [doubled(number.e164), doubled(number.national_digits)],
}
"""What makes other digits of it."""

KNOWN_REGION = {"in the row": True, "of the file": False, "unknown": None}


NOTED = ("phone_trunk_dropped", "phone_prefix_replaced")
"""What is said of cells that are read as they stand, but for a 0 inside or 00 in place of a plus."""


def as_it_stands(cell: str, region: str | None) -> set[str]:
    """The numbers that a cell is by its own digits, 00 being as good as a plus."""
    digits = phonenumbers.normalize_digits_only(cell)
    found = {f"+{digits}"}
    abroad = f"+{digits[2:]}" if digits.startswith("00") else cell
    for written in (cell, abroad):
        try:
            number = phonenumbers.parse(written, region)
        except phonenumbers.NumberParseException:
            continue
        found.add(phonenumbers.format_number(number, PhoneNumberFormat.E164))
    return found


@pytest.fixture(scope="module")
def rescued() -> pl.DataFrame:
    """Every number, damage and knowledge of its region, and what became of the cell."""
    rows = [
        (number.region, damage, known, cell, number.e164)
        for number in numbers()
        for damages in (KEEPING, LOSING)
        for damage, damaged in damages.items()
        for cell in damaged(number)
        for known in KNOWN_REGION
    ]
    frame = pl.DataFrame(rows, schema=["example", "damage", "known", "cell", "true"], orient="row")
    sure = pl.col("known").replace_strict(KNOWN_REGION, return_dtype=pl.Boolean)
    return (
        frame.with_columns(region=pl.when(sure.is_not_null()).then("example"))
        .with_columns(
            answer=clean_phone(pl.col("cell"), pl.col("region"), sure.fill_null(value=False)),
        )
        .unnest("answer")
        .with_columns(
            end=pl.when(pl.col("value").is_null())
            .then(pl.lit("refused"))
            .when(pl.col("value") == pl.col("true"))
            .then(pl.lit("repaired"))
            .otherwise(pl.lit("wrong"))
        )
    )


def end_of(damage: str, value: str, code: str | None, cell: str, region: str | None) -> str:
    """How a cell ended that has become another number than the true one."""
    if damage not in LOSING or value not in as_it_stands(cell, region):
        return "wrong"
    return "as written" if code is None else "so, with a note" if code in NOTED else "wrong"


@pytest.mark.deep
def test_no_repair_makes_another_number(rescued, capsys):
    others = rescued.filter(pl.col("end") == "wrong")
    told = [
        end_of(*other) for other in others.select("damage", "value", "code", "cell", "region").iter_rows()
    ]
    others = others.with_columns(end=pl.Series(told, dtype=pl.String))
    ends = pl.concat([rescued.filter(pl.col("end") != "wrong"), others])
    counts = {(damage, end): count for damage, end, count in ends.group_by("damage", "end").len().iter_rows()}
    columns = ("repaired", "refused", "as written", "so, with a note", "wrong")
    lines = [f"{'damage':24}" + "".join(f"{column:>17}" for column in columns)]
    for damage in (*KEEPING, *LOSING):
        lines.append(f"{damage:24}" + "".join(f"{counts.get((damage, column), 0):17}" for column in columns))
    with capsys.disabled():
        sys.stdout.write("\n\n" + "\n".join(lines) + "\n")
    assert ends.filter(pl.col("end") == "wrong").rows() == []


def test_every_region_and_damage_is_there(rescued):
    assert set(rescued["example"]) == set(phonenumbers.SUPPORTED_REGIONS)
    assert set(rescued["damage"]) == {*KEEPING, *LOSING}


def test_lost_digits_of_exponents_are_never_made_up(rescued):
    lossy = rescued.filter(damage="exponent, digits lost")
    assert lossy["value"].null_count() == lossy.height


SURROUNDED = ("apostrophe", "full-width digits", "quotation marks", "tel:", "formula")
BESIDE_THE_POINT = ("spaces", "invisible characters")
NOTED_ALWAYS = (
    *SURROUNDED,
    "00 in place of +",
    "trunk zero inside",
    "extension",
    "decimals",
    "exponent, all digits",
)


def test_repairs_are_told(rescued):
    """What the check cannot see by comparing cell and number has a code of its own."""
    sent = rescued.filter(pl.col("value").is_not_null() & pl.col("damage").is_in(NOTED_ALWAYS))
    assert sent.filter(pl.col("code").is_null()).rows() == []


def test_what_has_all_its_digits_and_a_known_country_is_rescued(rescued):
    kept = rescued.filter(pl.col("damage").is_in([*SURROUNDED, *BESIDE_THE_POINT]))
    known = pl.col("cell").str.contains("[+＋]") | (pl.col("known") == "in the row")
    assert kept.filter(known & pl.col("value").is_null()).rows() == []


def test_cleaning_what_was_cleaned_changes_nothing(rescued):
    numbers = rescued.filter(pl.col("value").is_not_null()).select("value", "region").unique()
    again = numbers.with_columns(again=clean_phone(pl.col("value"), pl.col("region"))).unnest(
        "again", separator="."
    )
    assert (
        again.filter(
            (pl.col("again.value") != pl.col("value")).fill_null(value=True)
            | pl.col("again.code").is_not_null()
        ).rows()
        == []
    )
