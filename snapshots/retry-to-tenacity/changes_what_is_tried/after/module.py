import time


def fetch(call):
    prompt = "ask"
    for attempt in range(3):
        try:
            return call(prompt)
        except ConnectionError as error:
            if attempt == 2:
                raise
            prompt += f" ({error})"
            time.sleep(1)
