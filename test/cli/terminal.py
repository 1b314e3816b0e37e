"""Runs a program on a pseudo-terminal and does what a person would: waits until something is seen, types, waits.

usage: terminal.py '["program", "argument", ...]' '[{"see": "=> "}, {"type": "select 1;\\r"}, ...]'
Prints everything that was seen, and ends with the program's status; a step that waits in vain ends with 99.
"""

import fcntl
import json
import os
import pty
import select
import struct
import sys
import termios
import time

# Machines are busy at times.
WAIT_SECONDS = 100


def main():
    command, steps = json.loads(sys.argv[1]), json.loads(sys.argv[2])
    child, terminal = pty.fork()
    if child == 0:
        os.execvp(command[0], command)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
    seen = bytearray()
    searched = 0

    def read(seconds):
        ready, _, _ = select.select([terminal], [], [], seconds)
        if not ready:
            return True
        try:
            piece = os.read(terminal, 65536)
        except OSError:
            return False
        seen.extend(piece)
        return len(piece) > 0

    failed = False
    for step in steps:
        if "type" in step:
            os.write(terminal, step["type"].encode())
            continue
        end = time.monotonic() + step.get("waitMs", WAIT_SECONDS * 1000) / 1000
        wanted = step.get("see", "").encode()
        while True:
            if wanted:
                at = seen.find(wanted, searched)
                if at >= 0:
                    searched = at + len(wanted)
                    break
            left = end - time.monotonic()
            if left <= 0 or not read(min(left, 0.2)):
                if wanted:
                    failed = True
                break
        if failed:
            sys.stderr.write("not seen: %r\nseen: %r\n" % (wanted, bytes(seen)))
            break
    end = time.monotonic() + (0 if failed else WAIT_SECONDS)
    while time.monotonic() < end and read(0.2):
        if os.waitpid(child, os.WNOHANG)[0] != 0:
            child = 0
            while read(0.05) and time.monotonic() < end and select.select([terminal], [], [], 0.05)[0]:
                pass
            break
    if child != 0:
        os.kill(child, 9)
    sys.stdout.buffer.write(seen)
    sys.exit(99 if failed else 0)


main()
