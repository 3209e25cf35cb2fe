package io.github.doorwarden.cli.systems;

import io.github.doorwarden.client.McpClient;
import io.github.doorwarden.client.McpFailure;
import io.github.doorwarden.client.ToolResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Random operations by people of several tenants, most of them with something in them that is another tenant's: ids,
/// references, cursors, filters, tags. A model of each tenant says what may come of it: a record that a caller may not
/// know is never answered, in no list, and never changed. Every record of a tenant carries the tenant's mark in its
/// title, so that one foreign word in any answer is a finding.
final class Isolation {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final List<String> WITH_TITLE = List.of("note", "task", "chat");

    /// @param titles of records by their ids, with the kind in front: `note 01a2…`
    private record Tenant(String mark, McpClient client, Map<String, String> titles, List<String> cursors) {}

    private final List<Tenant> tenants = new ArrayList<>();
    private final Random chance;
    private final Map<String, Integer> counts = new TreeMap<>();

    /// @param seed says the same again
    Isolation(long seed, Map<String, McpClient> people) {
        chance = new Random(seed);
        new TreeMap<>(people).forEach((name, client) -> tenants.add(new Tenant("mark-of-" + name + "-"
                + Long.toHexString(seed), client, new HashMap<>(), new ArrayList<>())));
    }

    /// How often each kind of operation was done.
    Map<String, Integer> counts() {
        return counts;
    }

    /// @throws AssertionError with the step at the first finding
    void run(int operations) throws McpFailure, InterruptedException {
        for (var step = 0; step < operations; step++) {
            var at = tenants.get(chance.nextInt(tenants.size()));
            try {
                step(at);
            } catch (AssertionError finding) {
                throw new AssertionError("step " + step + " by " + at.mark + ": " + finding.getMessage(), finding);
            }
        }
        for (var tenant : tenants) {
            for (var known : tenant.titles.keySet()) {
                read(tenant, known);
            }
        }
    }

    private void step(Tenant at) throws McpFailure, InterruptedException {
        switch (chance.nextInt(10)) {
            case 0, 1 -> create(at);
            case 2 -> own(at).ifPresent(known -> tried(() -> read(at, known)));
            case 3 -> own(at).ifPresent(known -> tried(() -> rename(at, known)));
            case 4 -> list(at);
            case 5 -> cursor(at);
            case 6 -> reference(at);
            default -> foreign(at);
        }
    }

    private interface Attempt {
        void run() throws McpFailure, InterruptedException;
    }

    private static void tried(Attempt attempt) {
        try {
            attempt.run();
        } catch (McpFailure | InterruptedException e) {
            throw new AssertionError("the call did not come through: " + e.getMessage(), e);
        }
    }

