from jobs import Job, wait_for


async def main() -> int:
    return await wait_for(Job())
