"""Exchange rates."""

import datetime as dt
import logging
import time
from typing import Dict, Optional, Union

import requests

from shop.settings import settings

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 3


class UnknownCurrency(Exception):
    pass


def fetch_rate(base: str, quote: str, day: Optional[dt.date] = None) -> float:
    params: Dict[str, Optional[str]] = {
        "base": base,
        "quote": quote,
        "day": day.isoformat() if day else None,
    }
    response = requests.get(
        f"{settings.rates_url}/rates", params=params, timeout=settings.http_timeout
    )
    try:
        response.raise_for_status()
    except requests.HTTPError as error:
        if error.response.status_code == 404:
            raise UnknownCurrency(quote) from error
        raise
    return float(response.json()["rate"])


def get_rate(base: str, quote: str, day: Optional[dt.date] = None) -> float:
    for attempt in range(MAX_ATTEMPTS):
        try:
            return fetch_rate(base, quote, day)
        except requests.RequestException as error:
            if attempt == MAX_ATTEMPTS - 1:
                raise
            logger.warning("no rate for %s/%s, trying again: %s", base, quote, error)
            time.sleep(settings.retry_delay * 2**attempt)


def convert(cents: Union[int, float], currency: str) -> float:
    """Convert an amount in cents to units of another currency."""
    if currency == settings.currency:
        return round(cents / 100, 2)
    return round(cents / 100 * get_rate(settings.currency, currency), 2)
