from celery import shared_task

ATTEMPTS = 4


@shared_task(
    autoretry_for=(ConnectionError,),
    retry_kwargs={"max_retries": ATTEMPTS - 1, "countdown": 30},
)
def fetch_rates(fetch):
    # The service is rebooted at noon.
    return fetch()
