"""Rules that hold for every page in every state: anybody can use it, it is valid HTML, it fits every width, it breaks
no policy of its own, and it asks no other host for anything.

With SCREENSHOTS=FOLDER, as `make screenshots` has it, each is also drawn: narrow and wide, light and dark.
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from html5lib import HTMLParser
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request

from portal.models import User
from tests.every_page.page_states import Cast, PageState, page_states
from tests.examples import examples

pytestmark = [pytest.mark.browser, pytest.mark.pipeline, pytest.mark.deep]

WIDTHS = (305, 320, 641, 768, 1000, 1440)
"""The first is the narrowest, 320, less the bar that most browsers scroll with."""
DRAWN_WIDTHS = (320, 1440)
SCHEMES = ("light", "dark")
HEIGHT = 900
LOOKED_AT = examples(quick=4, deep=1)
"""Each how many-th state is looked at, unless all are drawn."""
GRAVE = frozenset({"serious", "critical"})
"""What is not to be on Django's own pages of the administration; on ours nothing is."""

FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
VIOLATIONS = """() => {
  window.refused = [];
  document.addEventListener("securitypolicyviolation", (event) =>
    window.refused.push(`${event.violatedDirective} ${event.blockedURI}`));
}"""


class Visitor:
    """Looks at pages, and notes which rules they break."""

    def __init__(self, page: Page, base_url: str, drawn: Path | None) -> None:
        self.page, self.base_url, self.drawn = page, base_url, drawn
        self.axe = Axe()
        self.broken: list[str] = []
        self.said: list[str] = []
        self.visited = 0
        self.is_axe_running = False
        page.add_init_script(f"({VIOLATIONS})()")
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.said.append(f"error: {error}"))
        page.on("request", self._on_request)

    def _on_console(self, message: ConsoleMessage) -> None:
        # To look at a page, axe puts styles into it, which the page's policy refuses.
        if message.type == "error" and not self.is_axe_running and "404 (Not Found)" not in message.text:
            self.said.append(f"console: {message.text}")

    def _on_request(self, request: Request) -> None:
        url = urlsplit(request.url)
        if url.scheme not in {"data", "blob"} and url.netloc != urlsplit(self.base_url).netloc:
            self.said.append(f"asks {url.netloc}")

    def visit(self, state: PageState) -> None:
        self.visited += 1
        # A page that asks again and again how it stands would go to the page to sign in at while this one is opened.
        self.page.goto("about:blank")
        sign_in(self.page.context, state.person, self.base_url)
        self.page.set_viewport_size({"width": WIDTHS[-1], "height": HEIGHT})
        for scheme in SCHEMES:
            self.page.emulate_media(color_scheme=scheme)
            answer = self.page.goto(self.base_url + state.path)
            assert answer is not None
            if scheme == SCHEMES[0]:
                if answer.status != state.status:
                    self.note(state, f"answers {answer.status}")
                self.hold_valid(state, answer.text())
            self.said += [f"policy: {refused}" for refused in self.page.evaluate("window.refused")]
            self.hold_width(state, scheme)
            self.hold_for_everybody(state, scheme)
        for said in self.said:
            self.note(state, said)
        self.said.clear()

    def hold_valid(self, state: PageState, html: str) -> None:
        parser = HTMLParser()
        parser.parse(html)
        for (line, _), code, details in parser.errors:
            self.note(
                state, f"line {line} is not valid: {code} {details or ''} {html.splitlines()[line - 1]:.80}"
            )

    def hold_for_everybody(self, state: PageState, scheme: str) -> None:
        """What axe finds, in one scheme everything, in the other what depends on colour."""
        options = {"resultTypes": ["violations"]}
        if scheme != SCHEMES[0]:
            options["runOnly"] = {"type": "rule", "values": ["color-contrast"]}
        self.is_axe_running = True
        found = self.axe.run(self.page, options=options).response["violations"]
        self.is_axe_running = False
        for violation in found:
            if state.is_admin and violation["impact"] not in GRAVE:
                continue
            where = "; ".join(node["html"][:110] for node in violation["nodes"][:3])
            self.note(state, f"{scheme}: {violation['id']} ({violation['impact']}): {where}")

    def hold_width(self, state: PageState, scheme: str) -> None:
        """Nothing scrolls sideways; in the second scheme it is only drawn."""
        for width in WIDTHS if scheme == SCHEMES[0] else DRAWN_WIDTHS:
            if scheme != SCHEMES[0] and not self.drawn:
                break
            self.page.set_viewport_size({"width": width, "height": HEIGHT})
            if not state.is_admin and not self.page.evaluate(FITS):
                self.note(state, f"scrolls sideways at {width} px")
            if self.drawn and width in DRAWN_WIDTHS:
                name = f"{state.name}-{width}-{scheme}.png"
                self.page.screenshot(path=self.drawn / name, full_page=True)

    def note(self, state: PageState, what: str) -> None:
        self.broken.append(f"{state.name}: {what}")


def sign_in(context: BrowserContext, person: User | None, base_url: str) -> None:
    """Give the browser the cookie of somebody who has signed in, or take it away."""
    context.clear_cookies()
    if person is None:
        return
    client = Client()
    client.force_login(person)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": base_url}])


@pytest.fixture
def visitor(page: Page, base_url: str) -> Visitor:
    folder = os.environ.get("SCREENSHOTS")
    drawn = Path(folder) if folder else None
    if drawn:
        drawn.mkdir(parents=True, exist_ok=True)
    return Visitor(page, base_url, drawn)


def test_every_page_in_every_state_keeps_the_rules(visitor: Visitor, cast: Cast) -> None:
    for number, state in enumerate(page_states(cast)):
        if visitor.drawn or number % LOOKED_AT == 0:
            visitor.visit(state)

    assert visitor.visited
    assert visitor.broken == [], "\n".join(visitor.broken)
