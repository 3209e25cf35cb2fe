package io.github.doorwarden.cli.systems;

import io.github.doorwarden.cli.systems.ToolbridgeApi.Answer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import tools.jackson.databind.JsonNode;

/// One worker straight at the API, past the gateway: its own records, of which its model knows title and version, and
/// everything that belongs to others. For one thread.
final class IsolationOfApi {

    private static final List<String> KINDS = List.of("notes", "tasks", "chats");
    /// More do not prove more, and make every later question slower.
    private static final int RECORDS = 150;
    private static final List<String> ODD = List.of("tenant_id", "r.tenant_id", "1=1", "id) OR (1=1", "deleted_at",
            "ID", "title\\u0000", "rowid", "");

    private record Known(String kind, String title, int version) {}

    private final SignedCaller me;
    private final Forgeries forgeries;
    private final Tenancies tenancies;
    private final Random chance;
    private final String mark;
    private final Map<String, Known> records = new LinkedHashMap<>();

    IsolationOfApi(SignedCaller me, Forgeries forgeries, Tenancies tenancies, int worker, Random chance) {
        this.me = me;
        this.forgeries = forgeries;
        this.tenancies = tenancies;
        this.chance = chance;
        this.mark = tenancies.mark(me.tenant) + worker;
    }

    /// @throws AssertionError with the step at the first finding
    void run(int operations) {
        for (var step = 0; step < operations; step++) {
            try {
                step();
            } catch (AssertionError finding) {
                throw new AssertionError("step " + step + " of " + mark + ": " + finding.getMessage(), finding);
            }
        }
        List.copyOf(records.keySet()).forEach(this::read);
    }

    private void step() {
        switch (chance.nextInt(20)) {
            case 0, 1 -> create();
            case 2 -> own(this::read);
            case 3 -> own(this::rename);
            case 4 -> list();
            case 5 -> count();
            case 6 -> search();
            case 7, 8 -> foreign("foreign cursor", "cursors", this::cursor);
            case 9 -> foreign("foreign session", "sessions", this::session);
            case 10 -> foreign("foreign filter", "ids", this::filter);
            case 11 -> odd();
            case 12 -> foreign("foreign reference", "ids", this::reference);
            case 13 -> foreign("foreign in batch", "ids", this::batch);
            case 14 -> foreign("foreign in transaction", "ids", this::transaction);
            case 15, 16, 17 -> refused("forged: ", forgeries.one(me, chance));
            default -> foreign("foreign id", "ids", this::id);
        }
    }

    private interface OfOthers {
        Answer of(Tenancies.Taken taken);
    }

    /// Every answer to it must be a refusal; null: it has been judged already.
    private void foreign(String what, String stock, OfOthers attempt) {
        tenancies.foreign(stock, me.tenant, chance).ifPresent(taken -> {
            var answer = attempt.of(taken);
            if (answer != null) {
                refused("", new Forgeries.Tried(what, answer));
            }
        });
    }

    private void refused(String before, Forgeries.Tried tried) {
        var answer = tried.answer();
        if (answer.status() < 400) {
            throw new AssertionError(tried.what() + " was let through: " + answer);
        }
        tenancies.count("API " + before + tried.what(), answer.status() + " " + answer.json().path("code")
                .asString(""));
    }

    private Answer good(String what, int status, Answer answer) {
        if (answer.status() != status) {
            throw new AssertionError(what + " was not allowed: " + answer);
        }
        tenancies.count("API " + what, "allowed");
        return answer;
    }

    private static void same(Object expected, Object found, Object of) {
        if (!expected.equals(found)) {
            throw new AssertionError("expected " + expected + ", found " + found + " in " + of);
        }
    }

    private void own(java.util.function.Consumer<String> operation) {
        if (!records.isEmpty()) {
            operation.accept(new ArrayList<>(records.keySet()).get(chance.nextInt(records.size())));
        }
    }

