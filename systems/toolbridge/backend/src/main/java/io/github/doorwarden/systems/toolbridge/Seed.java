package io.github.doorwarden.systems.toolbridge;

import io.github.doorwarden.systems.backend.Json;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// Demo data for an empty database: three tenants, their people, and two months of their work, made of the projects in
/// `demo.json`. The same each time, but for times, which end now.
final class Seed {

    private static final Duration PAST = Duration.ofDays(60);

    private final Tx tx;
    private final String tenant;
    private final List<String> people;
    private final Instant now;
    private final Duration step;
    private final AtomicReference<Instant> time;
    private final Ids ids;
    private int turn;

    private Seed(Tx tx, String tenant, List<String> people, Instant now, int records) {
        this.tx = tx;
        this.tenant = tenant;
        this.people = people;
        this.now = now;
        this.step = PAST.dividedBy(records);
        this.time = new AtomicReference<>(now.minus(PAST));
        this.ids = new Ids(time::get);
    }

    /// Does nothing when there is a tenant already.
    ///
    /// @param secrets to give each tenant one; null: none
    static void plant(Store store, TenantSecrets secrets, InstantSource clock) {
        if (store.read(Scope.PLATFORM, tx -> tx.number("SELECT count(*) FROM tenant")) > 0) {
            return;
        }
        for (var each : Json.MAPPER.readTree(ToolBridge.resource("demo.json"))) {
            var id = each.path("id").asString();
            store.write(new Scope.Tenant(id), tx -> {
                people(tx, each, clock.millis());
                if (secrets != null) {
                    secrets.rotate(tx, id, Duration.ZERO, "demo", "create");
                }
                var emails = each.path("people").valueStream().map(person -> person.path(0).asString()).toList();
                // Two notes, five tasks, four comments, a chat and its six messages of each project.
                var seed = new Seed(tx, id, emails, clock.instant(), each.path("projects").size() * 19);
                for (var project : each.path("projects")) {
                    seed.project(project);
                }
                return null;
            });
        }
    }

    private static void people(Tx tx, JsonNode tenant, long now) throws SQLException {
        var id = tenant.path("id").asString();
        Tenants.insert(tx, id, tenant.path("name").asString(), id + ".toolbridge.example", now);
        for (var person : tenant.path("people")) {
            var email = person.path(0).asString();
            Tenants.insertMember(tx, "om_" + id + "_" + email.split("@")[0], id, email, null,
                    person.path(1).asString(), person.path(2).asString(), now);
        }
    }

    private String author() {
        return people.get(turn++ % people.size());
    }

    private String put(Kind kind, List<String> tags, Map<String, Object> said) throws SQLException {
        time.set(time.get().plus(step));
        var values = new LinkedHashMap<String, Object>();
        kind.fields().forEach(field -> values.put(field.name(), field.unset()));
        values.putAll(said);
        var author = author();
        var at = time.get().toEpochMilli();
        var stored = new Stored(kind, ids.next(), 1, values, tags, false, null, at, author, at, author);
        Records.insert(tx, new Caller(tenant, author), stored);
        tx.changed(new Tx.Changed(tenant, kind.plural(), stored.id(), "create", 1, at, author));
        return stored.id();
    }

    private void project(JsonNode project) throws SQLException {
        var title = project.path("title").asString();
        var tags = project.path("tags").valueStream().map(JsonNode::asString).sorted().toList();
        var questions = project.path("questions").valueStream().map(JsonNode::asString).toList();
        var answers = project.path("answers").valueStream().map(JsonNode::asString).toList();
        var decision = project.path("decision").asString();
        var brief = put(Kind.NOTES, tags, Map.of("title", title, "body", project.path("goal").asString()
                + "\n\n## Decided\n\n" + decision, "pinned", turn % 3 == 0, "status", "final"));
        var minutes = put(Kind.NOTES, with(tags, "meeting"), Map.of("title", "Meeting: " + title, "body",
                "## Open questions\n\n- " + String.join("\n- ", questions) + "\n\n## Agreed\n\n" + decision));
        var chat = put(Kind.CHATS, tags, Map.of("title", title, "topic", project.path("goal").asString()));
        var tasks = project.path("tasks").valueStream().map(JsonNode::asString).toList();
        for (var i = 0; i < tasks.size(); i++) {
            var task = put(Kind.TASKS, tags, task(tasks.get(i), i, i % 2 == 0 ? brief : minutes, tags));
            if (i < questions.size()) {
                var resolved = Map.<String, Object>of("body", answers.get(i), "task_id", task, "status", "resolved",
                        "resolved_by", people.getFirst(), "resolved_at", time.get().toEpochMilli());
                put(Kind.COMMENTS, List.of(), resolved);
                put(Kind.COMMENTS, List.of(), Map.of("body", questions.get(i), "note_id", minutes));
            }
        }
        talk(chat, title, questions, answers, decision);
    }

    private Map<String, Object> task(String title, int number, String note, List<String> tags) {
        var status = List.of("done", "in_progress", "open", "blocked", "open").get((number + turn) % 5);
        var task = new LinkedHashMap<String, Object>();
        task.put("title", title);
        task.put("priority", tags.contains("urgent") ? "urgent" : List.of("normal", "high", "low").get(number % 3));
        task.put("assignee", status.equals("open") && number % 2 == 0 ? null : people.get(number % people.size()));
        task.put("due_on", LocalDate.ofInstant(now, ZoneOffset.UTC).plusDays((number * 11L + turn) % 50 - 12)
                .toString());
        task.put("estimate_hours", 2.0 + (number * 5 + turn) % 30);
        task.put("note_id", note);
        task.put("status", status);
        if (status.equals("blocked")) {
            task.put("blocked_reason", "Waits for an answer from outside.");
        }
        if (status.equals("done")) {
            task.put("completed_at", time.get().toEpochMilli());
        }
        return task;
    }

    private void talk(String chat, String title, List<String> questions, List<String> answers, String decision)
            throws SQLException {
        for (var i = 0; i < questions.size(); i++) {
            var question = put(Kind.CHAT_MESSAGES, List.of(), Map.of("chat_id", chat, "body", questions.get(i), "read",
                    true));
            put(Kind.CHAT_MESSAGES, List.of(), Map.of("chat_id", chat, "body", answers.get(i), "reply_to", question,
                    "read", i == 0));
        }
        put(Kind.CHAT_MESSAGES, List.of(), Map.of("chat_id", chat, "body", "So we agree: " + decision, "pinned", true,
                "read", true));
        put(Kind.CHAT_MESSAGES, List.of(), Map.of("chat_id", chat, "body", "I have written it into the note on "
                + title + "."));
    }

    private static List<String> with(List<String> tags, String more) {
        return List.copyOf(new TreeSet<>(Stream.concat(tags.stream(), Stream.of(more)).toList()));
    }
}
