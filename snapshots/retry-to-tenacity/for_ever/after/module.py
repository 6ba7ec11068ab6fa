import logging

from tenacity import retry, retry_if_exception_type, wait_fixed

logger = logging.getLogger(__name__)


@retry(
    wait=wait_fixed(5),
    retry=retry_if_exception_type(ConnectionError),
    before_sleep=lambda _: logger.info("not there yet"),
    reraise=True,
)
def fetch(call):
    return call()