    private Optional<String> own(Tenant at) {
        var all = new ArrayList<>(new TreeSet<>(at.titles.keySet()));
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(chance.nextInt(all.size())));
    }

    private Optional<String> others(Tenant at) {
        var all = new TreeSet<String>();
        tenants.stream().filter(each -> each != at).forEach(each -> all.addAll(each.titles.keySet()));
        return all.isEmpty() ? Optional.empty()
                : Optional.of(new ArrayList<>(all).get(chance.nextInt(all.size())));
    }

    private static String kind(String known) {
        return known.split(" ")[0];
    }

    private static ObjectNode one(String known) {
        return JSON.createObjectNode().put("id", known.split(" ")[1]);
    }

    /// An answer to this tenant: whatever it is, no other's mark is in it.
    private ToolResult call(Tenant at, String what, String tool, ObjectNode arguments)
            throws McpFailure, InterruptedException {
        counts.merge(what, 1, Integer::sum);
        var result = at.client.call(tool, arguments);
        for (var other : tenants) {
            if (other != at && result.raw().toString().contains(other.mark)) {
                throw new AssertionError(tool + " " + arguments + " answered what is another tenant's: "
                        + result.raw());
            }
        }
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

    private void create(Tenant at) throws McpFailure, InterruptedException {
        var kind = WITH_TITLE.get(chance.nextInt(WITH_TITLE.size()));
        var title = at.mark + " " + chance.nextInt(1_000_000);
        var made = good(call(at, "create", "create_" + kind, JSON.createObjectNode().put("title", title)));
        at.titles.put(kind + " " + made.path("id").asString(), title);
    }

    private void read(Tenant at, String known) throws McpFailure, InterruptedException {
        same(at.titles.get(known), good(call(at, "read one's own", "get_" + kind(known), one(known))).path("title")
                .asString());
    }

    private void rename(Tenant at, String known) throws McpFailure, InterruptedException {
        var title = at.mark + " " + chance.nextInt(1_000_000);
        good(call(at, "change one's own", "patch_" + kind(known), one(known).put("title", title)));
        at.titles.put(known, title);
    }

    private void list(Tenant at) throws McpFailure, InterruptedException {
        var kind = WITH_TITLE.get(chance.nextInt(WITH_TITLE.size()));
        var answer = good(call(at, "list", "list_" + kind + "s", JSON.createObjectNode().put("limit", 3)));
        unknownToOthers(at, answer);
        if (answer.path("next_cursor").isString()) {
            at.cursors.add(kind + " " + answer.path("next_cursor").asString());
        }
    }

    private void unknownToOthers(Tenant at, JsonNode answer) {
        var foreign = new HashSet<String>();
        tenants.stream().filter(each -> each != at).forEach(each -> each.titles.keySet().forEach(known ->
                foreign.add(known.split(" ")[1])));
        answer.path("items").forEach(item -> {
            if (foreign.contains(item.path("id").asString())) {
                throw new AssertionError("a list has another tenant's record: " + item);
            }
        });
    }

    /// Somebody else's place in a list, whole or spoiled.
    private void cursor(Tenant at) throws McpFailure, InterruptedException {
        var all = tenants.stream().flatMap(each -> each.cursors.stream()).toList();
        if (all.isEmpty()) {
            return;
        }
        var cursor = all.get(chance.nextInt(all.size())).split(" ");
        var spoiled = chance.nextInt(4) == 0 ? cursor[1].substring(0, cursor[1].length() - 2) + "AA" : cursor[1];
        var foreign = at.cursors.stream().noneMatch(each -> each.endsWith(spoiled));
        var result = call(at, "foreign cursor", "list_" + cursor[0] + "s", JSON.createObjectNode().put("limit", 3)
                .put("cursor", spoiled));
        if (foreign && !result.isError()) {
            throw new AssertionError("another tenant's cursor was taken");
        }
        result.structured().ifPresent(answer -> unknownToOthers(at, answer));
    }

    /// What is made refers to somebody else's record.
    private void reference(Tenant at) throws McpFailure, InterruptedException {
        var known = others(at);
        if (known.isEmpty()) {
            return;
        }
        var id = known.get().split(" ")[1];
        var body = JSON.createObjectNode();
        var result = switch (kind(known.get())) {
            case "note" -> call(at, "foreign reference", chance.nextBoolean() ? "create_comment" : "create_task",
                    body.put("note_id", id));
            case "task" -> call(at, "foreign reference", "create_comment", body.put("body", "x").put("task_id", id));
            default -> call(at, "foreign reference", "create_chat_message", body.put("body", "x").put("chat_id", id));
        };
        if (!result.isError()) {
            throw new AssertionError("something refers to another tenant's record now: " + result.text());
        }
    }

    /// Every verb at somebody else's id, and filters that name it.
    private void foreign(Tenant at) throws McpFailure, InterruptedException {
        var known = others(at);
        if (known.isEmpty()) {
            return;
        }
        var kind = kind(known.get());
        var target = one(known.get());
        var result = switch (chance.nextInt(8)) {
            case 0 -> call(at, "foreign id", "get_" + kind, target);
            case 1 -> call(at, "foreign id", "patch_" + kind, target.put("title", at.mark + " was here"));
            case 2 -> call(at, "foreign id", "update_" + kind, target.put("version", 1).put("title", at.mark));
            case 3 -> call(at, "foreign id", "delete_" + kind, target);
            case 4 -> call(at, "foreign id", "archive_" + kind, target);
            case 5 -> call(at, "foreign id", "process_" + kind, target.put("action", kind.equals("task") ? "complete"
                    : "pin"));
            case 6 -> call(at, "crafted id", "get_" + kind, target.put("id", crafted(target.path("id").asString())));
            default -> {
                var answer = good(call(at, "foreign filter", kind.equals("note") ? "list_comments"
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
