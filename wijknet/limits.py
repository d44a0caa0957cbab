"""Every bound of the system: a name with its unit, a value, and the reason for it."""

from __future__ import annotations

from typing import Final

# --- Frames -------------------------------------------------------------------------------------

FRAME_BYTES_MAX: Final = 256 * 1024
"""One frame on the wire, after deflating. A Pi on old WiFi sends it in about a second, so a ping
behind it still arrives in time (protocol.md section 5)."""

FRAME_INFLATED_BYTES_MAX: Final = 4 * 1024 * 1024
"""One frame after inflating. Bounds what a small hostile frame can make us allocate."""

# --- Links --------------------------------------------------------------------------------------

PROOF_S: Final = 10
"""From the first packet to a proved link: TLS, HTTP and both signatures take 2 ms on a desk and
under a second on a Pi over bad WiFi; whoever needs ten is not coming (protocol.md section 7)."""

PROOF_BYTES_MAX: Final = 4 * 1024
"""What a stranger may make us read after TLS. An honest dialler needs about 400 bytes."""

PENDING_PER_ADDRESS_MAX: Final = 8
"""Strangers at the door from one address. A school's boxes may share one address behind NAT."""

PENDING_MAX: Final = 64
"""Strangers at the door in all: 64 TLS handshakes hold about 4 MB, which a Pi can spare."""

READY_LINKS_MAX: Final = 64
"""Proved links nobody has picked up yet; as many as a node keeps, so a restart refuses no one."""

PING_S: Final = 20
"""Silence before we ask whether the other end is there. Routers forget a quiet connection after
30 seconds at the earliest."""

DEAD_S: Final = 60
"""Silence after which the other end counts as gone: two pings may be lost before the third."""

RACE_MS: Final = 20_000
"""Two boxes may dial each other at the same moment, and both links come up within the ten seconds
that each may take; a box that dials later has none (protocol.md section 7)."""

GOODBYE_S: Final = 1
"""How long closing a link waits for the other end's goodbye. It is only politeness."""

MEMORY_LINK_FRAMES_MAX: Final = 4
"""Frames waiting in one direction of an in-memory link: as a socket's buffers, about 1 MB."""

MDNS_ENTRIES_MAX: Final = 256
"""Announcements remembered at once. Anyone on the LAN can shout; dozens of boxes are honest."""

MDNS_ANSWER_S: Final = 3
"""How long one announced box may take to say its address and port."""

# --- Changes and documents ----------------------------------------------------------------------

CHANGE_BYTES_MAX: Final = 64 * 1024
"""One Automerge change; four still fit in a frame (protocol.md section 10). A record is written in
one, so what people type is bounded by `RECORD_BYTES_MAX`, not only field by field."""

RECORD_BYTES_MAX: Final = 60 * 1024
"""All fields of a record together, in UTF-8: a change but for its author and what it builds on.
Most take under 1 KB; a page of text in two languages in letters of three bytes takes 24."""

CHANGE_OPS_MAX: Final = 10_000
"""Operations in one change, and predecessors they name. Run-length coding lets a few bytes claim
millions, each of which Automerge then allocates (protocol.md section 4)."""

OP_NUMBER_MAX: Final = 400_000
"""The last operation number a change may use, which is also how many operations it may build on:
20,000 changes of twenty fields. Automerge takes some 100 bytes for each. Near 2^32 it panics at
every later edit, from 2^40 it drops the change without a word (automerge-notes.md)."""

RIVALS_MAX: Final = 64
"""Values that stand beside each other under one key at the root, because whoever wrote one did not
know of the others. Automerge compares each with all: ten thousand, in 120 bytes, take it five
seconds. A place has a few boxes, and each writes what the others wrote in full knowledge of it."""

RECORD_RIVALS_MAX: Final = 1_000
"""The same for all fields of one record together, its first values included; a record has 25."""

SNAPSHOT_BYTES_MAX: Final = 4 * 1024 * 1024
"""A saved document. 20,000 records take about 300 KB; a snapshot travels whole in memory."""

SNAPSHOT_INFLATED_BYTES_MAX: Final = 16 * 1024 * 1024
"""All columns of a saved document together, inflated. Twice the 8 MB of raw changes that one
ancestry may have, since loading cannot be stopped once it has begun."""

