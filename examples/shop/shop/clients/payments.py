"""The payment provider."""

import logging
import time
from types import TracebackType
from typing import Any, Dict, Optional, Type

import requests

from shop.settings import settings

logger = logging.getLogger(__name__)

MAX_DELAY = 8.0


class PaymentDeclined(Exception):
    pass


class PaymentUnavailable(Exception):
    pass


class PaymentClient:
    def __init__(self, base_url: str, token: str, timeout: float = 5.0) -> None:
        self.base_url = base_url
        self.timeout = timeout
        self.session = requests.Session()
        self.session.headers.update({"Authorization": f"Bearer {token}"})

    def __enter__(self) -> "PaymentClient":
        return self

    def __exit__(
        self,
        exc_type: Optional[Type[BaseException]],
        exc: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.session.close()

    def charge(self, order_id: int, amount: int, currency: Optional[str] = None) -> str:
        """Charge an order, whatever it takes; return the provider's reference."""
        attempts = 0
        delay = settings.retry_delay
        while True:
            try:
                return self._charge(order_id, amount, currency or settings.currency)
            except PaymentUnavailable as error:
                attempts += 1
                logger.warning("order %d not charged (attempt %d): %s", order_id, attempts, error)
                if attempts >= settings.payment_attempts:
                    raise
                time.sleep(delay)
                delay = min(delay * 2, MAX_DELAY)

    def _charge(self, order_id: int, amount: int, currency: str) -> str:
        body: Dict[str, Any] = {"order": order_id, "amount": amount, "currency": currency}
        try:
            response = self.session.post(
                f"{self.base_url}/charges",
                json=body,
                # The provider charges once per key, however often we ask.
                headers={"Idempotency-Key": f"order-{order_id}"},
                timeout=self.timeout,
            )
        except (requests.ConnectionError, requests.Timeout) as error:
            raise PaymentUnavailable(type(error).__name__) from error
        if response.status_code == 402:
            raise PaymentDeclined(response.json()["reason"])
        if not response.ok:
            raise PaymentUnavailable(f"status {response.status_code}")
        return response.json()["reference"]
