import time


def fetch(call):
    answer = None
    for _ in range(3):
        try:
            answer = call()
        except ConnectionError:
            time.sleep(1)
    return answer
