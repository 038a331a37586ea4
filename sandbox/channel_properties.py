"""The channels of a contact and the properties that each takes, for the shape of a call and for what is kept."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ChannelProperty:
    """A property of a channel: one of its `words`, or any text where there are none."""

    words: tuple[str, ...] = ()

    def kept(self, value: str) -> str | None:
        """The value as it is kept; None for what it cannot be. The service's own example writes "Html", so letter case
        is not looked at."""
        if not self.words or value in self.words:
            return value
        return next((word for word in self.words if word.lower() == value.lower()), None)


Properties = dict[str, ChannelProperty | None]
"""None is what stands there as an object, and only says what is to be done: it is not kept."""

_MOBILE: Properties = {
    "status": ChannelProperty(("noSubscription", "subscribed", "unsubscribed", "suppressed"))
}
CHANNELS: dict[str, Properties] = {
    "email": {
        "status": ChannelProperty(("subscribed", "unsubscribed", "suppressed")),
        "emailType": ChannelProperty(("html", "plainText")),
        "optInType": ChannelProperty(("unknown", "single", "double", "verifiedDouble")),
        "resubscribeOptions": None,
    },
    "sms": _MOBILE,
    "whatsApp": _MOBILE,
}
