import time
import traceback


def fetch(call):
    for attempt in range(3):
        try:
            return call()
        except ConnectionError:
            print(len(traceback.format_exc().splitlines()) > 1)
            if attempt == 2:
                raise
            time.sleep(1)
