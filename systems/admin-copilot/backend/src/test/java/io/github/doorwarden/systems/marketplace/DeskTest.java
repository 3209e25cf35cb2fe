package io.github.doorwarden.systems.marketplace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Bookings, payments and support: what is shown adds up, and what is changed is changed once.
class DeskTest {

    private Bed bed;

    @BeforeEach
    void start() throws IOException {
        bed = new Bed();
    }

    @AfterEach
    void stop() throws IOException {
        bed.close();
    }

    private String first(String list) {
        return bed.get(list).body().path("items").get(0).path("id").asString();
    }

    private void refused(int status, String code, Bed.Answer answer) {
        assertEquals(code, answer.code(), answer.raw().body());
        assertEquals(status, answer.status());
        assertTrue(answer.detail().length() > 40, answer.detail());
    }

    @Test
    void theDataSetAddsUp() {
        assertEquals("0", number("SELECT count(*) FROM booking b LEFT JOIN payment p ON p.booking = b.id WHERE p.id IS "
                + "NULL OR p.amount_cents <> b.price_cents OR p.student <> b.student"));
        assertEquals("0", number("SELECT count(*) FROM booking b LEFT JOIN cancellation c ON c.booking = b.id WHERE "
                + "(b.status = 'cancelled') <> (c.booking IS NOT NULL)"));
        assertEquals("0", number("SELECT count(*) FROM student WHERE email NOT LIKE '%@example.%'"));
        assertEquals(number("SELECT count(*) FROM booking"), bed.get("payments?limit=1").body().path("total")
                .asString());
        assertEquals(number("SELECT sum(amount_cents) FROM payment"), bed.get("payments?limit=1").body()
                .at("/sum/cents").asString());
        assertEquals("USD", bed.get("payments?limit=1").body().at("/sum/currency").asString());
    }

