"""The audit log beside its writing: what is watched for it, whether it is whole, and where it goes.

`sign_ins` and `watched_models` record what Django does; `checkpoints` tie the lanes together and leave an anchor in
storage; `audit_verification` finds what was tampered with; `audit_export` and `syslog_forwarding` hand events on;
`audit_upkeep` is what the schedule does.
"""
