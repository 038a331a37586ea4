"""The loop that a developer would write by hand for the generator's file: the peer that the check is measured
beside. It makes the same contacts and keeps nothing but them: no issues, no duplicates, no account of the rows."""

import csv
import ipaddress
import json
from datetime import datetime

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from tests.benchmarks.mapped import CONSENT_TEXT, CONSENT_URL, USER_AGENT

YES_AND_NO = {"yes": True, "y": True, "no": False, "n": False}


def prepare(source: str, target: str) -> tuple[int, int]:
    """Write a contact as a line of JSON for every row of `source` that has a valid address. (rows, contacts)"""
    rows = contacts = 0
    with open(source, newline="", encoding="utf-8") as file, open(target, "w", encoding="utf-8") as out:
        for row in csv.DictReader(file):
            rows += 1
            contact = make_contact(row)
            if contact is not None:
                out.write(json.dumps(contact, ensure_ascii=False) + "\n")
                contacts += 1
    return rows, contacts


def make_contact(row: dict[str, str]) -> dict[str, object] | None:
    try:
        email = validate_email(row["Email"], check_deliverability=False).normalized
    except EmailNotValidError:
        return None
    identifiers = {"email": email}
    if number := e164(row["Mobile"], row["Country"]):
        identifiers["mobileNumber"] = number
    fields: dict[str, object] = {
        "FIRSTNAME": row["First name"].strip(),
        "LASTNAME": row["Last name"].strip(),
        "BIRTHDAY": datetime.strptime(row["Birthday"] + "+0000", "%d/%m/%Y%z").strftime("%Y-%m-%dT%H:%M:%SZ"),
        "SPEND": float(row["Spend"]),
    }
    if (vip := YES_AND_NO.get(row["VIP"].lower())) is not None:
        fields["VIP"] = vip
    return {
        "matchIdentifier": "email",
        "identifiers": identifiers,
        "dataFields": fields,
        "lists": [70001],
        "preferences": [{"id": 9, "isOptedIn": YES_AND_NO[row["Newsletter"].lower()]}],
        "consentRecords": [
            {
                "text": CONSENT_TEXT,
                "dateTimeConsented": datetime.fromisoformat(row["Consent date"]).strftime(
                    "%Y-%m-%dT%H:%M:%SZ"
                ),
                "url": CONSENT_URL,
                "ipAddress": str(ipaddress.ip_address(row["Consent IP"])),
                "userAgent": USER_AGENT,
            }
        ],
    }


def e164(number: str, country: str) -> str | None:
    try:
        parsed = phonenumbers.parse(number, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