    private String number(String sql) {
        return bed.rows(sql).getFirst().getFirst();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bookings?status=upcoming", "bookings?from=2026-03-01&until=2026-03-31",
            "payments?status=refunded", "tickets?status=solved", "tickets?status="})
    void pagesShowEverythingOnce(String list) {
        var seen = new HashSet<String>();
        var total = bed.get(list).body().path("total").asInt();
        var cursor = "";
        do {
            var answer = bed.get(list + "&limit=7" + cursor);
            assertEquals(200, answer.status(), answer.raw().body());
            var page = answer.body();
            page.path("items").forEach(item -> assertTrue(seen.add(item.path("id").asString()), "seen twice"));
            cursor = page.path("next_cursor").isNull() ? null : "&cursor=" + page.path("next_cursor").asString();
        } while (cursor != null);
        assertEquals(total, seen.size());
        assertTrue(total > 7, list);
    }

    @Test
    void aCursorBelongsToItsFilters() {
        var cursor = bed.get("bookings?status=completed&limit=1").body().path("next_cursor").asString();
        assertEquals(422, bed.get("bookings?status=cancelled&cursor=" + cursor).status());
        assertEquals(422, bed.get("payments?cursor=" + cursor).status());
        assertEquals(422, bed.get("bookings?cursor=AAAA").status());
        assertEquals(422, bed.get("bookings/pay_1").status());
        assertEquals(404, bed.get("bookings/bkg_999999").status());
    }

    @Test
    void anUpcomingBookingIsCancelledOnceAndOnRecord() {
        var id = first("bookings?status=upcoming");
        var done = bed.call("POST", "bookings/" + id + "/cancel", Map.of("reason", "The instructor is ill."),
                bed.idp.token("mcp:write"), Map.of("X-On-Behalf-Of", "ada@example.com"));
        assertEquals("cancelled", done.body().at("/booking/status").asString(), done.raw().body());
        assertTrue(done.body().path("next_step").asString().contains("preview a refund of pay_"));
        refused(409, "booking_cancelled", bed.post("bookings/" + id + "/cancel", Map.of("reason", "Again.")));
        refused(409, "booking_over", bed.post("bookings/" + first("bookings?status=completed") + "/cancel",
                Map.of("reason", "Late.")));
        assertEquals(422, bed.post("bookings/" + id + "/cancel", Map.of()).status());
        assertEquals("1", number("SELECT count(*) FROM cancellation WHERE reason = 'The instructor is ill.'"));
        assertTrue(assertThrows(IllegalStateException.class, () -> bed.rows(
                "UPDATE booking SET status = 'cancelled' WHERE status = 'completed'")).getMessage()
                .contains("only an upcoming"));
    }

    private JsonNode preview(String payment, Map<String, Object> body) {
        var answer = bed.post("payments/" + payment + "/refund-preview", body);
        assertEquals(200, answer.status(), answer.raw().body());
        return answer.body();
    }

    private static Map<String, Object> refundOf(JsonNode preview) {
        return Map.of("confirmation", preview.path("confirmation").asString(), "amount_cents",
                preview.at("/amount/cents").asInt());
    }

    @Test
    void aRefundIsMadeOnceAndNeverMoreThanWasPaid() {
        var id = first("payments?status=paid");
        var paid = bed.get("payments/" + id).body().at("/payment/amount/cents").asInt();
        var half = preview(id, Map.of("reason", "Half of it.", "amount_cents", paid / 2));
        var whole = preview(id, Map.of("reason", "All of it."));
        assertEquals(paid, whole.at("/amount/cents").asInt());
        assertEquals("0", number("SELECT count(*) FROM refund WHERE confirmation IS NOT NULL"),
                "a preview pays nothing");

        var made = bed.post("payments/refund", refundOf(half)).body();
        assertFalse(made.path("repeated").asBoolean(true), made.toString());
        assertEquals(paid - paid / 2, made.at("/left/cents").asInt());
        var again = bed.post("payments/refund", refundOf(half)).body();
        assertTrue(again.path("repeated").asBoolean(), again.toString());
        assertEquals(made.path("refund"), again.path("refund"));
        assertEquals("1", number("SELECT count(*) FROM refund WHERE confirmation IS NOT NULL"));

        refused(409, "situation_changed", bed.post("payments/refund", refundOf(whole)));
        refused(409, "more_than_was_paid", bed.post("payments/" + id + "/refund-preview", Map.of("reason", "More.",
                "amount_cents", paid)));
        bed.post("payments/refund", refundOf(preview(id, Map.of("reason", "The rest."))));
        refused(409, "all_refunded", bed.post("payments/" + id + "/refund-preview", Map.of("reason", "More.")));
        var detail = bed.get("payments/" + id).body();
        assertEquals("refunded", detail.at("/payment/status").asString());
        assertEquals(2, detail.path("refunds").size());
    }

    @Test
    void aConfirmationIsForItsAmountItsPersonAndItsTime() {
        var id = first("payments?status=paid");
        var preview = preview(id, Map.of("reason", "Kind."));
        var changed = Map.of("confirmation", preview.path("confirmation").asString(), "amount_cents", 1);
        refused(409, "amount_changed", bed.post("payments/refund", changed));
        refused(403, "confirmation_foreign", bed.call("POST", "payments/refund", refundOf(preview),
                bed.idp.token("mcp:write"), Map.of("X-On-Behalf-Of", "bob@example.com")));
        refused(404, "confirmation_unknown", bed.post("payments/refund", Map.of("confirmation", "x", "amount_cents",
                1)));
        bed.clock.pass(Duration.ofMinutes(10));
        refused(409, "confirmation_expired", bed.post("payments/refund", refundOf(preview)));
        assertEquals("0", number("SELECT count(*) FROM refund WHERE confirmation IS NOT NULL"));
        assertEquals(422, bed.post("payments/" + id + "/refund-preview", Map.of("reason", "x", "amount_cents", 1.5))
                .status());
        assertEquals(422, bed.post("payments/" + id + "/refund-preview", Map.of("reason", "x", "amount_cents", -1))
                .status());
    }

    /// The lock of last resort: whatever the program does.
    @Test
    void theDatabaseItselfRefusesMoreThanWasPaid() {
        var row = bed.rows("SELECT id, amount_cents FROM payment WHERE id NOT IN (SELECT payment FROM refund) LIMIT 1")
                .getFirst();
        var insert = "INSERT INTO refund (payment, amount_cents, currency, reason, refunded_at, refunded_by) VALUES ("
                + row.get(0) + ", %s, '%s', 'r', 0, 'x')";
        for (var statement : List.of(insert.formatted(Integer.parseInt(row.get(1)) + 1, "USD"),
                insert.formatted(1, "EUR"), insert.formatted(0, "USD"), "UPDATE refund SET amount_cents = 1",
                "DELETE FROM refund", "UPDATE payment SET amount_cents = 1000000")) {
            assertThrows(IllegalStateException.class, () -> bed.rows(statement), statement);
        }
    }

    @Test
    void aHundredAtOncePayBackOnce() throws Exception {
        var body = refundOf(preview(first("payments?status=paid"), Map.of("reason", "Once.")));
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls = new ArrayList<Callable<Bed.Answer>>();
            for (var i = 0; i < 100; i++) {
                calls.add(() -> bed.post("payments/refund", body));
            }
            var fresh = 0;
            for (var answer : pool.invokeAll(calls)) {
                assertEquals(200, answer.get().status());
                fresh += answer.get().body().path("repeated").asBoolean() ? 0 : 1;
            }
            assertEquals(1, fresh);
        }
        assertEquals("1", number("SELECT count(*) FROM refund WHERE confirmation IS NOT NULL"));
    }

    @Test
    void peopleAreFoundByWhatIsKnownOfThem() {
        var ticket = bed.get("tickets?status=open").body().path("items").get(0);
        var student = ticket.at("/student/id").asString();
        var byId = bed.get("users?query=" + student).body();
        assertEquals(1, byId.path("total").asInt());
        var found = byId.path("items").get(0);
        assertTrue(found.path("open_tickets").asInt() >= 1);
        for (var query : List.of("email", "name")) {
            var ids = new HashSet<String>();
            bed.get("users?query=" + found.path(query).asString().replace(" ", "%20")).body().path("items")
                    .forEach(item -> ids.add(item.path("id").asString()));
            assertTrue(ids.contains(student), query);
        }
        assertEquals("instructor", bed.get("users?query=amara.adeyemi").body().path("items").get(0).path("kind")
                .asString());
        assertEquals(0, bed.get("users?query=100%25").body().path("total").asInt());
        assertEquals(422, bed.get("users").status());
        assertEquals(422, bed.get("users?query=x").status());
    }

    @Test
    void anAnswerIsADraftUntilItsWriterSendsItOnce() throws IOException {
        var id = first("tickets?status=open");
        var text = Map.of("text", "We look into it.\nYours", "solved", true);
        var draft = bed.post("tickets/" + id + "/draft", text).body();
        var send = "tickets/drafts/" + draft.path("draft").asString() + "/send";
        assertEquals(1, bed.get("tickets/" + id).body().path("messages").size(), "nobody sees a draft");
        refused(403, "draft_foreign", bed.call("POST", send, Map.of(), bed.idp.token("mcp:write"),
                Map.of("X-On-Behalf-Of", "bob@example.com")));
        var before = bed.outbox().size();
        var sent = bed.post(send, Map.of());
        assertEquals("done", sent.body().path("letter").asString(), sent.raw().body());
        assertEquals(before + 1, bed.outbox().size());
        refused(409, "draft_sent", bed.post(send, Map.of()));
        var ticket = bed.get("tickets/" + id).body();
        assertEquals("solved", ticket.at("/ticket/status").asString());
        assertEquals("We look into it.\nYours", ticket.path("messages").get(1).path("text").asString());
        assertEquals("done", ticket.path("messages").get(1).path("letter").asString());
    }

    @Test
    void aDraftIsOvertakenByWhatIsNewAndByTime() throws IOException {
        var id = first("tickets?status=open");
        var draft = bed.post("tickets/" + id + "/draft", Map.of("text", "One.")).body().path("draft").asString();
        bed.rows("INSERT INTO ticket_message (ticket, at, author, writer, text) VALUES (" + id.substring(4)
                + ", 1776259230, 'student', 'stu_1', 'Never mind.')");
        refused(409, "ticket_changed", bed.post("tickets/drafts/" + draft + "/send", Map.of()));
        var other = bed.post("tickets/" + id + "/draft", Map.of("text", "Two.")).body().path("draft").asString();
        bed.clock.pass(Duration.ofHours(1));
        refused(409, "draft_expired", bed.post("tickets/drafts/" + other + "/send", Map.of()));
        refused(404, "no_such_draft", bed.post("tickets/drafts/drf_1/send", Map.of()));
        assertEquals(List.of(), bed.outbox());
    }

    @Test
    void readersChangeNothingAndEveryCallIsOnRecord() {
        for (var path : List.of("bookings/bkg_1/cancel", "payments/pay_7001/refund-preview", "payments/refund",
                "tickets/tic_301/draft", "tickets/drafts/x/send", "jobs/job_1/retry")) {
            assertEquals(403, bed.call("POST", path, Map.of(), bed.idp.token("mcp:read"), Map.of()).status(), path);
            assertEquals(401, bed.call("POST", path, Map.of(), null, Map.of()).status(), path);
        }
        bed.call("GET", "bookings", null, bed.idp.token("mcp:read"), Map.of("X-On-Behalf-Of", "ada@example.com"));
        assertEquals(List.of(List.of("ada@example.com", "200")),
                bed.rows("SELECT on_behalf_of, status FROM audit WHERE "
                + "path_template LIKE '%/bookings'"));
        assertEquals("12", number("SELECT count(*) FROM audit WHERE status IN (401, 403)"));
    }
}
