"""Lets two tabs of one browser lose an update through the proxy. tests/lost_update.sh starts everything.

usage: check.py PROXY DRIVER PROFILE PICTURES
"""

import sys
import time

from webdriver import Browser, send

PROXY, DRIVER, PROFILE, PICTURES = sys.argv[1:]


class Tabs(Browser):
    """A browser with a tab for each user of the page."""

    def __init__(self):
        super().__init__(DRIVER, PROFILE, PICTURES, "css selector")

    def wait_for(self, css, text):
        end = time.monotonic() + 30
        while self.text(css) != text:
            check(time.monotonic() < end, f"{css} never shows {text}")
            time.sleep(0.05)

    def open_tab(self, name):
        tab = self.ask("POST", "/window/new", {"type": "tab"})["handle"]
        self.ask("POST", "/window", {"handle": tab})
        self.open(f"{PROXY}/#{name}")
        self.wait_for("#state", "loaded")
        return tab

    def save(self, tab, line):
        self.ask("POST", "/window", {"handle": tab})
        self.type("#text", "\n" + line)
        self.click("#save")
        self.wait_for("#state", "saved: 200")


def check(holds, what):
    if not holds:
        sys.exit(f"tests/lost_update: {what}")


def main():
    browser = Tabs()
    ann, bob = browser.open_tab("ann"), browser.open_tab("bob")
    browser.save(ann, "sea salt")
    browser.picture("ann")
    browser.save(bob, "olive oil")
    browser.picture("bob")
    browser.end()
    exchanges = send("GET", f"{PROXY}/.ifmatch/control/exchanges")["exchanges"]
    found = [(exchange, anomaly) for exchange in exchanges for anomaly in exchange.get("anomalies", [])]
    losses = [(exchange, anomaly) for exchange, anomaly in found if anomaly["kind"] == "lost-update"]
    check(len(losses) == 1, f"not one loss: {losses}")
    exchange, loss = losses[0]
    check((exchange["author"], exchange["method"]) == ("bob", "PUT"), f"another exchange: {exchange}")
    check((loss["certainty"], loss["lost"]) == ("certain", ["text: sea salt"]), f"another loss: {loss}")
    print(loss["sentence"])


main()
