"""The fault matrix as data: what goes wrong, at which call, and what must become of the rows.

Rules are those of the sandbox's fault switches.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from imports.states import JobStatus
from tests.delivery.ready import Contents

Rule = dict[str, Any]

FEW = Contents(4, 4)
PLAIN = Contents(12, 4)
CONSENT = Contents(12, 4, consent=True)
MANY = Contents(64, 64)
HUNDREDS = Contents(200, 200)
SIXES = Contents(12, 6)
ECHOED = Contents(12, 4, one_refused=True)

SLOTS = 25
READ_TIMEOUT_SECONDS = 0.4
HELD_SECONDS = 5.0


class Decision(StrEnum):
    """What a person says of batches that are held."""

    RELEASE = "send it again"
    GIVE_UP = "give it up"


class Meanwhile(StrEnum):
    """What is done to Dotdigital or to the portal besides, for some rounds of the delivery."""

    STOPPED = "the sandbox is stopped before the first call, and started"
    STOPPED_LATER = "the sandbox is stopped after the first calls, and started"
    WRONG_PASSWORD = "the password kept is wrong, and cleaned"
    LOST_KEY = "the password kept cannot be decrypted, and is entered again"
    ALL_SLOTS_TAKEN = "another program holds all slots, and gives them back"
    CANCELLED = "a person cancels the job after the first calls"
    A_DAY_PASSES = "a day passes with hundreds of questions"


@dataclass(frozen=True)
class Cell:
    """One case. `call` and `what` name it; `ledger` has the buckets that are not empty.

    `repeated` is how many rows are marked as sent again, `problems` how many count as with problems, `reached` how
    many of the unknown rows are in the account all the same. `puts` and `asks` are all calls that may be made: the
    imports sent, and the questions after them.
    """

    call: str
    what: str
    ledger: Mapping[str, int]
    rules: tuple[Rule, ...] = ()
    puts: int = 3
    asks: int = 3
    repeated: int = 0
    problems: int = 0
    reached: int = 0
    ends: JobStatus = JobStatus.FINISHED
    contents: Contents = field(default=PLAIN)
    slots: int = SLOTS
    stops: bool = False
    decision: Decision | None = None
    meanwhile: Meanwhile | None = None

    @property
    def name(self) -> str:
        return f"{self.call}: {self.what}"


def put(fault: str, **rule: Any) -> Rule:
    return {"call": "import", "fault": fault, **rule}


def ask(fault: str, **rule: Any) -> Rule:
    return {"call": "status", "fault": fault, **rule}


def hang(call: str, moment: str) -> Rule:
    return {"call": call, "fault": "hang", "seconds": HELD_SECONDS, "moment": moment}


def answer(call: str, status: int, body: str = "", **headers: str) -> Rule:
    given = {
        "status": status,
        "body": body,
        "contentType": "text/plain",
        "headers": {name.replace("_", "-"): value for name, value in headers.items()},
    }
    return {"call": call, "fault": "answer", "answer": given}


GATEWAY_PAGE: Rule = answer("any", 404, "<html><h1>404 Not Found</h1></html>")
ALL = {"created": 12}
AGAIN = {"created": 8, "updated": 4}
BUT_ONE_BATCH = {"created": 8, "unknown": 4}
BEFORE, AFTER = "before", "after"

NOT_PROCESSED = (
    Cell("PUT", "the connection is refused for a while", ALL, puts=4, meanwhile=Meanwhile.STOPPED),
    Cell("PUT", "408, the request did not arrive", ALL, (answer("import", 408),), puts=4),
    Cell("PUT", "429, all slots held by another program", ALL, puts=6, meanwhile=Meanwhile.ALL_SLOTS_TAKEN),
    Cell(
        "PUT",
        "429, no slot for the second and the third call",
        ALL,
        (put("tooManyActive", skip=1, times=2),),
        puts=5,
    ),
    Cell("PUT", "429, no calls left, headers and text", ALL, (put("rateLimited"),), puts=4),
    Cell("PUT", "429, no calls left, headers alone", ALL, (put("rateLimitedEmpty"),), puts=4),
    Cell("PUT", "429 with nothing else", ALL, (put("rateLimitedBare"),), puts=4),
    Cell("PUT", "429 with Retry-After", ALL, (answer("import", 429, Retry_After="7"),), puts=4),
    Cell("PUT", "400, no calls left by the flat scheme", ALL, (put("flatLimit"),), puts=4),
    Cell(
        "PUT",
        "401, and so are three questions after it",
        ALL,
        ({"call": "any", "fault": "unauthorised", "times": 4},),
        puts=4,
    ),
    Cell("PUT", "401, the password kept is wrong", ALL, puts=4, meanwhile=Meanwhile.WRONG_PASSWORD),
    Cell("PUT", "the password kept cannot be decrypted", ALL, meanwhile=Meanwhile.LOST_KEY),
    Cell("PUT", "403, another region", ALL, (put("forbidden"),), puts=4),
    Cell("PUT", "404, a page of a gateway", ALL, (GATEWAY_PAGE | {"call": "import"},), puts=4),
    Cell(
        "PUT", "302, a redirect", ALL, (answer("import", 302, Location="https://elsewhere.example/"),), puts=4
    ),
)

UNANSWERED: tuple[tuple[str, str, Rule], ...] = (
    ("reset before the answer", BEFORE, put("reset")),
    ("reset before the answer", AFTER, put("reset", moment=AFTER)),
    ("reset during the body", BEFORE, put("resetDuringBody")),
    ("closed without an answer", BEFORE, put("close")),
    ("closed without an answer", AFTER, put("close", moment=AFTER)),
    ("no answer in time", BEFORE, hang("import", BEFORE)),
    ("no answer in time", AFTER, hang("import", AFTER)),
    ("silence during the body", BEFORE, put("hangDuringBody", seconds=HELD_SECONDS)),
    ("an answer cut short", AFTER, put("truncate", moment=AFTER)),
    ("JSON without an id", BEFORE, answer("import", 202, '{"unexpected": [1, 2]}')),
    ("JSON without an id", AFTER, put("wrongJson", moment=AFTER)),
    ("an id that is too long", BEFORE, answer("import", 202, f'{{"importId": "{"x" * 201}"}}')),
    ("an empty answer", BEFORE, answer("import", 202)),
    ("an empty answer", AFTER, put("emptyAnswer", moment=AFTER)),
    ("500", BEFORE, put("serverError")),
    ("500", AFTER, put("serverError", moment=AFTER)),
    ("502 as a page", BEFORE, put("badGateway")),
    ("502 as a page", AFTER, put("badGateway", moment=AFTER)),
    ("503 with Retry-After", BEFORE, put("unavailable")),
    ("503 with Retry-After", AFTER, put("unavailable", moment=AFTER)),
)
REPEATED = tuple(
    Cell(
        "PUT",
        f"{what}, {moment} it was processed",
        ALL if moment == BEFORE else AGAIN,
        (rule,),
        puts=4,
        repeated=4,
    )
    for what, moment, rule in UNANSWERED
)
HELD_FOR_A_PERSON = tuple(
    Cell(
        "PUT",
        f"{what}, {moment} it was processed, with consent records: {decision}",
        BUT_ONE_BATCH if decision == Decision.GIVE_UP else ALL if moment == BEFORE else AGAIN,
        (rule,),
        puts=3 if decision == Decision.GIVE_UP else 4,
        asks=2 if decision == Decision.GIVE_UP else 3,
        repeated=0 if decision == Decision.GIVE_UP else 4,
        reached=4 if decision == Decision.GIVE_UP and moment == AFTER else 0,
        contents=CONSENT,
        decision=decision,
    )
    for what, moment, rule in UNANSWERED
    if rule["fault"] in {"close", "truncate", "serverError"}
    for decision in Decision
)
OFTEN_UNANSWERED = (
    Cell("PUT", "500 five times in a row", ALL, (put("serverError", times=5),), puts=8, repeated=12),
    Cell(
        "PUT",
        "closed five times in a row, each time processed",
        {"updated": 12},
        (put("close", moment=AFTER, times=5),),
        puts=8,
        repeated=12,
    ),
    Cell(
        "PUT",
        "never an answer, each time processed",
        {"unknown": 4},
        (put("close", moment=AFTER, times=None),),
        puts=60,
        asks=0,
        repeated=4,
        reached=4,
        contents=FEW,
    ),
    Cell(
        "PUT",
        "closed, once it was processed, then cancelled",
        {"created": 4, "unknown": 4, "not_sent": 4},
        (put("close", moment=AFTER),),
        puts=2,
        asks=1,
        reached=4,
        slots=1,
        ends=JobStatus.CANCELLED,
        meanwhile=Meanwhile.CANCELLED,
    ),
    Cell(
        "PUT",
        "no answer, then 400 for one contact of it",
        {"created": 11, "refused": 1},
        (put("close"), put("badRequest", contains="person1@", times=None)),
        puts=8,
        asks=4,
        repeated=4,
    ),
)

REFUSED_AS_A_WHOLE = (
    Cell(
        "PUT",
        "413 for a body above a size",
        {"created": 64},
        (put("tooLarge", minBytes=5_000, times=None),),
        puts=3,
        asks=2,
        contents=MANY,
    ),
    Cell(
        "PUT",
        "413 for a single contact",
        {"created": 63, "refused": 1},
        (put("tooLarge", contains="person40@", times=None),),
        puts=13,
        asks=6,
        contents=MANY,
    ),
    Cell(
        "PUT",
        "400 for one bad contact among many",
        {"created": 63, "refused": 1},
        (put("badRequest", contains="person40@", times=None),),
        puts=13,
        asks=6,
        contents=MANY,
    ),
    Cell(
        "PUT",
        "400 for one bad contact, to stop at a refusal",
        {"created": 63, "refused": 1},
        (put("badRequest", contains="person40@", times=None),),
        puts=13,
        asks=6,
        contents=MANY,
        stops=True,
    ),
    Cell(
        "PUT",
        "400 for one batch's every contact",
        {"created": 8, "refused": 4},
        (
            put("badRequest", contains="person1@", times=None),
            put("badRequest", contains="person0@", times=None),
            put("badRequest", contains="person2@", times=None),
            put("badRequest", contains="person3@", times=None),
        ),
        puts=9,
        asks=2,
    ),
    Cell(
        "PUT",
        "400 for everything",
        {"refused": 200},
        (put("badRequest", times=None),),
        puts=121,
        asks=0,
        contents=HUNDREDS,
        ends=JobStatus.FAILED,
    ),
    Cell(
        "PUT",
        "400 for everything, to stop at a refusal",
        {"refused": 12},
        (put("badRequest", times=None),),
        puts=21,
        asks=0,
        stops=True,
        ends=JobStatus.FAILED,
    ),
    Cell(
        "PUT",
        "422 for one bad contact",
        {"created": 11, "refused": 1},
        ({**answer("import", 422), "contains": "person5@", "times": None},),
        puts=7,
        asks=4,
    ),
    Cell(
        "PUT",
        "403 for a feature that is not active",
        {"refused": 12},
        (
            {
                **answer(
                    "import", 403, '{"errorCode": "contacts:featureNotActive", "description": "Not active"}'
                ),
                "times": None,
            },
        ),
        asks=0,
        ends=JobStatus.FAILED,
    ),
    Cell(
        "PUT",
        "403 for a feature, to stop at a refusal",
        {"refused": 4, "not_sent": 8},
        (
            {
                **answer(
                    "import", 403, '{"errorCode": "contacts:featureNotActive", "description": "Not active"}'
                ),
                "times": None,
            },
        ),
        puts=1,
        asks=0,
        stops=True,
        ends=JobStatus.FAILED,
    ),
)

QUESTIONS = tuple(
    Cell("status", what, ALL, (rule,), asks=4)
    for what, rule in (
        ("reset before the answer", ask("reset")),
        ("closed without an answer", ask("close")),
        ("no answer in time", hang("status", BEFORE)),
        ("an answer cut short", ask("truncate")),
        ("JSON without a status", ask("wrongJson")),
        ("an empty answer", ask("emptyAnswer")),
        ("401", ask("unauthorised")),
        ("403, another region", ask("forbidden")),
        ("429, headers and text", ask("rateLimited")),
        ("429, headers alone", ask("rateLimitedEmpty")),
        ("429 with nothing else", ask("rateLimitedBare")),
        ("400, no calls left by the flat scheme", ask("flatLimit")),
        ("500", ask("serverError")),
        ("502 as a page", ask("badGateway")),
        ("503 with Retry-After", ask("unavailable")),
        ("404, a page of a gateway", GATEWAY_PAGE | {"call": "status"}),
        ("302, a redirect", answer("status", 302, Location="https://elsewhere.example/")),
    )
)
LOST_ENDS = (
    Cell("status", "the connection is refused for a while", ALL, asks=6, meanwhile=Meanwhile.STOPPED_LATER),
    Cell("status", "500 twenty times", ALL, (ask("serverError", times=20),), asks=23),
    Cell(
        "status",
        "a status nobody knows, five times",
        ALL,
        (ask("statusWord", status="Paused", times=5),),
        asks=8,
    ),
    Cell(
        "status",
        "a status nobody knows, for ever",
        {"unknown": 12},
        (ask("statusWord", status="Paused", times=None),),
        reached=12,
        meanwhile=Meanwhile.A_DAY_PASSES,
    ),
    Cell("status", "404, Dotdigital does not know the import", BUT_ONE_BATCH, (ask("notFound"),), reached=4),
)


def end(status: str, times: int | None = 1) -> Rule:
    return {"call": "processing", "fault": "end", "status": status, "times": times}


WORDS = ("RejectedByWatchdog", "Failed", "ExceedsAllowedContactLimit")
BAD_ENDS = (
    *(
        Cell("processing", f"{word} for one import", {"created": 8, "refused": 4}, (end(word),))
        for word in WORDS
    ),
    *(
        Cell(
            "processing",
            f"{word} for one import, to stop at a refusal",
            {"refused": 4, "not_sent": 8},
            (end(word),),
            puts=1,
            asks=1,
            slots=1,
            stops=True,
            ends=JobStatus.FAILED,
        )
        for word in WORDS
    ),
    Cell(
        "processing",
        "Failed for every import",
        {"refused": 12},
        (end("Failed", None),),
        ends=JobStatus.FAILED,
    ),
)


def told(fault: str) -> Rule:
    return {"call": "report", "fault": fault, "times": None}


USUAL = {"created": 11, "refused": 1}
REPORTS = (
    *(
        Cell("report", what, USUAL, (told(fault),), contents=ECHOED)
        for what, fault in (
            ("addresses in capitals", "upperCaseEmails"),
            ("numbers without their plus", "withoutPlus"),
            ("numbers with blanks", "spacedNumbers"),
            ("identifiers left out", "missingIdentifiers"),
            ("identifiers that were not sent", "extraIdentifiers"),
            ("everything twice", "twice"),
            ("in another order", "shuffled"),
            ("codes nobody knows", "unknownCodes"),
        )
    ),
    Cell(
        "report",
        "contacts among the failures as well",
        USUAL,
        (told("bothLists"),),
        problems=11,
        contents=ECHOED,
    ),
    Cell(
        "report",
        "contacts left out",
        BUT_ONE_BATCH,
        (told("unmentioned"),),
        puts=2,
        asks=2,
        reached=4,
        contents=SIXES,
    ),
)

CELLS: tuple[Cell, ...] = (
    *NOT_PROCESSED,
    *REPEATED,
    *HELD_FOR_A_PERSON,
    *OFTEN_UNANSWERED,
    *REFUSED_AS_A_WHOLE,
    *QUESTIONS,
    *LOST_ENDS,
    *BAD_ENDS,
    *REPORTS,
)


def _traits(cell: Cell) -> set[tuple[str, Any]]:
    """What of a cell the database and the storage can tell: two that are alike in it write and read the same."""
    became = {
        "buckets": frozenset(cell.ledger),
        "ends": cell.ends,
        "decision": cell.decision,
        "meanwhile": cell.meanwhile,
        "stops": cell.stops,
        "contents": cell.contents,
        "is repeated": cell.repeated > 0,
        "has problems": cell.problems > 0,
        "reached": cell.reached > 0,
    }
    moments = {("moment", rule.get("moment", BEFORE)) for rule in cell.rules}
    return {(f"{cell.call}: {name}", value) for name, value in (*became.items(), *moments)}


def covering(cells: Sequence[Cell]) -> frozenset[str]:
    """The names of cells, the first that will do, in which every trait of all `cells` occurs at each of its calls."""
    seen: set[tuple[str, Any]] = set()
    names = set()
    for cell in cells:
        if not _traits(cell) <= seen:
            seen |= _traits(cell)
            names.add(cell.name)
    return frozenset(names)


COVERING = covering(CELLS)
