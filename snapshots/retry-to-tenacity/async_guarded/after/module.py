from tenacity import (
    retry,
    retry_if_exception_type,
    stop_after_attempt,
    wait_exponential,
)


@retry(
    stop=stop_after_attempt(3),
    wait=wait_exponential(),
    retry=retry_if_exception_type((ConnectionError, TimeoutError)),
    reraise=True,
)
async def fetch(call):
    return await call()