    private String title() {
        return mark + " " + chance.nextInt(1_000_000);
    }

    private void create() {
        if (records.size() >= RECORDS) {
            own(this::delete);
            return;
        }
        var kind = KINDS.get(chance.nextInt(KINDS.size()));
        var title = title();
        var made = good("create", 201, me.call("POST", "/v1/" + kind, "{\"title\":\"" + title + "\",\"tags\":[\"" + mark
                + "\"]}")).json();
        var id = made.path("id").asString();
        records.put(id, new Known(kind, title, made.path("version").asInt()));
        tenancies.own(me.tenant, kind, id);
    }

    private String path(String id) {
        return "/v1/" + records.get(id).kind + "/" + id;
    }

    private void read(String id) {
        var found = good("read one's own", 200, me.call("GET", path(id), "")).json();
        same(records.get(id), new Known(records.get(id).kind, found.path("title").asString(), found.path("version")
                .asInt()), found);
    }

    private void rename(String id) {
        var title = title();
        var done = good("change one's own", 200, me.call("PATCH", path(id), "{\"title\":\"" + title + "\",\"version\":"
                + records.get(id).version + "}")).json();
        records.put(id, new Known(records.get(id).kind, title, done.path("version").asInt()));
    }

    private void delete(String id) {
        good("delete one's own", 200, me.call("DELETE", path(id), ""));
        same(410, me.call("GET", path(id), "").status(), id);
        records.remove(id);
    }

    private static final String EVERYTHING =
            "{\"not\":{\"field\":\"version\",\"op\":\"eq\",\"value\":0}}";

    private void list() {
        var kind = KINDS.get(chance.nextInt(KINDS.size()));
        var where = "{\"where\":" + EVERYTHING + ",\"archived\":\"any\",\"limit\":";
        var answer = good("list", 200, switch (chance.nextInt(6)) {
            case 0 -> me.call("POST", "/v1/" + kind + "/query", where + "3}");
            case 1 -> me.call("GET", "/v1/tags?limit=500", "");
            case 2 -> me.call("GET", "/v1/changes?since=now", "");
            case 3 -> me.call("GET", "/v1/changes?limit=3&kind=" + kind, "");
            default -> me.call("GET", "/v1/" + kind + "?limit=3", "");
        }).json();
        if (answer.path("next_cursor").isString()) {
            var changes = answer.has("more");
            var query = !changes && answer.path("items").size() > 0 && chance.nextBoolean();
            tenancies.keep("cursors", new Tenancies.Taken(me.tenant, changes ? "changes" : kind,
                    answer.path("next_cursor").asString(), Map.of("query", Boolean.toString(query))), chance);
        }
    }

    /// The figures are those of the model: neither more nor less of what this worker made.
    private void count() {
        var kind = KINDS.get(chance.nextInt(KINDS.size()));
        var where = "{\"field\":\"title\",\"op\":\"starts_with\",\"value\":\"" + mark + " \"}";
        var answer = good("figures", 200, me.call("POST", "/v1/aggregate", "{\"kind\":\"" + kind
                + "\",\"archived\":\"any\",\"where\":" + where + "}")).json();
        same(records.values().stream().filter(each -> each.kind.equals(kind)).count(),
                answer.path("groups").path(0).path("values").path("count").asLong(), answer);
        var other = tenancies.mark(tenancies.others(me.tenant).getFirst());
        var none = me.call("POST", "/v1/aggregate", "{\"kind\":\"" + kind + "\",\"group_by\":[{\"field\":\"title\"}],"
                + "\"where\":{\"field\":\"title\",\"op\":\"contains\",\"value\":\"" + other + "\"}}").json();
        same(0, good("figures of others", 200, new Answer(200, none, "")).json().path("groups").size(), none);
    }

