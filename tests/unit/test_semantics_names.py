"""Dotted names of expressions, as far as one module tells."""

import ast

import pytest

from lever_fix.semantics.module import Module, module_name
from lever_fix.semantics.names import absolute_name, qualified_name, qualified_names
from lever_fix.sources import decode


def last_expression(text: str, path: str = "shop/orders.py"):
    """The value of the last expression statement of a module."""
    module = Module(decode(path, text.encode()))
    found = [node for node in ast.walk(module.tree) if isinstance(node, ast.Expr)]
    found.sort(key=lambda node: node.lineno)
    return module, found[-1].value


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("import requests\nrequests.get", "requests.get"),
        ("import requests as r\nr.get", "requests.get"),
        ("import os.path\nos.path.join", "os.path.join"),
        ("import os.path as p\np.join", "os.path.join"),
        ("from requests import get as fetch\nfetch", "requests.get"),
        ("from .models import User\nUser.name", "shop.models.User.name"),
        ("from . import models\nmodels.User", "shop.models.User"),
        ("from .. import db\ndb", "..db"),
        ("import requests\nget = requests.get\nget", "requests.get"),
        ("import requests\ndef f():\n    get = requests.get\n    get", "requests.get"),
        ("def f():\n    from time import sleep\n    sleep", "time.sleep"),
        ("if TYPE_CHECKING:\n    from a import B\nB", "a.B"),
        ("def f(): pass\nf", "shop.orders.f"),
        ("class C:\n    def f(self): pass\nC.f", "shop.orders.C.f"),
        ("config = Config()\nconfig", "shop.orders.config"),
        ("config: Config\nconfig", "shop.orders.config"),
        ("print", "builtins.print"),
        ("try:\n    import ujson\nexcept ImportError:\n    ujson = None\nujson", "ujson"),
        ("def f():\n    x = 1\n    x", None),
        ("def f(x):\n    x.y", None),
        ("import x\nx = 1\nx", None),
        ("import x\ndef f():\n    x = y()\n    x", None),
        ("from a import *\nprint", None),
        ("from a import *\nthing", None),
        ("undefined", None),
        ("f()", None),
        ("f().x", None),
        ("for x in y: pass\nx", None),
        ("import a\nx = a.b if c else a.d\nx", "shop.orders.x"),
        ("import a\nx, y = a.b, a.c\nx", "shop.orders.x"),
    ],
)
def test_qualified_name(text, name):
    assert qualified_name(*last_expression(text)) == name


def test_all_that_conditional_imports_lead_to():
    text = "try:\n    import ujson as json\nexcept ImportError:\n    import json\njson.dumps"
    assert qualified_names(*last_expression(text)) == {"ujson.dumps", "json.dumps"}
    assert qualified_name(*last_expression(text)) is None


def test_an_alias_cycle_ends():
    assert qualified_name(*last_expression("a = b\nb = a\na")) in {"shop.orders.a", "shop.orders.b"}


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("module.py", "module"),
        ("src/shop/models.py", "shop.models"),
        ("shop/__init__.py", "shop"),
        ("__init__.py", "__init__"),
    ],
)
def test_module_name(path, name):
    assert module_name(path) == name


@pytest.mark.parametrize(
    ("importer", "is_package", "name", "level", "expected"),
    [
        ("a.b", False, "c", 0, "c"),
        ("a.b", False, "c", 1, "a.c"),
        ("a.b", False, "", 1, "a"),
        ("a.b", True, "c", 1, "a.b.c"),
        ("a.b.c", False, "d.e", 2, "a.d.e"),
        ("a", False, "c", 1, "c"),
        ("a", False, "c", 2, "..c"),
    ],
)
def test_absolute_name(importer, is_package, name, level, expected):
    assert absolute_name(importer, is_package, name, level) == expected
