import logging
import random

from tenacity import Retrying, retry_if_exception, stop_after_attempt

log = logging.getLogger(__name__)


class Client:
    def retried(self, operation, max_retries=3):
        """Try again what may work a moment later."""

        def should_retry(error):
            if not isinstance(error, Exception):
                return False
            text = str(error).lower()
            # Rate limits, network issues, timeouts.
            is_retryable = any(
                word in text
                for word in [
                    "rate limit",
                    "quota",
                    "timeout",
                    "network",
                    "failure 1",
                    "failure 2",
                    "unavailable",
                    "429",
                    "503",
                ]
            )
            return is_retryable

        def log_retry(retry_state):
            log.warning(
                f"failed (attempt {retry_state.attempt_number}/{max_retries}), again in {retry_state.upcoming_sleep:.2f}s: {retry_state.outcome.exception()}"
            )

        # Not worth it, or the last attempt.
        for attempt in Retrying(
            stop=stop_after_attempt(max_retries),
            wait=lambda retry_state: 2 ** (retry_state.attempt_number - 1) + random.uniform(0, 1),
            retry=retry_if_exception(should_retry),
            before_sleep=log_retry,
            reraise=True,
        ):
            with attempt:
                return operation()


def run(call):
    return Client().retried(call)
