"""What verifications measured, as named series: rows of tables, sizes, and times.

The names are "rows schema.table", `DATABASE_SIZE` (MB of 1024 * 1024 bytes), `BACKUP_SIZE` (bytes),
`RESTORE_TIME` (seconds) and "seconds test_name".
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from reporting.verification import CheckResult

DATABASE_SIZE, BACKUP_SIZE, RESTORE_TIME = "database size", "backup size", "restore time"
ROWS, SECONDS = "rows ", "seconds "

Series = list[tuple[datetime, float]]
Details = Mapping[str, Any]


def series_of(documents: Iterable[Mapping[str, Any]]) -> dict[str, Series]:
    """The values of each measure with their times (UTC), in the order of the documents."""
    found: dict[str, Series] = {}
    for document in documents:
        moment = datetime.fromisoformat(document["verified_at"])
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        for name, value in measures_of(document).items():
            found.setdefault(name, []).append((moment, value))
    return found


def measures_of(document: Mapping[str, Any]) -> dict[str, float]:
    """What one verification measured; what it did not measure is left out."""
    checks = document["checks"]
    found = {f"{SECONDS}{check['name']}": check["seconds"] for check in checks if _ran(check)}
    for check in checks:
        found |= measures_in(check.get("details") or {})
    found[BACKUP_SIZE] = (document.get("backup") or {}).get("size_bytes")
    found[RESTORE_TIME] = (document.get("seconds") or {}).get("restore")
    return dict(_numbers(found))


def measures_in(details: Details) -> dict[str, float]:
    """The rows and the database's size that a check's details hold; no row count that is an estimate."""
    rows, estimated = details.get("rows"), details.get("estimated") or ()
    counted = rows.items() if isinstance(rows, Mapping) else ()
    found = {f"{ROWS}{table}": count for table, count in counted if table not in estimated}
    return dict(_numbers({**found, DATABASE_SIZE: details.get("size_mb")}))


def measured(results: Iterable[CheckResult], name: str) -> dict[str, float]:
    """The measures of that name, or that begin with it, that these checks of one run have taken."""
    found = measures_of({"checks": [asdict(result) for result in results]})
    return {measure: value for measure, value in found.items() if measure.startswith(name)}


def _ran(check: Mapping[str, Any]) -> bool:
    return check.get("outcome") in ("passed", "failed") and "seconds" in check


def _numbers(values: Mapping[str, object]) -> Iterator[tuple[str, float]]:
    for name, value in values.items():
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            yield name, float(value)
