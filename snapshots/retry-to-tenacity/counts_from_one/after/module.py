import logging

from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_fixed

logger = logging.getLogger(__name__)


ATTEMPTS = 3


def log_run_retry(retry_state):
    print(
        f"attempt {retry_state.attempt_number} of {ATTEMPTS}: {retry_state.outcome.exception()}"
    )


@retry(
    stop=stop_after_attempt(ATTEMPTS),
    wait=wait_fixed(2),
    retry=retry_if_exception_type(ConnectionError),
    before_sleep=log_run_retry,
    reraise=True,
)
def run(call):
    return call(timeout=5)
