"""Compares the reports of probes with what is expected, and writes the table of docs/probe.md.

    table.py verdict REPORT
    table.py compare REPORTS EXPECTED NAME…
    table.py write REPORTS EXPECTED NAME…
    table.py document REPORTS PAGE NAME…

REPORTS is a folder with NAME.ROUND.json (`ifmatch probe --json`) and NAME.version. A file in EXPECTED has a line for
each check that is not right: its sign and its name. The sign `~` is for a race that the server loses in some rounds
only; of such checks, at least one must be lost in at least one of several rounds.
"""

import json
import pathlib
import sys
import time

SIGNS = {"right": "✓", "weak": "!", "wrong": "✗", "notAsked": "–"}

# The servers of the table, and how they are called there. The deliberate mistakes of ifmatch have a table in the tests.
TITLES = {
    "ifmatch": "ifmatch",
    "apache": "Apache mod_dav",
    "nginx": "nginx dav",
    "lighttpd": "lighttpd",
    "lighttpd-workers": "lighttpd, 4 workers",
    "dufs": "dufs",
    "wsgidav": "WsgiDAV",
    "dav-server": "dav-server",
    "radicale": "Radicale",
    "kinto": "Kinto, memory",
    "kinto-postgres": "Kinto, PostgreSQL",
    "json-server": "json-server",
    "django": "Django REST",
}

BEGIN, END = "<!-- servers: written by tests/probe/run.sh -->", "<!-- end of servers -->"


def rounds_of(reports, name):
    paths = sorted(pathlib.Path(reports).glob(f"{name}.*.json"))
    return [json.loads(path.read_text()) for path in paths]


def signs_of(report):
    """Returns the sign of each check."""
    return {check["check"]: SIGNS[check["mark"]] for check in report["checks"]}


def expected_of(folder, name):
    lines = (pathlib.Path(folder) / name).read_text().splitlines()
    return {check: sign for sign, check in (line.split() for line in lines if line and not line.startswith("#"))}


def differences(rounds, expected):
    """Yields a sentence for each check that is not as expected."""
    lost = False
    for number, report in enumerate(rounds, 1):
        for check, sign in signs_of(report).items():
            wanted = expected.get(check, "✓")
            if wanted == "~":
                lost |= sign == "✗"
                if sign not in "✓✗–":
                    yield f"round {number}: {sign} {check}, expected ✓, ✗ or –"
            elif sign != wanted:
                found = next(one["found"] for one in report["checks"] if one["check"] == check)
                yield f"round {number}: {sign} {check}, expected {wanted} ({found})"
        if report["restoration"]["state"] != "restored":
            yield f"round {number}: the original is not restored: {report['restoration']}"
    if "~" in expected.values() and len(rounds) > 1 and not lost:
        yield f"no race was lost in {len(rounds)} rounds"


def compare(reports, folder, names):
    different = False
    for name in names:
        for difference in differences(rounds_of(reports, name), expected_of(folder, name)):
            different = True
            print(f"{name}: {difference}", file=sys.stderr)
    return different


def write(reports, folder, names):
    """Writes what was found as what is expected.

    A check with two signs in several rounds gets `~`, and one that has it already keeps it.
    """
    for name in names:
        path = pathlib.Path(folder) / name
        before = expected_of(folder, name) if path.exists() else {}
        found = [signs_of(report) for report in rounds_of(reports, name)]
        lines = []
        for check in found[0]:
            signs = {signs[check] for signs in found}
            sign = signs.pop() if len(signs) == 1 and before.get(check) != "~" else "~"
            if sign != "✓":
                lines.append(f"{sign} {check}\n")
        path.write_text("".join(lines))


def cell(rounds, check):
    """Returns the worst sign of a check and, for a race, the most writers that succeeded.

    A `~` follows if another round had another sign.
    """
    found = [next(one for one in report["checks"] if one["check"] == check) for report in rounds]
    badness = ["notAsked", "right", "weak", "wrong"]
    worst = max(found, key=lambda one: (badness.index(one["mark"]), one.get("succeeded") or 0))
    sign = SIGNS[worst["mark"]]
    is_lost_race = worst["mark"] == "wrong" and worst.get("of")
    is_luck = len({one["mark"] for one in found}) > 1
    return sign + (f" {worst['succeeded']}" if is_lost_race else "") + (" ~" if is_luck else "")


def worst_verdict(rounds):
    """Returns the verdict of the worst round, and in how many rounds updates were lost."""
    lost = [report for report in rounds if report["losesUpdates"]]
    most = lambda report: max([one.get("succeeded") or 0 for one in report["checks"]])
    worst = max(lost or rounds, key=most)
    suffix = f" (in {len(lost)} of {len(rounds)} probes)" if lost and len(rounds) > 1 else ""
    return worst["verdict"].removeprefix("This server ") + suffix


def table(reports, names):
    shown = [name for name in TITLES if name in names]
    rounds = {name: rounds_of(reports, name) for name in shown}
    version = lambda name: (pathlib.Path(reports) / f"{name}.version").read_text().strip()
    yield f"Measured on {time.strftime('%Y-%m-%d')}, each server on the machine of the probe. "
    yield "If chance decides a race, it is the\nworst of 3 probes.\n\n"
    yield "| server | version | verdict | ✓ | ! | ✗ | – |\n| --- | --- | --- | ---: | ---: | ---: | ---: |\n"
    for name in shown:
        worst = max(rounds[name], key=lambda report: report["wrong"])
        counts = " | ".join(str(worst[kind]) for kind in ("right", "weak", "wrong", "notAsked"))
        yield f"| {TITLES[name]} | {version(name)} | {worst_verdict(rounds[name])} | {counts} |\n"
    yield "\nThe checks that are not ✓ for all of them. In a race, the number is that of the writers who succeeded. A `~` means\n"
    yield "luck: the worst of 3 probes is in the table, and another one had another sign.\n\n"
    yield "| check | " + " | ".join(TITLES[name] for name in shown) + " |\n"
    yield "| --- |" + " --- |" * len(shown) + "\n"
    for check in signs_of(rounds[shown[0]][0]):
        cells = [cell(rounds[name], check) for name in shown]
        if any(one != "✓" for one in cells):
            yield f"| `{check}` | " + " | ".join(cells) + " |\n"


def document(reports, page, names):
    page = pathlib.Path(page)
    before, rest = page.read_text().split(BEGIN)
    _, after = rest.split(END)
    page.write_text(before + BEGIN + "\n\n" + "".join(table(reports, names)) + "\n" + END + after)


def main(action, first, *rest):
    if action == "verdict":
        report = json.loads(pathlib.Path(first).read_text())
        print(report["verdict"])
    elif action == "compare":
        return compare(first, rest[0], rest[1:])
    elif action == "write":
        write(first, rest[0], rest[1:])
    elif action == "document":
        document(first, rest[0], rest[1:])
    else:
        raise SystemExit(__doc__)


sys.exit(main(*sys.argv[1:]))