    private void search() {
        var other = tenancies.mark(tenancies.others(me.tenant).get(chance.nextInt(2)));
        var answer = switch (chance.nextInt(4)) {
            case 0 -> me.call("POST", "/v1/search/semantic", "{\"text\":\"" + other + "\"}");
            case 1 -> me.call("GET", "/v1/notes?tag=" + other + "1", "");
            default -> me.call("GET", "/v1/search?q=" + other + "*", "");
        };
        var items = good("search for others' words", 200, answer).json().path("items");
        if (!answer.body().contains("similarity")) {
            same(0, items.size(), items);
        }
    }

    private Answer id(Tenancies.Taken taken) {
        var one = "/v1/" + taken.kind() + "/" + taken.value();
        var answer = switch (chance.nextInt(12)) {
            case 0 -> me.call("PUT", one, "{\"version\":1,\"title\":\"" + mark + "\"}");
            case 1 -> me.call("PATCH", one, "{\"title\":\"" + mark + "\"}");
            case 2 -> me.call("DELETE", one, "");
            case 3 -> me.call("POST", one + "/archive", "{}");
            case 4 -> me.call("POST", one + "/process", "{\"action\":\"" + (taken.kind().equals("tasks") ? "start"
                    : "pin") + "\"}");
            case 5 -> me.call("POST", one + "/tags", "{\"tags\":[\"" + mark + "\"]}");
            case 6 -> me.call("DELETE", one + "/tags/" + mark, "");
            case 7 -> me.call("GET", one + "/suggestions", "");
            case 8 -> me.call("GET", one + "/tags/suggested", "");
            case 9 -> me.call("GET", "/v1/" + taken.kind() + "/" + taken.value().toUpperCase(Locale.ROOT), "");
            case 10 -> me.call("GET", one + List.of("%00", "%2F..%2F" + taken.value(), "'%20OR%20'1'='1", "?tenant="
                    + taken.tenant(), "/").get(chance.nextInt(5)), "");
            default -> me.call("GET", one, "");
        };
        return answer;
    }

    private Answer cursor(Tenancies.Taken taken) {
        var value = chance.nextInt(4) == 0 ? taken.value().substring(0, taken.value().length() - 3) + "AAA"
                : taken.value();
        return taken.kind().equals("changes") ? me.call("GET", "/v1/changes?since=" + value, "")
                : Boolean.parseBoolean(taken.more().get("query")) ? me.call("POST", "/v1/" + taken.kind() + "/query",
                "{\"where\":" + EVERYTHING + ",\"archived\":\"any\",\"limit\":3,\"cursor\":\"" + value + "\"}")
                : me.call("GET", "/v1/" + taken.kind() + "?limit=3&cursor=" + value, "");
    }

    private Answer session(Tenancies.Taken taken) {
        if (chance.nextInt(3) == 0) {
            return me.call("DELETE", "/v1/sync/sessions/" + taken.value(), "");
        }
        var target = "/v1/notes?limit=1";
        var headers = me.signed("GET", target, "");
        headers.put("X-Sync-Session", taken.value());
        return me.send("GET", target, "", headers);
    }

    private Answer filter(Tenancies.Taken taken) {
        var field = taken.kind().equals("tasks") ? "task_id" : taken.kind().equals("notes") ? "note_id" : "chat_id";
        var list = taken.kind().equals("chats") ? "chat_messages" : "comments";
        var is = "{\"field\":\"id\",\"op\":\"eq\",\"value\":\"" + taken.value() + "\"}";
        var answer = switch (chance.nextInt(4)) {
            case 0 -> me.call("POST", "/v1/" + taken.kind() + "/query", "{\"archived\":\"any\",\"where\":" + is + "}");
            case 1 -> me.call("POST", "/v1/" + taken.kind() + "/query", "{\"archived\":\"any\",\"where\":{\"and\":["
                    + is + ",{\"or\":[" + is + "," + EVERYTHING + "]}]}}");
            case 2 -> me.call("POST", "/v1/aggregate", "{\"kind\":\"" + taken.kind() + "\",\"group_by\":[{\"field\":"
                    + "\"id\"}],\"where\":" + is + "}");
            default -> me.call("GET", "/v1/" + list + "?" + field + "=" + taken.value(), "");
        };
        var found = good("foreign filter", 200, answer).json();
        same(0, found.path("items").size() + found.path("groups").size(), found);
        return null;
    }

