package io.github.doorwarden.cli.systems;

import io.github.doorwarden.client.McpClient;
import io.github.doorwarden.client.McpFailure;
import io.github.doorwarden.client.ToolResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// One worker through the door, a person of one tenant, whose operations mostly have something in them that is another
/// tenant's: ids, references, cursors, filters. A model says what may come of it: a record that a caller may not know
/// is never answered, in no list, and never changed. For one thread.
final class Isolation {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final List<String> WITH_TITLE = List.of("note", "task", "chat");
    private static final Pattern STATUS = Pattern.compile("\\b4[0-9][0-9]\\b");

    private final String tenant;
    private final McpClient client;
    private final Tenancies tenancies;
    private final Random chance;
    private final String mark;
    /// By kind and id: `note 01a2…`.
    private final Map<String, String> titles = new LinkedHashMap<>();

    Isolation(String tenant, McpClient client, Tenancies tenancies, int worker, Random chance) {
        this.tenant = tenant;
        this.client = client;
        this.tenancies = tenancies;
        this.chance = chance;
        this.mark = tenancies.mark(tenant) + worker;
    }

    /// @throws AssertionError with the step at the first finding
    void run(int operations) throws McpFailure, InterruptedException {
        for (var step = 0; step < operations; step++) {
            try {
                step();
            } catch (AssertionError finding) {
                throw new AssertionError("step " + step + " by " + mark + ": " + finding.getMessage(), finding);
            }
        }
        for (var known : titles.keySet()) {
            read(known);
        }
    }

    private void step() throws McpFailure, InterruptedException {
        switch (chance.nextInt(10)) {
            case 0 -> create();
            case 1 -> reference();
            case 2 -> own(this::read);
            case 3 -> own(this::rename);
            case 4 -> list();
            case 5 -> cursor();
            default -> foreign();
        }
    }

    private interface OfOne {
        void run(String known) throws McpFailure, InterruptedException;
    }

    private void own(OfOne operation) throws McpFailure, InterruptedException {
        if (!titles.isEmpty()) {
            operation.run(new ArrayList<>(titles.keySet()).get(chance.nextInt(titles.size())));
        }
    }

    private Optional<String> others() {
        return tenancies.foreign("ids", tenant, chance).map(taken -> taken.kind().replaceAll("s$", "") + " "
                + taken.value());
    }

    private static String kind(String known) {
        return known.split(" ")[0];
    }

    private static ObjectNode one(String known) {
        return JSON.createObjectNode().put("id", known.split(" ")[1]);
    }

    /// An answer to this tenant: whatever it is, nothing of others is in it.
    private ToolResult call(String what, String tool, ObjectNode arguments) throws McpFailure, InterruptedException {
        var result = client.call(tool, arguments);
        tenancies.check(tenant, result.raw().toString(), result.isError(), tool + " " + arguments);
        var status = STATUS.matcher(result.text());
        tenancies.count("door " + what, !result.isError() ? "allowed" : status.find() ? "API " + status.group()
                : "Doorwarden");
        return result;
    }

    private static JsonNode good(ToolResult result) {
        if (result.isError()) {
            throw new AssertionError("one's own was refused: " + result.text());
        }
        return result.structured().orElseThrow();
    }

    private static void same(Object expected, Object found) {
        if (!expected.equals(found)) {
            throw new AssertionError("expected " + expected + ", found " + found);
        }
    }

    private void create() throws McpFailure, InterruptedException {
        var kind = WITH_TITLE.get(chance.nextInt(WITH_TITLE.size()));
        var title = mark + " " + chance.nextInt(1_000_000);
        var made = good(call("create", "create_" + kind, JSON.createObjectNode().put("title", title)));
        titles.put(kind + " " + made.path("id").asString(), title);
        tenancies.own(tenant, kind + "s", made.path("id").asString());
    }

    private void read(String known) throws McpFailure, InterruptedException {
        same(titles.get(known), good(call("read one's own", "get_" + kind(known), one(known))).path("title")
                .asString());
    }

