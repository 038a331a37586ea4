"""Every type of values, a line each; and what follows from them."""

from typing import Any

from imports.contacts.value_types.boolean_type import YES_NO
from imports.contacts.value_types.choice_types import EMAIL_FORMAT, MATCH_BY, OPT_IN, PREFERRED_LOCALE
from imports.contacts.value_types.date_type import DATE
from imports.contacts.value_types.email_type import EMAIL_ADDRESS
from imports.contacts.value_types.identifier_types import CONTACT_ID_TYPE, CUSTOM_IDENTIFIER
from imports.contacts.value_types.ip_address_type import IP_ADDRESS
from imports.contacts.value_types.lists_type import LISTS_TYPE
from imports.contacts.value_types.number_type import NUMBER
from imports.contacts.value_types.phone_type import MOBILE_NUMBER_TYPE
from imports.contacts.value_types.status_types import EMAIL_STATUS_TYPE, MOBILE_STATUS_TYPE
from imports.contacts.value_types.text_types import LONG_TEXT, TEXT
from imports.contacts.value_types.type_settings import Setting
from imports.contacts.value_types.url_type import WEB_ADDRESS
from imports.contacts.value_types.value_type import ValueType

VALUE_TYPES: tuple[ValueType, ...] = (
    EMAIL_ADDRESS,
    MOBILE_NUMBER_TYPE,
    CONTACT_ID_TYPE,
    CUSTOM_IDENTIFIER,
    TEXT,
    LONG_TEXT,
    NUMBER,
    DATE,
    YES_NO,
    WEB_ADDRESS,
    IP_ADDRESS,
    EMAIL_STATUS_TYPE,
    MOBILE_STATUS_TYPE,
    EMAIL_FORMAT,
    OPT_IN,
    PREFERRED_LOCALE,
    MATCH_BY,
    LISTS_TYPE,
)

DATA_FIELD_TYPES: dict[str, ValueType] = {one.name: one for one in VALUE_TYPES if one.is_data_field}
"""The types of data fields, by what Dotdigital calls them (`GET /v2/data-fields`), in the order of the pages."""

SETTINGS: dict[str, Setting[Any]] = {
    setting.key: setting for one in VALUE_TYPES for setting in one.own_settings
}
"""How cells are read, of all types, by what mappings call it."""
