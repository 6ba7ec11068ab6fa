import time


class Worker:
    def __init__(self, call):
        self.call = call
        self.rounds = 0

    def work(self):
        while self.rounds < 5:
            self.rounds += 1
            try:
                self.call()
            except ConnectionError:
                print("failed")
            time.sleep(1)


def run(call):
    return Worker(call).work()
