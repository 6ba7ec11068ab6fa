"""Programs that send requests, run before and after a rewrite, and what can be told of each run.

A program has a `main(url)`, async or not. What it does is its outcome: what it returned, or the
kind of error it ended with. The two libraries name errors differently, so kinds are compared.
"""

from __future__ import annotations

import asyncio
import importlib
import inspect
import json
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import aiohttp
import requests

KINDS = (
    ("bad JSON", (json.JSONDecodeError, requests.JSONDecodeError)),
    ("timeout", (TimeoutError, asyncio.TimeoutError, requests.Timeout)),
    ("redirects", (aiohttp.TooManyRedirects, requests.TooManyRedirects)),
    ("status", (aiohttp.ClientResponseError, requests.HTTPError)),
    ("payload", (aiohttp.ClientPayloadError, requests.exceptions.ChunkedEncodingError)),
    ("connection", (aiohttp.ClientConnectionError, requests.ConnectionError)),
    ("URL", (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError, requests.exceptions.InvalidURL,
             requests.exceptions.InvalidSchema, requests.exceptions.MissingSchema)),
)  # fmt: skip


def kind_of(error: BaseException) -> str:
    """What kind of error it is, in either library."""
    for name, types in KINDS:
        if isinstance(error, types):
            return name
    return type(error).__name__


def run(files: Mapping[str, bytes], url: str) -> object:
    """Run `main(url)` of `module.py` or `main.py` among some files; what it did."""
    with tempfile.TemporaryDirectory() as folder:
        for path, data in files.items():
            target = Path(folder, path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        known = set(sys.modules)
        sys.path.insert(0, folder)
        importlib.invalidate_caches()
        try:
            return _outcome(folder, "main" if "main.py" in files else "module", url)
        finally:
            sys.path.remove(folder)
            for name in set(sys.modules) - known:
                file = getattr(sys.modules[name], "__file__", None) or ""
                path = list(getattr(sys.modules[name], "__path__", []))
                if file.startswith(folder) or any(one.startswith(folder) for one in path):
                    del sys.modules[name]


def _outcome(folder: str, name: str, url: str) -> object:
    try:
        main = importlib.import_module(name).main
        result = main(url)
        if inspect.iscoroutine(result):
            result = asyncio.run(result)
    except Exception as error:
        return "raised", kind_of(error)
    return "returned", repr(result).replace(folder, "")
