from client import Flaky, fetch_patiently


async def main() -> str:
    return await fetch_patiently(Flaky())
