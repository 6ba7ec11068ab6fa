import os

import client

FOUND = client.fetch(os.environ["SERVER"], "object") if "SERVER" in os.environ else None


async def main(url):
    return client.fetch(url, "object")
