"""Who may see and do what. What somebody may not see does not exist for them.

What each role may is said in `imports.roles`; superusers may do what managers may, in every account.
"""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.shortcuts import get_object_or_404

from imports.models import (
    DotdigitalAccount,
    GroupMembership,
    JobEvent,
    Membership,
    NamedMapping,
    ResumableUpload,
    UploadJob,
)
from imports.querysets import accounts_of
from imports.roles import AccountRole, at_least, highest
from imports.states import JobStatus
from portal.models import User
from portal.requests import PortalRequest


@dataclass(frozen=True)
class JobRights:
    """What somebody who sees a job may do: change it (`may_act`), have files of its rows (`may_download`), import other
    files into its account (`may_import`), and make data fields and lists there (`may_create`)."""

    may_act: bool
    may_download: bool
    may_import: bool
    may_create: bool


def role_in(user: User, account_id: int) -> AccountRole | None:
    """The highest role of `user` in an account, their own or through a group; None when they are no member of it."""
    if user.is_superuser:
        return AccountRole.MANAGER
    own = Membership.objects.filter(account=account_id, user=user).order_by().values_list("role")
    of_groups = GroupMembership.objects.filter(account=account_id, group__user=user).order_by()
    return highest(role for (role,) in own.union(of_groups.values_list("role")))


def has_role(user: User, account_id: int, role: AccountRole) -> bool:
    """Whether `user` is at least `role` to an account."""
    return role_in(user, account_id) in at_least(role)


def roles_by_person(account: DotdigitalAccount) -> dict[int, AccountRole]:
    """The highest role of every member of `account`, by their ids."""
    own = account.memberships.order_by().values_list("user", "role")
    of_groups = account.group_memberships.filter(group__user__isnull=False).order_by()
    roles: dict[int, list[str]] = {}
    for person, role in own.union(of_groups.values_list("group__user", "role")):
        roles.setdefault(person, []).append(role)
    return {person: most for person, held in roles.items() if (most := highest(held))}


def rights_on(user: User, job: UploadJob) -> JobRights:
    """What `user`, who sees `job`, may do."""
    role = role_in(user, job.account_id)
    is_uploader, is_manager = role in at_least(AccountRole.UPLOADER), role in at_least(AccountRole.MANAGER)
    return JobRights(
        may_act=is_manager or (is_uploader and job.owner_id == user.pk),
        may_download=is_uploader,
        may_import=is_uploader,
        may_create=is_manager,
    )


PREPARING = (JobStatus.UPLOADED, JobStatus.STAGED, JobStatus.CHECKING, JobStatus.APPROVAL)
"""Whoever moves a job to one of these has a hand in what would be sent: reads it again, maps, repairs or starts it."""
WITHOUT_HAND = ("approved", "approval_void", "rows_arrived_meanwhile")
"""What approvers bring about: the notes of moves to PREPARING by which nothing of an import is decided."""
CREATED = ("field_created", "list_created")
"""The notes of what somebody created in the account for an import."""
DRAFTED = "mapping_drafted"
"""The note that somebody else than its owner has chosen what columns of an import become."""


def hands_in(job: UploadJob) -> set[int]:
    """The ids of all who had a hand in what `job` would send, or in an import whose rows it brings again, as its
    mapping and repairs come from there: the owners, and whoever read, mapped, repaired or started it."""
    line, above = [job.pk], job.parent_id
    while above is not None and above not in line:
        line.append(above)
        above = UploadJob.objects.filter(pk=above).values_list("parent", flat=True).first()
    moved = Q(to_status__in=PREPARING) & ~Q(note__in=WITHOUT_HAND) | Q(note__in=(*CREATED, DRAFTED))
    acts = JobEvent.objects.filter(moved, job__in=line, batch=None, actor__isnull=False).order_by()
    owners = UploadJob.objects.filter(pk__in=line).order_by()
    return {*acts.values_list("actor", flat=True), *owners.values_list("owner", flat=True)}


def may_approve(user: User, job: UploadJob) -> bool:
    """Whether `user` may approve or reject `job`: approvers and managers of its account, and superusers, as long as
    they had no hand in it. Who somebody is counts, and not by which role they come."""
    is_approver = user.is_active and has_role(user, job.account_id, AccountRole.APPROVER)
    return is_approver and user.pk not in hands_in(job)


def approvers_of(job: UploadJob) -> list[User]:
    """The members of the account of `job` who may approve it."""
    roles, hands = roles_by_person(job.account), hands_in(job)
    people = [
        person
        for person, role in roles.items()
        if role in at_least(AccountRole.APPROVER) and person not in hands
    ]
    return list(User.objects.filter(pk__in=people, is_active=True).order_by("pk"))


def get_job_to_approve(user: User, job_id: UUID) -> UploadJob:
    """The job, if `user` approves imports of its account; PermissionDenied if they may only look, Http404 if not even
    that. Whether they had a hand in it is asked where it is approved (`may_approve`)."""
    job = get_visible_job(user, job_id)
    if not has_role(user, job.account_id, AccountRole.APPROVER):
        raise PermissionDenied
    return job


class RowsRemovedError(Exception):
    """What is asked for needs the rows of an import, which have been removed."""

    def __init__(self, job_id: UUID) -> None:
        super().__init__(job_id)
        self.job_id = job_id


def require_rows(job: UploadJob) -> UploadJob:
    """`job`, if its rows are there; otherwise RowsRemovedError."""
    if job.rows_removed_at is not None:
        raise RowsRemovedError(job.pk)
    return job


def get_visible_job(user: User, job_id: UUID) -> UploadJob:
    """The job, if `user` may see it; otherwise Http404, whether it exists or not."""
    return get_object_or_404(UploadJob.objects.visible_to(user).for_page(), pk=job_id)