SNAPSHOT_OPS_MAX: Final = 400_000
"""Rows in any column of a saved document: 20,000 changes of twenty fields. Automerge takes up to
200 bytes a row, so 80 MB on a box that has 1 GB. A larger document travels as raw changes."""

DOCUMENT_REBUILDS_MAX: Final = 8
"""Rebuilds of a document in one batch of changes: each costs 9 ms per 1,000 changes, and a working
library needs none. The rest of such a batch is refused unseen."""

REBUILD_MS: Final = 60_000
"""Between rebuilds of one document (protocol.md section 4): one of 20,000 changes takes 0.2 s, so
that a member who forges its own history costs its neighbours less than one percent."""

# --- Statements ---------------------------------------------------------------------------------

STATEMENT_BYTES_MAX: Final = 64 * 1024
"""One signed statement. The largest is a keep: 256 documents of 40 bytes with a few heads each."""

NODES_PER_PLACE_MAX: Final = 16
"""Boxes and tablets that may speak for one place. A place has one to five."""

DELEGATIONS_PER_PLACE_MAX: Final = 16
"""Cards typed for one place that still count, the newest. A place needs one in some years."""

SAYS_MAX: Final = 384
"""Words of a place that a card repeats: as many as one box may have said itself, and those about
links. With the longest names of wijken they take 57 KB."""

WORDS_PER_SIGNER_MAX: Final = 256
"""Words one box may say in the name of one place, the smallest ids. A wijk has dozens of places,
and one word of a kind about each is all that an honest box says."""

WIJK_LINKS_MAX: Final = 64
"""Words `link` that one box may say in the name of one place, and as many `unlink`, the smallest
ids. A wijk has a few neighbours, and says so anew once a year."""

LINK_TERMS_BYTES_MAX: Final = 400
"""What a link is about: an id of 32 bytes, a name of 80 letters of four bytes, three numbers."""

LINK_MONTHS_MAX: Final = 36
"""How far ahead the last month of a link may be: three years, and then people talk again."""

KEEPS_PER_PLACE_MAX: Final = 256
"""Keep statements of one place, the smallest ids: one for each card typed, and then some."""

KEEP_DOCS_MAX: Final = 256
"""Documents in one keep: four kinds, and two years of months (protocol.md section 10)."""

KEEP_HEADS_MAX: Final = 64
"""Heads of one document in a keep: one for each box that wrote at the same time."""

ADDRESSES_MAX: Final = 8
"""Where one box says it can be reached: some interfaces, some names."""

NAMES_MAX: Final = 8
"""Names by which browsers may call a box: what a router calls it, and one of a proxy outside."""

ADDRESS_CHARS_MAX: Final = 128
"""One `host:port`. Longer names exist, but nobody types them."""

NAME_CHARS_MAX: Final = 80
"""The name of a wijk or a place, so that it fits on one line of a screen."""

ANCESTRY_CHANGES_MAX: Final = 20_000
"""Changes below one change, itself included: a month of one place, ten times busier than the
busiest. Bounds the memory for one document to 50 MB (protocol.md section 10)."""

ANCESTRY_BYTES_MAX: Final = 8 * 1024 * 1024
"""Raw changes below one change, itself included: 400 bytes for each of 20,000. What is larger could
not wait for its seal at a new box, nor be shown on one with 1 GB (protocol.md section 10)."""

HORIZON_MONTHS: Final = 26
"""Whole months after the wijk's month that are held: records go up to 400 days ahead, and half the
places may have been silent for a year, so that the wijk's month stood still."""

CANDIDATES_PER_PLACE_MAX: Final = 8
"""Places that wait for a second vouch, for each place that gave the first; the smallest ids. A
place lets in one at a time, and each takes 64 KB at most."""

HISTORY_MONTHS: Final = 25
"""Whole months before this one that are kept: two years to compare, and one to write the report in
(protocol.md section 3). A small disk never fills up with the past."""

# --- Talking ------------------------------------------------------------------------------------

ID_PREFIX_BYTES: Final = 8
"""How much of an id tells two held things apart. A clash by chance takes four billion of them; one
made on purpose only hides its maker's own statement from a comparison."""

FINGERPRINT_BYTES: Final = 16
"""How much of a fingerprint is compared: nobody finds two equal ones on purpose."""

BUCKETS: Final = 256
"""Parts in which documents are compared: 100,000 documents differ in a few hundred rows each."""

DOCS_TOLD_AT_ONCE: Final = 64
"""Up to so many documents are told at once: shorter than the 4 KB of bucket hashes, and one round
trip less."""

