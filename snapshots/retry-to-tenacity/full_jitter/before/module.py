import random
import time

CAP = 30


def fetch(call):
    for attempt in range(5):
        try:
            return call()
        except ConnectionError:
            if attempt == 4:
                raise
            time.sleep(random.uniform(0, min(CAP, 2**attempt)))
