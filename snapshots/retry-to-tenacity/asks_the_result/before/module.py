import time


def fetch(call):
    for attempt in range(3):
        answer = call()
        if answer != 500:
            return answer
        if attempt < 2:
            time.sleep(1)
    return answer
