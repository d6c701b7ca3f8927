"""How many conversations each agent has answered in the last day: Python's standard library, and no token.

`genesys proxy --secret-file header` adds the token, renews it, waits as Genesys says and tries again what is safe. It is told where
that is by GENESYS_PROXY, and by GENESYS_PROXY_HEADER in which file the header is that the proxy asks for.
"""

import csv
import datetime
import json
import os
import sys
import urllib.error
import urllib.request

PROXY = os.environ.get("GENESYS_PROXY", "")
# Straight to this machine, whatever HTTP_PROXY says: else somebody else would be shown the secret.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def header():
    """The header that the proxy asks for, from the file that it has written for this user alone."""
    with open(os.environ.get("GENESYS_PROXY_HEADER", "header"), encoding="ascii") as file:
        name, value = file.read().strip().split(": ", 1)
    return {name: value}


def ask(path, body=None):
    """One call: a GET, or a POST with a body. The proxy may wait minutes for its turn, so does this."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json", **header()}
    with OPENER.open(urllib.request.Request(PROXY + path, data, headers), timeout=330) as response:
        return json.load(response)


def users():
    """The name of each user by its id, page by page."""
    number, names = 1, {}
    while True:
        page = ask(f"/api/v2/users?pageSize=100&pageNumber={number}")
        names.update((user["id"], user["name"]) for user in page["entities"])
        if number >= page["pageCount"]:
            return names
        number += 1


def answered():
    """How often each user has answered, by its id."""
    now = datetime.datetime.now(datetime.timezone.utc)
    moments = (now - datetime.timedelta(days=1), now)
    answer = ask(
        "/api/v2/analytics/conversations/aggregates/query",
        {
            "interval": "/".join(moment.strftime("%Y-%m-%dT%H:%M:%SZ") for moment in moments),
            "groupBy": ["userId"],
            "metrics": ["tAnswered"],
        },
    )
    counts = {}
    for result in answer.get("results", []):
        for data in result["data"]:
            for metric in data["metrics"]:
                user = result["group"].get("userId")
                counts[user] = counts.get(user, 0) + metric["stats"]["count"]
    return counts


def main():
    """Writes a line of CSV for each of them, those who have answered most first."""
    try:
        names, counts = users(), answered()
    except urllib.error.HTTPError as error:
        # What Genesys says, or the proxy: a body with a message.
        sys.exit(f"{error.code}: {error.read().decode(errors='replace')[:500]}")
    except (OSError, ValueError) as error:
        sys.exit(f"The proxy cannot be asked: {error}. Is GENESYS_PROXY what it has printed?")
    rows = csv.writer(sys.stdout, lineterminator="\n")
    rows.writerow(["agent", "answered"])
    for identifier, count in sorted(counts.items(), key=lambda item: -item[1]):
        # Who is not active any more is in no list of those who are.
        rows.writerow([names.get(identifier, identifier), count])


main()
