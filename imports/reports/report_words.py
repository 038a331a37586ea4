"""What reports say of a row, in words: made of the codes and parameters of an outcomes table each time it is read."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256

import polars as pl

from imports.messages import Message, Wording, column_label, filled, gettext, gettext_noop
from imports.reports.ledger import BUCKETS, REACHED_DOTDIGITAL, Outcome

NOT_MENTIONED = Message("not_mentioned")
REFUSED_WITHOUT_REASON = Message("refused_without_reason")

TEXTS: dict[str, Wording] = {
    NOT_MENTIONED.code: Wording(
        gettext_noop(
            "Dotdigital's report does not mention this contact. Look it up in Dotdigital before you send it "
            "again."
        )
    ),
    REFUSED_WITHOUT_REASON.code: Wording(gettext_noop("Dotdigital refused this contact and gave no reason.")),
}
"""What is said of a row when Dotdigital says nothing of it."""

STANDS_FOR_IT = gettext_noop("Row {row} stands for this row.")
LEFT_OUT = gettext_noop("Without some of its values: {problems}")
"""What is said of a row that was to be sent, but not with all of its values."""

BY_CHOICE = gettext_noop("This row was left out by choice.")
"""What is said of a row that is left out and of which nothing else is said."""

CHANGED_HERE = gettext_noop("{column} was changed here from “{original}” to “{result}”.")
"""What is said of each cell of a row that a person has repaired in the portal."""

SENT_AGAIN_REASON = gettext_noop("Sent again, because Dotdigital did not answer the first time.")
"""What is said of a row that went out more than once, after whatever else is said of it."""

WORDED_BY = ("told", "issues", "changed", "stands_for_it", "is_worded")
"""What of an outcomes table only words are made of."""

ISSUE_PARTS = ("code", "column", "original", "result")
CHANGE_PARTS = ("column", "original", "result")


@dataclass(frozen=True)
class ReportWords:
    """How the codes in reports become words; who has their catalogues hands it in.

    `sentence` is that of a message that a batch or a row has. `problems` are the sentences of problems, whose frame has
    the columns ISSUE_PARTS, none of them null. `texts` gives all that these are made of, in the reader's language.
    """

    sentence: Callable[[Message], str]
    problems: Callable[[pl.DataFrame], pl.Series]
    texts: Callable[[], Iterable[str]] = tuple

    @property
    def version(self) -> str:
        """The same as long as the words are, which are others in each language."""
        own = map(gettext, (STANDS_FOR_IT, LEFT_OUT, BY_CHOICE, CHANGED_HERE, SENT_AGAIN_REASON))
        said = [*self.texts(), *own, *(bucket.meaning for bucket in BUCKETS)]
        return sha256(json.dumps(said).encode()).hexdigest()


def says_something() -> pl.Expr:
    """Whether there may be anything to say of a row of a final outcomes table; of most there is not."""
    return (
        (pl.col("reason") != "").fill_null(True)
        | pl.col("told").is_not_null()
        | (pl.col("issues").list.len() > 0).fill_null(False)
        | (pl.col("changed").list.len() > 0).fill_null(False)
        | pl.col("repeated").fill_null(False)
        | ~pl.col("outcome").is_in(list(REACHED_DOTDIGITAL))
    )


def with_words(rows: pl.DataFrame, words: ReportWords) -> pl.DataFrame:
    """Rows of a final outcomes table with all that is to be said of each as its `reason`, and without the columns that
    it is made of."""
    spoken_of = rows.filter(says_something())
    if spoken_of.height == rows.height:
        return _worded(rows, words)
    silent = rows.drop(WORDED_BY)
    if spoken_of.is_empty():
        return silent
    worded = _worded(spoken_of, words).select("row", pl.col("reason").alias("words"))
    return (
        silent.join(worded, on="row", how="left", maintain_order="left")
        .with_columns(reason=pl.col("words").fill_null(""))
        .drop("words")
    )


def _worded(rows: pl.DataFrame, words: ReportWords) -> pl.DataFrame:
    frame = rows.join(_problems(rows, words), on="row", how="left", maintain_order="left")
    frame = frame.join(_changes(rows), on="row", how="left", maintain_order="left")
    outcome, reason, told = pl.col("outcome"), pl.col("reason"), _told_words(rows["told"], words)
    meanings = {bucket.key: bucket.meaning for bucket in BUCKETS if bucket.key not in REACHED_DOTDIGITAL}
    says_why = outcome.is_in([str(Outcome.REJECTED), str(Outcome.EXCLUDED)])
    own = (
        pl.when(reason != "")
        .then(reason)
        .when(told.is_not_null())
        .then(told)
        .when(says_why & pl.col("problems").is_not_null())
        .then("problems")
        .when((outcome == pl.lit(Outcome.DUPLICATE)) & pl.col("stands_for_it").is_not_null())
        .then(filled(gettext(STANDS_FOR_IT), row=pl.col("stands_for_it")))
        .when(outcome == pl.lit(Outcome.EXCLUDED))
        .then(pl.lit(gettext(BY_CHOICE)))
        .otherwise(outcome.replace_strict(meanings, default="", return_dtype=pl.String))
    )
    return (
        frame.lazy()
        .with_columns(own.alias("own"))
        .with_columns(
            own=pl.when((reason != "") & told.is_not_null())
            .then(_followed_by("own", told, ends=True))
            .otherwise("own")
        )
        .with_columns(
            own=pl.when(~says_why & pl.col("problems").is_not_null())
            .then(_followed_by("own", filled(gettext(LEFT_OUT), problems=pl.col("problems")), ends=True))
            .otherwise("own")
        )
        .with_columns(
            own=pl.when(pl.col("changes").is_not_null())
            .then(_followed_by("own", pl.col("changes"), ends=True))
            .otherwise("own")
        )
        .with_columns(
            own=pl.when(pl.col("repeated") & ~pl.col("is_worded"))
            .then(_followed_by("own", pl.lit(gettext(SENT_AGAIN_REASON)), ends=True))
            .otherwise("own")
        )
        # An older version's table has all of its sentences already.
        .with_columns(reason=pl.when("is_worded").then(reason).otherwise("own"))
        .drop("own", "problems", "changes", *WORDED_BY)
        .collect()
    )


def _told_words(told: pl.Series, words: ReportWords) -> pl.Expr:
    """The sentences of the messages in the column `told`: of each that differs once."""
    sentences = {
        one: words.sentence(Message.from_json(json.loads(one))) for one in told.drop_nulls().unique()
    }
    return pl.col("told").replace_strict(sentences, default=None, return_dtype=pl.String)


def _problems(rows: pl.DataFrame, words: ReportWords) -> pl.DataFrame:
    """`row`, `problems`: the sentences of its issues, of each row that has some."""
    lines = (
        rows.lazy()
        .select("row", "issues")
        .filter(pl.col("issues").list.len() > 0)
        .explode("issues")
        .unnest("issues")
        .collect()
    )
    return _gathered(lines.select("row", words.problems(lines.select(ISSUE_PARTS)).alias("problems")))


def _changes(rows: pl.DataFrame) -> pl.DataFrame:
    """`row`, `changes`: the sentences of its cells that were changed, of each row that has some."""
    has_some = (pl.col("changed").list.len() > 0).fill_null(False)
    lines = rows.select("row", "changed").filter(has_some).explode("changed").unnest("changed")
    labels = {name: column_label(name) for name in lines["column"].unique()}
    label = pl.col("column").replace_strict(labels, return_dtype=pl.String)
    sentence = filled(
        gettext(CHANGED_HERE), column=label, original=pl.col("original"), result=pl.col("result")
    )
    return _gathered(lines.select("row", changes=sentence))


def _gathered(told: pl.DataFrame) -> pl.DataFrame:
    """`row` and its sentences as one text, of those that `told` has, each in a row of its own."""
    name = told.columns[-1]
    # Most rows have one, and gathering is what takes long.
    is_alone = ~told["row"].is_duplicated()
    gathered = (
        told.filter(~is_alone)
        .group_by("row", maintain_order=True)
        .agg(pl.col(name).unique(maintain_order=True).str.join(" "))
    )
    return pl.concat([told.filter(is_alone), gathered])


def _followed_by(column: str, words: pl.Expr, *, ends: bool = False) -> pl.Expr:
    """What `column` says, then `words`; `ends` makes a sentence of the first, since Dotdigital's own words often lack
    the stop at their end."""
    said = pl.col(column)
    if ends:
        is_open = said.str.contains(r"[\p{L}\p{N}'\")\]]$")
        said = pl.when(is_open).then(pl.format("{}.", said)).otherwise(said)
    return pl.when(pl.col(column) == "").then(words).otherwise(pl.format("{} {}", said, words))
