"""Lets two tabs of one browser lose an update through the proxy. tests/lost_update.sh starts everything.

usage: check.py PROXY DRIVER PROFILE PICTURES
"""

import base64
import json
import sys
import time
import urllib.request

PROXY, DRIVER, PROFILE, PICTURES = sys.argv[1:]
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
    f"--user-data-dir={PROFILE}",
]


def send(method, url, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
    with urllib.request.urlopen(request, timeout=60) as response:
        return json.loads(response.read() or "null")


class Browser:
    def __init__(self):
        options = {"args": ARGUMENTS}
        wanted = {"browserName": "chrome", "goog:chromeOptions": options}
        session = send("POST", f"{DRIVER}/session", {"capabilities": {"alwaysMatch": wanted}})
        self.base = f"{DRIVER}/session/{session['value']['sessionId']}"

    def ask(self, method, path, body=None):
        return send(method, self.base + path, body)["value"]

    def find(self, css):
        return self.ask("POST", "/element", {"using": "css selector", "value": css})[ELEMENT]

    def wait_for(self, css, text):
        end = time.monotonic() + 30
        while self.ask("GET", f"/element/{self.find(css)}/text") != text:
            check(time.monotonic() < end, f"{css} never shows {text}")
            time.sleep(0.05)

    def open_tab(self, name):
        tab = self.ask("POST", "/window/new", {"type": "tab"})["handle"]
        self.ask("POST", "/window", {"handle": tab})
        self.ask("POST", "/url", {"url": f"{PROXY}/#{name}"})
        self.wait_for("#state", "loaded")
        return tab

    def save(self, tab, line):
        self.ask("POST", "/window", {"handle": tab})
        self.ask("POST", f"/element/{self.find('#text')}/value", {"text": "\n" + line})
        self.ask("POST", f"/element/{self.find('#save')}/click", {})
        self.wait_for("#state", "saved: 200")

    def picture(self, name):
        with open(f"{PICTURES}/{name}.png", "wb") as file:
            file.write(base64.b64decode(self.ask("GET", "/screenshot")))


def check(holds, what):
    if not holds:
        sys.exit(f"tests/lost_update: {what}")


def main():
    browser = Browser()
    ann, bob = browser.open_tab("ann"), browser.open_tab("bob")
    browser.save(ann, "sea salt")
    browser.picture("ann")
    browser.save(bob, "olive oil")
    browser.picture("bob")
    browser.ask("DELETE", "")
    exchanges = send("GET", f"{PROXY}/.ifmatch/control/exchanges")["exchanges"]
    found = [(exchange, anomaly) for exchange in exchanges for anomaly in exchange.get("anomalies", [])]
    losses = [(exchange, anomaly) for exchange, anomaly in found if anomaly["kind"] == "lost-update"]
    check(len(losses) == 1, f"not one loss: {losses}")
    exchange, loss = losses[0]
    check((exchange["author"], exchange["method"]) == ("bob", "PUT"), f"another exchange: {exchange}")
    check((loss["certainty"], loss["lost"]) == ("certain", ["text: sea salt"]), f"another loss: {loss}")
    print(loss["sentence"])


main()
