import time


def fetch(call, attempts=3):
    for i in range(attempts):
        print(f"attempt {i}")
        try:
            value = call("again") if i > 0 else call()
            break
        except OSError:
            if i == attempts - 1:
                raise
            if i > 0:
                print("sleeping longer")
            time.sleep(1)
    return value
