import time


def fetch(call):
    for attempt in range(3):
        try:
            answer = call()
            if answer != 500:
                return answer
        except ConnectionError:
            if attempt == 2:
                raise
        if attempt < 2:
            time.sleep(1)
    return answer
