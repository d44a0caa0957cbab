"""What commands there are, by what people want to do, and in which file each one is.

The short texts stand here so that help comes without loading what the commands need.
"""

from __future__ import annotations

from typing import Final

from wijknet.node.cli.language import say

SECTIONS: Final[dict[str, dict[str, str]]] = {
    say("Beginnen", "Begin"): {
        "setup": say(
            "Begin een plek in de browser, en laat hem draaien.",
            "Begin a place in the browser, and run it.",
        ),
        "init": say(
            "Begin een wijk, met deze plek als eerste.",
            "Found a wijk, with this place as its first.",
        ),
        "join": say(
            "Begin een plek die een buur uitnodigt.", "Begin a place that a neighbour invites."
        ),
        "up": say("Laat de doos draaien tot Ctrl-C.", "Run the node until Ctrl-C."),
        "demo": say(
            "Laat drie plekken van een voorbeeld draaien.",
            "Run three places of an example on this machine.",
        ),
    },
    say("Elke dag: de agenda", "Every day: the agenda"): {
        "agenda": say("Wat er te doen is, in de hele wijk.", "What is on, in the whole wijk."),
        "activity": say("Activiteiten van deze plek.", "Activities of this place."),
        "import": say(
            "Neem een agenda over uit een bestand of van een adres.",
            "Take over a calendar from a file or an address.",
        ),
        "export": say(
            "Schrijf de agenda als kalender, tabel of JSON.",
            "Write the agenda as a calendar, a table or JSON.",
        ),
        "feeds": say(
            "Adressen waarop een telefoon de agenda volgt.",
            "Addresses by which a phone follows the agenda.",
        ),
    },
    say("Elke dag: ruimtes", "Every day: rooms"): {
        "room": say("Ruimtes van deze plek.", "Rooms of this place."),
        "free": say(
            "Wanneer een ruimte vrij is, en wat in de weg staat.",
            "When a room is free, and what stands in the way.",
        ),
        "book": say("Vraag een plek om een ruimte.", "Ask a place for a room."),
        "bookings": say(
            "Alle aanvragen van de wijk, en hoe ze staan.",
            "All bookings of the wijk, and their state.",
        ),
        "requests": say(
            "Aanvragen die op antwoord van deze plek wachten.",
            "Requests that wait for an answer of this place.",
        ),
        "contact": say(
            "Hoe wie een ruimte wil te bereiken is.", "How to reach whoever wants a room."
        ),
        "accept": say("Zeg ja tegen een aanvraag.", "Say yes to a request."),
        "decline": say("Zeg nee tegen een aanvraag.", "Say no to a request."),
        "cancel": say("Neem een ja terug.", "Take back a yes."),
        "withdraw": say("Een ruimte is niet meer nodig.", "No longer want a room."),
        "again": say(
            "Vraag nog eens om wat is geweigerd of afgezegd.",
            "Ask once more for what was declined or taken back.",
        ),
        "closure": say(
            "Wanneer deze plek of een ruimte dicht is.",
            "When this place or a room of it is closed.",
        ),
        "notice": say(
            "Zeg de vrager dat een sluiting in de weg staat.",
            "Tell who asked that a closure is in the way.",
        ),
    },
    say("Elke dag: mensen", "Every day: people"): {
        "shift": say("Diensten van vrijwilligers.", "Volunteer shifts of this place."),
        "signup": say("Zet iemand op een lijst.", "Put somebody on a list."),
        "signups": say("Wie op een lijst staat.", "Who is on a list."),
        "seat": say(
            "Wat er van een aanmelding werd; neem de plaats of geef hem op.",
            "What became of a sign-up; take or give up the seat.",
        ),
        "people": say(
            "De mensen van deze plek; namen blijven op deze doos.",
            "The people of this place; their names stay on this box.",
        ),
        "count": say(
            "Zeg of een datum doorging, en hoeveel er kwamen.",
            "Say whether a date was held, and how many came.",
        ),
        "hours": say("Schrijf uren van vrijwilligers op.", "Write down hours of volunteers."),
    },
    say("De wijk", "The wijk"): {
        "status": say(
            "Hoe het met deze plek en zijn buren gaat.",
            "How this place and its neighbours are doing.",
        ),
        "peers": say(
            "De buren: wie is gelijk, en waarom niet.",
            "The neighbours: who is in step, and why not.",
        ),
        "why": say(
            "Waarom een aanvraag of een buur zo staat.",
            "Why a booking or a neighbour is in its state.",
        ),
        "members": say("De plekken van de wijk.", "The places of the wijk."),
        "invite": say("Nodig een nieuwe plek uit.", "Invite one new place."),
        "vouch": say("Laat een plek toe die erom vroeg.", "Let a place in that asked for it."),
        "expel": say("Zeg dat een plek eruit moet.", "Say that a place should be out."),
        "link": say("Zeg een link met een andere wijk.", "Say a link with another wijk."),
        "unlink": say("Neem een link terug.", "Take back a link."),
        "links": say("De links met andere wijken.", "The links with other wijken."),
        "decide-anyway": say(
            "Beslis weer, ook zonder te horen wat er besloten was.",
            "Decide again, without hearing what was decided before.",
        ),
    },
    say("Eens per jaar", "Once a year"): {
        "report": say(
            "Het verslag van een jaar, en de groei.", "The report of a year, and the growth."
        ),
        "close-year": say(
            "Onderteken de cijfers van een jaar dat voorbij is.",
            "Sign the numbers of a year that is over.",
        ),
        "statements": say(
            "Wat plekken over een jaar ondertekenden.", "What places signed about a year."
        ),
        "verify": say("Kijk ondertekende cijfers na.", "Check signed numbers."),
        "history": say(
            "Neem eerdere jaren over uit een tabel.", "Take over earlier years from a table."
        ),
    },
    say("Zorgen voor de doos", "Looking after the box"): {
        "doctor": say("Zoek wat er mis is met deze doos.", "Look for what is wrong with this box."),
        "backup": say(
            "Bewaar alles van deze doos in een bestand.", "Keep all of this box in one file."
        ),
        "restore": say("Zet een doos terug uit zo'n bestand.", "Put a box back from such a file."),
        "service": say("Start wijknet met de machine.", "Start wijknet with the machine."),
        "pin": say(
            "Kies een pincode om op de pagina's in te loggen.",
            "Choose a PIN by which people sign in on the pages.",
        ),
        "place": say("Wat deze plek over zichzelf vertelt.", "What this place says about itself."),
        "token": say(
            "Sleutels voor programma's die de API gebruiken.",
            "Tokens of programs that use the API.",
        ),
        "delegate": say(
            "Zeg met de kaart welke dozen voor deze plek spreken.",
            "Say with the card which boxes speak for this place.",
        ),
        "recover": say(
            "Neem een plek over op een lege doos, met de kaart.",
            "Take a place over on an empty box, with its card.",
        ),
        "export-bundle": say(
            "Schrijf wat de wijk deelt op een USB-stick.",
            "Write what the wijk shares to a USB stick.",
        ),
        "import-bundle": say(
            "Neem over wat een andere doos op een stick zette.",
            "Take in what another box wrote to a stick.",
        ),
        "metrics": say(
            "Metingen, zoals Prometheus ze leest.", "Measurements, as Prometheus reads them."
        ),
        "completion": say(
            "Aanvullen van opdrachten voor uw shell.", "Completion of commands for your shell."
        ),
        "sim": say(
            "Speel een wijk na en kijk of hij zijn beloften houdt.",
            "Run a simulated wijk and check its promises.",
        ),
    },
}
"""Heading, then name and short text of each command."""