CHANGES_PER_S: Final = 200
"""Changes one box may bring in the long run (protocol.md section 10). A change costs a Pi 0.5 ms to
check, keep and show, so that a flood takes a tenth of its time; a wijk makes some hundred a day."""

SEALS_PER_COST: Final = 64
"""Seals beside each other in one document that make a change to it cost as much again: honest boxes
have one or two each, and with thousands of them each change costs milliseconds."""

COST_BYTES: Final = 1024
"""Bytes of a change that count as one more change: ours have some 400, and a disk is filled by
bytes."""

COST_OPS: Final = 100
"""Operations of a change that count as one more change: ours have some ten, and each takes
Automerge 20 microseconds and 100 bytes."""

TIPS_ROWS_MAX: Final = 2 * 1024
"""Documents told in one message of tips: all that a dozen places keep."""

DIFFERING_MAX: Final = 128
"""Documents looked into for one message of a peer: each may have to be read from disk, which takes
some 10 ms. The rest is compared the next time."""

CHANGES_BURST: Final = 5_000
"""Changes one box may bring at once after a rest: a year of one place, brought after a summer."""

CHANGES_PER_FRAME_MAX: Final = 2_000
"""Changes in one frame: 130 bytes each in a full one. Bounds what a pause comes too late for."""

PAUSE_MS_MAX: Final = 10_000
"""How long a link is left unread at a stretch; well below `DEAD_S`, so that it lives."""

CREDIT_BYTES: Final = 1024 * 1024
"""What may be under way to a peer that has not yet put it on disk: 4 full frames, enough to fill a
home network's pipe while a Pi flushes."""

NONCE_BYTES: Final = 32
"""What the four words of a pairing are drawn from, beside the join."""

PARKED_BYTES_MAX: Final = ANCESTRY_BYTES_MAX
"""Changes of a peer that wait for the seal in a later frame: one largest ancestry."""

SIDE_SEALS_MAX: Final = 256
"""Seals in one message: each costs 0.1 ms to check, and a document has a few authors."""

SIGNED_PER_FRAME_MAX: Final = 256
"""Statements or letters in one message: each costs 0.1 ms to check, and a stranger may send them,
so a frame of them keeps the others waiting for no more than 30 ms."""

CHAINS_TOLD_MAX: Final = 512
"""Newest changes of actors that are told of one document, 56 bytes each. Five boxes that restart
every day make 150 a month; what is left out costs bytes, since the seals still tell it."""

SEALS_TOLD_MAX: Final = 16 * 1024
"""Seals that are told of one document, 8 bytes each; more are only sent again and again."""

ROWS_BYTES_MAX: Final = 160 * 1024
"""Of hashes, seals and ids in one message: they do not deflate, and the frame has more in it."""

# --- Store --------------------------------------------------------------------------------------

STORE_BYTES_MAX: Final = 4 * 1024 * 1024 * 1024
"""The store file. A wijk takes tens of megabytes a year, so this much is a fault somewhere, and the
rest of a 16 GB card belongs to the system that must still start."""

PEOPLE_BYTES_MAX: Final = 32 * 1024 * 1024
"""The store of people: ten times what `PEOPLE_MAX` people take. It is written anew whenever
somebody is erased, which takes a Pi a tenth of a second for each MB."""

STORE_PLAIN_BYTES_MAX: Final = 1024
"""Longer values are deflated before they are written. A record of text shrinks to a third; below
this the page of the file it lies on is written whole anyway."""

STORE_WAL_BYTES_MAX: Final = 16 * 1024 * 1024
"""What stays of the write-ahead log after a checkpoint. SQLite begins one at 4 MB; a first sync
with a full neighbour writes about this much at once."""

STORE_SCAN_BYTES: Final = 256 * 1024
"""Read at once while walking a table: under a millisecond, and one snapshot of a document."""

STORE_BUSY_S: Final = 2
"""How long a commit waits for someone who looks into the file with a tool of their own."""

# --- Key files and settings ---------------------------------------------------------------------

SETTINGS_BYTES_MAX: Final = 64 * 1024
"""`wijknet.toml` and each key file. More is another file that was put there by mistake."""

API_TOKEN_BYTES: Final = 20
"""Chance in the local API token: 160 bits, which make 32 letters without padding."""

