"""A person stops the sending of a job or of a whole account for a while. What Dotdigital has is followed to its end."""

from imports.models import DotdigitalAccount, JobEvent, UploadJob
from imports.states import JobStatus
from imports.transactions import unit_of_work
from portal.models import User


def pause_job(job: UploadJob, by: User) -> bool:
    """Send nothing more of `job` for now. True if it is paused afterwards, also when it was so before."""
    return _set_paused(job, True, by)


def resume_job(job: UploadJob, by: User) -> bool:
    """Go on sending `job`. True if it is not paused afterwards, also when it was not before."""
    return _set_paused(job, False, by)


def _set_paused(job: UploadJob, is_paused: bool, by: User) -> bool:
    sending = UploadJob.objects.filter(pk=job.pk, status=JobStatus.SENDING)
    with unit_of_work():
        if sending.filter(is_paused=not is_paused).update(is_paused=is_paused):
            JobEvent.objects.create(
                job=job,
                actor=by,
                from_status=JobStatus.SENDING,
                to_status=JobStatus.SENDING,
                note="paused" if is_paused else "resumed",
            )
    job.refresh_from_db()
    return job.status == JobStatus.SENDING and job.is_paused == is_paused


def pause_account(account: DotdigitalAccount, by: User) -> None:
    """Send nothing more to `account` for now, whatever its jobs; each of those under way says who did that."""
    _set_account_paused(account, True, by)


def resume_account(account: DotdigitalAccount, by: User) -> None:
    """Go on sending to `account`."""
    _set_account_paused(account, False, by)


def _set_account_paused(account: DotdigitalAccount, is_paused: bool, by: User) -> None:
    with unit_of_work():
        changing = DotdigitalAccount.objects.filter(pk=account.pk, is_paused=not is_paused)
        if changing.update(is_paused=is_paused):
            JobEvent.objects.bulk_create(
                JobEvent(
                    job=job,
                    actor=by,
                    from_status=job.status,
                    to_status=job.status,
                    note="account_paused" if is_paused else "account_resumed",
                )
                for job in account.jobs.filter(status=JobStatus.SENDING).only("pk", "status")
            )
    account.refresh_from_db()