_HERE: Final = "wijknet.node.cli"
MODULES: Final[dict[str, str]] = {
    **dict.fromkeys(("init", "join"), f"{_HERE}.begin"),
    **dict.fromkeys(("up", "setup", "demo"), f"{_HERE}.running"),
    **dict.fromkeys(("invite", "status", "peers"), f"{_HERE}.place"),
    **dict.fromkeys(("members", "vouch", "admit", "expel", "decide-anyway"), f"{_HERE}.wijk"),
    **dict.fromkeys(("delegate", "recover"), f"{_HERE}.card"),
    **dict.fromkeys(("count", "hours", "report", "close-year"), f"{_HERE}.counting"),
    **dict.fromkeys(("statements", "verify", "history"), f"{_HERE}.counting"),
    **dict.fromkeys(("link", "unlink", "links"), f"{_HERE}.linking"),
    "people": f"{_HERE}.people",
    "activity": f"{_HERE}.activity",
    **dict.fromkeys(("agenda", "shift"), f"{_HERE}.agenda"),
    **dict.fromkeys(("signup", "signups", "seat"), f"{_HERE}.seats"),
    **dict.fromkeys(("room", "closure", "free"), f"{_HERE}.rooms"),
    **dict.fromkeys(("book", "bookings", "requests", "accept", "decline"), f"{_HERE}.booking"),
    **dict.fromkeys(
        ("again", "cancel", "contact", "notice", "withdraw", "why"), f"{_HERE}.booking"
    ),
    "place": f"{_HERE}.own",
    **dict.fromkeys(("import", "export", "feeds"), f"{_HERE}.calendar"),
    "token": f"{_HERE}.tokens",
    "pin": f"{_HERE}.pin",
    **dict.fromkeys(("doctor", "metrics", "completion"), f"{_HERE}.box"),
    **dict.fromkeys(
        ("backup", "restore", "service", "export-bundle", "import-bundle"), f"{_HERE}.keeping"
    ),
    "sim": "wijknet.testing.command",
}
"""In which module each command is; they are imported when they are called."""
