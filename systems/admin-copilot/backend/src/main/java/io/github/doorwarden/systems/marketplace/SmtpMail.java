package io.github.doorwarden.systems.marketplace;

import io.github.doorwarden.systems.backend.Environment;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;

/// Sends by SMTP, with TLS unless the server is this very machine. Keeps its connection until it is closed.
final class SmtpMail implements Mail {

    private final Session session;
    private final URI server;
    private Transport transport;

    /// @param server `smtp://[user:password@]host[:port]` (STARTTLS) or `smtps://…` (TLS from the first byte)
    SmtpMail(URI server) {
        this.server = server;
        var scheme = server.getScheme();
        var timeout = String.valueOf(Limits.SMTP_TIMEOUT.toMillis());
        var settings = new Properties();
        settings.put("mail.transport.protocol", scheme);
        settings.put("mail." + scheme + ".connectiontimeout", timeout);
        settings.put("mail." + scheme + ".timeout", timeout);
        settings.put("mail." + scheme + ".writetimeout", timeout);
        settings.put("mail." + scheme + ".ssl.checkserveridentity", "true");
        settings.put("mail.smtp.starttls.enable", "true");
        settings.put("mail.smtp.starttls.required", String.valueOf(!Environment.loopback(server)));
        session = Session.getInstance(settings);
    }

    @Override
    public void send(Letter letter) throws Closed, Undeliverable {
        connect();
        try {
            var mime = letter.mime(session);
            transport.sendMessage(mime, mime.getAllRecipients());
        } catch (SendFailedException e) {
            throw refused(e);
        } catch (MessagingException e) {
            close();
            throw new Closed("the mail server broke off", e);
        }
    }

    private void connect() throws Closed {
        if (transport != null && transport.isConnected()) {
            return;
        }
        try {
            transport = session.getTransport();
            var user = server.getRawUserInfo();
            if (user == null) {
                transport.connect(server.getHost(), server.getPort(), null, null);
            } else {
                var colon = user.indexOf(':');
                transport.connect(server.getHost(), server.getPort(), plain(colon < 0 ? user : user.substring(0,
                        colon)),
                        colon < 0 ? "" : plain(user.substring(colon + 1)));
            }
        } catch (MessagingException e) {
            close();
            throw new Closed("the mail server cannot be reached", e);
        }
    }

    private static String plain(String encoded) {
        return URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /// 5xx is for good (RFC 5321 §4.2.1), anything else worth another try.
    private static Undeliverable refused(SendFailedException e) {
        var code = 0;
        for (Exception cause = e; cause instanceof MessagingException next && code == 0; cause = next.getNextException(
                )) {
            code = switch (cause) {
                case SMTPAddressFailedException address -> address.getReturnCode();
                case SMTPSendFailedException send when !(send.getNextException(
                        ) instanceof SMTPAddressFailedException) -> send.getReturnCode();
                default -> 0;
            };
        }
        return new Undeliverable("the mail server refused the message" + (code == 0 ? "" : " (" + code + ")"),
                code >= 500, e);
    }

    @Override
    public void close() {
        try {
            if (transport != null) {
                transport.close();
            }
        } catch (MessagingException alreadyGone) {
            // nothing is lost: every letter was taken over or will be tried again
        } finally {
            transport = null;
        }
    }
}
