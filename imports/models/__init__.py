"""What the database keeps: accounts, jobs, batches, mappings, events and counts; never a row of contact data."""

from imports.models.account_models import (
    AccountCatalogue,
    CallBudget,
    DotdigitalAccount,
    GroupMembership,
    Membership,
    SlotTurn,
)
from imports.models.approval_models import ApprovalRequest, GivenApproval
from imports.models.audit_models import AuditEvent, AuditForwarding, AuditLane
from imports.models.batch_models import ImportBatch, JobEvent
from imports.models.installation_models import Installation
from imports.models.job_models import ReasonTally, ReportDownload, UploadJob
from imports.models.mapping_models import MappingDraft, MappingTemplate, MappingTrial, NamedMapping
from imports.models.notification_models import Notification
from imports.models.provenance_models import JobDigests, PendingErasure
from imports.models.retention_models import DeletedFiles
from imports.models.snapshot_models import AccountSnapshot
from imports.models.upload_models import ResumableUpload

__all__ = [
    "AccountCatalogue",
    "AccountSnapshot",
    "ApprovalRequest",
    "AuditEvent",
    "AuditForwarding",
    "AuditLane",
    "CallBudget",
    "DeletedFiles",
    "DotdigitalAccount",
    "GivenApproval",
    "GroupMembership",
    "ImportBatch",
    "Installation",
    "JobDigests",
    "JobEvent",
    "MappingDraft",
    "MappingTemplate",
    "MappingTrial",
    "Membership",
    "NamedMapping",
    "Notification",
    "PendingErasure",
    "ReasonTally",
    "ReportDownload",
    "ResumableUpload",
    "SlotTurn",
    "UploadJob",
]
