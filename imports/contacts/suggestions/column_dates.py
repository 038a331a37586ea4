"""The formats of a column's dates: looked for among the values that are of none found so far, counted in all."""

from collections import Counter
from collections.abc import Iterable
from itertools import combinations

import polars as pl

from imports.contacts.value_types.value_type import VALUE
from imports.contacts.values.dates import (
    CANDIDATE_FORMATS,
    COUNTED_FORMATS,
    EXCEL_SERIAL,
    UNIX_MILLISECONDS,
    UNIX_SECONDS,
    clean_date,
    has_shape,
)

_SPACE = r"[ \t\x{a0}\x{2009}\x{202f}]"
_WORD = rf"[\p{{L}}-]{{2,14}}[.,]{{0,2}}{_SPACE}+"
_GAP = rf"(?:[-/.]|{_SPACE}){_SPACE}?"
_DATE_LIKE = "|".join(
    (
        rf"^'?(?:{_WORD})?[0-9]{{1,4}}{_GAP}[0-9]{{1,2}}{_GAP}[0-9]{{1,4}}(?:\.?$|{_SPACE}|[,T])",
        rf"^'?(?:{_WORD})?[0-9]{{1,4}}[^0-9]{{0,8}}\p{{L}}[^0-9]{{0,20}}[0-9]{{1,4}}(?:$|[^0-9])",
        rf"^'?(?:{_WORD}){{1,2}}[0-9]{{1,2}}[^0-9]{{1,4}}[0-9]",
        rf"^'?[0-9]{{8}}(?:$|{_SPACE}|[,T])",
    )
)
"""What every date has. It rules out what is not worth trying, at a tenth of the cost."""

_COUNT_LIKE = {
    EXCEL_SERIAL: r"^[1-7][0-9]{4}(?:[.,][0-9]+)?$",
    UNIX_SECONDS: r"^1[0-9]{9}$",
    UNIX_MILLISECONDS: r"^1[0-9]{12}$",
}
"""Plain numbers that are likely to be days and times: from 1927 on, and from 2001 to 2033."""

_ANY_COUNT_LIKE = "|".join(_COUNT_LIKE.values())

_PROBED = 100
_TEXT_FORMATS = tuple(one for one in CANDIDATE_FORMATS if one not in COUNTED_FORMATS)


class DateTally:
    """The dates among a column's values, while frames of values (see `profiles`) go by.

    `counts` says how often values of each format found so far come, `date_like` how often values that may be
    dates. A format that was found after the first of these has been counted from there on only; then
    `is_partial` is true, and the values must go by once more, past `recount()`. A format that can no longer be the
    column's is not counted to the end.
    """

    def __init__(self, most_others: float) -> None:
        """`most_others` is how many of the values can be no dates when the column is still one of dates; past
        that nothing is counted any more."""
        self.counts: dict[str, int] = {}
        self.date_like = 0
        self.is_partial = False
        self._most_others = most_others
        self._others = 0
        self._compared: set[tuple[str, str]] = set()
        self._differing: set[tuple[str, str]] = set()
        self._is_searching = True
        self._missed: Counter[str] = Counter()

    def add(self, values: pl.DataFrame) -> None:
        """Count a frame of values."""
        if self._others > self._most_others:
            return
        is_count, is_likely = VALUE.str.contains(_ANY_COUNT_LIKE), VALUE.str.contains(_DATE_LIKE)
        counts, likely = values.filter(is_count), values.filter(is_likely)
        before, self.date_like = self.date_like, self.date_like + _times(counts) + _times(likely)
        self._others += _times(values) - (self.date_like - before)
        for name, shape in _COUNT_LIKE.items() if counts.height else ():
            self._count(counts.filter(VALUE.str.contains(shape)), [name])
        if likely.is_empty() or self._others > self._most_others:
            return
        # A format that too many of the values are not of cannot be the column's.
        names = [name for name in self.counts if self._missed[name] <= self._most_others]
        left = self._count(likely, [name for name in names if name not in _COUNT_LIKE])
        while self._is_searching and (found := self._find(_sample(left))):
            self.is_partial = self.is_partial or before > 0
            # What was found fits values that those known before do not.
            self._differing.update(
                pair for pair in _pairs([*self.counts, *found]) if len(set(pair) & set(found)) == 1
            )
            left = left.join(self._count(likely, found), on="value", how="semi")

    def recount(self) -> "DateTally":
        """An empty tally of the formats found here, which looks for no others."""
        tally = DateTally(self._most_others)
        tally.counts = dict.fromkeys(self.counts, 0)
        tally._is_searching = False
        return tally

    def best(self, least: float) -> tuple[str, ...]:
        """The formats that most values fit, if that is `least` of them, in the order of preference.

        Of formats that read every value alike, such as 02/02/2024, only the first is given: there is nothing to
        choose.
        """
        most = max(self.counts.values(), default=0)
        if not most or most < least:
            return ()
        alike = self._compared - self._differing
        best: list[str] = []
        for name in CANDIDATE_FORMATS:
            if self.counts.get(name) == most and not any((other, name) in alike for other in best):
                best.append(name)
        return tuple(best)

    def _count(self, values: pl.DataFrame, names: list[str]) -> pl.DataFrame:
        """Count the values of these formats. Gives those that are of none."""
        if values.is_empty() or not names:
            return values
        read = values.select(clean_date(VALUE, name).struct.field("value").alias(name) for name in names)
        for name in names:
            fitting = _times(values.filter(read[name].is_not_null()))
            self.counts[name] = self.counts.get(name, 0) + fitting
            self._missed[name] += _times(values) - fitting
        self._compare(read)
        return values.filter(read.select(pl.all_horizontal(pl.all().is_null())).to_series())

    def _compare(self, read: pl.DataFrame) -> None:
        """Note which formats read the same values, each as the same date."""
        pairs = _pairs(read.columns)
        self._compared.update(pairs)
        self._differing.update(pair for pair in pairs if read[pair[0]].ne_missing(read[pair[1]]).any())

    def _find(self, sample: pl.DataFrame) -> list[str]:
        """The formats, not known yet, of any of these values."""
        names = [name for name in _TEXT_FORMATS if name not in self.counts]
        if sample.is_empty() or not names:
            return []
        shaped = sample.select(has_shape(VALUE, name).any().alias(name) for name in names).row(0, named=True)
        fits = sample.select(
            clean_date(VALUE, name).struct.field("value").is_not_null().any().alias(name)
            for name, is_likely in shaped.items()
            if is_likely
        )
        return [column.name for column in fits if column.item()]


def _pairs(names: Iterable[str]) -> list[tuple[str, str]]:
    """Every two of these formats, the preferred one first."""
    known = set(names)
    return list(combinations([name for name in CANDIDATE_FORMATS if name in known], 2))


def _sample(values: pl.DataFrame) -> pl.DataFrame:
    """The values that come most, and some from all over."""
    often = values.top_k(_PROBED, by="times")
    return pl.concat([often, values.gather_every(max(values.height // _PROBED, 1))]).unique("value")


def _times(values: pl.DataFrame) -> int:
    return int(values["times"].sum())
