async def main() -> str:
    import time

    time.sleep(1)
    return "done"
