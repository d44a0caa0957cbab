"""The public agenda as files, for a website without a server: HTML, JSON and iCalendar.

Run it from time to time: python examples/static_publish.py http://127.0.0.1:4580 public_html
"""

import datetime
import html
import json
import sys
import urllib.request
from pathlib import Path

_PAGE = """<!doctype html>
<html lang="nl">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Agenda van {wijk}</title>
<h1>Agenda van {wijk}</h1>
<p>Bijgewerkt op {today}. <a href="agenda.ics">Zet in je eigen agenda</a>.</p>
<ul>
{rows}
</ul>
</html>
"""


def fetch(url: str) -> bytes:
    """What a box answers."""
    with urllib.request.urlopen(url, timeout=30) as answer:
        body: bytes = answer.read()
        return body


def main() -> None:
    """Write the files, each whole or not at all."""
    url, folder = sys.argv[1].rstrip("/"), Path(sys.argv[2])
    today = datetime.date.today()
    end = today + datetime.timedelta(days=60)
    told = fetch(f"{url}/api/v1/occurrences?from={today}&to={end}")
    rows = [
        f"<li><time datetime='{each['start']}'>{each['start'].replace('T', ' ')}</time> "
        f"{html.escape(text(each['title']))}, {html.escape(each['place_name'])}"
        + (" <strong>gaat niet door</strong>" if each["is_cancelled"] else "")
        for each in json.loads(told)["items"]
    ]
    page = _PAGE.format(wijk="de wijk", today=today, rows="\n".join(rows))
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / "agenda.json", told)
    write(folder / "index.html", page.encode())
    write(folder / "agenda.ics", fetch(f"{url}/feeds/agenda.ics"))
    print(f"{len(rows)} dates in {folder}")


def text(title: str | dict[str, str]) -> str:
    """A text in one language or two."""
    return title if isinstance(title, str) else title.get("nl") or title.get("en", "")


def write(path: Path, content: bytes) -> None:
    """Replace a file at once, so that nobody reads half of one."""
    unfinished = path.with_suffix(".new")
    unfinished.write_bytes(content)
    unfinished.replace(path)


if __name__ == "__main__":
    main()
