import logging

from tenacity import retry, retry_if_exception, stop_after_attempt, wait_fixed

logger = logging.getLogger(__name__)


class HttpError(Exception):
    def __init__(self, status):
        super().__init__(f"status {status}")
        self.status = status


@retry(
    stop=stop_after_attempt(3),
    wait=wait_fixed(1),
    retry=retry_if_exception(
        lambda error: isinstance(error, HttpError) and error.status >= 500
    ),
    reraise=True,
)
def fetch(call):
    return call()
