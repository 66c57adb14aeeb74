"""The name of a target is the same every day, and another one for another database."""

from pathlib import Path

import pytest

from reporting.target_name import target_name


@pytest.mark.parametrize(
    ("location", "name"),
    [
        ("/backups/nightly.dump", "nightly"),
        ("/backups/nightly-2026-11-23.dump.gz", "nightly"),
        ("/backups/nightly_20261123T050000Z.sql.zst", "nightly"),
        ("/backups/2026-11-23_shop.dump", "shop"),
        ("/backups/shop-2026-11-23-eu.dump", "shop-eu"),
        ("/backups/db1.dump", "db1"),
        ("/backups/db2.dump", "db2"),
        ("/backups/shop/2026-11-23.dump", "shop"),
        ("/backups/shop/2026-11-23", "shop"),
        ("/backups/shop/1795410000.sql", "shop"),
        ("/backups/shop/2026/11/23.dump", "shop"),
        ("/d/db_cluster-12-08-2024@03-54-46.backup.gz", "db_cluster"),
        ("/d/backup", "backup"),
        ("/d/invoices_2026.dump", "invoices_2026"),
        ("/2026-11-23.dump", "backup"),
    ],
)
def test_dates_and_suffixes_are_no_part_of_the_name(location: str, name: str) -> None:
    assert target_name(Path(location)) == name
