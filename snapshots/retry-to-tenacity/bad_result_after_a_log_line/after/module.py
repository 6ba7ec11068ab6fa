import logging

from tenacity import (
    AsyncRetrying,
    TryAgain,
    retry_if_exception_type,
    stop_after_attempt,
    wait_fixed,
)

log = logging.getLogger(__name__)


async def fetch(call):
    async for attempt in AsyncRetrying(
        stop=stop_after_attempt(3),
        wait=wait_fixed(5),
        retry=retry_if_exception_type(Exception),
        retry_error_callback=lambda _: None,
    ):
        with attempt:
            try:
                value = await call()
                if value is not None:
                    return value
                log.warning("nothing at %s", attempt.retry_state.attempt_number)
            except Exception as error:  # noqa: BLE001
                log.warning("failed at %s: %s", attempt.retry_state.attempt_number, error)
                raise
            raise TryAgain
