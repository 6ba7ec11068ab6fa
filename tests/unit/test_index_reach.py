"""Which files an object can come from."""

import pytest

from lever_fix.index.reach import Reach
from tests.unit.test_index import index_of

CHAIN = {
    "app/__init__.py": "from app.service import Service\n",
    "app/main.py": "from app import Service\n",
    "app/service.py": "from app.repository import Repository\n",
    "app/repository.py": "from app.base import Base\nfrom lib.json import dumps\n",
    "app/base.py": "from app.deep import Deep\nclass Base: ...\n",
    "app/deep.py": "class Deep: ...\n",
}


def files_in(files: dict[str, str], path: str) -> set[str]:
    """The files in reach of one."""
    reach = Reach(index_of(files))
    return {one for one in files if reach.of(path) & reach.bits([one])}


def test_as_far_as_an_object_may_come():
    assert files_in(CHAIN, "app/main.py") == {
        # The package that hands `Service` on is no hop, and is not in reach itself.
        "app/main.py", "app/service.py", "app/repository.py", "app/base.py",
    }  # fmt: skip
    assert files_in(CHAIN, "app/deep.py") == {"app/deep.py"}


@pytest.mark.parametrize(
    "code",
    [
        "from .models import Row\n",
        "import app.models\n",
        "import app.models as models\n",
        "from app import models\n",
        "from app.models import *\n",
        "from app import handed_on\n",
        "from app import later\n",
        "def f():\n    from app.models import Row\n",
        "class C:\n    def f(self):\n        import app.models\n",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from app.models import Row\n",
    ],
)
def test_every_import_counts(code):
    files = {
        "app/__init__.py": "from app.models import Row as handed_on\nlater = handed_on\n",
        "app/models.py": "class Row: ...\n",
        "app/main.py": code,
    }
    assert "app/models.py" in files_in(files, "app/main.py")


def test_what_is_imported_from_elsewhere_is_not_of_the_project():
    files = {"app/main.py": "import json\nfrom sqlalchemy import select\n", "other/json.py": ""}
    assert files_in(files, "app/main.py") == {"app/main.py"}


def test_a_script_reaches_the_one_beside_it():
    files = {"tools/run.py": "import helpers\n", "tools/helpers.py": ""}
    assert Reach(index_of(files)).imported("tools/run.py") == {"tools/helpers.py"}


def test_a_cycle_of_imports_ends():
    files = {"a.py": "from b import x\n", "b.py": "from a import x\n"}
    assert files_in(files, "a.py") <= {"a.py", "b.py"}
