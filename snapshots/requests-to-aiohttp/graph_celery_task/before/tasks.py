from celery import Celery
from client import fetch

app = Celery("tasks", broker="memory://", backend="cache+memory://")


@app.task
def read(url: str) -> int:
    """How long the text is."""
    return len(fetch(url))
