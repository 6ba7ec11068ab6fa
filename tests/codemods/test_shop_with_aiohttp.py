"""The example's clients are rewritten whole, across files, and its own tests pass."""

import os
import shutil
import subprocess
import sys

from lever_fix.registry import SHIPPED
from lever_fix.testing import rewrite

SHOP = SHIPPED.parent / "examples" / "shop"
SLOW = "test_the_worker_goes_on_after_a_bad_round"
"""It waits for another process, and not for as long as a busy machine may take."""


def test_shop_sends_with_aiohttp(tmp_path):
    paths = sorted(path.relative_to(SHOP).as_posix() for path in SHOP.rglob("*.py"))
    before = {path: (SHOP / path).read_bytes() for path in paths}
    result = rewrite("requests-to-aiohttp", before)
    changed = {path for path, data in result.files.items() if data != before[path]}
    assert {f"shop/clients/{name}.py" for name in ("payments", "rates", "shipping")} <= changed
    assert not any(b"requests." in data for path, data in result.files.items())
    shutil.copy(SHOP / "pyproject.toml", tmp_path)
    for path, data in result.files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-k", f"not {SLOW}"],
        cwd=tmp_path,
        env={name: value for name, value in os.environ.items() if "PYTEST" not in name},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-5000:]
    assert " passed" in done.stdout
