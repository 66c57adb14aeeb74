"""Every kind of finding that the suite can report: the runbook's entries, and what exemptions can name."""

from collections.abc import Mapping

from judging.wording import printable

ANY_CHECK = "any check"

KINDS: Mapping[str, str] = {
    "database-unreachable": "test_database_connectivity",
    "limits-not-taken": "test_database_connectivity",
    "restore-failed": "test_database_connectivity",
    "restore-out-of-time": "test_database_connectivity",
    "restore-without-tables": "test_database_connectivity",
    "restore-refused": "test_database_connectivity",
    "restore-lost-rows": "test_database_connectivity",
    "restore-lost-protection": "test_database_connectivity",
    "restore-lost-something": "test_database_connectivity",
    "backup-missing": "test_database_connectivity",
    "backup-empty": "test_database_connectivity",
    "backup-not-a-backup": "test_database_connectivity",
    "backup-cut-short": "test_database_connectivity",
    "backup-damaged": "test_database_connectivity",
    "backup-incomplete": "test_database_connectivity",
    "backup-appended": "test_database_connectivity",
    "could-not-verify": "test_database_connectivity",
    "backup-unreadable": "test_database_connectivity",
    "programs-missing": "test_database_connectivity",
    "extension-missing": "test_database_connectivity",
    "disk-full": "test_database_connectivity",
    "server-not-started": "test_database_connectivity",
    "table-missing": ANY_CHECK,
    "table-not-a-table": "test_critical_tables_exist",
    "table-unreadable": "test_critical_tables_exist",
    "function-missing": "test_database_functions_exist",
    "size-below-least": "test_database_size_reasonable",
    "size-above-most": "test_database_size_reasonable",
    "rows-below-least": "test_row_counts_reasonable",
    "rows-above-most": "test_row_counts_reasonable",
    "row-security-off": "test_rls_policies_active",
    "row-security-not-forced": "test_rls_policies_active",
    "policy-missing": "test_rls_policies_active",
    "policy-open": "test_rls_policies_active",
    "view-past-row-security": "test_rls_policies_active",
    "function-past-row-security": "test_rls_policies_active",
    "role-past-row-security": "test_rls_policies_active",
    "tenant-sees-others": "test_tenants_isolated",
    "tenant-misses-own": "test_tenants_isolated",
    "stranger-sees-rows": "test_tenants_isolated",
    "write-accepted": "test_tenants_isolated",
    "isolation-not-proven": "test_tenants_isolated",
    "backup-too-old": "test_backup_recent",
    "backup-from-the-future": "test_backup_recent",
    "constraint-not-valid": "test_constraints_hold",
    "trigger-disabled": "test_constraints_hold",
    "orphaned-rows": "test_constraints_hold",
    "rows-lost": "test_contents_match",
    "rows-gained": "test_contents_match",
    "rows-altered": "test_contents_match",
    "sequence-set-back": "test_contents_match",
    "nothing-compared": ANY_CHECK,
    "row-security-changed": "test_definitions_match",
    "policy-lost": "test_definitions_match",
    "policy-changed": "test_definitions_match",
    "grant-lost": "test_definitions_match",
    "grant-changed": "test_definitions_match",
    "owner-changed": "test_definitions_match",
    "role-changed": "test_definitions_match",
    "function-changed": "test_definitions_match",
    "column-changed": "test_definitions_match",
    "constraint-lost": "test_definitions_match",
    "definition-missing": "test_definitions_match",
    "definition-changed": "test_definitions_match",
    "definition-added": "test_definitions_match",
    "reference-unusable": ANY_CHECK,
    "call-failed": "test_functions_answer",
    "call-answered-otherwise": "test_functions_answer",
    "function-body-broken": "test_functions_answer",
    "protection-changed-since-success": "test_like_last_success",
    "changed-since-success": "test_like_last_success",
    "rows-fell-since-success": "test_like_last_success",
    "newest-data-old": "test_newest_data_recent",
    "newest-column-unfit": "test_newest_data_recent",
    "listed-table-missing": "test_restore_complete",
    "listed-protection-missing": "test_restore_complete",
    "listed-object-missing": "test_restore_complete",
    "restore-too-slow": "test_restored_in_time",
    "sequence-behind": "test_sequences_ahead",
    "shape-empty": "test_shape_recorded",
    "table-corrupt": "test_storage_sound",
    "index-corrupt": "test_storage_sound",
    "index-invalid": "test_storage_sound",
    "collation-changed": "test_storage_sound",
    "rows-unusual": "test_rows_usual",
    "rows-eroded": "test_rows_usual",
    "database-size-unusual": "test_database_size_usual",
    "backup-size-unusual": "test_backup_size_usual",
    "restore-time-unusual": "test_restore_time_usual",
    "check-duration-unusual": "test_check_durations_usual",
    "check-failed": ANY_CHECK,
    "check-raised": ANY_CHECK,
    "check-not-run": ANY_CHECK,
}


class Finding(str):
    """One line for people, and the kind that runbook and exemptions know it by.

    Raises KeyError for a kind that is none of KINDS.
    """

    kind: str

    def __new__(cls, kind: str, text: str) -> "Finding":
        if kind not in KINDS:
            raise KeyError(kind)
        finding = super().__new__(cls, printable(text))
        finding.kind = kind
        return finding

    def __reduce__(self) -> tuple[type["Finding"], tuple[str, str]]:
        return Finding, (self.kind, str(self))