LOADED_DOCUMENTS_MAX: Final = 32
"""Documents in memory with their history: this month and last of a dozen places. Each takes about
2 MB at 1,000 records; the others answer from disk."""

# --- Agenda and bookings ------------------------------------------------------------------------

SLOT_MIN_MAX: Final = 14 * 24 * 60
"""One booking of a room or one date of an activity: a fortnight, an exhibition. Longer is a lease,
and each day of it is one line in the index of the room."""

BUFFER_MIN_MAX: Final = 24 * 60
"""Time kept free before or after a booking: a day, to let a floor dry."""

SLOTS_MAX: Final = 120
"""Slots in one request or decision: two a week for a year. A longer series is asked for in several
requests."""

HOLDS_MAX: Final = 3 * SLOTS_MAX
"""Rooms times slots in one decision, 70 bytes each, so that with `FREES_MAX` it still fits in a
record: a season of three rooms. More rooms are asked for in several requests."""

FREES_MAX: Final = 300
"""Earlier bookings one decision may set aside, 95 bytes each, so that it still fits in a record."""

HORIZON_DAYS_MAX: Final = 400
"""How far ahead a record may reach from its own first date (protocol.md section 3)."""

ROOMS_PER_REQUEST_MAX: Final = 8
"""Rooms asked for at once, and parts of one combined room: a whole building."""

UNITS_MAX: Final = 1000
"""How many at once fit in a room that is counted in units: desks, oven shelves, garden plots."""

AUTO_AHEAD_MAX: Final = 60
"""Slots still to come that one asking place gets without a person looking, withdrawn ones included:
weekly for a year and some. Beyond that a neighbour could fill a hall in a second."""

AUTO_ANSWERS_MAX: Final = 200
"""Requests of one other place for one month that a rule answers, also those for hours that are
taken; the others wait for a person. Six a day is more than a hall has hours, and a hundred places
that all do so leave its ledger room."""

SEAT_ANSWERS_MAX: Final = 500
"""Answers to sign-ups of one other place for one month; what comes beyond is not answered. It puts
down twenty people for each working day."""

OPEN_PER_PLACE_MAX: Final = 2_000
"""Requests of one other place, and sign-ups, that wait and are looked at: two years of wait lists,
which take 0.1 s. The others get their turn when those have been answered."""

WAITING_MAX: Final = 100
"""People who wait for the seats of one date or course, 19 bytes each in the answer to the last one.
Whoever would be the next has no hope, and is told so."""

DECISION_N_MAX: Final = 2**53
"""The highest order number of a decision: what JSON keeps exactly."""

SCHEDULE_INTERVAL_MAX: Final = 1000
"""Every how many days, weeks, months or years something repeats."""

SCHEDULE_COUNT_MAX: Final = 2000
"""Dates in a rule that counts them: daily for five years. They are counted from the first one."""

RULE_STEPS_MAX: Final = 1000
"""Periods and days looked at to find the last date of a rule that counts, when that cannot be
reckoned: ten years of Tuesdays by month, and birthdays for longer than anybody lives. Whoever
writes a record decides about this, so it must take no more than a millisecond."""

SCHEDULE_DATES_MAX: Final = 400
"""Dates skipped in, or added to, one schedule: every day of a year."""

CONTINUED_MAX: Final = 100
"""Series that go on from one another and are read as one: "from this date on" was said a hundred
times. What is further away is a series of its own."""

UNDOS_KEPT: Final = 200
"""Activities of which a box remembers the last change, to take it back: an afternoon of planning,
each some KB."""

AGENDA_DAYS_MAX: Final = 1100
"""Days one question about the agenda may span: three years, for a report with a base year."""

CROWD_MAX: Final = 100_000
"""People that a room holds, that a room is asked for, or that a list takes: a stadium. More is a
slip of the finger."""

VOLUNTEERS_MAX: Final = 1000
"""Volunteers one date of a shift can ask for: a marathon."""

VISITS_MAX: Final = 100_000
"""People one device counts on one date: more than a street festival draws."""

VOLUNTEER_MIN_MAX: Final = 10_000_000
"""Minutes volunteers gave on one date: a hundred people for a fortnight, day and night, fit
five times. A year of a place still adds up within 64 bits."""

STATEMENTS_PER_PLACE_MAX: Final = 2000
"""Statements of years that one place can make count: thirty places for twenty years, each said
three times. Checking one signature takes 0.2 ms, and a report checks all."""

