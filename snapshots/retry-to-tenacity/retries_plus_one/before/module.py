import time


class Client:
    def __init__(self, call, retries=2):
        self.call = call
        self.retries = retries

    def fetch(self):
        for attempt in range(self.retries + 1):
            try:
                return self.call()
            except ConnectionError:
                if attempt < self.retries:
                    time.sleep(0.5)
                else:
                    raise


def run(call):
    return Client(call).fetch()