    /// Fields, parameters and kinds that there are not.
    private void odd() {
        var odd = ODD.get(chance.nextInt(ODD.size()));
        var other = tenancies.others(me.tenant).get(chance.nextInt(2));
        var condition = "{\"field\":\"" + odd + "\",\"op\":\"eq\",\"value\":\"" + other + "\"}";
        refused("", new Forgeries.Tried("odd field", switch (chance.nextInt(6)) {
            case 0 -> me.call("POST", "/v1/notes/query", "{\"where\":" + condition + "}");
            case 1 -> me.call("POST", "/v1/aggregate", "{\"kind\":\"notes\",\"group_by\":[{\"field\":\"" + odd
                    + "\"}]}");
            case 2 -> me.call("POST", "/v1/notes", "{\"title\":\"" + mark + "\",\"tenant_id\":\"" + other + "\"}");
            case 3 -> me.call("GET", "/v1/notes?tenant_id=" + other, "");
            case 4 -> me.call("GET", "/v1/notes?limit=1&limit=2", "");
            default -> me.call("POST", "/v1/aggregate", "{\"kind\":\"secret\"}");
        }));
    }

    /// An operation by which something of this worker would refer to somebody else's record.
    private String referring(Tenancies.Taken taken) {
        return switch (taken.kind()) {
            case "notes" -> "{\"op\":\"create\",\"kind\":\"tasks\",\"body\":{\"title\":\"" + mark + "\",\"note_id\":\""
                    + taken.value() + "\"}}";
            case "tasks" -> "{\"op\":\"create\",\"kind\":\"comments\",\"body\":{\"body\":\"" + mark
                    + "\",\"task_id\":\"" + taken.value() + "\"}}";
            default -> "{\"op\":\"create\",\"kind\":\"chat_messages\",\"body\":{\"body\":\"" + mark
                    + "\",\"chat_id\":\"" + taken.value() + "\"}}";
        };
    }

    private Answer reference(Tenancies.Taken taken) {
        var operation = tools.jackson.databind.json.JsonMapper.shared().readTree(referring(taken));
        return me.call("POST", "/v1/" + operation.path("kind").asString(), operation.path("body").toString());
    }

    private String reaching(Tenancies.Taken taken) {
        var op = List.of("get", "delete", "archive", "patch", "untag").get(chance.nextInt(5));
        return "{\"op\":\"" + op + "\",\"kind\":\"" + taken.kind() + "\",\"id\":\"" + taken.value() + "\",\"body\":"
                + switch (op) {
                    case "patch" -> "{\"title\":\"" + mark + "\"}";
                    case "untag" -> "{\"tags\":[\"" + mark + "\"]}";
                    default -> "{}";
                } + "}";
    }

    private Answer batch(Tenancies.Taken taken) {
        var answer = good("foreign in batch", 200, me.call("POST", "/v1/batch", "{\"operations\":[" + referring(taken)
                + "," + reaching(taken) + "]}")).json();
        for (JsonNode result : answer.path("results")) {
            same(404, result.path("status").asInt(), answer);
        }
        same(2, answer.path("failed").asInt(), answer);
        return null;
    }

    /// What comes before in it has not happened either: the next figures would have one too many.
    private Answer transaction(Tenancies.Taken taken) {
        return me.call("POST", "/v1/transactions", "{\"operations\":[{\"op\":\"create\",\"kind\":\"notes\",\"body\":"
                + "{\"title\":\"" + title() + "\"}}," + (chance.nextBoolean() ? referring(taken) : reaching(taken))
                + "]}");
    }
}
