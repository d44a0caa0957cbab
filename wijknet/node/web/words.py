"""The fixed words of the pages: states, errors, and what was done.

All are source texts for the catalogues; `Told` carries one to where it is translated.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from wijknet.errors import RequestError
from wijknet.node.web.language import N_, language_of


class Told(NamedTuple):
    """A text to translate when it is shown, and what to fill in."""

    source: str
    values: Mapping[str, object] = {}


def told(source: str, **values: object) -> Told:
    """A text of the catalogues (marked with `N_` where it is written)."""
    return Told(source, values)


def error_text(error: RequestError) -> Told:
    """What to tell a volunteer about a refused command.

    A code without a sentence here shows what the program itself says, in English.
    """
    return Told(ERRORS.get(error.code, error.message))


def in_dutch(code: str) -> str:
    """What to tell a volunteer about an error with this code, for programs without pages."""
    text = ERRORS.get(code) or OF_HTTP.get(code)
    return language_of("nl").text(text) if text else ""


class State(NamedTuple):
    """How a state is shown: always with its own icon, never by colour alone."""

    icon: str
    text: str
    tone: str


BOOKING: Final = {
    "requested": State("requested", N_("Requested, waiting for %(place)s"), "sun"),
    "confirmed": State("confirmed", N_("Confirmed"), "leaf"),
    "conflict": State("conflict", N_("Double booked, %(place)s decides"), "brick"),
    "declined": State("declined", N_("Declined"), "brick"),
    "withdrawn": State("withdrawn", N_("Withdrawn"), "soft"),
    "cancelled": State("cancelled", N_("Cancelled"), "soft"),
}
"""The states of a booking (domain.md, "States are derived")."""

SEAT: Final = {
    "asked": State("requested", N_("Asked"), "sun"),
    "seated": State("confirmed", N_("Has a place"), "leaf"),
    "waiting": State("clock", N_("Waiting list %(position)s"), "sun"),
    "offered": State("note", N_("A place is free: confirm"), "sea"),
    "refused": State("declined", N_("Full"), "brick"),
    "left": State("withdrawn", N_("Cannot come"), "soft"),
}
"""The states of a sign-up."""

STAND_IN: Final = State("swap", N_("Looking for a stand-in"), "sun")
"""Who has a seat and cannot come; it is theirs until somebody takes it over."""

OUTCOME: Final = {
    "unknown": State("dots", N_("Not filled in yet"), "sun"),
    "held": State("confirmed", N_("Held"), "leaf"),
    "not-held": State("cancelled", N_("Not held"), "soft"),
    "disputed": State("conflict", N_("One says yes, another no"), "brick"),
}
"""How a date went."""

FLAGS: Final = {
    "promised": N_("Promised by a box that no longer counts; waiting for an answer."),
    "closure": N_("The place is closed at that time."),
    "closure-told": N_("The place is closed at that time, and has told you."),
    "room-archived": N_("This room is no longer let."),
    "place-out": N_("One of the two places is no longer in the neighbourhood."),
}

POLICIES: Final = {
    "auto": N_("Answers at once when it is free"),
    "ask": N_("Somebody looks at each request"),
    "own": N_("Only for the place itself"),
    "closed": N_("Not let"),
}

CATEGORIES: Final = {
    "eten": N_("Food"),
    "ontmoeting": N_("Meeting people"),
    "taal": N_("Language"),
    "bewegen": N_("Movement"),
    "maken": N_("Making things"),
    "muziek": N_("Music"),
    "groen": N_("Green"),
    "kinderen": N_("Children"),
    "hulp": N_("Help and advice"),
}
"""Categories that have a name in both languages; any other shows as it was typed."""

GOALS: Final = {
    "activering": N_("Taking part"),
    "preventie": N_("Preventing problems"),
    "stabiliseren": N_("Keeping things stable"),
    "voorkomen": N_("Keeping things from getting worse"),
    "zelfredzaamheid": N_("Managing by oneself"),
}
"""The goals of Rotterdam's Heel de Stad, by the word that records hold."""

RUN_BY: Final = {
    "residents": N_("Residents and volunteers"),
    "professional": N_("Professionals"),
    "tenant": N_("A group that rents the room"),
    "mixed": N_("Residents and professionals together"),
}

