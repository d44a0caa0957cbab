"""What a report says about an event, in the two languages of the screens."""

from __future__ import annotations

from typing import Final, NamedTuple

from wijknet.errors import RequestError
from wijknet.wijk.shapes import Words

OUTCOMES: Final = {
    "new": Words("toegevoegd", "added"),
    "changed": Words("bijgewerkt", "updated"),
    "same": Words("stond er al", "was there already"),
    "gone": Words("staat er daar niet meer in", "no longer there"),
    "refused": Words("niet overgenomen", "not taken over"),
}
"""What can become of an event."""

NOTES: Final = {
    # Not taken over.
    "cut-off": Words(
        "Het bestand houdt midden in deze afspraak op. Haal het opnieuw op.",
        "The file ends in the midst of this event. Fetch it again.",
    ),
    "unreadable": Words(
        "Deze afspraak is niet te lezen. Sla hem in de andere agenda opnieuw op.",
        "This event cannot be read. Save it again in the other calendar.",
    ),
    "event-too-large": Words(
        "Deze afspraak is te groot. Haal bijlagen of genodigden eruit.",
        "This event is too large. Take out attachments or guests.",
    ),
    "too-many-events": Words(
        "Het bestand heeft te veel afspraken. Exporteer een kortere periode en haal die ook op.",
        "The file has too many events. Export a shorter period and import that as well.",
    ),
    "no-event": Words(
        "Dit is een taak, dagboek of bezet-tijd, geen afspraak; die horen niet in de agenda.",
        "This is a task, journal or busy time and not an event; those are not for the agenda.",
    ),
    "no-start": Words(
        "Er staat niet bij wanneer het begint. Vul dat in de andere agenda in.",
        "It does not say when it begins. Fill that in in the other calendar.",
    ),
    "bad-year": Words(
        "Het jaar ligt niet tussen 1970 en 2199. Verbeter de datum in de andere agenda.",
        "Its year is not between 1970 and 2199. Correct the date in the other calendar.",
    ),
    "reversed": Words(
        "Het eindigt voordat het begint. Verbeter de tijden in de andere agenda.",
        "It ends before it begins. Correct the times in the other calendar.",
    ),
    "too-long": Words(
        "Een keer duurt langer dan 14 dagen. Maak er losse dagen van.",
        "One date lasts longer than 14 days. Make it separate days.",
    ),
    "older": Words(
        "Er staat een nieuwere versie van deze afspraak in hetzelfde bestand; die telt.",
        "The same file has a newer version of this event; that one counts.",
    ),
    "ours": Words(
        "Deze activiteit komt uit deze wijk zelf en staat er al.",
        "This activity comes from this wijk itself and is there already.",
    ),
    "refused": Words(
        "De agenda kan dit niet aan: {why}",
        "The agenda cannot hold this: {why}",
    ),
    # Taken over, with something to know.
    "bad-rule": Words(
        "De herhaling is niet te lezen; alleen de eerste keer staat erin. De regel is bewaard.",
        "The repetition cannot be read; only the first date is in. The rule is kept.",
    ),
    "too-often": Words(
        "Het herhaalt vaker dan eens per dag; alleen de eerste keer staat erin. De regel is "
        "bewaard.",
        "It repeats more often than daily; only the first date is in. The rule is kept.",
    ),
    "rule-outside": Words(
        "Zo'n herhaling kent deze agenda niet; alleen de eerste keer staat erin. De regel is "
        "bewaard. Voeg de andere keren zelf toe.",
        "This agenda does not know such a repetition; only the first date is in. The rule is "
        "kept. Add the other dates yourself.",
    ),
    "rule-too-long": Words(
        "De herhaling telt vanaf te lang geleden; alleen de eerste keer staat erin. De regel is "
        "bewaard. Laat de reeks later beginnen.",
        "The repetition counts from too long ago; only the first date is in. The rule is kept. "
        "Let the series begin later.",
    ),
    "rules-too-many": Words(
        "Het bestand heeft te veel herhalingen die moeten worden uitgeschreven; van deze staat "
        "alleen de eerste keer erin. De regel is bewaard. Exporteer de agenda in delen.",
        "The file has too many repetitions that must be written out; of this one only the first "
        "date is in. The rule is kept. Export the calendar in parts.",
    ),
    "rule-as-dates": Words(
        "De herhaling is uitgeschreven als losse datums, ongeveer drie jaar vooruit. De regel is "
        "bewaard; haal de agenda later nog eens op voor de datums daarna.",
        "The repetition is written out as dates, about three years ahead. The rule is kept; "
        "import the calendar again later for the dates after that.",
    ),
    "clock-gap": Words(
        "Die nacht gaat de klok een uur vooruit en bestaat deze tijd niet; het staat er een uur "
        "later in. Kijk het na.",
        "That night the clock is put forward an hour and there is no such time; it is in an hour "
        "later. Check it.",
    ),
    "clock-fold": Words(
        "Die nacht gaat de klok een uur terug en komt deze tijd twee keer; de eerste is gerekend. "
        "Kijk het na.",
        "That night the clock is put back an hour and shows this time twice; the first was taken. "
        "Check it.",
    ),
    "other-zone": Words(
        "De reeks is in een andere tijdzone; elke datum is omgerekend naar de tijd hier.",
        "The series is in another time zone; each date was converted to the time here.",
    ),
    "unknown-zone": Words(
        "De tijdzone is onbekend; de tijden zijn gelezen als de tijd hier. Kijk ze na.",
        "The time zone is unknown; the times were read as the time here. Check them.",
    ),
    "no-uid": Words(
        "De afspraak heeft geen eigen naam (UID); hij wordt herkend aan titel en begin.",
        "The event has no name of its own (UID); it is known by its title and start.",
    ),
    "same-uid": Words(
        "Twee afspraken hebben dezelfde naam (UID); beide staan erin.",
        "Two events have the same name (UID); both are in.",
    ),
    "no-end": Words(
        "Er staat geen eindtijd bij; er is een uur gerekend.",
        "It gives no end; an hour was taken.",
    ),
    "split-in-days": Words(
        "Het duurt langer dan 14 dagen; het staat erin als een reeks van hele dagen.",
        "It lasts longer than 14 days; it is in as a series of whole days.",
    ),
    "no-series": Words(
        "De reeks waar deze datum bij hoort staat niet in het bestand; hij staat er los in.",
        "The series of this date is not in the file; it is in on its own.",
    ),
    "on-its-own": Words(
        "Een datum van de reeks staat er los in: die dag heeft al een keer, of hij is meer dan "
        "een jaar verzet.",
        "A date of the series is in on its own: that day has one already, or it moved by more "
        "than a year.",
    ),
    "and-later": Words(
        'Er staat "deze en volgende"; alleen deze ene datum is veranderd. Verander de reeks zelf.',
        'It says "this and following"; only this one date was changed. Change the series yourself.',
    ),
    "exrule": Words(
        "Een regel voor uitzonderingen is niet begrepen. Zeg de datums zelf af.",
        "A rule of exceptions was not understood. Cancel those dates yourself.",
    ),
    "too-many-dates": Words(
        "Er zijn te veel losse datums; de eerste 400 staan erin.",
        "There are too many single dates; the first 400 are in.",
    ),
    "cancelled-there": Words(
        "In de andere agenda gaat dit niet door.",
        "In the other calendar this is cancelled.",
    ),
    "title-cut": Words(
        "De titel was te lang; hij staat helemaal in de tekst.",
        "The title was too long; the whole of it is in the text.",
    ),
    "text-cut": Words(
        "De tekst was langer dan een bladzijde; het einde is weggelaten.",
        "The text was longer than a page; its end was left out.",
    ),
    "private": Words(
        "De afspraak is privé: er staat alleen dat het bezet is.",
        "The event is private: it only says that it is busy.",
    ),
    "personal": Words(
        "Er lijkt een naam, nummer of mailadres in te staan. Dit ziet iedereen op alle plekken.",
        "It seems to hold a name, number or mail address. Everybody at all places sees this.",
    ),
    "unread": Words(
        "Een deel is niet begrepen: {why}.",
        "A part was not understood: {why}.",
    ),
    "kept": Words(
        "Hier veranderd, en zo gebleven: {why}. Met --follow telt de andere agenda weer.",
        "Changed here, and left so: {why}. With --follow the other calendar counts again.",
    ),
    # About the whole file.
    "truncated": Words(
        "Het bestand houdt te vroeg op. Wat ervoor staat is gelezen; haal het opnieuw op.",
        "The file ends too early. What precedes that was read; fetch it again.",
    ),
    "damaged": Words(
        "Sommige letters waren niet te lezen. Exporteer de agenda als UTF-8.",
        "Some letters could not be read. Export the calendar as UTF-8.",
    ),
    "gone": Words(
        "Stond eerder in deze agenda en nu niet meer. Beëindig de activiteit als die over is.",
        "Was in this calendar before and is no longer. End the activity if it is over.",
    ),
}  # fmt: skip
"""What can be said about an event or a file, by code."""

