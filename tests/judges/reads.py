"""Has REDbot read resources again and again, and says what it thinks of it.

    python reads.py REDBOT BASE PATH…

REDbot is a client of its own: it repeats each GET with conditions, ranges and codings, and compares what it is told with
what it has. Its report for people does not mark what is bad, so it is read as HAR. Ends with 1 where anything is bad.
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
        print(f"BAD: {path}: REDbot has said nothing, so it has read nothing")
        bad += 1
    for said in messages:
        if said["level"] in ("BAD", "WARN"):
            print(f"{said['level']}: {path}: {said['summary']}")
            bad += said["level"] == "BAD"
sys.exit(1 if bad else 0)
