from queue import Empty, Queue


def get(queue):
    """Retry until there is an answer."""
    while True:
        try:
            return queue.get(block=True, timeout=0.1)
        except Empty:
            pass


def run(call):
    class Answers(Queue):
        def get(self, block=True, timeout=None):
            answer = call()
            if answer == 500:
                raise Empty
            return answer

    return get(Answers())
