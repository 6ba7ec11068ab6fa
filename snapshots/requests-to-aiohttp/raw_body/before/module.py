import io
import shutil

import requests


async def main(url):
    with requests.get(url + "/text/ascii", stream=True) as response:
        target = io.BytesIO()
        shutil.copyfileobj(response.raw, target)
    return target.getvalue()