VISIBILITY: Final = {
    "public": N_("Everybody, also on websites"),
    "wijk": N_("All places of the neighbourhood"),
    "place": N_("Only this place"),
}

SCOPES: Final = {
    "read": N_("Read everything the neighbourhood knows"),
    "request": N_("Ask for rooms and sign people up"),
    "count": N_("Fill in what was held and how many came"),
    "decide": N_("Answer requests and plan activities"),
    "admin": N_("Everything, also settings and keys"),
}
"""What a key lets a program do (`Scope` of the API)."""

SIGNUPS: Final = {
    "none": N_("No: just come"),
    "date": N_("On a list, for each date"),
    "series": N_("On a list, for all dates at once"),
}
"""Whether people put themselves down for an activity."""

ACTIVITY: Final = {
    "published": N_("In the calendar"),
    "draft": N_("Not yet in the calendar"),
    "ended": N_("Ended: no dates after today"),
}

EDITED: Final = N_(
    "Somebody else changed this meanwhile. Below stands what it is now, beside what you typed. "
    "Save again to keep yours."
)
FIELDS: Final = {
    "title": N_("Name"),
    "title_en": N_("Name in English"),
    "summary": N_("In one sentence"),
    "text": N_("More about it"),
    "category": N_("Kind"),
    "cost": N_("Price"),
    "date": N_("First date"),
    "start": N_("From"),
    "end": N_("Until"),
    "repeat": N_("How often"),
    "until": N_("Last date"),
    "end_date": N_("Ends on"),
    "times": N_("Or a number of times"),
    "skip": N_("Not on these dates"),
    "extra": N_("Also on these dates"),
    "elsewhere": N_("Rooms of other places"),
    "co_hosts": N_("Together with"),
    "rooms": N_("Rooms"),
    "run_by": N_("Run by"),
    "visibility": N_("Seen by"),
    "status": N_("State"),
    "goals": N_("Goals (for the yearly figures)"),
    "signup": N_("Sign up"),
    "seats": N_("At most how many"),
    "role": N_("Task"),
    "note": N_("Note"),
    "least": N_("At least how many"),
    "most": N_("At most how many"),
    "name": N_("Name"),
    "people_max": N_("Room for how many people"),
    "equipment": N_("What there is"),
    "policy": N_("Who may use it"),
    "address": N_("Address"),
    "phone": N_("Telephone"),
    "mail": N_("Mail"),
}
"""What a field of a form is called, where it is named apart from its form."""

PERSONAL: Final = N_(
    "Everybody at all places can read this, and it looks as if it holds something personal "
    "(%(what)s). Take it out, or send it again if it may stay."
)
PERSONAL_KINDS: Final = {
    "mail": N_("a mail address"),
    "phone": N_("a telephone number"),
    "name": N_("a name"),
}

SURE: Final = N_("Tick the box first: erasing cannot be undone.")

NO_CODE: Final = N_(
    "Open the address that “wijknet setup” shows, with the code at its end. After a few wrong "
    "codes start “wijknet setup” again."
)

STATUS: Final = {
    400: Told(N_("This could not be read. Go back and try again.")),
    403: Told(N_("You may not do this here.")),
    404: Told(N_("This page is not here. It may have moved, or its address has a typing error.")),
    405: Told(N_("This page takes no forms.")),
    413: Told(N_("That is too much at once. Shorten it and send it again.")),
    503: Told(N_("The disk of the box failed. Ask whoever looks after it to restart it.")),
}

OF_HTTP: Final = {
    "not-found": N_(
        "Nothing is at this address; it has a typing error, or what was there is gone."
    ),
    "method-not-allowed": N_("At this address that cannot be done."),
}
"""Of what has no address, and so no code of its own."""

