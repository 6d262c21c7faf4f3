"""A mail server of this machine that gets into every kind of trouble, on aiosmtpd."""

from __future__ import annotations

import asyncio
import socket
from contextlib import contextmanager
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

TOO_LONG = 60
"""Seconds that no test waits."""


class MailServer:
    """Takes mails into ``taken``; ``trouble`` names what happens instead, for everybody or ``troubled_address``.

    The port stays the same while the server is stopped and started.
    """

    def __init__(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.taken = []
        self.connections = 0
        self.trouble = ""
        self.troubled_address = ""
        self.thinks = TOO_LONG
        self._controller = None

    def start(self, *, wants_password=False):
        self._controller = _Controller(self, wants_password)
        self._controller.start()
        # The controller has tried the port.
        self.connections = 0

    def stop(self):
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def meets(self, trouble, address=None):
        return self.trouble == trouble and (not self.troubled_address or address == self.troubled_address)

    @property
    def addresses(self):
        return [envelope.rcpt_tos[0] for envelope in self.taken]

    def messages(self):
        return [message_from_bytes(envelope.original_content, policy=policy.default) for envelope in self.taken]


class _Handler:
    def __init__(self, server):
        self.server = server

    async def handle_MAIL(self, server, session, envelope, address, options):
        if self.server.meets("hangs at MAIL"):
            await asyncio.sleep(TOO_LONG)
        if self.server.meets("refuses our address"):
            return "553 not yours"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.server.meets("refuses for good", address):
            return f"550 no such user: {address}"
        if self.server.meets("refuses for now", address):
            return "451 later"
        if self.server.meets("closes down", address):
            return "421 closing"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        address = envelope.rcpt_tos[0]
        if self.server.meets("refuses the text for now", address):
            return "452 disk full"
        if self.server.meets("refuses the text for good", address):
            return "554 spam"
        self.server.taken.append(envelope)
        if self.server.meets("breaks after the text", address):
            server.transport.abort()
            return "250 nobody hears this"
        if self.server.meets("thinks", address):
            await asyncio.sleep(self.server.thinks)
        return "250 OK"


class _Session(SMTP):
    def connection_made(self, transport):
        self.event_handler.server.connections += 1
        super().connection_made(transport)

    async def _handle_client(self):
        if self.event_handler.server.meets("says nothing"):
            await asyncio.sleep(TOO_LONG)
        if self.event_handler.server.meets("drips"):
            for _second in range(TOO_LONG * 20):
                await asyncio.sleep(0.05)
                self._writer.write(b"2")
        await super()._handle_client()

    async def smtp_DATA(self, arg):
        if self.event_handler.server.meets("breaks in the text"):
            await self.push("354 go on")
            self.transport.abort()
            return
        await super().smtp_DATA(arg)


class _Controller(Controller):
    def __init__(self, server, wants_password):
        self._wants_password = wants_password
        super().__init__(_Handler(server), hostname="127.0.0.1", port=server.port, ready_timeout=10)

    def factory(self):
        password = {}
        if self._wants_password:
            password = {"authenticator": _refuse, "auth_required": True, "auth_require_tls": False}
        return _Session(self.handler, loop=self.loop, data_size_limit=100_000_000, **password)


def _refuse(server, session, envelope, mechanism, data):
    return AuthResult(success=False, handled=False)


@contextmanager
def running(**options):
    server = MailServer()
    server.start(**options)
    try:
        yield server
    finally:
        server.stop()
