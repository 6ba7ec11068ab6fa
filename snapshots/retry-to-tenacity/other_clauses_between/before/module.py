import time


def fetch(call):
    moved = False
    for _ in range(3):
        try:
            return call("moved") if moved else call()
        except TimeoutError:
            print("too slow")
            raise
        except OSError:
            moved = True
            time.sleep(1)
    return None