REFUSALS: Final = {
    "calendar-too-large": Words(
        "Deze agenda is te groot. Exporteer een kortere periode en haal die op.",
        "This calendar is too large. Export a shorter period and import that.",
    ),
    "not-a-calendar": Words(
        "Dit is geen agenda: nergens staat BEGIN:VCALENDAR. Exporteer hem opnieuw als iCalendar "
        "(.ics).",
        "This is not a calendar: nothing in it says BEGIN:VCALENDAR. Export it again as iCalendar "
        "(.ics).",
    ),
    "web-page": Words(
        "Dit is een webpagina, geen agenda. Kopieer in de andere agenda het adres dat eindigt op "
        ".ics; het heet daar iCal.",
        "This is a web page, not a calendar. Copy the address in the other calendar that ends in "
        ".ics; it is called iCal there.",
    ),
    "bad-url": Words(
        "Dit is geen adres van een agenda. Het begint met https:// of webcal:// en heeft geen "
        "naam of wachtwoord erin.",
        "This is not the address of a calendar. It begins with https:// or webcal:// and has no "
        "name or password in it.",
    ),
    "private-address": Words(
        "Dit adres ligt binnen een eigen netwerk; daar halen we niets op. Sla de agenda op als "
        "bestand en haal dat op.",
        "This address is inside a private network; nothing is fetched from there. Save the "
        "calendar as a file and import that.",
    ),
    "too-many-redirects": Words(
        "Dit adres verwijst steeds verder. Kopieer het adres opnieuw uit de andere agenda.",
        "This address keeps pointing elsewhere. Copy the address from the other calendar again.",
    ),
    "calendar-unreachable": Words(
        "De agenda is niet op te halen ({why}). Kijk of het adres klopt en of deze doos op "
        "internet kan; of sla de agenda op als bestand.",
        "The calendar cannot be fetched ({why}). See whether the address is right and this box "
        "has internet; or save the calendar as a file.",
    ),
    "import-busy": Words(
        "Er wordt al een agenda opgehaald. Probeer het over een minuut opnieuw.",
        "Another calendar is being taken over. Try again in a minute.",
    ),
}
"""Why nothing of a calendar can be taken over, by code."""


def refusal(code: str, why: str = "") -> RequestError:
    """The error with this code; its sentence is English, and `REFUSALS` has the Dutch one."""
    return RequestError(code, REFUSALS[code].en.replace("{why}", why), "calendar")


class Note(NamedTuple):
    """Something to know: a code of `NOTES`, and what it is about if its sentence asks for that."""

    code: str
    why: str = ""

    def say(self, language: str) -> str:
        """The sentence."""
        words = NOTES[self.code]
        return (words.en if language == "en" else words.nl).replace("{why}", self.why)
