from celery import shared_task


@shared_task(bind=True)
def send_receipt(self, order, send):
    try:
        return send(order)
    except ConnectionError as error:
        order["status"] = "waiting"
        raise self.retry(exc=error, countdown=60)
