import time


class Denied(OSError):
    pass


def fetch(call):
    last = ""
    for _ in range(1, 4):
        try:
            call()
        except OSError as error:
            if isinstance(error, Denied):
                raise
            last = str(error)
            time.sleep(1)
        else:
            return "done"
    print(f"gave up: {last}")
    raise RuntimeError(last)
