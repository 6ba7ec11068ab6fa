import logging

from tenacity import (
    Retrying,
    retry_if_exception,
    stop_after_attempt,
    stop_never,
    wait_fixed,
)

log = logging.getLogger(__name__)


class Locked(Exception):
    def __init__(self, status):
        super().__init__(status)
        self.status = status


def run(call):
    outcome = []
    for limit in (None, 2):
        try:
            outcome.append(fetch(call, limit))
        except Locked as error:
            outcome.append(error.status)
    return outcome


def fetch(call, max_retries=None):
    if max_retries is None:
        log.info("no limit")
    for attempt in Retrying(
        stop=stop_never if max_retries is None else stop_after_attempt(max_retries + 1),
        wait=wait_fixed(2),
        retry=retry_if_exception(
            lambda error: isinstance(error, Locked) and error.status == 503
        ),
        before_sleep=lambda _: log.debug("waiting"),
        reraise=True,
    ):
        with attempt:
            return call()
