"""Phone numbers to E.164, by the numbering plans in `phonenumbers`. What is damaged is repaired with a note or
refused, not guessed.

The region of a number without a country code is that of its row's country, else that of the file.

    plain_phones.py  mobile numbers in their plainest forms, told a column at a time
    repairs.py     what files do to numbers is undone, as far as the characters tell; plans that were replaced
    plans.py       what a region's numbering plan says: codes, first digits, lengths
    plan_answers.py  `phonenumbers` and its compiled twin are asked
    applied_plans.py  which country's plan a number was held against, and what said so
    readings.py    which of a number's readings holds: `clean_phone`
"""

from imports.contacts.values.phones.applied_plans import (
    ACCOUNT,
    JUDGED_BY_PLAN,
    MAPPING,
    applied_plan,
    plan_key,
    plan_words,
    region_from,
    region_from_column,
)
from imports.contacts.values.phones.readings import PhoneReading, clean_international, clean_phone, read_phone

__all__ = [
    "ACCOUNT",
    "JUDGED_BY_PLAN",
    "MAPPING",
    "PhoneReading",
    "applied_plan",
    "clean_international",
    "clean_phone",
    "plan_key",
    "plan_words",
    "read_phone",
    "region_from",
    "region_from_column",
]
