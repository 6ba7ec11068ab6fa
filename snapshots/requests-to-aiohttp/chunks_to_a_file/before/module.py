import os
import tempfile

import requests


async def main(url):
    path = os.path.join(tempfile.mkdtemp(), "got")
    with requests.get(url + "/chunks", stream=True, timeout=5) as response:
        response.raise_for_status()
        with open(path, "wb") as file:
            for chunk in response.iter_content(chunk_size=8192):
                file.write(chunk)
    with open(path, "rb") as file:
        return file.read()
