import subprocess

import requests


def fetch(url: str) -> str:
    text = requests.get(url + "/text/ascii").text
    return prepared(text)


def prepared(text: str) -> str:
    return subprocess.run(["cat"], input=text, capture_output=True, text=True).stdout
