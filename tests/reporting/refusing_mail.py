"""A mail backend that refuses one address, as a server does, and keeps the other mails in memory."""

from smtplib import SMTPRecipientsRefused

from django.core.mail.backends.locmem import EmailBackend


class RefusesRoleAddress(EmailBackend):
    def send_messages(self, messages):
        for message in messages:
            if message.to == ["seniorineuvola@example.fi"]:
                raise SMTPRecipientsRefused({message.to[0]: (550, b"No such user")})
        return super().send_messages(messages)
