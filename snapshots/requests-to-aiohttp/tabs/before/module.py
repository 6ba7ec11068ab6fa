import requests


async def main(url):
	response = requests.get(url + "/text/ascii")
	text = """
	kept
  as it is"""
	return response.text + text
