"""Settings of types as fields of the mapping page: whatever a setting says of itself is shown."""

from dataclasses import replace

import pytest

from imports.contacts.value_types.date_type import ZONE
from imports.contacts.value_types.phone_type import REGION
from imports.contacts.value_types.text_types import Text
from imports.contacts.value_types.type_settings import Setting
from imports.views.mapping.column_form import ColumnFacts, Slot
from imports.views.mapping.column_settings import reading_settings
from imports.views.mapping.option_lists import SettingsContext
from imports.views.mapping.target_choices import TargetChoice

CHOICE = Setting[str]("tone", "Tone", default="", choices=(("", "As it is"), ("loud", "Loud")))


@pytest.mark.parametrize("setting", [CHOICE, REGION, ZONE], ids=lambda setting: setting.widget)
def test_help_and_what_is_missing_are_shown(setting):
    asked = replace(setting, help="Ask Ada.", missing="Choose one.", is_asked=lambda entry, samples: True)
    value_type = type("Spoken", (Text,), {"settings": (asked,), "further_settings": ()})()
    target = TargetChoice("dataFields.NOTES", "dataFields", "NOTES", "NOTES", value_type, "")
    slot = Slot("0", {"column": "Memo", "target": target.target}, missing=asked)

    [field] = reading_settings(
        slot, target, ColumnFacts("Memo", (), None), [], SettingsContext(["Memo"], "GB")
    )

    assert (field.name, field.label) == (f"{setting.key}-0", setting.label)
    assert (field.hint, field.error) == ("Ask Ada.", "Choose one.")
