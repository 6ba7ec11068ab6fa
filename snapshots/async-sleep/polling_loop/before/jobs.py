import time
from dataclasses import dataclass


@dataclass
class Job:
    polls: int = 0

    def poll(self) -> bool:
        self.polls += 1
        return self.polls > 3


async def wait_for(job: Job, interval: float = 0.5) -> int:
    """Poll until the job is done."""
    while not job.poll():
        time.sleep(interval)  # be kind to the server
    return job.polls
