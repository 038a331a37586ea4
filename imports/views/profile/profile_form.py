"""What a person says of themselves: their name, and how the portal is to speak to them."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import get_language_info, gettext, gettext_lazy

from imports.locale_forms import zone_place
from imports.views.mapping.option_lists import zones_by_area
from portal.models import User


class ProfileForm(forms.ModelForm):
    """The person's own page, but for their password."""

    class Meta:
        model = User
        fields: ClassVar = ["first_name", "last_name", "time_zone", "language", "mails", "notices"]
        labels: ClassVar = {
            "first_name": gettext_lazy("First name"),
            "last_name": gettext_lazy("Last name"),
            "time_zone": gettext_lazy("Time zone"),
            "language": gettext_lazy("Language"),
            "mails": gettext_lazy("Send me an e-mail"),
            "notices": gettext_lazy("Show me a notification in the portal"),
        }
        help_texts: ClassVar = {
            "time_zone": gettext_lazy("All times are shown in this zone."),
            "language": gettext_lazy("Pages and e-mails are in this language."),
        }
        widgets: ClassVar = {"mails": forms.RadioSelect, "notices": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].widget = forms.Select(choices=_zone_choices(self.instance.time_zone))
        for name in ("mails", "notices"):  # one of each is always chosen
            self.fields[name].required = False
        language = self.fields["language"]
        self.fields["language"] = forms.ChoiceField(
            choices=_language_choices(), required=False, label=language.label, help_text=language.help_text
        )


def _zone_choices(chosen: str) -> list[tuple[str, Any]]:
    own = gettext("The portal’s own: {place}").format(place=zone_place(settings.TIME_ZONE))
    groups = zones_by_area()
    is_listed = any(chosen == zone for _, zones in groups for zone, _ in zones)
    others = [(chosen, chosen)] if chosen and not is_listed else []
    return [("", own), *others, *groups]


def _language_choices() -> list[tuple[str, str]]:
    """Each language by its own name for itself: whoever looks for it reads no other."""
    named = [(code, capfirst(get_language_info(code)["name_local"])) for code, _ in settings.LANGUAGES]
    return [("", gettext("As my browser asks for")), *named]