ERRORS: Final = {
    "disk": N_("The disk of the box failed. Ask whoever looks after it to restart it."),
    "too-many-activities": N_("That is too much at once. Take it over in parts."),
    "document-full": N_(
        "This month holds all that fits. Use another month, and tell whoever looks after the box."
    ),
    "box-removed": N_("The paper card no longer names this box. Set it up again with the card."),
    "in-already": N_("This place takes part already."),
    "bad-boxes": N_("Say which boxes stay, and which of them decides."),
    "bad-command": N_("This cannot be read as a command. Look at the page “For programs”."),
    "bad-request": N_("This cannot be read. Look at the page “For programs”."),
    "bad-statement-file": N_("This file holds no statements. Make one with `wijknet statements`."),
    "forbidden": N_("This key may not do that. Make one that may."),
    "may-not-decide-yet": N_(
        "This box was off, and must first hear from a neighbour what it decided before. Wait until "
        "one is there, or press “Decide anyway” at Neighbours."
    ),
    "nobody-waits": N_("This place did not ask to come in. Give it an invite first."),
    "not-in-step": N_("This box does not hold everything yet. Wait until a neighbour is in step."),
    "not-in-yet": N_(
        "This place is not in the neighbourhood yet. Ask whoever invited you to let it in."
    ),
    "other-card": N_("This is the paper card of another place."),
    "other-wijk": N_("This is of another neighbourhood."),
    "own-place": N_("A place cannot do that with itself."),
    "place-name": N_("Say what this place is called."),
    "too-many-listeners": N_("Too many screens follow at once. Close one and try again."),
    "too-many-tokens": N_("There are too many keys. Take one back first."),
    "settings-fixed": N_(
        "The settings of this box cannot be changed here. Ask whoever installed it."
    ),
    "unauthorised": N_("Sign in, or use a key."),
    "bad-field": N_("This cannot be right. Correct it and try again."),
    "bad-form": N_("The form cannot be read. Open the page again."),
    "from-elsewhere": N_("Another site sent this form. Open the page here and try again."),
    "bad-host": N_(
        "Use the address of the box, or its name that ends in .local. Whoever looks after the box "
        "can give it more names, in its settings."
    ),
    "too-often": N_("That is too often. Wait a moment and try again."),
    "bad-id": N_("This does not exist (any more). Look at the list."),
    "unknown-id": N_("This does not exist (any more). Look at the list."),
    "ambiguous-id": N_("More than one has this name. Choose one from the list."),
    "unknown-activity": N_("This activity does not exist (any more)."),
    "unknown-request": N_("This request does not exist (any more)."),
    "unknown-room": N_("This room does not exist (any more)."),
    "unknown-closure": N_("This closure does not exist (any more)."),
    "unknown-shift": N_("This shift does not exist (any more)."),
    "unknown-place": N_("This place is not in the neighbourhood (any more)."),
    "unknown-target": N_("This shift or activity does not exist (any more)."),
    "unknown-signup": N_("This sign-up does not exist (any more)."),
    "unknown-field": N_("This version does not know that field."),
    "nothing-to-withdraw": N_("This was withdrawn or answered already. Look again."),
    "nothing-to-decide": N_("This was answered already. Look again."),
    "nothing-to-replace": N_("This was withdrawn or answered already. Look again."),
    "not-yours": N_("Only the place of the room can answer this."),
    "bad-slots": N_("Ask for fewer dates at once."),
    "overlap": N_("Two of these times overlap."),
    "too-old": N_("What was that long ago is forgotten everywhere."),
    "card-used-up": N_(
        "Somebody else signed with this paper card, so that it is of no use any more. Begin a new "
        "place with a new card."
    ),
    "too-far": N_("That is too far ahead."),
    "too-soon": N_("That is too soon. This room must be asked for earlier."),
    "empty-slot": N_("The end must be later than the start."),
    "reversed": N_("The end must be later than the start."),
    "too-long": N_("That is longer than this room is let for."),
    "too-large": N_("All texts together are too long. Make them shorter."),
    "too-short": N_("That is shorter than this room is let for."),
    "off-grid": N_("This room is let by fixed blocks of time. Choose a round time."),
    "outside-hours": N_("The place is not open then."),
    "blank": N_("Type something that people can read."),
    "closed": N_("The place is closed then."),
    "past": N_("That time is over. Choose a later one."),
    "taken": N_("Somebody else has this time."),
    "crowded": N_("Ask for this time in a request of its own."),
    "clock-gap": N_(
        "That night the clock is put forward an hour and skips this time. Choose another time."
    ),
    "clock-fold": N_(
        "That night the clock is put back an hour and shows this time twice. Choose another time."
    ),
    "changed-since": N_("Somebody changed this since. Look at it, and change it yourself."),
    "ends-before-start": N_("The last date is before the first. Choose a later last date."),
    "bad-rooms": N_("Choose at least one room, and not too many."),
    "room-closed": N_("This room is not let."),
    "room-own": N_("This room is only for the place itself."),
    "too-many-people": N_("So many people do not fit in this room."),
    "too-many-units": N_("There are not so many."),
    "other-owner": N_("Ask the other place, and withdraw this request afterwards."),
    "other-year": N_("A closure stays in its year. Lift it and add another one."),
    "bad-time": N_("This is not a time. Type it like 14:00."),
    "bad-date": N_("This is not a date."),
    "bad-window": N_("Choose an end after the start, at most three years later."),
    "bad-parts": N_("A room can be made of a few other rooms, not of itself."),
    "not-a-date": N_("The activity is not on this date."),
    "not-cancelled": N_("This date goes ahead already."),
    "cancelled": N_("This date does not go ahead. Restore it first."),
    "nothing-to-undo": N_("There is nothing to take back here (any more)."),
    "no-list": N_("There is no list for this. Just come."),
    "signed-up-already": N_("This person is on the list already."),
    "left-already": N_("This person has left already."),
    "bad-bundle": N_("This is no whole bundle; make it again."),
    "unreadable-file": N_("This file cannot be read. Choose another one."),
    "asked-already": N_("A stand-in is being looked for already."),
    "asked-again": N_("This was asked for again already. Look at the newest request."),
    "nothing-to-ask": N_("Only times to come that were declined can be asked for again."),
    "nothing-to-tell": N_("Nobody needs to be told about this any more."),
    "no-stand-in": N_("No stand-in is looked for there any more."),
    "leave-late": N_(
        "It begins too soon to just leave. Until a stand-in is found the place is kept."
    ),
    "place-out": N_("This place is no longer in the neighbourhood. Say no."),
    "no-offer": N_("No place was offered."),
    "no-address": N_("This box does not know its own address. Ask whoever installed it."),
    "bad-pin": N_("Type digits only: 4 to 12, and at least 6 for who looks after the box."),
    "pin-taken": N_("Another role has this PIN. Choose another one."),
    "bad-card": N_("These are not the words of a card. Read them again."),
    "year-not-over": N_("This year is not over yet. Close it in January."),
    "year-gone": N_("The records of this year are no longer kept. Take its numbers from a table."),
    "nothing-counted": N_("Nothing is known of this year."),
    "not-decider": N_("Another box of this place decides. Do it there."),
    "bad-table": N_("The table has a line that cannot be right. Nothing was taken over."),
    "not-yet": N_("That day is still to come. Count it then."),
    "told-already": N_("This was counted already."),
    "unknown-hours": N_("These hours are not here (any more)."),
    "too-many-dates": N_("A series can have only so many dates of its own. Split it."),
    "bad-year": N_("Compare with an earlier year."),
    "unknown-person": N_("This person is not in the list (any more)."),
    "list-full": N_("The list is full. Erase whom you no longer need to reach."),
    "no-contact": N_("There are no contact details of this request here (yet)."),
    "bad-person": N_("A list shows no names to other places."),
    "own-wijk": N_("This is your own neighbourhood. Give the address of a box of another one."),
    "link-month": N_("Let it end in this month or a later one, at most three years from now."),
    "not-linked": N_("This place did not say that link, or took it back."),
    "too-many-links": N_("This box has said as many links as are kept. Say it on another box."),
    "no-link": N_("Nothing is shown here to that neighbourhood."),
    "bad-link-address": N_("Type the address of a box there, like http://192.168.1.9:4580."),
    "link-unreachable": N_(
        "No box of a neighbourhood answers there. See whether it is on, and ask its people for the "
        "address of its pages."
    ),
    "too-many-addresses": N_("That are more addresses than a neighbourhood has places."),
    "bad-invite": N_("This is not an invite. Copy it whole: it is one long word."),
}
"""What to tell a volunteer, by code of `docs/errors.md`."""
