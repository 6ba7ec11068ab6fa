import io
import os
import re
from typing import Any

import aiohttp


def _file_name(file: Any) -> str | None:
    """The name of an open file, without its folder."""
    name = getattr(file, "name", None)
    return os.path.basename(name) if isinstance(name, str) and name[:1] != "<" else None


def _multipart(files: Any, data: Any = None) -> aiohttp.FormData:
    """A form of files and fields, in the order in which they would be listed."""
    form = aiohttp.FormData(quote_fields=False, default_to_multipart=True)
    for name, values in dict(data or {}).items():
        for value in values if isinstance(values, (list, tuple)) else [values]:
            if value is not None:
                form.add_field(name, value if isinstance(value, bytes) else str(value))
    for name, entry in files.items() if hasattr(files, "items") else files:
        given = entry if isinstance(entry, tuple) else (None, entry)
        filename = given[0] if isinstance(entry, tuple) else _file_name(entry) or name
        kind = given[2] if len(given) > 2 else None
        form.add_field(name, given[1], filename=filename, content_type=kind)
    return form


async def main(url):
    files = {"report": ("report.txt", io.BytesIO(b"text"), "text/plain"), "raw": b"bytes"}
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=None),
    ) as session:
        async with session.post(
            url + "/status/201",
            data=_multipart(files, {"kind": "weekly"}),
            max_redirects=31,
        ) as response:
            await response.read()
            return response.status