YEAR_FIRST: Final = 1970
"""The first year of a report, as of every date here."""

YEAR_LAST: Final = 2199
"""The last year of a date. A lease of a century is refused elsewhere; here, no sum overflows."""

TABLE_ROWS_MAX: Final = 600
"""Lines in one table of earlier years: thirty places for twenty years. Each becomes a statement of
half a KB."""

TOTAL_MAX: Final = 2**53
"""A number in the statement of a year: what JSON keeps exactly."""

SHARES_MAX: Final = 50
"""Values told apart in one way of splitting a year, the largest."""

SHARE_WORDS_BYTES_MAX: Final = 8 * 1024
"""Words of these values in one way of splitting, so that the statement fits in a record. Fifty
goals of Rotterdam's list take 2 KB."""

TITLE_CHARS_MAX: Final = 160
"""A title or a short line: what still reads well on a door screen and in a calendar."""

TEXT_CHARS_MAX: Final = 4000
"""A text of an activity or a note: a page. See `RECORD_BYTES_MAX` for all texts together."""

LIST_MAX: Final = 100
"""Words in a list of a record: goals, equipment, languages, opening hours."""

# --- Calendars ----------------------------------------------------------------------------------

CALENDAR_BYTES_MAX: Final = 16 * 1024 * 1024
"""One calendar file. 5,000 events with their texts are 3 MB; twenty years of a busy hall are 10."""

EVENT_LINES_MAX: Final = 5000
"""Lines of one event, attendees and exceptions included. A meeting of a thousand has 1,100."""

EVENT_CHARS_MAX: Final = 256 * 1024
"""Letters of one event. Attached pictures are larger, and are not ours to keep."""

CALENDAR_EVENTS_MAX: Final = 10_000
"""Events taken from one calendar: all of a busy hall in ten years, and a quarter of what the year
document of a place holds. The report says when there are more."""

CALENDAR_ZONES_MAX: Final = 100
"""Zones defined in one calendar. A world-wide one has a dozen; the rest count as unknown."""

RULE_DAYS_MAX: Final = 60 * 366
"""Days walked through to count the dates of a rule of another calendar: sixty years take 50 ms."""

CALENDAR_RULE_DAYS_MAX: Final = 6 * RULE_DAYS_MAX
"""The same for all rules of one calendar together, that are none of ours: under a second, and the
coming three years of a hundred of them."""

URL_CHARS_MAX: Final = 2000
"""The address of a calendar, secret and all: what browsers keep."""

FETCH_S: Final = 30
"""Fetching a calendar, redirects and all: 16 MB over a slow line. A site that needs more is broken,
or wants to keep us busy."""

REDIRECTS_MAX: Final = 5
"""Redirects followed. Google and Outlook need one or two."""

FEEDS_KEPT: Final = 32
"""Feeds remembered until something changes: one for each place and room that people follow. Each is
some hundred KB at most."""

FEED_AHEAD_DAYS: Final = 60
"""Days ahead in a list of coming dates: two months, some hundreds of dates in a wijk."""

FEED_BEHIND_DAYS: Final = 90
"""Days a date stays in a feed after it was: whoever was on holiday still sees what fell through."""

IMPORTED_AT_ONCE_MAX: Final = 100
"""Activities in one order. Twenty-five are planned and written in 20 ms."""

UID_CHARS_MAX: Final = 500
"""The name of an event in the calendar it came from. Outlook's take 112; a longer one is hashed."""

RULE_CHARS_MAX: Final = 1000
"""A repetition that is kept as it was written. Real ones take under 150 letters."""

MARKS_MAX: Final = 420
"""Digests of what was imported of one series: one for each of its dates, and of its fields."""

REVISION_MAX: Final = 2**31 - 1
"""A SEQUENCE of iCalendar is a 32-bit integer."""

# --- People -------------------------------------------------------------------------------------

PEOPLE_MAX: Final = 5_000
"""People of one place: looking through all of them takes a Pi 50 ms. A busy place has hundreds."""

CONTACTS_PER_PLACE_MAX: Final = 500
"""Contact details one other place has here: a request a day, kept for 400 days ahead and 90 after.
What comes beyond waits in the post, which holds eight."""

CONTACTS_MAX: Final = 5_000
"""The same of all other places: 4 MB of the 32 that people may take, and ten places that all ask as
often as that."""

