"""Runs one Synapse whose clock can be set, so that a conversation of days can be had in a minute.

usage: homeserver.py CLOCK SYNAPSE-ARGUMENTS...

CLOCK is a file with a number of milliseconds that is added to the time; without the file the clock is right.
"""

import os
import sys

from synapse.app.homeserver import main
from synapse.util.clock import Clock


def settable(clock, right_time):
    known = {"stamp": None, "offset": 0}

    def time_msec(self):
        try:
            stamp = os.stat(clock).st_mtime_ns
            if stamp != known["stamp"]:
                with open(clock, encoding="ascii") as file:
                    known["offset"] = int(file.read())
                known["stamp"] = stamp
        except FileNotFoundError:
            known.update(stamp=None, offset=0)
        return right_time(self) + known["offset"]

    return time_msec


Clock.time_msec = settable(sys.argv.pop(1), Clock.time_msec)
main()
