"""Compares the reports of two probes of one server: without and with a guard in front of it.

    check.py NAME UNGUARDED GUARDED
"""

import json
import pathlib
import sys

name, unguarded, guarded = sys.argv[1], *(json.loads(pathlib.Path(path).read_text()) for path in sys.argv[2:])


def marks(report):
    return {check["check"]: check for check in report["checks"]}


before, after = marks(unguarded), marks(guarded)
races = [check for check in before if "race" in check]
faults = []
for race in races:
    if before[race]["mark"] == "notAsked" and after[race]["mark"] == "notAsked":
        continue
    if before[race]["mark"] != "wrong":
        faults.append(f"{race}: the server alone is {before[race]['mark']}: {before[race]['found']}")
    if after[race]["mark"] != "right":
        faults.append(f"{race}: behind the guard it is {after[race]['mark']}: {after[race]['found']}")
asked = [race for race in races if after[race]["mark"] == "right"]
if not {"race-50", "slow-race-50"} <= set(asked):
    faults.append(f"the races of 50 writers were not asked: {asked}")
faults += [
    f"{check['check']}: {check['found']} ({check['clause']})"
    for check in after.values()
    if check["mark"] == "wrong" and check["check"] not in races
]
for title, report in (("alone", unguarded), ("guarded", guarded)):
    print(f"{name:12} {title:8} {report['wrong']:3} wrong, {report['weak']:3} weak  {report['verdict']}")
if guarded["losesUpdates"] or faults:
    sys.exit("unexpected: " + "\n            ".join(faults or [guarded["verdict"]]))
