"""Settings, read from the environment once: `SHOP_RATES_URL`, `SHOP_RETRY_DELAY`, ..."""

import os
from typing import Dict, Mapping, Optional

from pydantic import BaseModel


class Settings(BaseModel):
    database_path: str = "shop.db"

    payments_url: str = "http://localhost:9001"
    payments_token: str = "dev-token"
    payment_attempts: int = 3
    shipping_url: str = "http://localhost:9002"
    rates_url: str = "http://localhost:9003"
    messages_url: str = "http://localhost:9004"

    currency: str = "EUR"
    reply_to: Optional[str] = None

    http_timeout: float = 5.0
    retry_delay: float = 0.5
    label_timeout: float = 30.0
    poll_interval: float = 2.0
    batch_pause: float = 0.2


def from_environment(environ: Mapping[str, str], prefix: str = "SHOP_") -> Settings:
    values: Dict[str, str] = {
        key[len(prefix) :].lower(): value
        for key, value in environ.items()
        if key.startswith(prefix)
    }
    return Settings.model_validate(values)


settings = from_environment(os.environ)
