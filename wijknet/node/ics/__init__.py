"""iCalendar (RFC 5545): feeds of what the wijk plans, and calendars of others taken over.

From the bytes up: `spelling` finds the components in a file, `dialect` is the one door to the
`icalendar` package, `zones` and `rules` understand times and repetitions, `series` puts the events
of one name together, `importing` writes them. `writing` and `feeds` go the other way.
"""
