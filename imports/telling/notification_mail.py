"""The e-mail of a notification, as text and as HTML, in the language and the time zone of whoever gets it.

It has the file's name, counts and a link: no contact data, as nobody knows through how many machines a mail goes.
"""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import Sum
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import get_language_bidi, gettext

from imports.locale_forms import number
from imports.models import Notification
from imports.states import BatchStatus, Look, NotificationOccasion
from imports.telling.told_words import rows_in_all, told_of


@dataclass(frozen=True)
class Letter:
    """What an e-mail says. `link` and `profile_link` are "" when the portal does not know its own address."""

    language: str
    subject: str
    greeting: str
    words: str
    look: Look
    action: str
    link: str
    without_link: str
    why: str
    profile_link: str
    facts: list[tuple[str, str]] = field(default_factory=list)
    is_right_to_left: bool = False

    @property
    def text(self) -> str:
        """All of it as plain text."""
        facts = "\n".join(f"{label}: {value}" for label, value in self.facts)
        way = f"{self.action}:\n{self.link}" if self.link else self.without_link
        why = f"{self.why}\n{self.profile_link}" if self.profile_link else self.why
        return "\n\n".join([self.greeting, f"{self.subject}.", self.words, facts, way, f"-- \n{why}"]) + "\n"

    @property
    def html(self) -> str:
        """All of it as a page for mail programs."""
        return render_to_string("imports/mail/told.html", {"letter": self})


def mail_of(notification: Notification) -> EmailMultiAlternatives:
    """The e-mail of `notification`, which comes with its person and its job, and that with its account."""
    letter = letter_of(notification)
    mail = EmailMultiAlternatives(
        letter.subject,
        letter.text,
        to=[notification.person.email],
        headers={"Message-ID": message_id(notification), "Auto-Submitted": "auto-generated"},
    )
    mail.attach_alternative(letter.html, "text/html")
    return mail


def letter_of(notification: Notification) -> Letter:
    """What the e-mail of `notification` says."""
    person = notification.person
    language = person.spoken_language or settings.LANGUAGE_CODE
    with translation.override(language), timezone.override(person.zone):
        told = told_of(notification)
        return Letter(
            language=language,
            subject=told.heading,
            greeting=gettext("Hello {name},").format(name=person.shown_name),
            words=told.words,
            look=told.look,
            facts=_facts(notification),
            action=told.action,
            link=address_of("imports:job", notification.job_id),
            without_link=gettext(
                "To see it, open the import portal and look for the file among your imports."
            ),
            why=_why(notification),
            profile_link=address_of("imports:profile"),
            is_right_to_left=get_language_bidi(),
        )


def address_of(name: str, *args: object) -> str:
    """The whole address of a page; "" when nobody has said what the portal's own is."""
    return f"{settings.PORTAL_URL}{reverse(name, args=args)}" if settings.PORTAL_URL else ""


def message_id(notification: Notification) -> str:
    """What its e-mail is known by: the same however often it is sent."""
    host = urlsplit(settings.PORTAL_URL).hostname or "import-portal.invalid"
    return f"<{notification.mail_token}@{host}>"


def _why(notification: Notification) -> str:
    if notification.occasion == NotificationOccasion.APPROVAL:
        return gettext(
            "You get this e-mail because you approve imports into this account. Your own page in the portal says "
            "which you get."
        )
    return gettext(
        "You get this e-mail because it is your import. Your own page in the portal says which you get."
    )


def _facts(notification: Notification) -> list[tuple[str, str]]:
    job = notification.job
    uploaded = timezone.localtime(job.created_at)
    facts = [
        (gettext("File"), job.file_name),
        (gettext("Account"), job.account.name),
        (
            gettext("Uploaded on"),
            gettext("{time} ({zone})").format(
                time=date_format(uploaded, "DATETIME_FORMAT"), zone=uploaded.tzname()
            ),
        ),
    ]
    if notification.occasion == NotificationOccasion.ENDED and job.imported is not None:
        rows = rows_in_all(job)
        facts += [
            (gettext("Rows in the file"), number(rows)),
            (gettext("Rows imported"), number(job.imported)),
            (gettext("Rows not imported"), number(rows - job.imported)),
        ]
    if notification.occasion == NotificationOccasion.DECISION:
        held = job.batches.filter(status=BatchStatus.HELD).aggregate(contacts=Sum("contacts"))["contacts"]
        facts.append((gettext("Contacts that wait for your decision"), number(held or 0)))
    return facts
