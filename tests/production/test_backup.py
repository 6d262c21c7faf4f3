"""What docs/operations.md says of backups brings everything back. The database of these tests was restored so."""

from __future__ import annotations

import os

from tests.production import documented
from tests.production.site import run


def test_restored_database_lacks_neither_tables_nor_guards_nor_rows_of_the_index(site):
    site.manage("migrate", "--check")
    assert "ledger" not in site.manage("check", "--database", "default")
    site.manage("check_search")


def test_uploaded_files_are_restored_where_they_were(site, tmp_path):
    kept = site.state / "media" / "documents" / "ohje.txt"
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text("Ohje")
    for beginning, state in (("-czf", site.state), ("-xzf", tmp_path)):
        command = documented.line(f'tar -C "$STATE_DIR" {beginning}')
        run(["bash", "-ec", f"cd {site.folder} && {command}"], env=os.environ | {"STATE_DIR": str(state)})
    assert (tmp_path / "media" / "documents" / "ohje.txt").read_text() == "Ohje"
