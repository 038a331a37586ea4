"""What admins review and steer: people, accounts and their members, jobs with their batches and events."""

from imports.admin import account_admin, audit_admin, job_admin, mapping_admin, person_admin

__all__ = ["account_admin", "audit_admin", "job_admin", "mapping_admin", "person_admin"]
