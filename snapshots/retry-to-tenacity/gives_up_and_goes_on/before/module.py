import time


class Refused(Exception):
    def __init__(self, status):
        super().__init__(status)
        self.status = status


def is_passing(error):
    return error.status >= 500


def fetch(call):
    for attempt in range(3):
        try:
            call()
            break
        except Refused as error:
            from math import floor

            seconds = floor(1.5)
            if not is_passing(error):
                raise
            if attempt >= 2:
                print(f"gave up after {error}")
            time.sleep(seconds)
    return "done"
