import time


def fetch(call):
    budget = 5
    for attempt in range(4):
        try:
            return call()
        except ConnectionError:
            if attempt == 3 or budget <= 0:
                raise
            budget -= attempt
            time.sleep(1)
