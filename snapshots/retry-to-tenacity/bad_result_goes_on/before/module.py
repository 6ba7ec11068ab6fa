import time


def fetch(call):
    prefix = "got "
    for attempt in range(3):
        try:
            value = call()
            if value == "R":
                return prefix + value
            print(f"bad result {value} at {attempt + 1}")
        except OSError:
            pass
        if attempt < 2:
            time.sleep(2)
    print("giving up")
    return None
