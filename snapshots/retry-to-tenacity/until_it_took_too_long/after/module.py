from tenacity import (
    Retrying,
    retry_if_exception_type,
    stop_after_delay,
    stop_never,
    wait_fixed,
)


class Lock:
    def __init__(self, call, timeout):
        self.call = call
        self.timeout = timeout

    def acquire(self):
        try:
            for attempt in Retrying(
                stop=stop_after_delay(self.timeout) if self.timeout >= 0 else stop_never,
                wait=wait_fixed(0.5),
                retry=retry_if_exception_type(FileExistsError),
                after=lambda _: print("removing a stale lock"),
                reraise=True,
            ):
                with attempt:
                    value = self.call()
                    return value
        except FileExistsError:
            raise TimeoutError(f"no lock within {self.timeout}s")


def fetch(call):
    return Lock(call, 2).acquire(), Lock(call, -1).acquire()
