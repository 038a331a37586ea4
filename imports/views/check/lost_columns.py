"""Columns of which almost nothing can be used: the column was read as what it is not, and that is said first."""

from collections import Counter
from dataclasses import dataclass

from imports.contacts.problems import PROBLEM_TYPES, ProblemKind
from imports.models import UploadJob
from imports.storage import artefacts
from imports.views.mapping.target_choices import AccountChoices
from imports.views.problem_groups import IssueCount, ProblemGroup, problem_sections

MIN_LOST_SHARE = 0.5
MAX_SHOWN = 5
"""A file read by the wrong separator has most of its columns lost; the first say enough."""


@dataclass(frozen=True)
class LostColumn:
    """A column of whose `filled` cells most, `lost`, cannot be used; `cause` is the commonest reason.

    `targets` is what it was imported as; `suggested` what the portal had thought it is, "" where that is no other.
    """

    name: str
    index: int
    lost: int
    filled: int
    targets: list[str]
    suggested: str
    cause: ProblemGroup


def lost_columns(job: UploadJob, account_choices: AccountChoices) -> list[LostColumn]:
    """The columns of a checked `job` of whose values more than MIN_LOST_SHARE cannot be used, the worst first."""
    targets: dict[str, list[str]] = {}
    for entry in job.mapping.get("columns", []):
        targets.setdefault(entry["column"], []).append(entry["target"])
    invalid = [issue for issue in job.check_summary.get("issues", []) if _is_invalid(issue)]
    counts: Counter[str] = Counter()
    for issue in invalid:
        counts[issue["column"]] += issue["count"]
    found = []
    for index, (name, profile) in enumerate(zip(job.columns, job.profiles, strict=False)):
        filled = profile.get("filled", 0) * len(targets.get(name, []))
        if filled and counts[name] > MIN_LOST_SHARE * filled:
            found.append((counts[name] / filled, index, name, filled))
    found.sort(key=lambda one: (-one[0], one[1]))
    table = artefacts.key_of(job, artefacts.ISSUES)
    return [
        LostColumn(
            name=name,
            index=index,
            lost=counts[name],
            filled=filled,
            targets=[account_choices.name_of(target) for target in targets[name]],
            suggested=_suggested(job, index, targets[name], account_choices),
            cause=_cause([issue for issue in invalid if issue["column"] == name], table),
        )
        for _, index, name, filled in found[:MAX_SHOWN]
    ]


def _is_invalid(issue: IssueCount) -> bool:
    kind = PROBLEM_TYPES.get(issue["code"])
    return kind is not None and kind.kind is ProblemKind.INVALID


def _cause(issues: list[IssueCount], table: str) -> ProblemGroup:
    groups = [group for section in problem_sections({"issues": issues}, table) for group in section.groups]
    return max(groups, key=lambda group: group.count)


def _suggested(job: UploadJob, index: int, targets: list[str], account_choices: AccountChoices) -> str:
    """What the portal had suggested for the column, where the person chose something else."""
    entry = job.suggestions[index] if index < len(job.suggestions) else {}
    target = entry.get("target") or ""
    return account_choices.name_of(target) if target and target not in targets else ""