def get_job_with_rows(user: User, job_id: UUID) -> UploadJob:
    """As `get_visible_job`, for a page that shows rows. Raises RowsRemovedError too."""
    return require_rows(get_visible_job(user, job_id))


def get_job_to_poll(user: User, job_id: UUID) -> UploadJob:
    """As `get_visible_job`, for a part of a page that is asked for every few seconds: what is large is not loaded."""
    return get_object_or_404(UploadJob.objects.visible_to(user).for_list(), pk=job_id)


def get_open_job(request: PortalRequest, job_id: UUID) -> UploadJob:
    """The job for a page that shows it to whoever may see it, and changes it for those who may act on it. Raises
    RowsRemovedError too."""
    getter = get_job_to_act_on if request.method == "POST" else get_visible_job
    return require_rows(getter(request.user, job_id))


def may_act_on(user: User, job: UploadJob) -> bool:
    """Whether `user` may map, send or cancel `job`: its owner while they may import, a manager of its account, or a
    superuser."""
    return rights_on(user, job).may_act


def may_manage(user: User, account: DotdigitalAccount) -> bool:
    """Whether `user` may pause all that goes into `account` and say who its members are: its managers, and
    superusers."""
    return has_role(user, account.pk, AccountRole.MANAGER)


def may_look_for_people(user: User) -> bool:
    """Whether `user` may ask which imports carried a person: managers, of the imports of their accounts, and
    superusers."""
    return user.is_superuser or DotdigitalAccount.objects.with_role(user, AccountRole.MANAGER).exists()


def may_erase_people(user: User) -> bool:
    """Whether `user` may have a person removed from all that is stored: superusers."""
    return user.is_superuser


def may_import_into(user: User, account: DotdigitalAccount) -> bool:
    """Whether `user` may import into `account`: all its members but viewers, and superusers."""
    return has_role(user, account.pk, AccountRole.UPLOADER)


def sees_all_jobs(user: User, account: DotdigitalAccount) -> bool:
    """Whether `user`, a member of `account`, sees every import of it."""
    return account.shares_jobs or has_role(user, account.pk, AccountRole.APPROVER)


def may_change_mapping(user: User, named: NamedMapping) -> bool:
    """Whether `user` may rename or delete a named mapping: who made it, while they may import, managers of its account,
    and superusers."""
    role = role_in(user, named.account_id)
    is_their_own = named.made_by_id == user.pk and role in at_least(AccountRole.UPLOADER)
    return is_their_own or role in at_least(AccountRole.MANAGER)


def get_job_to_act_on(user: User, job_id: UUID) -> UploadJob:
    """The job, if `user` may act on it; PermissionDenied if they may only look, Http404 if not even that."""
    job = get_visible_job(user, job_id)
    if not may_act_on(user, job):
        raise PermissionDenied
    return job


def get_job_to_download(user: User, job_id: UUID) -> UploadJob:
    """The job, if `user` may have files of its rows; PermissionDenied if they may only look, Http404 if not even
    that, RowsRemovedError if they may, and the rows have been removed."""
    job = get_visible_job(user, job_id)
    if not rights_on(user, job).may_download:
        raise PermissionDenied
    return require_rows(job)


def get_visible_account(user: User, account_id: int) -> DotdigitalAccount:
    """The account, if `user` is a member of it; otherwise Http404, whether it exists or not."""
    return get_object_or_404(DotdigitalAccount.objects.visible_to(user).without_secrets(), pk=account_id)


def get_usable_account(user: User, account_id: int) -> DotdigitalAccount:
    """The account, if `user` may import into it; PermissionDenied if they may only look, Http404 if not even that."""
    account = get_visible_account(user, account_id)
    if not may_import_into(user, account):
        raise PermissionDenied
    return account


def get_account_to_manage(user: User, account_id: int) -> DotdigitalAccount:
    """The account, if `user` manages it; PermissionDenied if they are another member, Http404 if not even that."""
    account = get_visible_account(user, account_id)
    if not may_manage(user, account):
        raise PermissionDenied
    return account


def get_own_upload(user: User, upload_id: UUID) -> ResumableUpload:
    """The upload that arrives in parts, if `user` began it and may still import into its account; otherwise Http404."""
    return get_object_or_404(ResumableUpload.objects.of(user), pk=upload_id)


def parent_seen_by(user: User, job: UploadJob) -> UploadJob | None:
    """The job whose rows `job` brings again, if there is one and `user` may see it."""
    if job.parent_id is None:
        return None
    return UploadJob.objects.visible_to(user).light().filter(pk=job.parent_id).first()


def file_names_seen(user: User, account: DotdigitalAccount, names: Collection[str]) -> Collection[str]:
    """Those of `names` that are names of files of `account` whose imports `user`, a member, sees."""
    if sees_all_jobs(user, account):
        return names
    jobs = UploadJob.objects.visible_to(user).filter(account=account, file_name__in=names)
    return set(jobs.order_by().values_list("file_name", flat=True))


def may_change_person(user: User, person: User) -> bool:
    """Whether `user`, who has the permission to change people, may change `person`: give them another password, disable
    or delete them.

    Only superusers change superusers and staff. Others change only people who are nothing to an account that they
    themselves do not manage: whoever can set a password can sign in with it.
    """
    if user.is_superuser:
        return True
    if person.is_superuser or person.is_staff:
        return False
    of_others = DotdigitalAccount.objects.filter(pk__in=accounts_of(person)).exclude(
        pk__in=accounts_of(user, AccountRole.MANAGER)
    )
    return not of_others.exists()
