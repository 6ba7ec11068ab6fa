import logging
import time

import requests

log = logging.getLogger(__name__)


def fetch(url: str, name: str = "object", tries=1) -> dict:
    log.info("fetching %s", name)
    time.sleep(0)
    response = requests.get(f"{url}/json/{name}", timeout=5)
    response.raise_for_status()
    return response.json()
