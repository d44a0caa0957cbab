"""Why a neighbour is not in step: a code, plain words in two languages, and one next step.

The codes are those of protocol.md section 11.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Reason(NamedTuple):
    """What to tell a volunteer.

    Attributes:
        nl: what is the matter and what to do, in Dutch.
        en: the same in English.
    """

    nl: str
    en: str


REASONS: Final[dict[str, Reason]] = {
    "IN_STEP": Reason("Alles gelijk.", "Everything is the same."),
    "ALONE": Reason(
        "Geen enkele buur is nu bereikbaar. Wat hier gebeurt, gaat naar ze toe zodra dat kan. Kijk"
        " of het netwerk werkt.",
        "No neighbour can be reached now. What happens here goes to them as soon as it can. See"
        " whether the network works.",
    ),
    "COMPARING": Reason("Wordt bijgewerkt; even wachten.", "Catching up; wait a moment."),
    "OFFLINE": Reason(
        "De doos geeft geen antwoord. Kijk of hij aan staat en op het netwerk zit.",
        "The box does not answer. See whether it is on and connected to the network.",
    ),
    "NO_ROUTE": Reason(
        "Het adres van die doos is niet bekend. Kijk of hij aan staat, en vraag de beheerder van"
        " deze doos om zijn adres in te vullen.",
        "The address of that box is not known. See whether it is on, and ask whoever looks after"
        " this box to fill in its address.",
    ),
    "REMOVED": Reason(
        "Deze doos staat niet meer op de kaart van zijn plek. Typ daar de noodkaart.",
        "This box is no longer on its place's card. Type the paper card there.",
    ),
    "OUT": Reason(
        "De wijk heeft deze plek buitengesloten. Praat met de andere plekken.",
        "The neighbourhood has put this place out. Talk with the other places.",
    ),
    "NOT_MEMBER": Reason(
        "Deze doos hoort niet bij de wijk. Nodig de plek uit.",
        "This box does not belong to the neighbourhood. Invite the place.",
    ),
    "ASKS_TO_COME_IN": Reason(
        "Deze plek vraagt om erbij te mogen. Vergelijk de vier woorden en laat hem toe.",
        "This place asks to come in. Compare the four words and let it in.",
    ),
    "AWAITING_APPROVAL": Reason(
        "Wacht tot een plek op 'toelaten' drukt. Vergelijk eerst de vier woorden.",
        "Waits until a place presses 'let in'. Compare the four words first.",
    ),
    "INVITE_REFUSED": Reason(
        "De uitnodiging is gebruikt, verlopen of van een andere doos. Vraag een nieuwe, en typ hier"
        " `wijknet join UITNODIGING`.",
        "The invite was used, is too old, or is from another box. Ask for a new one, and type"
        " `wijknet join INVITE` here.",
    ),
    "RECOVERING": Reason(
        "Deze nieuwe doos haalt alles op bij de buren. Typ daarna de noodkaart: `wijknet recover`.",
        "This new box fetches everything from the neighbours. Then type the paper card: "
        "`wijknet recover`.",
    ),
    "CARD_REFUSED": Reason(
        "De buur zegt dat de plek van deze noodkaart niet in de wijk is. Kijk of het de goede kaart"
        " is, of vraag een andere buur om een uitnodiging.",
        "The neighbour says that the place of this paper card is not in the neighbourhood. See"
        " whether it is the right card, or ask another neighbour for an invite.",
    ),
    "CARD_USED_TWICE": Reason(
        "De noodkaart is op twee dozen tegelijk getypt. Typ hem nog eens, op de goede doos.",
        "The paper card was typed on two boxes at once. Type it again, on the right one.",
    ),
    "INVITER_AWAY": Reason(
        "De doos die uitnodigde is niet bereikbaar; het wordt steeds weer geprobeerd. Kijk of hij"
        " aan staat, of vraag een nieuwe uitnodiging.",
        "The box that invited cannot be reached; it is tried again and again. See whether it is"
        " on, or ask for a new invite.",
    ),
    "VERSION": Reason(
        "De twee dozen hebben te verschillende versies. Werk de oudste bij.",
        "The two boxes run versions that are too different. Upgrade the older one.",
    ),
    "NOT_UNDERSTOOD": Reason(
        "De twee dozen begrijpen elkaar niet. Werk de oudste bij. Helpt dat niet, bel dan die plek:"
        " een van de dozen is stuk.",
        "The two boxes do not understand each other. Upgrade the older one. If that does not help,"
        " call that place: one of the boxes is broken.",
    ),
    "SLOWED": Reason(
        "Die doos stuurt heel veel tegelijk. Het komt binnen in een tempo dat deze doos aankan;"
        " er gaat niets verloren.",
        "That box sends very much at once. It comes in at a pace that this box can keep; nothing"
        " is lost.",
    ),
    "WAITING_FOR": Reason(
        "De doos wacht tot een andere doos vertelt wat er al besloten was.",
        "The box waits for another box to tell what was decided before.",
    ),
    "RESTORED": Reason(
        "Er is een oude reservekopie teruggezet; de buren hebben het verschil teruggegeven.",
        "An old backup was put back; the neighbours gave back the difference.",
    ),
    "FORKED": Reason(
        "Twee dozen schrijven met dezelfde sleutel. Typ de noodkaart op de goede doos.",
        "Two boxes write with the same key. Type the paper card on the right one.",
    ),
    "REFUSED_CHANGE": Reason(
        "Deze versie kan een wijziging niet tonen. Werk wijknet bij.",
        "This version cannot show some change. Upgrade wijknet.",
    ),
    "LIMIT": Reason(
        "Deze maand is vol: er past niets meer bij. Zeg het tegen de beheerder van de doos.",
        "This month is full: nothing more fits. Tell whoever looks after the box.",
    ),
    "UNSEALABLE": Reason(
        "De contactgegevens kunnen niet naar deze plek: er klopt iets niet met zijn noodkaart."
        " Bel die plek, en vraag om de kaart opnieuw te typen.",
        "The contact details cannot go to this place: something is wrong with its paper card. Call"
        " them, and ask them to type the card again.",
    ),
    "DISK_FULL": Reason(
        "De schijf van deze doos is bijna vol. Als hij vol is, stopt de doos. Ruim bestanden op.",
        "The disk of this box is nearly full. When it is full, the box stops. Remove files.",
    ),
    "CLOCK_UNSURE": Reason(
        "De klok van deze doos is niet zeker. Verbind hem met internet, of zet hem zelf gelijk en"
        " zet `trust_clock = true` in wijknet.toml.",
        "The clock of this box is not certain. Connect it to the internet, or set it yourself and"
        " put `trust_clock = true` in wijknet.toml.",
    ),
}


LINK_REASONS: Final[dict[str, Reason]] = {
    "good": Reason("Gehoord.", "Heard."),
    "waiting": Reason(
        "Nog niet gevraagd. Dat gebeurt zodra meer dan de helft van de eigen plekken ja zegt.",
        "Not asked yet. That is done as soon as more than half of our own places say yes.",
    ),
    "fault": Reason(
        "Deze doos kan met dit antwoord niet overweg. Meld het een ontwikkelaar; er staat meer in "
        "het logboek.",
        "This box cannot cope with this answer. Tell a developer; the log has more.",
    ),
    "page-unreachable": Reason(
        "Daar antwoordt niets. Kijk of die doos aan staat, of vraag de mensen daar om het adres.",
        "Nothing answers there. See whether that box is on, or ask its people for the address.",
    ),
    "page-refused": Reason(
        "Daar antwoordt iets anders dan een doos van die wijk. Vraag de mensen daar om het adres.",
        "Something else than a box of that wijk answers there. Ask its people for the address.",
    ),
    "page-no-link": Reason(
        "Die wijk toont ons (nog) niets. Bel haar: meer dan de helft van de plekken daar moet ja "
        "zeggen, en de doos daar moet beslissen voor haar plek.",
        "That wijk shows us nothing (yet). Call them: more than half of the places there must say "
        "yes, and the box there must be the one that decides for its place.",
    ),
    "page-not-decider": Reason(
        "Die doos spreekt niet (meer) voor een plek van die wijk. Vraag om een ander adres.",
        "That box does not speak (any more) for a place of that wijk. Ask for another address.",
    ),
    "page-other-wijk": Reason(
        "Op dit adres antwoordt een andere wijk. Vraag de mensen daar om het goede adres.",
        "Another wijk answers at this address. Ask its people for the right one.",
    ),
    "page-not-for-us": Reason(
        "Dit antwoord was voor een andere wijk. Gebruik het adres van de doos zelf.",
        "This answer was made for another wijk. Use the address of the box itself.",
    ),
    "page-old": Reason(
        "Dit antwoord is ouder dan wat er al was. Kijk of de klok van die doos gelijkloopt.",
        "This answer is older than what was here. See whether the clock of that box is right.",
    ),
    "page-ahead": Reason(
        "De klok van die doos loopt meer dan een dag voor. Vraag de mensen daar hem gelijk te "
        "zetten.",
        "The clock of that box is more than a day ahead. Ask its people to set it right.",
    ),
    "page-too-large": Reason(
        "Dit antwoord is te groot. Werk beide dozen bij; blijft het, meld het een ontwikkelaar.",
        "This answer is too large. Upgrade both boxes; if it stays, tell a developer.",
    ),
    "bad-page": Reason(
        "Dit antwoord is niet te lezen. Werk de oudste van de twee dozen bij.",
        "This answer cannot be read. Upgrade the older of the two boxes.",
    ),
    "bad-packing": Reason(
        "Dit antwoord is niet heel. Werk de oudste van de twee dozen bij.",
        "This answer is not whole. Upgrade the older of the two boxes.",
    ),
    "bad-statement": Reason(
        "In dit antwoord zit iets dat deze versie niet kent. Werk de oudste van de dozen bij.",
        "Something in this answer is not known to this version. Upgrade the older box.",
    ),
    "bad-signature": Reason(
        "Een handtekening klopt niet. Blijft het, dan is die doos stuk of liegt hij: bel de wijk.",
        "A signature does not fit. If it stays, that box is broken or lies: call that wijk.",
    ),
    "wrong-network": Reason(
        "In dit antwoord zit iets van een derde wijk. Blijft het, bel dan de mensen daar.",
        "Something of a third wijk is in this answer. If it stays, call the people there.",
    ),
}
"""What came of asking another wijk, by the code of `docs/errors.md`; `good` and `waiting` too."""


def reason_of_dial(code: str) -> str:
    """The reason code that belongs to how a dial or a link ended."""
    return {"version": "VERSION", "": "NO_ROUTE"}.get(code, "OFFLINE")
