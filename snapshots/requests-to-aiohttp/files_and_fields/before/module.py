import io
import re

import requests


async def main(url):
    files = {"report": ("report.txt", io.BytesIO(b"text"), "text/plain"), "raw": b"bytes"}
    response = requests.post(url + "/status/201", files=files, data={"kind": "weekly"})
    return response.status_code
