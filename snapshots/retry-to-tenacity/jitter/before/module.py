import random
import time


def fetch(call):
    for attempt in range(3):
        try:
            return call()
        except ConnectionError:
            if attempt == 2:
                raise
            time.sleep(2**attempt + random.uniform(0, 1))
