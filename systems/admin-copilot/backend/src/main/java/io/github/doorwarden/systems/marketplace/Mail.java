package io.github.doorwarden.systems.marketplace;

import io.github.doorwarden.systems.backend.Digests;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.time.Instant;
import java.util.Date;
import java.util.Properties;

/// Where letters go out. Used by one thread at a time. Handing over the same letter twice is harmless to its reader:
/// its Message-ID is that of the invitation.
sealed interface Mail extends AutoCloseable permits SmtpMail, OutboxMail {

    /// @param id unguessable and the letter's own; safe as a file name
    record Letter(String id, String from, String to, String subject, String text, Instant at) {

        MimeMessage mime(Session session) throws MessagingException {
            var message = new MimeMessage(session) {
                @Override
                protected void updateMessageID() throws MessagingException {
                    // Derived from the id but not the id itself, which is the secret of the link.
                    setHeader("Message-ID", "<" + Digests.sha256(id).substring(0, 32) + "@instainstru.example>");
                }
            };
            message.setFrom(new InternetAddress(from));
            message.setRecipient(Message.RecipientType.TO, new InternetAddress(to));
            message.setSubject(subject, "UTF-8");
            message.setText(text, "UTF-8");
            message.setSentDate(Date.from(at));
            message.saveChanges();
            return message;
        }

        static Session offline() {
            return Session.getInstance(new Properties());
        }
    }

    /// The post office is closed for everybody just now; try all letters later.
    final class Closed extends Exception {

        private static final long serialVersionUID = 1;

        Closed(String reason, Throwable cause) {
            super(reason, cause);
        }
    }

    /// This letter cannot be delivered.
    final class Undeliverable extends Exception {

        private static final long serialVersionUID = 1;
        final boolean forGood;

        Undeliverable(String reason, boolean forGood, Throwable cause) {
            super(reason, cause);
            this.forGood = forGood;
        }
    }

    /// Returns once the letter is taken over for good.
    void send(Letter letter) throws Closed, Undeliverable;

    /// Nothing to send for now: lets go of connections.
    @Override
    void close();
}
