"""Whatever the text of others says, no page runs it: file names, headers, sheets, comments, cells, names of accounts,
people, fields, lists and mappings, and what an API says of errors, on every page in every state, the administration
included.

Witnesses: the payloads themselves, what they would leave in the page, what the browser's policy refused, and what was
reported of it to the portal.
"""

import csv
import io
import logging
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import chain, cycle
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from openpyxl import Workbook
from openpyxl.comments import Comment
from playwright.sync_api import Page, Response

from imports.messages import AS_TOLD
from imports.models import AccountCatalogue, DotdigitalAccount, MappingTemplate, NamedMapping, UploadJob
from imports.states import BatchStatus, JobStatus
from tests.every_page.page_states import Cast, PageState, page_states
from tests.every_page.test_every_page import sign_in
from tests.examples import examples
from tests.views.conftest import CONTACTS_CSV, MakeJob
from tests.views.deliveries import job_being_sent

pytestmark = [pytest.mark.browser, pytest.mark.pipeline, pytest.mark.deep]

EVALUATED = "a7fc19"
PAYLOADS = (
    "<x-injected></x-injected><script>window.ran = 1</script>",
    '"><img src=x onerror="window.ran = 1" data-x-injected>',
    "'><svg onload='window.ran = 1' data-x-injected>",
    "</textarea></title></script><script data-x-injected>window.ran = 1</script>",
    '{{ "a7f"|add:"c19" }}{% firstof "a7f" "" %}${"a7f"+"c19"}',
    "javascript:window.ran=1//",
    '=HYPERLINK("http://other.example/","x")',
    "'; DROP TABLE imports_uploadjob; --",
    "../../../../etc/passwd",
    "a\r\nX-Injected: yes",
    "\u202egpj.exe",
)
SHORT = PAYLOADS[1]
SAID = {"code": AS_TOLD, "params": {"sentence": " ".join(PAYLOADS), "remedy": " ".join(PAYLOADS)}}
IS_DEEP = bool(examples(quick=0, deep=1))
"""Whether every page is looked at in every state, or those alone that show most of what others say."""

NOTICE = """() => {
  window.refused = [];
  document.addEventListener("securitypolicyviolation", (event) =>
    window.refused.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
}"""
FOUND = f"""() => {{
  const found = [...window.refused];
  if (window.ran) found.push("ran");
  if (document.querySelector("x-injected, [data-x-injected]")) found.push("is in the page as an element");
  if (document.documentElement.textContent.includes("{EVALUATED}")) found.push("was evaluated");
  for (const item of document.querySelectorAll("[href], [action], [formaction], [src]"))
    for (const name of ["href", "action", "formaction", "src"])
      if (/^\\s*javascript:/i.test(item.getAttribute(name) ?? "")) found.push(`leads to ${{item.getAttribute(name)}}`);
  for (const item of document.querySelectorAll("*"))
    for (const {{ name }} of item.attributes) if (/^on/i.test(name)) found.push(`has ${{name}}`);
  return found;
}}"""


def hostile_csv(text: str) -> str:
    """A file with two more columns for each payload: in one it is the name, and in both what cells say."""
    rows = list(csv.reader(io.StringIO(text, newline="")))
    out = io.StringIO(newline="")
    names = [*PAYLOADS, *(f"plain {number}" for number in range(len(PAYLOADS)))]
    payloads = cycle(PAYLOADS)
    csv.writer(out).writerows(
        [[*rows[0], *names], *([*row, *(next(payloads) for _ in names)] for row in rows[1:])]
    )
    return out.getvalue()


def hostile_workbook() -> bytes:
    """A workbook of two sheets, the names of which are payloads, with one in a comment and others in cells."""
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = '"><b data-x-injected>'
    sheet.append(["Email", *PAYLOADS[:3]])
    sheet.append(["ada@example.com", *PAYLOADS[:3]])
    sheet["A2"].comment = Comment(SHORT, SHORT)
    other = workbook.create_sheet("<svg onload=window.ran=1>")
    other.append(["Email", "Town"])
    other.append(["ben@example.com", SHORT])
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def make_hostile(make_job: MakeJob, names: Iterator[str], content: str | bytes = "", **options) -> UploadJob:
    """As `make_job`; a file that is not given, and so is mapped as the portal suggests, is full of payloads."""
    name = f"{next(names)}-{options.pop('name', 'contacts.csv')}"
    return make_job(content or hostile_csv(CONTACTS_CSV), name=name, **options)


