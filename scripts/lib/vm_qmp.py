# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""QEMU's control socket."""

import json
import select
import time

LIMIT = 120      # seconds for an answer or an event


class Refused(Exception):
    """QEMU does not do what it is asked for; the text is its own."""


class Qmp:
    """Commands and events, one at a time."""

    def __init__(self, line):
        """line: a connected socket."""
        self.line = line
        self.rest = b""
        self.events = []
        self._next(lambda message: "QMP" in message)
        self.ask("qmp_capabilities")

    def _read(self, until):
        """@return the next message, None if the time is over."""
        while b"\n" not in self.rest:
            left = until - time.monotonic()
            if left <= 0 or not select.select([self.line], [], [], left)[0]:
                return None
            data = self.line.recv(65536)
            if not data:
                raise Refused("QEMU has closed its control socket")
            self.rest += data
        line, self.rest = self.rest.split(b"\n", 1)
        return json.loads(line)

    def _next(self, wanted, limit=LIMIT):
        until = time.monotonic() + limit
        while True:
            message = self._read(until)
            if message is None:
                raise Refused(f"QEMU does not answer within {limit} s")
            if "event" in message:
                self.events.append(message)
            if wanted(message):
                return message

    def ask(self, command, **arguments):
        """@return what the command returns."""
        text = json.dumps({"execute": command, "arguments": arguments})
        self.line.sendall(text.encode() + b"\n")
        answer = self._next(lambda message: "return" in message or "error" in message)
        if "error" in answer:
            raise Refused(answer["error"]["desc"])
        return answer["return"]

    def wait_deleted(self, device):
        """Until a device that was asked to go is gone."""
        def gone(message):
            return (message.get("event") == "DEVICE_DELETED" and
                    message["data"].get("device") == device)
        if not any(gone(event) for event in self.events):
            self._next(gone)
        self.events = [event for event in self.events if not gone(event)]

    def close(self):
        self.line.close()
