import requests


async def main(url):
    utf8 = requests.get(url + "/text/utf8").text
    latin1 = requests.get(url + "/text/latin1").text
    wrong = requests.get(url + "/text/wrong").text
    return utf8, latin1, wrong