PHONE_CHARS_MAX: Final = 40
"""A telephone number as people write it, with spaces and an extension."""

MAIL_CHARS_MAX: Final = 254
"""A mail address (RFC 5321, 4.5.3.1.3)."""

PERSON_NOTE_CHARS_MAX: Final = 500
"""A note about somebody: what fits beside a name. Whoever needs more should not write it down."""

LETTER_BYTES_MAX: Final = 2 * 1024
"""A sealed letter: a name, a number and a mail address take at most 700 bytes."""

LETTERS_PER_PAIR_MAX: Final = 8
"""Letters of one place to another that nobody has taken yet, the smallest ids; the others wait at
their sender. A busy place asks for a room a day, and a box is seldom off for a week."""

LETTERS_PER_PLACE_MAX: Final = 32
"""The same for all letters of one place, so that one rogue place cannot fill the others' disks
(protocol.md section 9)."""

SLIPS_PER_PAIR_MAX: Final = 256
"""Slips of one place about letters from one other or to it that still count, the smallest ids: a
letter each working day of a year. What others send it crowds out nobody else."""

RECEIPT_MONTHS: Final = 25
"""How long a receipt of an erasure is kept, and a reference to what documents have forgotten by
then (protocol.md section 2)."""

# --- Pages --------------------------------------------------------------------------------------

PIN_DIGITS_MIN: Final = 4
"""A PIN of the people at the counter: the throttle lets through a few guesses an hour."""

ADMIN_PIN_DIGITS_MIN: Final = 6
"""The PIN of who looks after the box: typed seldom, and worth a hundred times more."""

PIN_DIGITS_MAX: Final = 12
"""Longer ones are on a note beside the tablet."""

PIN_TRIES_MAX: Final = 5
"""Wrong PINs in a row from one address before it must wait: thick fingers miss twice."""

PIN_WAIT_FIRST_S: Final = 30
"""The first wait; it doubles with each further wrong PIN."""

PIN_WAIT_MAX_S: Final = 3600
"""The longest wait: 24 guesses a day, so four digits last a year on average."""

PIN_FORGET_S: Final = 24 * 3600
"""A day after the last wrong PIN its address starts anew."""

PIN_ADDRESSES_MAX: Final = 1024
"""Addresses and browsers whose wrong PINs are remembered, the latest; all share a count besides."""

KIOSK_SESSION_S: Final = 400 * 24 * 3600
"""A tablet on the wall is signed in once a year. Browsers keep a cookie no longer."""

MEMBER_SESSION_S: Final = 14 * 24 * 3600
"""Someone who works every other week need not sign in each time."""

ADMIN_SESSION_S: Final = 4 * 3600
"""An evening of settings; a tablet that was left lying is not an admin's the next day."""

PAGES_KEPT: Final = 64
"""Drawn pages kept until something changes: what all screens of a place show, twice over."""

PAGE_KEPT_CHARS_MAX: Final = 512 * 1024
"""A longer page is drawn each time, so that all that are kept stay below 32 MB."""

VISITORS_MAX: Final = 700
"""Sockets at the door for people: all that follow (`LISTENERS_MAX`, `LIVE_READERS_MAX`) and some
that ask. With the links to neighbours this stays below the 1,024 files a program may open."""

VISITORS_PER_ADDRESS_MAX: Final = 128
"""Of these one address may have: twenty browsers of six sockets behind one router. So it takes six
addresses to fill the hall, and what asks nothing is out after ten seconds."""

VISITORS_KEPT_FOR_HERE: Final = 32
"""Of these the last ones, for this machine: the admin at the box, and a proxy on it."""

VISITOR_ASKS_S: Final = 10
"""From the first packet to a whole question: as long as a neighbour gets (`PROOF_S`)."""

VISITOR_IDLE_S: Final = 150
"""How long a socket is kept between two questions: longer than a proxy keeps one (Caddy: 120 s), so
that none sends a question into a socket that is just being closed."""

LIVE_READERS_MAX: Final = 256
"""Browsers that follow the pages at once, each a socket: a wijk's evening has dozens."""

LIVE_PER_ADDRESS_MAX: Final = 64
"""Of these one address may have: ten browsers of six tabs behind one router. A quarter of all, so
that no single visitor keeps the others from following."""

LIVE_STILL_S: Final = 15
"""Between signs of life to a browser: a proxy forgets a quiet one after 30 seconds."""

