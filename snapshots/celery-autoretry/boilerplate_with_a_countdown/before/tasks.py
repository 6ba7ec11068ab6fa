import logging

from celery import Celery

app = Celery("shop", broker="memory://")
logger = logging.getLogger(__name__)


@app.task(bind=True, max_retries=5)
def send_receipt(self, order_id, send):
    """Send the receipt of an order."""
    try:
        receipt = send(order_id)
        # The customer may ask for it again.
        logger.info("receipt %s sent", receipt)
        return receipt
    except (ConnectionError, TimeoutError) as error:
        raise self.retry(exc=error, countdown=60)


@app.task(bind=True)
def refund(self, order_id, pay):
    try:
        return pay(order_id)
    except ConnectionError as error:
        raise self.retry(exc=error, countdown=min(10 * 2**self.request.retries, 300), max_retries=8)
