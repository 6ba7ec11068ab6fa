import asyncio
import logging

log = logging.getLogger(__name__)


async def fetch(call):
    for attempt in range(3):
        try:
            value = await call()
            if value is not None:
                return value
            log.warning("nothing at %s", attempt + 1)
        except Exception as error:  # noqa: BLE001
            log.warning("failed at %s: %s", attempt + 1, error)
        if attempt < 2:
            await asyncio.sleep(5)
