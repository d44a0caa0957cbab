"""Who may see an activity: one answer for pages, the API, feeds and exports."""

from __future__ import annotations

from wijknet.ids import PlaceId
from wijknet.wijk.records import Activity
from wijknet.wijk.shelf import place_text


def may_see(activity: Activity, reader: PlaceId | None) -> bool:
    """Whether an activity is for these eyes.

    Records lie on every box of the wijk; this is what a box of another place keeps to itself.

    Args:
        activity: any.
        reader: the place of whoever looks, or None for everybody.
    """
    if activity.place == reader:
        return True
    if activity.status == "draft" or activity.visibility == "place":
        return False
    return activity.visibility == "public" or reader is not None


def is_of(activity: Activity, place: PlaceId | None) -> bool:
    """Whether a place has a part in it, as its own or as a co-host; None is any place."""
    return place is None or place == activity.place or place_text(place) in activity.co_hosts
