from tenacity import (
    AsyncRetrying,
    retry_if_exception_type,
    stop_after_attempt,
    wait_fixed,
)


class Unavailable(Exception):
    pass


async def fetch(call):
    try:
        async for attempt in AsyncRetrying(
            stop=stop_after_attempt(3),
            wait=wait_fixed(1),
            retry=retry_if_exception_type(ConnectionError),
            reraise=True,
        ):
            with attempt:
                return await call()
    except ConnectionError as error:
        raise Unavailable(f"gave up after {attempt.retry_state.attempt_number} attempts") from error
