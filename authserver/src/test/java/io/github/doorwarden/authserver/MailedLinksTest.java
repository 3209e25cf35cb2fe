package io.github.doorwarden.authserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.github.doorwarden.authserver.People.Person;
import io.github.doorwarden.tidy.Covers;
import io.github.doorwarden.tidy.Polling;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/// Sign-in links over a real mail server on loopback.
class MailedLinksTest {

    private static final URI LINK = URI.create("https://door.example.org/link?token=" + "s".repeat(43));
    private static final Person ADA = new Person("person_1", "ada@example.org", "Ada Lovelace", false);

    private final GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private Level level;

    @TempDir
    Path folder;

    @BeforeEach
    void start() {
        server.setUser("door", "door", "s3cret");
        server.start();
        log.start();
        level = root.getLevel();
        root.setLevel(Level.TRACE);
        root.addAppender(log);
    }

    @AfterEach
    void stop() {
        root.detachAppender(log);
        root.setLevel(level);
        server.stop();
    }

    private MailedLinks links(int port, MailSettings.Security security) {
        return new MailedLinks(new MailSettings("127.0.0.1", port, security, Optional.of("door"),
                Optional.of("s3cret"), "door@example.org"), "Lesson Marketplace", InstantSource.system());
    }

    private boolean logged(String text) {
        synchronized (log) {
            return log.list.stream().toList().stream().anyMatch(line -> (line.getFormattedMessage()
                    + line.getKeyValuePairs()).contains(text));
        }
    }

    @Test
    @Covers("T19")
    void theLinkArrivesAndStandsInNoLog() throws Exception {
        links(server.getSmtp().getPort(), MailSettings.Security.NONE).send(ADA, LINK);
        assertTrue(server.waitForIncomingEmail(10_000, 1));
        var mail = server.getReceivedMessages()[0];
        assertEquals("Your sign-in link for Lesson Marketplace", mail.getSubject());
        assertEquals("ada@example.org", mail.getAllRecipients()[0].toString());
        assertTrue(mail.getContent().toString().contains(LINK.toString()));
        assertTrue(mail.getContent().toString().contains("If you did not ask for it"));
        assertFalse(ours("token="), "the link");
        assertFalse(ours("s3cret"), "the password");
    }

    /// GreenMail is the other side of the wire, and logs what it reads.
    private boolean ours(String text) {
        synchronized (log) {
            return log.list.stream().toList().stream()
                    .filter(line -> !line.getLoggerName().startsWith("com.icegreen"))
                    .anyMatch(line -> (line.getFormattedMessage() + line.getKeyValuePairs()).contains(text));
        }
    }

    @Test
    void nothingIsSentWithoutTheTlsThatWasAskedFor() throws Exception {
        links(server.getSmtp().getPort(), MailSettings.Security.STARTTLS).send(ADA, LINK);
        awaitLog("could not be sent");
        assertEquals(0, server.getReceivedMessages().length);
        assertFalse(ours("token="));
    }

    private void awaitLog(String text) {
        var end = System.nanoTime() + 10_000_000_000L;
        while (!logged(text)) {
            assertTrue(System.nanoTime() < end, "nothing was logged");
            Polling.pause();
        }
    }

    @Test
    @Covers("T17")
    void withoutMailAndOutsideDevelopmentThereIsNoButtonAndNoRoute() {
        try (var house = new House(folder, false, House.shop())) {
            var visitor = new Visitor(house);
            assertFalse(Visitor.html(visitor.get("/login")).contains("Send me"));
            assertEquals(404, visitor.post("/login/link", "email=ada@example.org").status());
            assertEquals(404, visitor.get("/link?token=x").status());
        }
    }
}
