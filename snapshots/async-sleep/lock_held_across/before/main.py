import threading
import time

state = threading.RLock()


async def main() -> str:
    with state:
        time.sleep(1)
    return "done"
