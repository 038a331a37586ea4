"""Starts the import of a checked job: it is sent, or waits for approval where a rule of its account says so."""

from imports.jobs.approval import ask_for_approval, rules_that_apply
from imports.jobs.start import LineBusyError as LineBusyError
from imports.jobs.start import begin_sending, hold_line, is_as_reviewed
from imports.models import UploadJob
from imports.transactions import unit_of_work
from portal.models import User


def confirm_job(job: UploadJob, by: User, *, stops_on_refusal: bool = False) -> bool:
    """Start the import of a checked `job` with the batches its check planned. False if it is not sent yet: it has moved
    on meanwhile, waits for approval, or is checked again first, because rows of it have arrived since with another
    import of its line. Raises LineBusyError while another of them is under way.

    `stops_on_refusal`: once Dotdigital refuses a whole batch, nothing more of the job is sent.
    """
    with unit_of_work():
        hold_line(job)
        if not is_as_reviewed(job, by):
            return False
        if applied := rules_that_apply(job):
            ask_for_approval(job, by, applied, stops_on_refusal=stops_on_refusal)
            return False
        return begin_sending(job, by, stops_on_refusal=stops_on_refusal)
