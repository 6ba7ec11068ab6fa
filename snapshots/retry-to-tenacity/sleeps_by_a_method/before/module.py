import time


class Client:
    def __init__(self, call):
        self.call = call

    def _sleep(self, seconds):
        time.sleep(seconds)

    def get(self):
        for attempt in range(3):
            try:
                return self.call()
            except ConnectionError:
                if attempt == 2:
                    raise
            self._sleep(1 << attempt)


def fetch(call):
    return Client(call).get()