    private void rename(String known) throws McpFailure, InterruptedException {
        var title = mark + " " + chance.nextInt(1_000_000);
        good(call("change one's own", "patch_" + kind(known), one(known).put("title", title)));
        titles.put(known, title);
    }

    private void list() throws McpFailure, InterruptedException {
        var kind = WITH_TITLE.get(chance.nextInt(WITH_TITLE.size()));
        var answer = good(call("list", "list_" + kind + "s", JSON.createObjectNode().put("limit", 3)));
        if (answer.path("next_cursor").isString()) {
            tenancies.keep("cursors", new Tenancies.Taken(tenant, kind + "s", answer.path("next_cursor").asString(),
                    Map.of("query", "false")), chance);
        }
    }

    /// Somebody else's place in a list, whole or spoiled.
    private void cursor() throws McpFailure, InterruptedException {
        var taken = tenancies.foreign("cursors", tenant, chance).filter(each -> !each.kind().equals("changes"));
        if (taken.isEmpty()) {
            return;
        }
        var cursor = taken.get().value();
        var tried = chance.nextInt(4) == 0 ? cursor.substring(0, cursor.length() - 3) + "AAA" : cursor;
        if (!call("foreign cursor", "list_" + taken.get().kind(), JSON.createObjectNode().put("limit", 3)
                .put("cursor", tried)).isError()) {
            throw new AssertionError("another tenant's cursor was taken");
        }
    }

    /// What is made refers to somebody else's record.
    private void reference() throws McpFailure, InterruptedException {
        var known = others();
        if (known.isEmpty()) {
            return;
        }
        var id = known.get().split(" ")[1];
        var body = JSON.createObjectNode();
        var result = switch (kind(known.get())) {
            case "note" -> chance.nextBoolean()
                    ? call("foreign reference", "create_comment", body.put("body", "x").put("note_id", id))
                    : call("foreign reference", "create_task", body.put("title", "x").put("note_id", id));
            case "task" -> call("foreign reference", "create_comment", body.put("body", "x").put("task_id", id));
            default -> call("foreign reference", "create_chat_message", body.put("body", "x").put("chat_id", id));
        };
        if (!result.isError()) {
            throw new AssertionError("something refers to another tenant's record now: " + result.text());
        }
    }

    /// Every verb at somebody else's id, and filters that name it.
    private void foreign() throws McpFailure, InterruptedException {
        var known = others();
        if (known.isEmpty()) {
            return;
        }
        var kind = kind(known.get());
        var target = one(known.get());
        var result = switch (chance.nextInt(8)) {
            case 0 -> call("foreign id", "get_" + kind, target);
            case 1 -> call("foreign id", "patch_" + kind, target.put("title", mark + " was here"));
            case 2 -> call("foreign id", "update_" + kind, target.put("version", 1).put("title", mark));
            case 3 -> call("foreign id", "delete_" + kind, target);
            case 4 -> call("foreign id", "archive_" + kind, target);
            case 5 -> call("foreign id", "process_" + kind, target.put("action", kind.equals("task") ? "complete"
                    : "pin"));
            case 6 -> call("crafted id", "get_" + kind, target.put("id", crafted(target.path("id").asString())));
            default -> {
                var answer = good(call("foreign filter", kind.equals("note") ? "list_comments"
                        : kind.equals("task") ? "list_comments" : "list_chat_messages", JSON.createObjectNode()
                        .put(kind.equals("chat") ? "chat_id" : kind + "_id", target.path("id").asString())));
                same(0, answer.path("items").size());
                yield null;
            }
        };
        if (result != null && !result.isError()) {
            throw new AssertionError("another tenant's record was reached: " + result.text());
        }
    }

    /// An id that could mean another one to whoever reads it carelessly.
    private String crafted(String id) {
        return switch (chance.nextInt(6)) {
            case 0 -> id.toUpperCase(Locale.ROOT);
            case 1 -> id + "/../" + id;
            case 2 -> id + "?tenant=" + id;
            case 3 -> "../notes/" + id;
            case 4 -> id + "' OR '1'='1";
            default -> id + "%00";
        };
    }
}
