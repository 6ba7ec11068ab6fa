import time

from celery import shared_task

ATTEMPTS = 4


@shared_task
def fetch_rates(fetch):
    # The service is rebooted at noon.
    for attempt in range(ATTEMPTS):
        try:
            return fetch()
        except ConnectionError:
            if attempt == ATTEMPTS - 1:
                raise
            time.sleep(30)
