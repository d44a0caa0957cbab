"""Every kind of record can be made with the little that people know of it."""

from tests.api.conftest import Web

SCHEDULE = {"start": "2027-03-02T19:00", "duration_min": 60}


async def test_a_record_is_made_of_what_people_say(web: Web) -> None:
    """What the box fills in itself is neither asked nor taken."""
    made: dict[str, dict[str, object]] = {
        "rooms": {"name": "Zaal"},
        "activities": {"title": "Koor", "schedule": SCHEDULE},
        "shifts": {"role": "Koken", "schedule": SCHEDULE},
        "closures": {"start": "2027-03-02T10:00", "end": "2027-03-02T12:00"},
    }
    for path, body in made.items():
        row = await web.own("POST", f"/{path}", body)
        assert row["id"]
    refused = await web.ask(
        "POST", "/activities", {**made["activities"], "revision": 7}, "own-token-of-the-tests"
    )
    assert (refused.status, refused.body["field"]) == (400, "revision")
