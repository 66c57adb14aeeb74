"""The name of a target is the same every day, and another one for another database."""

from pathlib import Path

import pytest

from reporting.target_name import target_name


@pytest.mark.parametrize(
    ("location", "name"),
    [
        ("/backups/nightly.dump", "nightly"),
        ("/backups/shop-2026-11-23.dump.gz", "shop"),
        ("/backups/shop_20261123T050000Z.sql.zst", "shop"),
        ("/backups/2026-11-23_shop.dump", "shop"),
        ("/backups/shop-2026-11-23-eu.dump", "shop-eu"),
        ("/backups/my_shop_2026_11_23.dump", "my_shop"),
        ("/backups/shop-Mon.dump", "shop"),
        ("/backups/shop_saturday.sql.gz", "shop"),
        ("/backups/shop_23Nov2026.dump", "shop"),
        ("/backups/shop-26-11-23.dump", "shop"),
        ("/backups/shop-2026-11.dump", "shop"),
        ("/backups/shop-2026-W47.dump", "shop"),
        ("/backups/shop.dump.1", "shop"),
        ("/backups/sunday_school.dump", "school"),
        ("/backups/marketing.dump", "marketing"),
        ("/backups/db1.dump", "db1"),
        ("/backups/db2.dump", "db2"),
        ("/backups/customer-10002000.dump", "customer-10002000"),
        ("/backups/shard-1000000001.dump", "shard-1000000001"),
        ("/backups/tenant-1234-5678.dump", "tenant-1234-5678"),
        ("/backups/tenant_a/db.dump", "tenant_a/db"),
        ("/backups/tenant_b/nightly-2026-11-23.dump", "tenant_b/nightly"),
        ("/backups/shop/daily/2026-11-23.dump", "shop/daily"),
        ("/backups/shop/2026-11-23.dump", "shop"),
        ("/backups/shop/2026-11-23", "shop"),
        ("/backups/shop/1795410000.sql", "shop"),
        ("/backups/shop/2026/11/23.dump", "shop"),
        ("/d/db_cluster-12-08-2024@03-54-46.backup.gz", "db_cluster"),
        ("/d/invoices_2026.dump", "invoices_2026"),
        ("/backup", "backup"),
        ("/2026-11-23.dump", "backup"),
    ],
)
def test_dates_and_suffixes_are_no_part_of_the_name(location: str, name: str) -> None:
    assert target_name(Path(location)) == name
