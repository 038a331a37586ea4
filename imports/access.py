"""Who may see and do what. What somebody may not see does not exist for them."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from imports.models import DotdigitalAccount, Membership, NamedMapping, ResumableUpload, UploadJob
from portal.models import User
from portal.requests import PortalRequest


def get_visible_job(user: User, job_id: UUID) -> UploadJob:
    """The job, if `user` may see it; otherwise Http404, whether it exists or not."""
    return get_object_or_404(UploadJob.objects.visible_to(user).for_page(), pk=job_id)


def get_job_to_poll(user: User, job_id: UUID) -> UploadJob:
    """As `get_visible_job`, for a part of a page that is asked for every few seconds: what is large is not loaded."""
    return get_object_or_404(UploadJob.objects.visible_to(user).for_list(), pk=job_id)


def get_open_job(request: PortalRequest, job_id: UUID) -> UploadJob:
    """The job for a page that shows it to whoever may see it, and changes it for those who may act on it."""
    getter = get_job_to_act_on if request.method == "POST" else get_visible_job
    return getter(request.user, job_id)


def may_act_on(user: User, job: UploadJob) -> bool:
    """Whether `user` may map, send or cancel `job`: its owner, a manager of its account, or a superuser."""
    return job.owner_id == user.pk or _manages(user, job.account_id)


def may_manage(user: User, account: DotdigitalAccount) -> bool:
    """Whether `user` may pause all that goes into `account`: its managers, and superusers."""
    return _manages(user, account.pk)


def may_create_targets(user: User, account: DotdigitalAccount) -> bool:
    """Whether `user` may make data fields and lists in `account`: its managers, and superusers."""
    return _manages(user, account.pk)


def _manages(user: User, account_id: int) -> bool:
    if user.is_superuser:
        return True
    return Membership.objects.filter(account=account_id, user=user, role=Membership.Role.MANAGER).exists()


def may_change_mapping(user: User, named: NamedMapping) -> bool:
    """Whether `user` may rename or delete a named mapping: who made it, managers of its account, and superusers."""
    return named.made_by_id == user.pk or _manages(user, named.account_id)


def get_job_to_act_on(user: User, job_id: UUID) -> UploadJob:
    """The job, if `user` may act on it; PermissionDenied if they may only look, Http404 if not even that."""
    job = get_visible_job(user, job_id)
    if not may_act_on(user, job):
        raise PermissionDenied
    return job


def get_usable_account(user: User, account_id: int) -> DotdigitalAccount:
    """The account, if `user` may import into it; otherwise Http404, whether it exists or not."""
    return get_object_or_404(DotdigitalAccount.objects.usable_by(user).without_secrets(), pk=account_id)


def get_account_to_manage(user: User, account_id: int) -> DotdigitalAccount:
    """The account, if `user` manages it; PermissionDenied if they only import into it, Http404 if not even that."""
    account = get_usable_account(user, account_id)
    if not may_manage(user, account):
        raise PermissionDenied
    return account


def get_own_upload(user: User, upload_id: UUID) -> ResumableUpload:
    """The upload that arrives in parts, if `user` began it and may still import into its account; otherwise Http404."""
    return get_object_or_404(ResumableUpload.objects.of(user), pk=upload_id)