@pytest.fixture
def hostile(cast: Cast) -> Cast:
    """The cast, each of whom is called by a payload."""
    for number, person in enumerate((cast.member, cast.team_mate, cast.manager, cast.viewer, cast.root)):
        person.first_name, person.last_name = PAYLOADS[number], PAYLOADS[number + 1]
        person.save()
    DotdigitalAccount.objects.filter(pk=cast.account.pk).update(name=SHORT)
    cast.account.refresh_from_db()
    return replace(cast, make_job=partial(make_hostile, cast.make_job, cycle(PAYLOADS)))


def hostile_states(cast: Cast) -> Iterator[PageState]:
    """Pages that show what is in a file, and what an API, or whoever else uses the account, has said."""
    finished = cast.make_job(until="finished")
    known = AccountCatalogue.objects.get(pk=cast.account.pk)
    parts = {
        part: [{**one, "name": f"{payload}{one['name']}"} for payload, one in zip(cycle(PAYLOADS), kept)]
        if isinstance(kept, list) and kept and isinstance(kept[0], dict) and "name" in kept[0]
        else kept
        for part, kept in known.content.items()
    }
    AccountCatalogue.objects.filter(pk=known.pk).update(content=parts, unread_reason=SAID)
    DotdigitalAccount.objects.filter(pk=cast.account.pk).update(blocked_reason=SAID)
    staged = cast.make_job()
    for payload in PAYLOADS:
        NamedMapping.objects.create(
            account=cast.account,
            name=payload,
            columns=staged.columns,
            mapping=staged.mapping,
            made_by=cast.member,
        )
    MappingTemplate.objects.update(name=SHORT)
    failed = job_being_sent(
        cast.account,
        cast.member,
        *BatchStatus,
        name=SHORT,
        status=JobStatus.FAILED,
        failure=SAID,
        failure_code="as_told",
    )
    for batch in failed.batches.all():
        batch.failure, batch.failure_code = SAID, SHORT[:20]
        batch.save()
    workbook = cast.make_job(hostile_workbook(), name="book.xlsx")
    job_pages = (
        ("reading", workbook),
        ("mapping", workbook),
        ("mapping", staged),
        ("reading", staged),
        ("check", finished),
        ("rows", finished),
        ("report", finished),
        ("report", failed),
        ("progress", failed),
    )
    for name, job in job_pages:
        yield PageState(f"{name}-told", reverse(f"imports:{name}", args=[job.pk]), cast.member)
    yield PageState("choose-mapping-told", reverse("imports:choose-mapping", args=[staged.pk]), cast.member)
    yield PageState("account-told", reverse("imports:account", args=[cast.account.pk]), cast.manager)
    yield PageState("home-told", reverse("imports:home"), cast.member)
    for payload in PAYLOADS:
        yield PageState("home-searched", f"{reverse('imports:home')}?{query(q=payload)}", cast.member)
    for name, args in (
        ("imports_uploadjob_changelist", []),
        ("imports_uploadjob_change", [failed.pk]),
        ("imports_dotdigitalaccount_change", [cast.account.pk]),
        ("imports_mappingtemplate_changelist", []),
        ("portal_user_changelist", []),
    ):
        yield PageState(f"admin-{name}-told", reverse(f"admin:{name}", args=args), cast.root, is_admin=True)


def query(**fields: str) -> str:
    return urlencode(fields)


def test_nothing_that_others_say_runs_on_any_page(page: Page, base_url: str, hostile: Cast, caplog) -> None:
    found: list[str] = []
    answers: list[Response] = []
    page.add_init_script(f"({NOTICE})()")
    page.on("response", lambda answer: answers.append(answer))
    page.on("dialog", lambda dialog: (found.append(f"asks {dialog.message}"), dialog.dismiss()))
    shown = 0
    with caplog.at_level(logging.WARNING):
        for state in chain(page_states(hostile) if IS_DEEP else (), hostile_states(hostile)):
            page.goto("about:blank")
            sign_in(page.context, state.person, base_url)
            answer = page.goto(base_url + state.path)
            assert answer is not None
            if answer.status >= 500:
                found.append(f"{state.name}: answers {answer.status}")
            box = page.locator("[role=combobox]").first
            if box.count() and box.is_visible():
                box.click()
            shown += SHORT[2:8] in answer.text() or "x-injected" in answer.text()
            found += [f"{state.name}: {what}" for what in page.evaluate(FOUND)]
        found += [f"{one.url}: header" for one in answers if "x-injected" in one.headers]

    assert found == [], "\n".join(found)
    assert "policy violated" not in caplog.text
    assert shown > 10
