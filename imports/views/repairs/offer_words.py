"""What can be done about a problem, in words: each repair with how much it would change, and one example of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, ngettext

from imports.contacts.repairs.offered import OfferKind, RepairOffer
from imports.contacts.repairs.repaired_table import changed_text
from imports.contacts.setting_trials import MAX_CELLS, SettingOffer
from imports.contacts.value_types.date_type import FORMAT, format_label
from imports.contacts.value_types.number_type import DECIMAL
from imports.contacts.value_types.phone_type import REGION
from imports.locale_forms import country_name, number
from imports.models import UploadJob
from imports.views.formatting import quoted, shortened
from imports.views.repairs.posted_repairs import SETTING
from imports.views.repairs.repair_words import CHANGE_WORDS

Choice = tuple[str, str]

CASES = ("lower", "upper", "title")


@dataclass(frozen=True)
class ShownOffer:
    """A repair as a page offers it: what it is, what it would do, and the form's fields or the page that lead to it.

    Without `fields` and `page` there is nothing to be done.
    """

    title: str
    meaning: str
    button: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    choices: tuple[Choice, ...] = ()
    page: str = ""


@dataclass(frozen=True)
class _Wording:
    title: Promise
    button: Promise | str = ""


_WORDINGS: dict[OfferKind, _Wording] = {
    OfferKind.SUGGESTED: _Wording(gettext_lazy("Use the suggested values"), gettext_lazy("Use them")),
    OfferKind.REPLACE: _Wording(gettext_lazy("Replace values by others"), gettext_lazy("Choose the values")),
    OfferKind.TRIM: _Wording(CHANGE_WORDS["trim"], gettext_lazy("Remove them")),
    OfferKind.CASE: _Wording(gettext_lazy("Change capitals and small letters"), gettext_lazy("Change them")),
    OfferKind.BLANK: _Wording(gettext_lazy("Treat the values as blank"), gettext_lazy("Make them blank")),
    OfferKind.LEAVE_OUT: _Wording(gettext_lazy("Leave the rows out"), gettext_lazy("Leave them out")),
    OfferKind.AS_IT_IS: _Wording(gettext_lazy("Send the values as they are")),
}


def shown_offer(offer: RepairOffer, job: UploadJob, code: str, place: int) -> ShownOffer:
    """A repair of the cells with the problem `code` in the column at `place`."""
    words = _WORDINGS[offer.kind]
    of_column: tuple[Choice, ...] = (("place", str(place)), ("code", code))
    shown = ShownOffer(str(words.title), _meaning(offer), str(words.button))
    if offer.kind is OfferKind.AS_IT_IS:
        return shown
    if offer.kind is OfferKind.REPLACE:
        page = reverse("imports:column-values", args=[job.pk, place])
        return ShownOffer(shown.title, shown.meaning, shown.button, page=f"{page}?code={code}")
    if offer.kind is OfferKind.CASE:
        return ShownOffer(
            shown.title, shown.meaning, shown.button, fields=of_column, choices=_case_choices(offer.was)
        )
    return ShownOffer(
        shown.title, shown.meaning, shown.button, fields=(("kind", offer.kind.value), *of_column)
    )


def _meaning(offer: RepairOffer) -> str:
    """How much it would change, and one example."""
    if offer.kind is OfferKind.LEAVE_OUT:
        return ngettext(
            "{count} row, for example row {row}.", "{count} rows, for example row {row}.", offer.count
        ).format(count=number(offer.count), row=number(offer.row))
    if offer.kind is OfferKind.AS_IT_IS:
        return gettext("Nothing has to be done for this.")
    count = ngettext("{count} value.", "{count} values.", offer.count).format(count=number(offer.count))
    if offer.kind in {OfferKind.REPLACE, OfferKind.CASE}:
        example = gettext("For example {was} in row {row}.").format(
            was=quoted(shortened(offer.was)), row=number(offer.row)
        )
    else:
        example = example_words(offer.row, offer.was, offer.becomes)
    return f"{count} {example}"


def example_words(row: int, was: str, becomes: str) -> str:
    """What becomes of the value of one row."""
    if not becomes:
        return gettext("Row {row}: {was} becomes blank.").format(row=number(row), was=quoted(shortened(was)))
    return gettext("Row {row}: {was} becomes {becomes}.").format(
        row=number(row), was=quoted(shortened(was)), becomes=quoted(shortened(becomes))
    )


def _case_choices(was: str) -> tuple[Choice, ...]:
    """The letter cases, each with what it makes of `was`."""
    made = pl.select([changed_text(pl.lit(was), change).alias(change) for change in CASES]).row(0, named=True)
    words = gettext("{change}: {example}")
    return tuple(
        (change, words.format(change=CHANGE_WORDS[change], example=quoted(shortened(made[change]))))
        for change in CASES
    )


def _decimal_label(mark: str) -> str:
    return DECIMAL.readings.label(mark) if DECIMAL.readings else mark


SETTING_TITLES: dict[str, tuple[Promise, Callable[[str], str]]] = {
    REGION.key: (gettext_lazy("Read the numbers as from {choice}"), country_name),
    FORMAT.key: (gettext_lazy("Read the dates as {choice}"), format_label),
    DECIMAL.key: (gettext_lazy("Read the numbers as {choice}"), _decimal_label),
}
"""The key of a setting -> what it does for a column, and what its values are called."""


def shown_setting(offer: SettingOffer, place: int) -> ShownOffer:
    """Another way to read the column at `place`, which is a change of its mapping."""
    title, label = SETTING_TITLES[offer.key]
    sentences = [
        ngettext("{count} value can be read then.", "{count} values can be read then.", offer.count).format(
            count=number(offer.count)
        ),
        example_words(offer.row, offer.was, offer.becomes),
    ]
    if offer.broken:
        sentences.append(
            ngettext(
                "{count} value that can be read now could not be read any more.",
                "{count} values that can be read now could not be read any more.",
                offer.broken,
            ).format(count=number(offer.broken))
        )
    if offer.changed:
        sentences += [
            ngettext(
                "{count} value that can be read now would become another value.",
                "{count} values that can be read now would become other values.",
                offer.changed.count,
            ).format(count=number(offer.changed.count)),
            gettext("Row {row}: {cell} is sent as {now} now, and would be sent as {then}.").format(
                row=number(offer.changed.row),
                cell=quoted(shortened(offer.changed.cell)),
                now=quoted(shortened(offer.changed.now)),
                then=quoted(shortened(offer.changed.then)),
            ),
        ]
    if not offer.is_all:
        sentences.append(
            gettext("Counted among the {count} most frequent values.").format(count=number(MAX_CELLS))
        )
    fields = (("kind", SETTING), ("place", str(place)), ("key", offer.key), ("value", offer.value))
    return ShownOffer(
        str(title).format(choice=label(offer.value)),
        " ".join(sentences),
        gettext("Read them so"),
        fields=fields,
    )


def shown_offers(
    job: UploadJob, code: str, place: int, offers: Sequence[RepairOffer], settings: Sequence[SettingOffer]
) -> list[ShownOffer]:
    """All that is offered for a problem in one column: what keeps the values first."""
    suggested = [offer for offer in offers if offer.kind is OfferKind.SUGGESTED]
    others = [offer for offer in offers if offer.kind is not OfferKind.SUGGESTED]
    return [
        *(shown_offer(offer, job, code, place) for offer in suggested),
        *(shown_setting(offer, place) for offer in settings),
        *(shown_offer(offer, job, code, place) for offer in others),
    ]
