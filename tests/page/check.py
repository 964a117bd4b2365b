"""Drives Chromium through the page at `/`, by the WebDriver protocol. tests/page.sh starts server and driver.

usage: check.py SERVER DRIVER PROFILE PICTURES
"""

import sys
import time
import urllib.error
import urllib.request

from webdriver import Browser, send

SERVER, DRIVER, PROFILE, PICTURES = sys.argv[1:]
SIZES = {"phone": (390, 844), "projector": (1920, 1080)}


class Page(Browser):
    """A browser in which pages cannot run scripts."""

    def __init__(self):
        no_scripts = {"profile.managed_default_content_settings.javascript": 2}
        super().__init__(DRIVER, PROFILE, PICTURES, "xpath", no_scripts)

    def resize(self, size):
        metrics = {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": size[0] < 600}
        self.ask("POST", "/goog/cdp/execute", {"cmd": "Emulation.setDeviceMetricsOverride", "params": metrics})

    def enter(self, xpath, text):
        """Types a text in place of what a field has."""
        self.clear(xpath)
        self.type(xpath, text)

    def css(self, xpath, name):
        return self.ask("GET", f"/element/{self.find(xpath)}/css/{name}")

    def rectangle(self, xpath):
        return self.ask("GET", f"/element/{self.find(xpath)}/rect")

    def complaints(self):
        """Returns what the browser reports, such as a violation of the Content-Security-Policy."""
        entries = self.ask("POST", "/se/log", {"type": "browser"})
        # The page has no icon, and Chromium asks for one. A refused form is meant to be refused.
        known = ("/favicon.ico", "status of 401", "status of 409")
        return [entry["message"] for entry in entries if not any(text in entry["message"] for text in known)]


def check(holds, what):
    if not holds:
        sys.exit(f"tests/page: {what}")


def shows(browser, *texts):
    """Waits until the page shows all texts: after a click, the browser may still have the page before."""
    end = time.monotonic() + 30
    while True:
        try:
            page = browser.text("//body")
        except urllib.error.HTTPError:
            page = "(the page is being replaced)"
        missing = [text for text in texts if text not in page]
        if not missing:
            return
        check(time.monotonic() < end, f"the page does not show {missing}:\n{page}")
        time.sleep(0.05)


def check_layout(browser, size, name):
    browser.resize(size)
    width = browser.rectangle("//html")["width"]
    check(width <= size[0], f"{name}: the page is {width} pixels wide, and the screen {size[0]}")
    for element in ["//body", "//pre[1]", "//button[1]"]:
        box = browser.rectangle(element)
        check(box["x"] >= 0 and box["x"] + box["width"] <= size[0], f"{name}: {element} leaves the screen: {box}")
    font = float(browser.css("//p[1]", "font-size").removesuffix("px"))
    check(font >= (16 if size[0] < 600 else 20), f"{name}: text of {font} pixels is too small")
    check(browser.css("//button[1]", "font-weight") == "600", f"{name}: the style is not applied")
    browser.picture(name)


def lead(method, path, body, condition):
    headers = {"Authorization": "Bearer leaders-own-token", condition[0]: condition[1]}
    return send(method, SERVER + path, body, headers.items())


def main():
    document = {"title": "Notes <b>", "content": "mine\n"}
    lead("PUT", "/api/documents/notes", document, ("If-None-Match", "*"))
    browser = Page()
    browser.open(SERVER + "/")
    shows(browser, "ifmatch join " + SERVER.removeprefix("http://"), "If-None-Match: *", "after you enter")
    check("Notes <b>" not in browser.text("//body"), "a stranger sees a document")
    for name, size in SIZES.items():
        check_layout(browser, size, f"start-{name}")

    browser.enter("//input[@name='name']", "Zoë")
    browser.enter("//input[@name='code']", "wrong-code")
    browser.click("//button[text()='Enter']")
    shows(browser, "The code is wrong")
    # A token with a name takes precedence over the name in the form.
    browser.enter("//input[@name='code']", "anns-own-token")
    browser.click("//button[text()='Enter']")
    shows(browser, "You are ann", "no question yet", "notes", "Notes <b>", "lee")

    question = {"text": "Bob saves with an old tag. Which status?", "choices": ["200", "409 <i>", "412"], "right": 3}
    lead("PUT", "/control/question", question, ("If-None-Match", "*"))
    browser.click("//button[text()='Look again']")
    shows(browser, "Which status?", "409 <i>", "0 of 1 have answered")
    for name, size in SIZES.items():
        check_layout(browser, size, f"question-{name}")
    browser.click("//input[@value='3']")
    browser.click("//button[text()='Answer']")
    shows(browser, "Your answer is recorded", "1 of 1 have answered")

    with urllib.request.urlopen(
        urllib.request.Request(f"{SERVER}/control/question", headers={"Authorization": "Bearer leaders-own-token"})
    ) as response:
        tag = response.headers["ETag"]
    question["state"] = "revealed"
    question["because"] = "The tag names a version that is no longer the current one."
    lead("PUT", "/control/question", question, ("If-Match", tag))
    browser.click("//button[text()='Look again']")
    shows(browser, "412 (your answer) \N{CHECK MARK} right: 1", "no longer the current one")
    for name, size in SIZES.items():
        check_layout(browser, size, f"revealed-{name}")

    complaints = browser.complaints()
    check(not complaints, f"the browser complains: {complaints}")
    browser.end()
    print("the page is shown and answers questions, at both sizes, without JavaScript")


main()
