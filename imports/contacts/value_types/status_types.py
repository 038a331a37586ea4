"""Whether somebody is subscribed to a channel."""

from collections.abc import Mapping
from typing import ClassVar

import polars as pl

from imports.contacts.value_types.choice_types import ChoiceType
from imports.contacts.value_types.value_type import VALUE, CellRules, ValueKind, count_fitting
from imports.contacts.values.statuses import (
    clean_email_status,
    clean_mobile_status,
    is_no,
    is_not_mailable,
    is_status,
    is_withdrawn,
    is_yes,
)
from imports.messages import gettext_noop

_MAX_STATUSES, _MAX_STATUS_BYTES = 2_000, 80
_COUNTED = {
    "status": is_status,
    "not_mailable": is_not_mailable,
    "withdrawn": is_withdrawn,
    "yes": is_yes,
    "no": is_no,
}


class EmailStatus(ChoiceType):
    """`channelProperties.email.status`."""

    name = "emailStatus"
    keeps_row_back = True
    is_told_by_word = True
    labels: ClassVar[Mapping[str, str]] = {
        "subscribed": gettext_noop("Subscribed"),
        "unsubscribed": gettext_noop("Unsubscribed"),
        "suppressed": gettext_noop("Suppressed: never to be contacted"),
    }
    kinds = tuple(ValueKind(name, least_share=0) for name in _COUNTED)

    def clean(self, cells: pl.Expr, rules: CellRules) -> pl.Expr:
        return clean_email_status(cells)

    def count(self, values: pl.DataFrame) -> dict[str, int]:
        """None where there are too many different values for statuses."""
        if values.height > _MAX_STATUSES:
            return dict.fromkeys(_COUNTED, 0)
        likely = values.filter(VALUE.str.len_bytes() <= _MAX_STATUS_BYTES)
        return {kind: count_fitting(likely, fits(VALUE)) for kind, fits in _COUNTED.items()}


class MobileStatus(ChoiceType):
    """`channelProperties.sms.status` and `.whatsApp.status`."""

    name = "mobileStatus"
    keeps_row_back = True
    is_told_by_word = True
    labels: ClassVar[Mapping[str, str]] = {
        "noSubscription": gettext_noop("No subscription"),
        **EmailStatus.labels,
    }

    def clean(self, cells: pl.Expr, rules: CellRules) -> pl.Expr:
        return clean_mobile_status(cells)


EMAIL_STATUS_TYPE, MOBILE_STATUS_TYPE = EmailStatus(), MobileStatus()
