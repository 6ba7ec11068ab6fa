from tenacity import Retrying, retry_if_exception, stop_after_attempt


class Refused(Exception):
    def __init__(self, status):
        super().__init__(status)
        self.status = status


def is_passing(error):
    return error.status >= 500


def fetch(call):
    def give_up(retry_state):
        error = retry_state.outcome.exception()
        print(f"gave up after {error}")

    for attempt in Retrying(
        stop=stop_after_attempt(3),
        wait=lambda _: floor(1.5),
        retry=retry_if_exception(
            lambda error: isinstance(error, Refused) and is_passing(error)
        ),
        retry_error_callback=give_up,
    ):
        with attempt:
            try:
                call()
            except Refused:
                from math import floor
                raise
    return "done"
