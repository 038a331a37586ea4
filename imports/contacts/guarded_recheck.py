"""Looks at some cells of a checked file again, in the process in which files are checked (`guarded_check`)."""

from collections.abc import Sequence

from imports.children.asking import DEFAULT_LIMITS
from imports.contacts.check_request import CheckRequest
from imports.contacts.guarded_check import CheckLimits, ask_checker
from imports.contacts.row_recheck import RowRecheck, WholeCheck
from imports.contacts.setting_trials import SettingOffer


def recheck_guarded(
    request: CheckRequest,
    last: WholeCheck,
    rows: Sequence[int],
    touched: Sequence[int],
    limits: CheckLimits = DEFAULT_LIMITS,
) -> RowRecheck:
    """`row_recheck.recheck` in a process of its own. Raises as `check_guarded`."""
    tables = [str(path.absolute()) for path in (last.checked, last.prepared, last.issues)]
    more = {"last": tables, "rows": list(rows), "touched": list(touched)}
    return RowRecheck.from_dict(ask_checker("recheck", request, more, limits))


def settings_offered_guarded(
    request: CheckRequest, code: str, column: str, limits: CheckLimits = DEFAULT_LIMITS
) -> list[SettingOffer]:
    """`setting_trials.settings_offered` in a process of its own, for the tables of the check of `request`. Raises as
    `check_guarded`."""
    offers = ask_checker("try_settings", request, {"code": code, "column": column}, limits)
    return [SettingOffer.from_dict(offer) for offer in offers]
