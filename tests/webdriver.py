"""A browser that is driven by the WebDriver protocol, for the checks in Chromium. tests/chromium.sh installs it."""

import base64
import json
import urllib.request

# The key of an element's id in a response (WebDriver, section 11).
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
]


def send(method, url, body=None, headers=()):
    """Sends a request with a body of JSON, and returns that of the response."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, dict(headers), method=method)
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, timeout=60) as response:
        return json.loads(response.read() or "null")


class Browser:
    """A session of Chromium, with a profile and a folder for pictures of its own.

    `strategy` is how elements are named: "xpath" or "css selector". `preferences` are Chromium's.
    """

    def __init__(self, driver, profile, pictures, strategy, preferences=None):
        options = {"args": [*ARGUMENTS, f"--user-data-dir={profile}"], "prefs": preferences or {}}
        wanted = {"browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
        session = send("POST", f"{driver}/session", {"capabilities": {"alwaysMatch": wanted}})
        self.base = f"{driver}/session/{session['value']['sessionId']}"
        self.pictures, self.strategy = pictures, strategy

    def ask(self, method, path, body=None):
        return send(method, self.base + path, body)["value"]

    def open(self, url):
        self.ask("POST", "/url", {"url": url})

    def find(self, name):
        return self.ask("POST", "/element", {"using": self.strategy, "value": name})[ELEMENT]

    def type(self, name, text):
        """Types at the end of what an element has."""
        self.ask("POST", f"/element/{self.find(name)}/value", {"text": text})

    def clear(self, name):
        self.ask("POST", f"/element/{self.find(name)}/clear", {})

    def click(self, name):
        self.ask("POST", f"/element/{self.find(name)}/click", {})

    def text(self, name):
        return self.ask("GET", f"/element/{self.find(name)}/text")

    def picture(self, name):
        with open(f"{self.pictures}/{name}.png", "wb") as file:
            file.write(base64.b64decode(self.ask("GET", "/screenshot")))

    def end(self):
        self.ask("DELETE", "")
