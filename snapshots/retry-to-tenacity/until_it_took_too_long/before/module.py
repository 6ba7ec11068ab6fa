import time


class Lock:
    def __init__(self, call, timeout):
        self.call = call
        self.timeout = timeout

    def acquire(self):
        start = time.monotonic()
        while True:
            try:
                value = self.call()
                return value
            except FileExistsError:
                print("removing a stale lock")
                elapsed = time.monotonic() - start
                if self.timeout >= 0 and elapsed >= self.timeout:
                    raise TimeoutError(f"no lock within {self.timeout}s")
                time.sleep(0.5)


def fetch(call):
    return Lock(call, 2).acquire(), Lock(call, -1).acquire()
