import time


def check(value):
    return value == "R"


def fetch(call):
    print("starting")
    for attempt in range(1, 5):
        if attempt > 1:
            time.sleep(1)

        try:
            value = call()
        except ConnectionError:
            continue

        if check(value):
            return value

    raise RuntimeError("nothing came")
