import time


def fetch(call):
    for attempt in range(3):
        try:
            return call()
        except OSError as error:
            print(f"failed: {error}")
            if isinstance(error, TimeoutError) or attempt == 2:
                raise
            time.sleep(1)
