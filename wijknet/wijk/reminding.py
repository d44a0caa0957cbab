"""What an asking place says about a lost promise (B12).

It looks only at what vanished, so with nothing to do it costs nothing.
"""

from __future__ import annotations

from wijknet.ids import PlaceId
from wijknet.wijk.desk import Put, put_of
from wijknet.wijk.records import Decision, NewId, Reminder
from wijknet.wijk.shelf import place_text
from wijknet.wijk.view import View


def reminders(before: View, after: View, place: PlaceId, new_id: NewId) -> tuple[Put, ...]:
    """What to write about promises to this place that no longer count (B12).

    Args:
        before: the view in which they counted.
        after: the view after accepted changes shrank.
        place: the asking place, whose box this is.
        new_id: draws ids.

    Returns:
        One reminder for each request that fell back from confirmed to requested and has none yet.
    """
    asker = place_text(place)
    lost: set[str] = set()
    for doc, part in before.shelf.parts.items():
        left = after.shelf.parts.get(doc)
        if doc.kind != "ledger" or left is part:
            continue
        remaining = left.fields if left else {}
        for key in part.fields.keys() - remaining.keys():
            record = part.read(key)
            if isinstance(record, Decision) and record.asker == asker and record.accepted:
                lost.add(record.request)
    puts: list[Put] = []
    for request_id in sorted(lost):
        was, now = before.booking(place, request_id), after.booking(place, request_id)
        request = after.shelf.request(place, request_id)
        if was is None or now is None or request is None:
            continue
        reminded = {
            start for each in after.shelf.reminders(place, request_id) for start in each.starts
        }
        starts = tuple(sorted({*was.starts("confirmed")} & {*now.starts("requested")} - reminded))
        if starts:
            puts.append(
                put_of(
                    Reminder(
                        place=place,
                        id=new_id(),
                        request=request_id,
                        first=request.slots[0].start,
                        owner=request.owner,
                        starts=starts,
                    )
                )
            )
    return tuple(puts)
