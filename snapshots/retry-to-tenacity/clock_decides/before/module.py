import time


def fetch(call, patience=5):
    started = time.monotonic()
    while True:
        try:
            return call()
        except ConnectionError:
            if time.monotonic() - started > patience:
                raise
            time.sleep(2)