DATES_CHARS_MAX: Final = 12 * SCHEDULE_DATES_MAX
"""What is typed in a field of dates: each has ten letters, and a comma and a space behind it."""

EQUIPMENT_CHARS_MAX: Final = (TITLE_CHARS_MAX + 2) * LIST_MAX
"""What is typed about what a room has: a whole list, with commas between."""

CARD_CHARS_MAX: Final = 400
"""The words of a paper card as people type them: 24 of at most eight letters, and some spaces."""

INVITE_CHARS_MAX: Final = 4 * 1024
"""An invite as it is pasted: two keys, a name and eight addresses take 2,000 letters at most."""

# --- Calling ------------------------------------------------------------------------------------

LINKS_MAX: Final = 64
"""Links to other nodes at once. Every member of a wijk of dozens; a Pi carries that."""

STRANGER_LINKS_MAX: Final = 8
"""Of these links those to boxes that are not in: some that ask to come in, and some that were put
out and read why. A member never waits for them."""

DIALS_AT_ONCE_MAX: Final = 8
"""Dials under way at once, so that a list of dead addresses does not fill the network."""

ADDRESS_BOOK_MAX: Final = 1024
"""Addresses remembered: a few for each of a hundred boxes, and what strangers shout on the LAN."""

BACKOFF_FIRST_MS: Final = 500
"""After a first failed dial: a box that restarts is back in a second or two."""

BACKOFF_MAX_MS: Final = 60_000
"""Between dials of a box that stays away: it is found within a minute after it returns."""

QUIET_MS: Final = 500
"""After the last change both ends compare roots: soon enough for a screen, seldom enough to be
free."""

COMPARE_MS: Final = 60_000
"""Between comparisons when nothing seems to happen; the guarantee behind the pushes."""

PUSH_BYTES_MAX: Final = 64 * 1024
"""A larger gain is not pushed but compared: whoever has half of it need not get it twice."""

# --- Other wijken -------------------------------------------------------------------------------

LINK_DAYS: Final = 60
"""Coming days that a linked wijk sees: as many as a feed has."""

LINK_ROWS_MAX: Final = 2_000
"""Dates or hours on a page for a linked wijk: thirty a day for sixty days."""

LINK_PAGE_BYTES_MAX: Final = 1024 * 1024
"""A page for a linked wijk. 2,000 dates take 300 KB; cards and words of thirty places 250 KB."""

LINK_STATEMENTS_MAX: Final = 4_096
"""Statements on such a page: forty places that each said a word about each other. Each signature
takes a Pi 0.5 ms the first time."""

LINK_AHEAD_MS: Final = 24 * 60 * 60 * 1000
"""How far ahead the clock of another wijk may be; a page from further ahead would shut out all that
come after it."""

LINK_ADDRESS_CHARS_MAX: Final = 200
"""The address of a page of a box, as people copy it. In the address of a question about it each
letter may take twelve, and a web server reads 8,000."""

LINK_ADDRESSES_MAX: Final = 32
"""Addresses that are asked for one linked wijk: one for each of its places."""

LINK_FETCH_S: Final = 10
"""Fetching one page: 1 MB over a slow line. It is tried again soon enough."""

LINK_EVERY_S: Final = 15 * 60
"""Between two fetches from one address. An agenda changes a few times a day."""

LINK_AGAIN_S: Final = 60
"""The same when nothing good came from an address: the other wijk may be saying its word at this
moment. It doubles until it is as seldom as the others."""

LINK_SHOWN_MS: Final = 60 * 1000
"""How long a page serves whoever asks again while nothing changes: making one takes a Pi a tenth of
a second, and strangers may ask."""

OTHER_WIJK_BYTES_MAX: Final = 4 * 1024
"""What a box says of its wijk to whoever asks: a name, an id and a number."""

# --- Pairing ------------------------------------------------------------------------------------

INVITES_MAX: Final = 3
"""Invites that wait at once: an evening on which three places join is a good evening."""

INVITE_MS: Final = 24 * 60 * 60 * 1000
"""How long an invite works, in running time of the box that made it: until tomorrow evening."""

EVENT_KEYS_MAX: Final = 100
"""Record keys named in one event; a screen that hears of more reads the list again."""

TIDY_MS: Final = 10 * 60 * 1000
"""Between rounds of housekeeping: invites grow older, a few snapshots are written."""

READ_AHEAD_AFTER_S: Final = 20
"""From the start until what is on disk is read for the first page: neighbours come first."""

