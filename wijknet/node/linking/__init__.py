"""Links with other wijken (docs/decisions/0013): what we show them, and what they show us.

`links` is the one that is asked and that asks; `visiting` speaks with a box elsewhere, `kept` is
what came from there and how it lies on disk, `showing` makes the page of our own place.
"""
