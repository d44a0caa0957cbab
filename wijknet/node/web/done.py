"""What pages say when something was done, by the word that a page is opened with (`shell.Go`)."""

from __future__ import annotations

from typing import Final

from wijknet.node.web.language import N_

DONE: Final = {
    "asked": N_("Your request was sent."),
    "accepted": N_("You said yes. The other place sees it at once."),
    "declined": N_("You said no. The other place sees it at once."),
    "proposed": N_("Your answer goes to the box of this place that decides."),
    "told": N_("The other place reads it on its page of this request."),
    "withdrawn": N_("The request is withdrawn."),
    "saved": N_("Saved."),
    "undone": N_("It is as it was before."),
    "signed-up": N_("You are on the list; it says so as soon as the place has seen it."),
    "overlaps": N_(
        "You are on the list. Look out: you are down for something else at the same time."
    ),
    "stands-in": N_("Thank you for standing in. It says so as soon as the place has seen it."),
    "stand-in-wanted": N_(
        "A stand-in is being looked for. Until somebody takes the place over it is still yours."
    ),
    "left": N_("You are off the list. Perhaps another shift suits you better?"),
    "closed": N_("The year is signed."),
    "card-right": N_("These are the right words. Put the card back where it was."),
    "invited": N_("The invite is below. It works for one place, until tomorrow."),
    "let-in": N_("The place is let in. More places may have to say so too."),
    "linked": N_(
        "Your yes is noted. The link stands when more than half say the same, here and there."
    ),
    "unlinked": N_("Your yes is taken back. What came from there is gone from this box."),
    "erased": N_("Erased. Nothing is left of it on this box; the receipt is below."),
    "forgotten": N_("Whoever was kept long enough is forgotten."),
    "key-made": N_("The key is made. It is shown below, only now."),
    "key-gone": N_("The key is taken back. It opens nothing any more."),
    "opened": N_("Switch the box off and on again; then other devices can open these pages."),
    "stick-news": N_("Taken in. What was new goes on to the neighbours."),
    "stick-same": N_("Taken in. This box knew everything already."),
    "signed-in": N_("You are signed in."),
    "signed-out": N_("You are signed out."),
}
