package io.github.doorwarden.systems.marketplace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class InvitesTest {

    private Bed bed;

    @BeforeEach
    void start() throws IOException {
        bed = new Bed();
    }

    @AfterEach
    void stop() throws IOException {
        bed.close();
    }

    private JsonNode preview(Object... emails) {
        var answer = bed.post("invites/preview", Map.of("emails", List.of(emails)));
        assertEquals(200, answer.status(), answer.detail());
        return answer.body();
    }

    private static Map<String, String> sendingOf(JsonNode preview) {
        return Map.of("confirmation", preview.path("confirmation").asString(), "batch_digest",
                preview.path("batch_digest").asString());
    }

    private void refused(int status, String code, Bed.Answer answer) throws IOException {
        assertEquals(code, answer.code(), answer.raw().body());
        assertEquals(status, answer.status());
        assertTrue(answer.detail().length() > 40, answer.detail());
        assertTrue(bed.outbox().isEmpty(), "something was sent");
    }

    @Test
    void aPreviewSaysWhoGetsWhatAndWhatIsWrong() throws IOException {
        var preview = preview("New.Person@Example.com", "not an address", "new.person@example.com",
                "amara.adeyemi@example.com", "candidate1@example.com");
        assertEquals("[{\"email\":\"new.person@example.com\"}]", preview.path("recipients").toString());
        var wrong = new HashMap<String, String>();
        preview.path("rejected").forEach(r -> wrong.put(r.path("email").asString(), r.path("problem").asString()));
        assertEquals(Map.of("not an address", "invalid_address", "new.person@example.com", "duplicate",
                "amara.adeyemi@example.com", "already_registered",
                "candidate1@example.com", "invited_recently"), wrong);
        assertTrue(preview.path("message").path("subject").asString().contains("founding instructor"));
        assertEquals(43, preview.path("confirmation").asString().length());
        assertEquals("2026-04-15T13:30:30Z", preview.path("expires_at").asString());
        assertTrue(bed.outbox().isEmpty());
    }

    @Test
    void whoWasInvitedLongAgoMayBeInvitedAgain() {
        assertTrue(preview("candidate10@example.com").path("sendable").asBoolean());
    }

    @Test
    void aBatchFitsIntoTheSlotsOrIsNotSendable() {
        var seventeen = IntStream.range(0, 17).mapToObj(i -> "p" + i + "@example.com").toList();
        var preview = bed.post("invites/preview", Map.of("emails", seventeen)).body();
        assertFalse(preview.path("sendable").asBoolean());
        assertTrue(preview.path("confirmation").isNull());
        assertTrue(preview.path("problems").get(0).path("detail").asString().contains("only 16"), preview.toString());
        assertTrue(bed.post("invites/preview", Map.of("emails", seventeen.subList(0, 16))).body().path("sendable")
                .asBoolean());
        assertTrue(bed.post("invites/preview", Map.of("emails", seventeen, "grant_founding", false)).body()
                .path("sendable").asBoolean());
        assertEquals("nobody_to_invite", preview("x").path("problems").get(0).path("code").asString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "nonsense", "", "{\"emails\":[]}", "{\"emails\":\"a@b.example\"}",
            "{\"emails\":[1]}", "{\"emails\":[\"a@b.example\"],\"cc\":1}",
            "{\"emails\":[\"a@b.example\"],\"expires_in_days\":0}",
            "{\"emails\":[\"a@b.example\"],\"expires_in_days\":61}",
            "{\"emails\":[\"a@b.example\"],\"expires_in_days\":1.5}",
            "{\"emails\":[\"a@b.example\"],\"grant_founding\":\"yes\"}",
            "{\"emails\":[\"a@b.example\"],\"note\":\"a\\u0007\"}",
            "{\"emails\":[\"a@b.example\"],\"emails\":[\"c@d.example\"]}"})
    void aBatchThatCannotBeUnderstoodIsRefused(String body) {
        assertEquals(422, bed.post("invites/preview", body).status());
    }

    @Test
    void aBatchHasAHundredRecipientsAtMost() {
        var many = IntStream.range(0, 101).mapToObj(i -> "p" + i + "@example.com").toList();
        assertEquals(422, bed.post("invites/preview", Map.of("emails", many, "grant_founding", false)).status());
        assertEquals(100, bed.post("invites/preview", Map.of("emails", many.subList(0, 100), "grant_founding", false))
                .body().path("recipients").size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a@b", "@example.com", "a@", "a b@example.com", "a@example..com", ".a@example.com",
            "a.@example.com", "a@-example.com", "<a@example.com>",
            "a@example.com\r\nBcc: x@example.com", "a@exam\u00ADple.com", "a,b@example.com", "\"a\"@example.com"})
    void whatIsNotAnAddressIsNotInvited(String text) {
        assertEquals("invalid_address", preview(text).path("rejected").get(0).path("problem").asString());
    }

    @Test
    void sendingTakesThePreviewedBatchOnce() throws IOException {
        var preview = preview("one@example.com", "two@example.org");
        var sent = bed.post("invites/send", sendingOf(preview));
        assertEquals(200, sent.status(), sent.detail());
        assertEquals(2, sent.body().path("sent").asInt());
        assertEquals(2, bed.outbox().size());
        var letter = Files.readString(bed.outbox().getFirst());
        assertTrue(letter.contains("https://instainstru.example/join/inv_"), letter);
        var again = bed.post("invites/send", sendingOf(preview));
        assertEquals(409, again.status());
        assertEquals("confirmation_used", again.code());
        assertTrue(again.detail().contains(sent.body().path("batch").asString()), again.detail());
        assertEquals(2, bed.outbox().size());
        assertEquals("invited_recently", preview("one@example.com").path("rejected").get(0).path("problem").asString());
        assertEquals(7, bed.get("founding/funnel-summary").body().path("founding_slots").path("open_invitations")
                .asInt());
    }

    @Test
    void fiftyAtOnceSendOneBatch() throws Exception {
        var sending = sendingOf(preview("one@example.com", "two@example.com", "three@example.com"));
        var codes = new HashMap<String, Integer>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls = IntStream.range(0, 50).<Callable<Bed.Answer>>mapToObj(i -> () -> bed.post("invites/send",
                    sending)).toList();
            for (var call : threads.invokeAll(calls)) {
                codes.merge(call.get().status() + call.get().code(), 1, Integer::sum);
            }
        }
        assertEquals(Map.of("200", 1, "409confirmation_used", 49), codes);
        assertEquals(3, bed.outbox().size());
        assertEquals("3", bed.rows("SELECT count(*) FROM invitation WHERE batch IS NOT NULL").getFirst().getFirst());
    }

    @Test
    void anExpiredConfirmationSendsNothing() throws IOException {
        var sending = sendingOf(preview("one@example.com"));
        bed.clock.pass(Duration.ofMinutes(10));
        refused(409, "confirmation_expired", bed.post("invites/send", sending));
    }

    @Test
    void untilThenItIsGood() {
        var sending = sendingOf(preview("one@example.com"));
        bed.clock.pass(Duration.ofMinutes(10).minusSeconds(1));
        assertEquals(200, bed.post("invites/send", sending).status());
    }

    @Test
    void anotherBatchUnderTheConfirmationSendsNothing() throws IOException {
        var one = preview("one@example.com");
        var other = preview("one@example.com", "two@example.com");
        assertNotEquals(one.path("batch_digest"), other.path("batch_digest"));
        refused(409, "batch_changed", bed.post("invites/send",
                Map.of("confirmation", one.path("confirmation").asString(), "batch_digest", other.path("batch_digest")
                .asString())));
        refused(422, "invalid_request", bed.post("invites/send", Map.of("confirmation", one.path("confirmation")
                .asString())));
        assertEquals(200, bed.post("invites/send", sendingOf(one)).status());
    }

    @Test
    void everythingARecipientSeesChangesTheDigest() {
        var digests = java.util.stream.Stream.<Map<String, Object>>of(Map.of(), Map.of("note", "Hi"),
                Map.of("grant_founding", false), Map.of("expires_in_days", 3)).map(change -> {
            var body = new HashMap<>(change);
            body.put("emails", List.of("one@example.com"));
            return bed.post("invites/preview", body).body().path("batch_digest").asString();
        }).distinct().count();
        assertEquals(4, digests);
    }

    @Test
    void aForeignConfirmationSendsNothing() throws IOException {
        var mine = sendingOf(preview("one@example.com"));
        var other = bed.idp.token("mcp:write", c -> c.subject("client_other").claim("client_id", "client_other"));
        refused(403, "confirmation_foreign", bed.call("POST", "invites/send", mine, other, Map.of()));
        refused(403, "confirmation_foreign", bed.call("POST", "invites/send", mine, Bed.STATIC_TOKEN, Map.of()));
        var user = bed.idp.token("mcp:write", c -> c.claim("client_id", "web"));
        refused(404, "confirmation_unknown", bed.post("invites/send", Map.of("confirmation", "A".repeat(43),
                "batch_digest", "0")));
        assertEquals(200, bed.call("POST", "invites/send", mine, bed.idp.token("mcp:write"), Map.of()).status());
        assertEquals(1, bed.outbox().size(), user);
    }

    @Test
    void aUserOfTheSameNameIsAnotherPrincipal() throws IOException {
        var service = bed.idp.token("mcp:write", c -> c.subject("twin").claim("client_id", "twin"));
        var user = bed.idp.token("mcp:write", c -> c.subject("twin").claim("client_id", "web"));
        var preview = bed.call("POST", "invites/preview", Map.of("emails", List.of("one@example.com")), service,
                Map.of()).body();
        refused(403, "confirmation_foreign", bed.call("POST", "invites/send", sendingOf(preview), user, Map.of()));
    }

    @Test
    void thePersonBehindTheServiceIsPartOfTheBinding() throws IOException {
        var token = bed.idp.token("mcp:write");
        var ann = Map.of("X-On-Behalf-Of", "ann@instainstru.example");
        var bob = Map.of("X-On-Behalf-Of", "bob@instainstru.example");
        var sending = sendingOf(bed.call("POST", "invites/preview", Map.of("emails", List.of("one@example.com")),
                token, ann).body());
        refused(403, "confirmation_foreign", bed.call("POST", "invites/send", sending, token, bob));
        refused(403, "confirmation_foreign", bed.call("POST", "invites/send", sending, token, Map.of()));
        assertEquals(200, bed.call("POST", "invites/send", sending, token, ann).status());
        assertTrue(bed.rows("SELECT on_behalf_of, status FROM audit WHERE path_template LIKE '%send'")
                .contains(List.of("ann@instainstru.example", "200")));
    }

    @Test
    void aWorldThatMovedOnSendsNothing() throws IOException {
        var first = preview("one@example.com", "two@example.com");
        var second = preview("two@example.com", "three@example.com");
        bed.rows("UPDATE instructor SET email = 'one@example.com' WHERE email = 'amara.adeyemi@example.com'");
        var moved = bed.post("invites/send", sendingOf(first));
        refused(409, "situation_changed", moved);
        assertTrue(moved.detail().contains("one@example.com"), moved.detail());
        assertEquals(200, bed.post("invites/send", sendingOf(second)).status());
        assertEquals(2, bed.outbox().size());
    }

    @Test
    void twoPreviewsCannotPromiseTheSameSlots() {
        var first = sendingOf(bed.post("invites/preview", Map.of("emails", IntStream.range(0, 10).mapToObj(i -> "a" + i
                + "@example.com").toList())).body());
        var second = sendingOf(bed.post("invites/preview", Map.of("emails", IntStream.range(0, 10).mapToObj(i -> "b"
                + i + "@example.com").toList())).body());
        assertEquals(200, bed.post("invites/send", first).status());
        assertEquals("situation_changed", bed.post("invites/send", second).code());
    }

    @Test
    void aConfirmationSurvivesARestartButIsNotStored() throws IOException {
        var sending = sendingOf(preview("one@example.com"));
        assertFalse(bed.rows("SELECT * FROM preview").toString().contains(sending.get("confirmation")));
        bed.restart(java.util.Optional.empty());
        assertEquals(200, bed.post("invites/send", sending).status());
    }

    @Test
    void unsentPreviewsAreCappedAndForgotten() {
        for (var i = 0; i < Limits.OPEN_PREVIEWS; i++) {
            preview("one@example.com");
        }
        assertEquals("too_many_previews", bed.post("invites/preview", Map.of("emails", List.of("one@example.com")))
                .code());
        bed.clock.pass(Duration.ofDays(2));
        preview("one@example.com");
        assertEquals("1", bed.rows("SELECT count(*) FROM preview").getFirst().getFirst());
    }
}
