"""What is kept on a module is asked for anew by whoever comes to it later."""

from __future__ import annotations

import ast

import pytest

from lever_fix.domains.colour.patched import patches_in
from lever_fix.domains.http import owners
from lever_fix.domains.orm.known import known_value, parameters
from lever_fix.domains.orm.world import world_of
from lever_fix.index.index import Index, Symbol
from lever_fix.semantics.module import Module
from tests.unit.test_index import index_of

FILES = {
    "things.py": "from others import Thing\n",
    "others.py": "class Thing:\n    pass\n",
    "use.py": (
        "import things\nfrom unittest import mock\n\n\ndef use(thing: things.Thing):\n"
        "    mock.patch.object(things.Thing, 'name')\n    return things.Thing\n\n\n"
        "class Owner:\n    def __init__(self):\n        self.session = requests.Session()\n"
    ),
}


def name(index: Index, module: Module) -> None:
    function = module.tree.body[2]
    assert isinstance(function, ast.FunctionDef)
    returned = function.body[1]
    assert isinstance(returned, ast.Return)
    assert returned.value is not None
    known_value(world_of(index), module, returned.value)


def arguments(index: Index, module: Module) -> None:
    function = module.tree.body[2]
    assert isinstance(function, ast.FunctionDef)
    parameters(world_of(index), module, function, "")


def patches(index: Index, module: Module) -> None:
    patches_in(index, module)


def owner(index: Index, module: Module) -> None:
    owners._owner(index, module, Symbol("use.py", "Owner"))


@pytest.mark.parametrize(
    ("ask", "least"),
    [
        (name, {"things.py", "others.py"}),
        (arguments, {"things.py", "others.py"}),
        (patches, {"things.py", "others.py"}),
        (owner, {"use.py"}),
    ],
)
def test_a_second_question_relies_on_what_the_first_one_did(ask, least):
    index = index_of(FILES)
    module = index.module("use.py")
    assert module is not None
    world_of(index)
    seen = []
    for _ in range(2):
        index.asked = set()
        ask(index, module)
        seen.append({one for one in index.asked if isinstance(one, str)})
    assert seen[0] == seen[1]
    assert least <= seen[0]
