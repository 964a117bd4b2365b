"""Lets REDbot read resources repeatedly, and prints its findings.

    python reads.py REDBOT BASE PATH…

REDbot is a client: it repeats each GET with conditions, ranges and codings, and compares the responses. Its text report
does not mark errors, so this reads the report in HAR. Exits with 1 if there is an error.
"""

import json
import subprocess
import sys

redbot, base, *paths = sys.argv[1:]
bad = 0
for path in paths:
    report = subprocess.run([redbot, "-o", "har", base + path], capture_output=True, check=True, text=True).stdout
    messages = [said for entry in json.loads(report)["log"]["entries"] for said in entry["_red_messages"]]
    if not messages:
        print(f"BAD: {path}: REDbot reports nothing, so it has read nothing")
        bad += 1
    for said in messages:
        if said["level"] in ("BAD", "WARN"):
            print(f"{said['level']}: {path}: {said['summary']}")
            bad += said["level"] == "BAD"
sys.exit(1 if bad else 0)
