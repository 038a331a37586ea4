"""What the audit log can say: the codes of all actions, and their words."""

from imports.messages import Catalogue, Wording, gettext_noop

CHECKPOINT = "checkpoint"

AUDIT_ACTIONS = Catalogue(
    {
        code: Wording(words)
        for code, words in {
            # Sign-in
            "signed_in": gettext_noop("Signed in"),
            "sign_in_failed": gettext_noop("Sign-in failed"),
            "sign_in_barred": gettext_noop("Sign-in barred after too many attempts"),
            "second_factor_failed": gettext_noop("Second factor not accepted"),
            "signed_out": gettext_noop("Signed out"),
            "signed_out_elsewhere": gettext_noop("Signed out everywhere else"),
            "password_reset": gettext_noop("Forgotten password replaced by e-mail"),
            "factor_added": gettext_noop("Second factor added"),
            "factor_removed": gettext_noop("Second factor removed"),
            "recovery_codes_made": gettext_noop("New recovery codes made"),
            # People, groups and accounts
            "person_added": gettext_noop("Person added"),
            "person_changed": gettext_noop("Person changed"),
            "person_removed": gettext_noop("Person removed"),
            "group_added": gettext_noop("Group added"),
            "group_changed": gettext_noop("Group changed"),
            "group_removed": gettext_noop("Group removed"),
            "membership_added": gettext_noop("Membership added"),
            "membership_changed": gettext_noop("Membership changed"),
            "membership_removed": gettext_noop("Membership removed"),
            "account_added": gettext_noop("Account added"),
            "account_changed": gettext_noop("Account changed"),
            "account_removed": gettext_noop("Account removed"),
            "account_paused": gettext_noop("Account paused"),
            "account_resumed": gettext_noop("Account resumed"),
            "credentials_encrypted_anew": gettext_noop("Credentials encrypted with the newest key"),
            "connection_tested": gettext_noop("Connection tested"),
            "field_created": gettext_noop("Data field created"),
            "contacts_read": gettext_noop("Contacts of the account read"),
            "list_created": gettext_noop("List created"),
            # The way of an import
            "file_uploaded": gettext_noop("File uploaded"),
            "harmful_file_removed": gettext_noop("Harmful file removed"),
            "rows_retried": gettext_noop("Rows tried again"),
            "rows_resent": gettext_noop("Corrected rows uploaded"),
            "file_read_again": gettext_noop("File read again"),
            "mapping_saved": gettext_noop("Mapping saved"),
            "mapping_reopened": gettext_noop("Mapping reopened"),
            "repairs_made": gettext_noop("Repairs made"),
            "repairs_undone": gettext_noop("Repairs undone"),
            "repairs_redone": gettext_noop("Repairs done again"),
            "import_checked_again": gettext_noop("Import checked again"),
            "approval_asked": gettext_noop("Approval asked for"),
            "import_approved": gettext_noop("Import approved"),
            "import_rejected": gettext_noop("Import rejected"),
            "approval_withdrawn": gettext_noop("Request for approval withdrawn"),
            "approval_voided": gettext_noop("Approval void, because the import changed"),
            "approval_denied": gettext_noop("Approval refused to somebody who may not approve"),
            "import_started": gettext_noop("Import started"),
            "import_paused": gettext_noop("Import paused"),
            "import_resumed": gettext_noop("Import resumed"),
            "import_cancelled": gettext_noop("Import cancelled"),
            "batch_accepted": gettext_noop("Batch accepted by Dotdigital"),
            "held_sent_again": gettext_noop("Held batch sent again"),
            "held_given_up": gettext_noop("Held batch not sent again"),
            "import_ended": gettext_noop("Import ended"),
            "import_removed": gettext_noop("Import removed"),
            "purged": gettext_noop("Kept long enough, and removed: certificate"),
            "files_removed": gettext_noop("Stored files removed: certificate"),
            # What was looked at and taken away
            "report_downloaded": gettext_noop("Report downloaded"),
            "repairs_downloaded": gettext_noop("Repairs downloaded"),
            "rows_revealed": gettext_noop("Rows shown in full"),
            "rows_searched": gettext_noop("Rows searched"),
            # People in files
            "person_searched": gettext_noop("Person looked for in imports"),
            "person_exported": gettext_noop("Data of a person exported"),
            "person_erased": gettext_noop("Person erased"),
            "rows_erased": gettext_noop("Rows of a person erased after the end of an import"),
            "digests_removed": gettext_noop("Digests of imports removed"),
            # Mappings that are kept
            "kept_mapping_saved": gettext_noop("Mapping kept by a name"),
            "kept_mapping_renamed": gettext_noop("Kept mapping renamed"),
            "kept_mapping_removed": gettext_noop("Kept mapping removed"),
            # The portal
            "command_run": gettext_noop("Command run"),
            CHECKPOINT: gettext_noop("Checkpoint of the audit log"),
            "restore_accepted": gettext_noop("Restored backup accepted"),
        }.items()
    }
)
"""What is recorded, and never anything else: `imports.audit.record` refuses a code that is not here."""
