import logging

from celery import Celery

app = Celery("shop", broker="memory://")
logger = logging.getLogger(__name__)


@app.task(
    bind=True,
    max_retries=5,
    autoretry_for=(ConnectionError, TimeoutError),
    retry_kwargs={"countdown": 60},
)
def send_receipt(self, order_id, send):
    """Send the receipt of an order."""
    receipt = send(order_id)
    # The customer may ask for it again.
    logger.info("receipt %s sent", receipt)
    return receipt


@app.task(
    bind=True,
    autoretry_for=(ConnectionError,),
    retry_kwargs={"max_retries": 8},
    retry_backoff=10,
    retry_backoff_max=300,
    retry_jitter=False,
)
def refund(self, order_id, pay):
    return pay(order_id)
