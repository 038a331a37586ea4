"""The pages of the help."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from imports.views.help.help_topics import HELP_TOPICS
from portal.requests import PortalRequest


@require_safe
def help_home(request: PortalRequest) -> HttpResponse:
    """All topics of the help."""
    return render(request, "imports/help/help.html", {"page": "help", "topics": HELP_TOPICS.values()})


@require_safe
def help_topic(request: PortalRequest, key: str) -> HttpResponse:
    """One topic of the help."""
    topic = HELP_TOPICS.get(key)
    if topic is None:
        raise Http404
    context = {"page": "help", "topics": HELP_TOPICS.values(), "topic": topic, **topic.context()}
    return render(request, topic.template, context)
