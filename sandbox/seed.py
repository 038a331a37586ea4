"""What the demo account holds before anybody changes it. All of it is data."""

from typing import Any

ACCOUNT_ID = 40_100
ACCOUNT_NAME = "Sandbox Ltd"
ACCOUNT_EMAIL = "owner@example.com"

DATA_FIELDS: tuple[tuple[str, str, str], ...] = (
    # name, type, visibility
    ("FIRSTNAME", "String", "Public"),
    ("LASTNAME", "String", "Public"),
    ("FULLNAME", "String", "Public"),
    ("GENDER", "String", "Public"),
    ("POSTCODE", "String", "Public"),
    ("LASTSUBSCRIBED", "Date", "Public"),
    ("SALUTATION", "String", "Private"),
    ("BIRTHDAY", "Date", "Private"),
    ("COMPANY", "String", "Private"),
    ("JOB_TITLE", "String", "Private"),
    ("ADDRESS", "String", "Private"),
    ("CITY", "String", "Private"),
    ("REGION", "String", "Private"),
    ("COUNTRY", "String", "Private"),
    ("LANGUAGE", "String", "Private"),
    ("TAGS", "String", "Private"),
    ("LEAD_STATUS", "String", "Private"),
    ("SOURCE", "String", "Private"),
    ("SIGNUP_DATE", "Date", "Private"),
    ("LAST_ORDER", "Date", "Private"),
    ("ORDERS", "Numeric", "Private"),
    ("SPEND", "Numeric", "Private"),
    ("TOTAL_SPENT", "Numeric", "Private"),
    ("LIFETIME_VALUE", "Numeric", "Private"),
    ("RATING", "Numeric", "Private"),
    ("NEWSLETTER", "Boolean", "Private"),
    ("VIP", "Boolean", "Private"),
    ("TAX_EXEMPT", "Boolean", "Private"),
)

FIRST_LIST_ID = 70_001
LISTS: tuple[tuple[str, str], ...] = (
    # name, visibility
    ("Newsletter", "Public"),
    ("Customers", "Private"),
    ("Trade fair", "Private"),
    ("Webinar attendees", "Private"),
    ("VIP customers", "Private"),
    ("Product updates", "Public"),
    ("Partners", "Private"),
)

CUSTOM_IDENTIFIERS = ("crm-id", "customer-id", "loyalty-id")

CREATED = "2025-03-03T09:00:00Z"


def _preference(number: int, name: str, order: int, category: int = 0) -> dict[str, Any]:
    return {
        "id": number,
        "publicName": name,
        "privateName": name,
        "isPreference": True,
        "order": str(order),
        "isPublic": True,
        "categoryId": category,
        "preferenceCount": 0,
        "created": CREATED,
        "lastModified": CREATED,
    }


def _category(number: int, name: str, order: int, preferences: tuple[tuple[int, str], ...]) -> dict[str, Any]:
    children = [
        _preference(child, child_name, position, number)
        for position, (child, child_name) in enumerate(preferences)
    ]
    content = _preference(number, name, order)
    return content | {"isPreference": False, "preferenceCount": len(children), "preferences": children}


PREFERENCES: tuple[dict[str, Any], ...] = (
    _category(8, "How we keep in touch", 0, ((9, "Newsletter"), (10, "Text messages"), (11, "Post"))),
    _category(20, "Topics", 1, ((21, "Offers"), (22, "New products"), (23, "Events"))),
    _preference(31, "Surveys", 2),
)

# Nobody can be imported with one of these. They let a person who tries the portal see such rows.
SUPPRESSED_EMAILS = frozenset(
    {"suppressed@example.com", "suppressed@example.org", "do.not.contact@example.com"}
)
SUPPRESSED_EMAIL_DOMAIN = "suppressed.example"
SUPPRESSED_MOBILE_NUMBERS = frozenset({"447700900999"})
BLOCKED_EMAIL_DOMAIN = "blocked.example"
