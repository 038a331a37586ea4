"""Ways of running cleaners over columns without asking more than is needed."""

from collections.abc import Callable, Mapping

import polars as pl

from imports.contacts.values.cells import ANSWERED, CLEANED, Cleaner, answer, cleaned, packed, trim, unpacked

Verdict = tuple[str | None, str | None]
"""The value and the code of one cell, as in `CLEANED`."""

Sight = Callable[[pl.Series], pl.Series | None]
"""Gives the codes of the cells that are refused, null for the others; None, quickly, where there is none."""

_REPEATED = 4
"""How often a cell must come, on average, for it to pay to look for its like."""

_SAMPLE_CELLS = 1_000
_MAX_DIFFERENT = 0.985
"""So many of the sample's cells differ, at most, where cells come `_REPEATED` times in frames of a hundred thousand."""


def in_steps(cells: pl.Expr, *steps: Mapping[str, pl.Expr]) -> pl.Expr:
    """The column `answer` that the last step names, each step's columns being worked out once.

    The first step reads `cell`. Polars would work out an expression anew wherever it is mentioned, which for
    a chain of repairs and checks costs many times as much.
    """

    def run(series: pl.Series) -> pl.Series:
        frame = series.to_frame("cell")
        for step in steps:
            frame = frame.with_columns(**step)
        return frame["answer"]

    return cells.map_batches(run, return_dtype=CLEANED)


def followed_by(first: pl.Expr, cleaner: Cleaner) -> pl.Expr:
    """What `cleaner`, which reads nothing but its cells, makes of the values of `first`, a `CLEANED` struct; of two
    notes the first is kept.

    Each is worked out once, however many of them follow one another.
    """
    value, code, before = pl.col("value"), pl.col("code"), pl.col("before")

    def run(answers: pl.Series) -> pl.Series:
        one = unpacked(answers)
        two = unpacked(one.select(cleaner(value.fill_null(""))).to_series())
        frame = two.hstack(one.select(before="code", doubted="doubt"))
        return packed(
            frame.with_columns(
                code=pl.when(value.is_null())
                .then(pl.coalesce(code, before))
                .otherwise(pl.coalesce(before, code)),
                doubt=pl.when(value.is_not_null()).then(pl.coalesce("doubt", "doubted")),
            )
        )

    return first.map_batches(run, return_dtype=CLEANED)


def quick_first(cells: pl.Expr, quick: Callable[[pl.Expr], pl.Expr], cleaner: Cleaner) -> pl.Expr:
    """The same as `cleaner(cells)`, which is asked only for filled cells that `quick` leaves null.

    `quick` gives values as the cleaner would, and only for cells of which it would say nothing: neither code
    nor doubt.
    """

    def run(series: pl.Series) -> pl.Series:
        frame = series.to_frame("cell").with_columns(value=quick(pl.col("cell")))
        is_left = pl.col("value").is_null() & (pl.col("cell") != "")
        others = frame.filter(is_left)
        if others.is_empty():
            return frame.select(answer(pl.col("value"))).to_series()
        left = others.select(answer=cleaner(pl.col("cell")))["answer"]
        if len(left) == frame.height:
            return left
        places = frame.select(pl.when(is_left).then(is_left.cum_sum() - 1).cast(pl.UInt32)).to_series()
        rest = unpacked(left).select(pl.all().gather(places))
        value = pl.coalesce(frame["value"], pl.col("value"))
        return rest.select(answer(value, pl.col("code"), pl.col("doubt"))).to_series()

    return cells.map_batches(run, return_dtype=CLEANED)


def plain_first(cells: pl.Expr, is_plain: pl.Expr, cleaner: Cleaner) -> pl.Expr:
    """The same as `cleaner(cells)`, which is asked only for what is not plain.

    `is_plain` reads `cell`; it must be true only for cells that `cleaner` would give back as they are, with
    neither code nor doubt. Where most are, this is many times as fast.
    """
    return quick_first(cells, lambda cell: pl.when(is_plain).then(cell), cleaner)


