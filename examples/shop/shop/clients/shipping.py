"""Parcel carriers, behind one broker."""

import logging
import time
from typing import Any, Dict, FrozenSet, Iterable, List, NamedTuple, Optional, Tuple

import requests

from shop.settings import settings

logger = logging.getLogger(__name__)

CARRIERS: Tuple[str, ...] = ("snail", "swift", "drone")
TIMEOUT: Tuple[float, float] = (1.0, 5.0)
RETRIES = 3
RETRY_STATUSES: FrozenSet[int] = frozenset({429, 502, 503})


class ShippingUnavailable(Exception):
    pass


class Offer(NamedTuple):
    carrier: str
    price: int
    days: Optional[int]


class Label(NamedTuple):
    tracking_code: str
    carrier: str


def offers(country: str, weight: int, carriers: Iterable[str] = CARRIERS) -> List[Offer]:
    """Ask each carrier for its price, cheapest first; not all serve every country."""
    found: List[Offer] = []
    with requests.Session() as session:
        session.headers.update({"Accept": "application/json"})
        for carrier in carriers:
            response = session.get(
                f"{settings.shipping_url}/offers/{carrier}",
                params={"country": country, "weight": weight},
                timeout=TIMEOUT,
            )
            if response.status_code == 404:
                continue
            response.raise_for_status()
            data = response.json()
            found.append(Offer(carrier, data["price"], data.get("days")))
    return sorted(found, key=lambda offer: offer.price)


def book(order_id: int, country: str, weight: int) -> Label:
    try:
        found = offers(country, weight)
    except requests.RequestException as error:
        raise ShippingUnavailable("no offers") from error
    if not found:
        raise ShippingUnavailable(f"nobody delivers to {country}")
    best = found[0]
    label = post_booking({"order": order_id, "carrier": best.carrier, "weight": weight})
    return Label(label["tracking_code"], best.carrier)


def post_booking(booking: Dict[str, Any]) -> Dict[str, Any]:
    for attempt in range(1, RETRIES + 1):
        try:
            response = requests.post(
                f"{settings.shipping_url}/bookings", json=booking, timeout=TIMEOUT
            )
            response.raise_for_status()
            return response.json()
        except requests.HTTPError as error:
            if error.response.status_code not in RETRY_STATUSES or attempt == RETRIES:
                raise ShippingUnavailable(f"status {error.response.status_code}") from error
            time.sleep(settings.retry_delay * attempt)
    raise ShippingUnavailable("not tried")


def wait_for_label(tracking_code: str) -> bool:
    """Wait until the carrier has printed the label; False when it takes too long."""
    deadline = time.monotonic() + settings.label_timeout
    while time.monotonic() < deadline:
        try:
            response = requests.get(
                f"{settings.shipping_url}/labels/{tracking_code}", timeout=TIMEOUT
            )
            if response.ok and response.json()["printed"]:
                return True
        except requests.RequestException as error:
            logger.info("label %s: %s", tracking_code, error)
        time.sleep(settings.poll_interval)
    return False
