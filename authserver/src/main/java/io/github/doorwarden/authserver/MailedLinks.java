package io.github.doorwarden.authserver;

import io.github.doorwarden.authserver.People.Person;
import jakarta.mail.Authenticator;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.PasswordAuthentication;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.Properties;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sign-in links by mail (SMTP). A message is sent in the background, so that asking takes as long for an address that
/// somebody has as for one that nobody has; when it cannot be sent, the log says so, without the link. Safe for many
/// threads.
public final class MailedLinks implements LinkSender {

    private static final Logger LOG = LoggerFactory.getLogger(MailedLinks.class);

    private final Session session;
    private final String from;
    private final String site;
    private final InstantSource clock;
    private final Semaphore places = new Semaphore(BrowserLimits.MAILS_AT_ONCE);

    /// @param site the deployment's name, for the subject
    public MailedLinks(MailSettings settings, String site, InstantSource clock) {
        this.session = session(settings);
        this.from = settings.from();
        this.site = Text.clean(site, BrowserLimits.NAME_CHARS);
        this.clock = clock;
    }

    private static Session session(MailSettings settings) {
        var all = new Properties();
        var millis = Long.toString(BrowserLimits.MAIL_WAIT.toMillis());
        all.put("mail.transport.protocol", "smtp");
        all.put("mail.smtp.host", settings.host());
        all.put("mail.smtp.port", Integer.toString(settings.port()));
        all.put("mail.smtp.connectiontimeout", millis);
        all.put("mail.smtp.timeout", millis);
        all.put("mail.smtp.writetimeout", millis);
        all.put("mail.smtp.auth", Boolean.toString(settings.user().isPresent()));
        all.put("mail.smtp.starttls.required", Boolean.toString(settings.security() == MailSettings.Security.STARTTLS));
        all.put("mail.smtp.starttls.enable", Boolean.toString(settings.security() == MailSettings.Security.STARTTLS));
        all.put("mail.smtp.ssl.enable", Boolean.toString(settings.security() == MailSettings.Security.TLS));
        all.put("mail.smtp.ssl.checkserveridentity", "true");
        return Session.getInstance(all, settings.user().isEmpty() ? null : new Authenticator() {
            @Override
            protected PasswordAuthentication getPasswordAuthentication() {
                return new PasswordAuthentication(settings.user().get(), settings.secret().orElse(""));
            }
        });
    }

    @Override
    public void send(Person to, URI link) {
        send(to, link, "open this link in the browser in which you asked for it:");
    }

    @Override
    public void sendForProgram(Person to, URI link) {
        send(to, link, "copy this link into the program in which you asked for it:");
    }

    private void send(Person to, URI link, String what) {
        if (!places.tryAcquire()) {
            LOG.atWarn().addKeyValue("person", to.id()).log("A sign-in link was not sent: too many are on their way. "
                    + "Look whether the mail server answers.");
            return;
        }
        var now = clock.instant();
        Thread.ofVirtual().name("mail").start(() -> {
            try {
                Transport.send(message(to, link, what, now));
            } catch (MessagingException | RuntimeException e) {
                // Its class alone: servers put what they like into the text.
                LOG.atWarn().addKeyValue("person", to.id()).addKeyValue("reason", e.getClass().getSimpleName())
                        .log("A sign-in link could not be sent. Check authorization.mail and the mail server.");
            } finally {
                places.release();
            }
        });
    }

    private MimeMessage message(Person to, URI link, String what, Instant now) throws MessagingException {
        var message = new MimeMessage(session);
        message.setFrom(new InternetAddress(from));
        message.setRecipient(Message.RecipientType.TO, new InternetAddress(to.email()));
        message.setSubject("Your sign-in link for " + site, StandardCharsets.UTF_8.name());
        message.setSentDate(Date.from(now));
        message.setHeader("Auto-Submitted", "auto-generated");
        message.setText("Hello " + to.name() + ",\n\n" + what + "\n\n" + link
                + "\n\nIt works once, for a short time, and only there. If you did not ask for it, delete this "
                + "message: "
                + "nobody can do anything with it elsewhere.\n", StandardCharsets.UTF_8.name());
        return message;
    }
}