FRESHEN_AT_ONCE: Final = 1
"""Snapshots written in one step: each takes about 30 ms for a thousand records."""

# --- Running ------------------------------------------------------------------------------------

INBOX_MAX: Final = 256
"""Inputs that wait for the core. When it is full readers wait, and TCP slows the peers: at most
256 frames, 64 MB when all are of the largest size."""

BATCH_MAX: Final = 256
"""Inputs that share one transaction: a flush takes 1 ms on a desk and 10 on an SD card, so many
edits a second need to share them."""

LINK_WAITING_BYTES: Final = 1024 * 1024
"""Frames of one link that wait for the core, so that one peer never fills the inbox; what is on
credit may all be there."""

OUTBOX_BYTES: Final = 1024 * 1024
"""Beyond this live pushes to a slow peer are left out; it will compare instead."""

OUTBOX_BYTES_MAX: Final = 8 * 1024 * 1024
"""Beyond this a peer is cut off: it has credit for 1 MB, so the rest are its own questions."""

HEARD_KEPT_MS: Final = 60 * 60 * 1000
"""How far the disk may be behind on when a neighbour was last heard, while it is there: days are
told, and a memory card that is written to every minute wears out."""

EVENTS_KEPT: Final = 1024
"""Events a reader may have missed: half an hour of a busy evening."""

EVENTS_QUEUED_MAX: Final = 1024
"""Events that wait for one reader; a browser that is so far behind reads the page again."""

REQUEST_BYTES_MAX: Final = 256 * 1024
"""One HTTP request: four times the largest change that could come of it."""

LISTENERS_MAX: Final = 400
"""Who follow the events at once: a screen at every door and a tab of every volunteer. Each costs
about 100 KB with its socket."""

HEARTBEAT_S: Final = 15
"""Silence after which a follower hears that we are still there; proxies hang up after 30."""

POLL_S: Final = 25
"""How long a long poll waits at most; below the 30 seconds of most clients."""

ANSWERS_KEPT: Final = 128
"""Answers remembered until something changes: the questions all screens of a wijk ask."""

ANSWER_KEPT_BYTES_MAX: Final = 256 * 1024
"""A longer answer is not remembered, so that all of them stay below 32 MB."""

ANSWER_PLAIN_BYTES_MAX: Final = 1024
"""Longer answers are deflated when the caller takes that; shorter ones fit in a packet anyway."""

TOKENS_MAX: Final = 100
"""Tokens at once: a screen, a website and a script for each of a dozen rooms, and then some."""

READS_PER_S: Final = 50
"""Questions one caller may ask in the long run: forty screens behind one router, each once a
second. This box's own command line has no bound."""

READS_BURST: Final = 500
"""Questions at once after a rest: all screens of a building after a power cut."""

QUESTION_BYTES: Final = 16 * 1024
"""An answer that had to be made counts as a question for each so many bytes. They take 1 ms, so one
caller keeps a desk busy for 5 % of the time, and a Pi for half of it."""

PUBLIC_DAYS_MAX: Final = 400
"""Days one question without a token may span: this year of a website, and the next summer."""

PUBLIC_DATES_MAX: Final = 2_000
"""Dates in an answer without a token: a month of a wijk that has sixty a day. They take 0.6 MB."""

AGENDA_SLICE_DAYS: Final = 31
"""A longer window is looked up in parts of a month, each 15 ms in a busy wijk; others get their
answers in between."""

WRITES_PER_S: Final = 20
"""Orders one token may give in the long run (protocol.md section 10)."""

WRITES_BURST: Final = 100
"""Orders at once after a rest: a term of a course."""

WRONG_TOKENS_PER_S: Final = 0.1
"""Wrong tokens from one address in the long run. A token is not found by trying; this keeps the log
and the box quiet."""

WRONG_TOKENS_BURST: Final = 20
"""Wrong tokens at once: a few programs with an old token behind one router."""

CALLERS_REMEMBERED: Final = 4096
"""Callers whose rate is known: 1 MB. More than there are addresses in a neighbourhood's network."""

DISK_FREE_BYTES_MIN: Final = 200_000_000
"""Free space below which an admin is warned: a year of a wijk, and room for a backup beside it."""

BACKUP_DAYS_MAX: Final = 31
"""Age of a backup after which the doctor warns: what is only here are names of people, which change
a little every month."""
