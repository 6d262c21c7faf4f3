"""One mail over a line to the mail server, so that what became of it is known whenever it can be known."""

from __future__ import annotations

import re
import smtplib
import socket
import threading
import time
from functools import partial

from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend

SHORTEST_TIMEOUT = 0.05


class ServerTrouble(Exception):
    """The server cannot be used now, and no mail has been given to it."""


class LineBroken(Exception):
    """The line broke before the mail's end: the server has not taken it."""


class Refused(Exception):
    """The server does not take the mail: for good, or for now."""

    def __init__(self, reason: str, *, is_final: bool) -> None:
        super().__init__(reason)
        self.is_final = is_final


class OutcomeUnknown(Exception):
    """The whole mail was given, and no answer came: the server may have taken it."""


class _CutLine(smtplib.SMTP):
    """A line that is cut when its time is up, whatever the server does: one that sends a letter now and then never
    lets a timeout pass."""

    def __init__(self, *args: object, seconds: float, **kwargs: object) -> None:
        self.clock = threading.Timer(seconds, self.cut)
        self.clock.daemon = True
        self.clock.start()
        super().__init__(*args, **kwargs)

    def cut(self) -> None:
        if self.sock is not None:
            try:
                # TLS sockets have a shutdown of their own, which another thread must not call in the middle of a read.
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)
            except OSError:
                return

    def close(self) -> None:
        self.clock.cancel()
        super().close()


class _CutTLSLine(_CutLine, smtplib.SMTP_SSL):
    """The same with TLS from the beginning."""


class _Transport(EmailBackend):
    """Django's own opening of a line (TLS, password), of a line that is cut at its time."""

    def __init__(self, seconds: float) -> None:
        super().__init__(timeout=max(SHORTEST_TIMEOUT, min(settings.EMAIL_TIMEOUT, seconds)))
        self.seconds = seconds

    @property
    def connection_class(self) -> partial[_CutLine]:
        return partial(_CutTLSLine if self.use_ssl else _CutLine, seconds=self.seconds)


class Line:
    """A line to the mail server of the settings, opened by the first mail and again after any trouble."""

    def __init__(self, deadline: float) -> None:
        """Take the moment of the monotonic clock at which the line is cut."""
        self.deadline = deadline
        self._transport: _Transport | None = None

    def open(self) -> None:
        """Open the line if it is not. Raises ServerTrouble."""
        if self._transport is not None:
            return
        transport = _Transport(self.seconds_left)
        try:
            transport.open()
            transport.connection.ehlo_or_helo_if_needed()
        except (OSError, ValueError) as error:
            _close(transport)
            raise ServerTrouble(_words_of(error)) from error
        self._transport = transport

    @property
    def seconds_left(self) -> float:
        return max(0, self.deadline - time.monotonic())

    def give(self, sender: str, recipient: str, content: bytes) -> None:
        """Give one mail to the server, over an open line. Raises LineBroken, Refused and OutcomeUnknown."""
        if self._transport is None:
            raise LineBroken("The line is not open.")
        server = self._transport.connection
        try:
            _accept(server.mail(sender), "MAIL", may_be_final=False)
            _accept(server.rcpt(recipient), "RCPT")
            _accept(server.docmd("DATA"), "DATA", wanted=3)
            # A long text may take its time, and the server may look through it for as long as this run has.
            server.sock.settimeout(max(SHORTEST_TIMEOUT, self.seconds_left))
            server.send(_as_data(content))
        except OSError as error:
            raise LineBroken(_words_of(error)) from error
        try:
            answer = server.getreply()
            server.sock.settimeout(self._transport.timeout)
        except OSError as error:
            raise OutcomeUnknown(_words_of(error)) from error
        if not 200 <= answer[0] < 600:
            raise OutcomeUnknown(_words_of_answer(answer))
        _accept(answer, "the mail")

    def close(self) -> None:
        """Close the line; the next mail opens another."""
        if self._transport is not None:
            _close(self._transport)
            self._transport = None


def _close(transport: _Transport) -> None:
    try:
        transport.close()
    except OSError:
        return


def _accept(answer: tuple[int, bytes], step: str, *, wanted: int = 2, may_be_final: bool = True) -> None:
    """Raise Refused unless the server says yes. That our own address is refused is no fault of a mail: it waits."""
    kind = answer[0] // 100
    if kind != wanted:
        raise Refused(f"{step}: {_words_of_answer(answer)}", is_final=may_be_final and kind == 5)


def _words_of_answer(answer: tuple[int, bytes]) -> str:
    return f"{answer[0]} {answer[1].decode(errors='replace')}"


def _words_of(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _as_data(content: bytes) -> bytes:
    """Return a mail as it follows DATA (RFC 5321, 4.5.2): lines that begin with a full stop get a second one."""
    stuffed = re.sub(rb"(?m)^\.", b"..", content)
    return stuffed + (b"" if stuffed.endswith(b"\r\n") else b"\r\n") + b".\r\n"
