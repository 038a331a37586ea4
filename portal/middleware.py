"""What every answer carries, and in whose time and language it is written."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils import timezone, translation

from portal.requester import acting_for, requester_of

GetResponse = Callable[[HttpRequest], HttpResponse]


class PageCompressionMiddleware(GZipMiddleware):
    """Sends pages compressed. Their length says nothing of what is in them: each gets up to 100 random bytes.

    Files are sent as they are. Their length is known and shows how far a download has come, and compressing a report
    of a million rows would keep a thread busy for as long as it lasts.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.streaming or "Content-Disposition" in response.headers:
            return response
        return super().process_response(request, response)


class RequesterMiddleware:
    """What is done while a request is answered is done for whoever made it: evidence says who, and from where."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with acting_for(requester_of(request)):
            return self.get_response(request)


class PersonMiddleware:
    """Shows times in the person's own zone, and speaks the language that they have chosen.

    The language that the browser asks for has been activated before (LocaleMiddleware).
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        zone = request.user.zone if request.user.is_authenticated else None
        if zone is None:
            timezone.deactivate()
        else:
            timezone.activate(zone)
        language = request.user.spoken_language if request.user.is_authenticated else ""
        if language:
            translation.activate(language)
            request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)
