"""The control tables of the `raw` schema: what the ledger knows, in the form the warehouse reads.

They hold only facts that follow from the files (never a clock or an order of arrival), so they may enter a release.
"""

from __future__ import annotations

#: table -> (description, columns as name -> (SQL type, description))
CONTROL_TABLES: dict[str, tuple[str, dict[str, tuple[str, str]]]] = {
    "delivery": (
        "Every delivery that the ledger knows, whatever became of it",
        {
            "trust_code": ("VARCHAR", "ODS code of the trust"),
            "extract": ("VARCHAR", "Extract that the file belongs to"),
            "reporting_month": ("DATE", "First day of the month that it reports"),
            "delivery_id": ("VARCHAR", "Identifier: hash of trust, extract, month and the file's SHA-256"),
            "file_name": ("VARCHAR", "Name of the file in landing"),
            "version": ("INTEGER", "Version in the file's name; 1 where it has none"),
            "sha256": ("VARCHAR", "SHA-256 of the file"),
            "contract_version": ("INTEGER", "Version of the contract under which it was read"),
            "status": ("VARCHAR", "current, replaced, rejected or withdrawn"),
            "rows_delivered": ("BIGINT", "Data rows in the file"),
            "rows_accepted": ("BIGINT", "Rows that reached raw storage"),
            "rows_rejected": ("BIGINT", "Rows in quarantine"),
        },
    ),
    "delivery_finding": (
        "What was found in each delivery, counted; no values",
        {
            "delivery_id": ("VARCHAR", "The delivery"),
            "check_name": ("VARCHAR", "Kind of finding, such as rejected_rows, drift_column, date_format"),
            "column_name": ("VARCHAR", "Column concerned, where there is one"),
            "reason_code": ("VARCHAR", "Reason code of the closed list, where rows were rejected or values dropped"),
            "n": ("BIGINT", "How many rows or values"),
            "severity": ("VARCHAR", "info, warning or error"),
        },
    ),
    "extract_contract": (
        "The contracts in force",
        {
            "extract": ("VARCHAR", "Extract"),
            "kind": ("VARCHAR", "snapshot, events or restated"),
            "is_expected": ("BOOLEAN", "Whether a delivery is expected every month"),
            "contract_version": ("INTEGER", "Version in force"),
            "rows_about": (
                "VARCHAR",
                "staff or respondents, whose number the count of rows tells; NULL of other files",
            ),
        },
    ),
    "conflict": (
        "Months in which two files of one version differ, so that neither was taken",
        {
            "trust_code": ("VARCHAR", "ODS code of the trust"),
            "extract": ("VARCHAR", "Extract"),
            "reporting_month": ("DATE", "Month in conflict"),
        },
    ),
    "researcher_link": (
        "Which member of staff an R&D person is, and from which month to which, as decided inside the identity vault",
        {
            "trust_code": ("VARCHAR", "ODS code of the trust"),
            "researcher_key": ("VARCHAR", "Pseudonym of the R&D person"),
            "staff_key": ("VARCHAR", "Pseudonym of the member of staff; NULL unless linked or overridden"),
            "link_method": ("VARCHAR", "decision, employee_number, email, orcid, name, or none"),
            "link_score": ("DOUBLE", "Certainty of the link, 0 to 1; of a name its probability"),
            "link_margin": ("DOUBLE", "Score less that of the runner-up, be it staff or a known outsider of that name"),
            "link_status": ("VARCHAR", "linked, review, outside or overridden"),
            "profession_code": (
                "VARCHAR",
                "Profession of the member of staff, or in review of a likely candidate (score of 0.5 or more); else NULL",
            ),
            "valid_from": ("DATE", "First month of the verdict"),
            "valid_to": ("DATE", "Last month of the verdict; NULL while it holds"),
        },
    ),
    "home_trust": (
        "Trusts whose own extracts this warehouse holds",
        {"trust_code": ("VARCHAR", "ODS code of the trust")},
    ),
}

#: Columns of `delivery`, in their order; and those that count the rows of the file.
DELIVERY_COLUMNS = tuple(CONTROL_TABLES["delivery"][1])
ROW_COUNTS = ("rows_delivered", "rows_accepted", "rows_rejected")
