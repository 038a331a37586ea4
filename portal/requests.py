"""The request that every page behind the sign-in gets."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from portal.models import User


class PortalRequest(HttpRequest):
    """A request of somebody who is signed in: LoginRequiredMiddleware lets no other through."""

    user: User
    htmx: HtmxDetails
