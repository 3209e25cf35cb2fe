package io.github.doorwarden.systems.marketplace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.github.doorwarden.systems.backend.Eventually;
import io.github.doorwarden.systems.backend.Json;
import jakarta.mail.MessagingException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Letters on their way: a real mail server, one that is down, one that refuses, and processes that die in between.
class DeliveryTest {

    private Bed bed;
    private GreenMail post;

    @BeforeEach
    void start() throws IOException {
        bed = new Bed();
        post = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        post.start();
    }

    @AfterEach
    void stop() throws IOException {
        bed.close();
        post.stop();
    }

    private Optional<URI> smtp() {
        return Optional.of(URI.create("smtp://127.0.0.1:" + post.getSmtp().getPort()));
    }

    private JsonNode send(String... emails) {
        var preview = bed.post("invites/preview", Map.of("emails", List.of(emails), "note", "Grüße aus Brooklyn"))
                .body();
        var sent = bed.post("invites/send", Map.of("confirmation", preview.path("confirmation").asString(),
                "batch_digest",
                preview.path("batch_digest").asString()));
        assertEquals(200, sent.status(), sent.detail());
        return sent.body();
    }

    private List<String> states() {
        return bed.rows("SELECT delivery FROM invitation WHERE batch IS NOT NULL ORDER BY rowid").stream()
                .map(List::getFirst).toList();
    }

    private boolean arrive(int count) {
        return post.waitForIncomingEmail(10_000, count);
    }

    @Test
    void lettersGoOutBySmtpOneToEach() throws Exception {
        bed.restart(smtp());
        var sent = send("one@example.com", "two@example.com", "three@example.com");
        assertEquals(3, sent.path("sent").asInt(), sent.toString());
        var letters = Arrays.asList(post.getReceivedMessages());
        assertEquals(3, letters.size());
        var links = new TreeSet<String>();
        for (var letter : letters) {
            var text = letter.getContent().toString();
            assertTrue(text.contains("Grüße aus Brooklyn"), text);
            links.add(text.substring(text.indexOf("https://")).lines().findFirst().orElseThrow());
            assertEquals(1, letter.getAllRecipients().length);
        }
        assertEquals(3, links.size());
        assertEquals(List.of(), bed.outbox());
    }

    @Test
    void aDeadServerDelaysButLosesNothing() throws Exception {
        bed.restart(Optional.of(URI.create("smtp://127.0.0.1:" + closedPort())));
        var sent = send("one@example.com", "two@example.com");
        assertEquals(2, sent.path("queued").asInt(), sent.toString());
        assertTrue(sent.path("next_step").asString().contains("do not send again"));
        assertEquals("the mail server cannot be reached", sent.path("recipients").get(0).path("detail").asString());
        bed.clock.pass(Duration.ofMinutes(1));
        bed.restart(smtp());
        assertTrue(arrive(2));
        assertTrue(Eventually.holds(() -> states().equals(List.of("sent", "sent"))));
        assertEquals(2, post.getReceivedMessages().length);
    }

    private static int closedPort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    /// The state that a killed process leaves: claimed, nothing delivered but one, one in the middle.
    @Test
    void whatADeadProcessLeftGoesOnAtTheNextStart() throws Exception {
        send("one@example.com", "two@example.com", "three@example.com");
        bed.stop();
        bed.rows("UPDATE job SET state = 'running', finished_at = NULL WHERE id = 4");
        bed.rows("UPDATE job SET state = 'queued', next_attempt = created_at, finished_at = NULL WHERE id = 5");
        bed.rows("UPDATE invitation SET delivery = 'sending' WHERE id = (SELECT subject FROM job WHERE id = 4)");
        bed.rows("UPDATE invitation SET delivery = 'pending' WHERE id = (SELECT subject FROM job WHERE id = 5)");
        bed.start();
        bed.restart(smtp());
        assertTrue(Eventually.holds(() -> states().equals(List.of("sent", "sent", "sent"))));
        assertTrue(bed.outbox().size() == 3, "the same letter is the same file");
    }

    @Test
    void theSameLetterKeepsItsMessageId() throws MessagingException, IOException {
        bed.restart(smtp());
        send("one@example.com");
        bed.stop();
        bed.rows("UPDATE job SET state = 'running', finished_at = NULL WHERE kind = 'invitation'");
        bed.start();
        assertTrue(arrive(2));
        var ids = new TreeSet<String>();
        for (var letter : post.getReceivedMessages()) {
            ids.add(letter.getHeader("Message-ID")[0]);
        }
        assertEquals(1, ids.size());
        var invitation = bed.rows("SELECT id FROM invitation WHERE batch IS NOT NULL").getFirst().getFirst();
        assertTrue(!ids.first().contains(invitation), "the link's secret is in a header that servers log");
    }

    @Test
    void aRefusedRecipientFailsAloneAndMayBeInvitedAgain() throws Exception {
        try (var server = new RefusingServer("two@example.com")) {
            bed.restart(Optional.of(URI.create("smtp://127.0.0.1:" + server.port())));
            var sent = send("one@example.com", "two@example.com", "three@example.com");
            assertEquals("[\"sent\",\"failed\",\"sent\"]", Json.MAPPER.writeValueAsString(states()));
            assertEquals(1, sent.path("failed").asInt());
            assertEquals("the mail server refused the message (550)", sent.path("recipients").get(1).path("detail")
                    .asString());
            var again = bed.post("invites/preview", Map.of("emails", List.of("two@example.com", "one@example.com")))
                    .body();
            assertEquals("[{\"email\":\"two@example.com\"}]", again.path("recipients").toString());
        }
    }
}