def refused_at_sight(cells: pl.Expr, sight: Sight, cleaner: Cleaner) -> pl.Expr:
    """The same as `cleaner(cells)`, but for the cells that `sight` refuses: to the cleaner they are blank."""

    def left(series: pl.Series) -> pl.Series:
        codes = sight(series)
        if codes is None:
            return series
        return pl.select(pl.when(codes.is_null()).then(series).otherwise(pl.lit(""))).to_series()

    def refused(both: pl.Series) -> pl.Series:
        return refuse(both.struct.field("answer"), sight(both.struct.field("cell")))

    read = cleaner(cells.map_batches(left, return_dtype=pl.String))
    return pl.struct(cell=cells, answer=read).map_batches(refused, return_dtype=CLEANED)


def refuse(answers: pl.Series, codes: pl.Series | None) -> pl.Series:
    """The `CLEANED` structs, but for those that are refused by the codes that a `Sight` gave."""
    if codes is None:
        return answers
    refusal, value, code, doubt = map(pl.col, ("refusal", *ANSWERED))
    is_read = refusal.is_null()
    return packed(
        unpacked(answers)
        .with_columns(codes.alias("refusal"))
        .select(
            value=pl.when(is_read).then(value),
            code=pl.coalesce(refusal, code),
            doubt=pl.when(is_read).then(doubt),
        )
    )


def once_each(cells: pl.Expr, cleaner: Cleaner, repeated: int = _REPEATED) -> pl.Expr:
    """The same as `cleaner(cells)`, which reads nothing but its cells, and is asked once for every different cell where
    they come `repeated` times, on average."""

    def run(series: pl.Series) -> pl.Series:
        frame = series.to_frame("cell")
        # To count what differs in a column without repetitions takes longer than many a cleaner.
        sample = series.head(_SAMPLE_CELLS)
        different = frame.unique() if sample.n_unique() <= _MAX_DIFFERENT * len(sample) else frame
        if different.height * repeated > len(series):
            return frame.select(cleaner(pl.col("cell"))).to_series()
        answers = different.hstack(unpacked(different.select(cleaner(pl.col("cell"))).to_series()))
        return _looked_up(frame, answers)

    return cells.map_batches(run, return_dtype=CLEANED)


def _looked_up(cells: pl.DataFrame, answers: pl.DataFrame) -> pl.Series:
    """The `CLEANED` structs of all cells. `answers` has every different `cell`, with its `ANSWERED` columns."""
    return packed(cells.join(answers, on="cell", how="left", maintain_order="left", nulls_equal=True))


def ask_each(cells: pl.Expr, ask: Callable[[str], Verdict]) -> pl.Expr:
    """The `CLEANED` structs that `ask` gives, without doubts.

    Meant for what `plain_first` leaves over: `ask` is plain Python, and slow for a whole column.
    """

    def run(series: pl.Series) -> pl.Series:
        different = series.unique()
        verdicts = [ask(cell) for cell in different]
        table = pl.DataFrame(
            {
                "cell": different,
                "value": pl.Series([value for value, _ in verdicts], dtype=pl.String),
                "code": pl.Series([code for _, code in verdicts], dtype=pl.String),
                "doubt": pl.Series([None], dtype=pl.String).new_from_index(0, len(verdicts)),
            }
        )
        return _looked_up(series.to_frame("cell"), table)

    return cells.map_batches(run, return_dtype=CLEANED)


def clean_one_by_one(cells: pl.Expr, ask: Callable[[str], Verdict]) -> pl.Expr:
    """What `ask` says of trimmed cells, with what every cleaner says of blanks, placeholders and spaces."""
    trimmed = pl.col("trimmed")
    part = pl.col("verdict").struct.field
    note = pl.when(trimmed != pl.col("cell")).then(pl.lit("spaces_trimmed"))
    return in_steps(
        cells,
        {"trimmed": trim(pl.col("cell"))},
        {"verdict": ask_each(trimmed, ask)},
        {"answer": cleaned(trimmed, part("value"), pl.coalesce(part("code"), note))},
    )
