import logging
import random
import time

log = logging.getLogger(__name__)


class Client:
    def retried(self, operation, max_retries=3):
        """Try again what may work a moment later."""
        for attempt in range(max_retries):
            try:
                return operation()
            except Exception as error:
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

                if not is_retryable or attempt == max_retries - 1:
                    # Not worth it, or the last attempt.
                    raise

                delay = (2**attempt) + random.uniform(0, 1)
                log.warning(
                    f"failed (attempt {attempt + 1}/{max_retries}), again in {delay:.2f}s: {error}"
                )
                time.sleep(delay)


def run(call):
    return Client().retried(call)
