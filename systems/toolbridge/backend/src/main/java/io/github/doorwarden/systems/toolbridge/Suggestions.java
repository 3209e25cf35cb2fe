package io.github.doorwarden.systems.toolbridge;

import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;

/// What goes with a record, and what is likely to be done with it next: rules over its state, never an action that is
/// not legal.
final class Suggestions {

    private static final Duration OLD = Duration.ofDays(7);
    private static final Duration QUIET = Duration.ofDays(30);

    private final Store store;
    private final Records records;
    private final Nearby nearby;
    private final InstantSource clock;

    Suggestions(Store store, Records records, Nearby nearby, InstantSource clock) {
        this.store = store;
        this.records = records;
        this.nearby = nearby;
        this.clock = clock;
    }

    Map<String, Object> of(Caller caller, Kind kind, String id) {
        return store.read(caller.scope(), tx -> {
            var record = records.get(tx, caller, kind, id);
            var answer = new LinkedHashMap<String, Object>();
            answer.put("related", nearby.of(tx, caller, record).stream().map(Nearby.Near::json).toList());
            var legal = Records.legal(record);
            answer.put("next_actions", next(tx, caller, record).entrySet().stream().filter(each ->
                    legal.contains(each.getKey())).map(each -> {
                        var item = new LinkedHashMap<String, Object>();
                        item.put("action", each.getKey());
                        item.put("reason", each.getValue());
                        return item;
                    }).toList());
            return answer;
        });
    }

    private Map<String, String> next(Tx tx, Caller caller, Stored record) throws SQLException {
        return switch (record.kind()) {
            case NOTES -> {
                var open = open(tx, caller, "note_id", record.id());
                yield older(record, OLD) && open == 0 ? Map.of("finalize",
                        "it has not changed for a week, and no comment on it is open") : Map.of();
            }
            case TASKS -> ofTask(tx, caller, record);
            case COMMENTS -> older(record, OLD) ? Map.of("resolve", "it has been open for a week") : Map.of();
            case CHATS -> {
                var last = tx.number("SELECT max(created_at) FROM chat_messages WHERE tenant_id = ? AND chat_id = ? "
                        + "AND deleted_at IS NULL", caller.tenant(), record.id());
                yield Math.max(last, record.updatedAt()) < clock.millis() - QUIET.toMillis() ? Map.of("close",
                        "nobody has written into it for a month") : Map.of();
            }
            case CHAT_MESSAGES -> ofMessage(record, caller);
        };
    }

    private Map<String, String> ofTask(Tx tx, Caller caller, Stored task) throws SQLException {
        var likely = new LinkedHashMap<String, String>();
        var today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        var due = task.values().get("due_on");
        var late = due != null && LocalDate.parse(due.toString()).isBefore(today);
        var open = open(tx, caller, "task_id", task.id());
        if (task.values().get("assignee") == null) {
            likely.put("assign", late ? "it is overdue and nobody has it" : "nobody has it");
        }
        switch (task.text("status")) {
            case "in_progress" -> likely.put("complete", open == 0 ? "it is in work, and no comment on it is open"
                    : "it is in work; " + open + " comments on it are still open");
            case "blocked" -> likely.put("start", "it is blocked: " + task.text("blocked_reason"));
            case "open" -> likely.put("start", late ? "it was due on " + due : "it has not been begun");
            case "done" -> {
                if (open > 0) {
                    likely.put("reopen", open + " comments on it are still open");
                }
            }
            default -> { }
        }
        return likely;
    }

    private static Map<String, String> ofMessage(Stored message, Caller caller) {
        var likely = new LinkedHashMap<String, String>();
        if (!message.createdBy().equals(caller.user())) {
            likely.put("mark_read", "somebody else wrote it, and it is unread");
        }
        if (Boolean.TRUE.equals(message.values().get("flagged"))) {
            likely.put("unflag", "it is flagged: " + message.text("flag_reason"));
        }
        return likely;
    }

    private static long open(Tx tx, Caller caller, String field, String id) throws SQLException {
        return tx.number("SELECT count(*) FROM comments WHERE tenant_id = ? AND " + field
                + " = ? AND status = 'open' AND deleted_at IS NULL", caller.tenant(), id);
    }

    private boolean older(Stored record, Duration than) {
        return record.updatedAt() < clock.millis() - than.toMillis();
    }
}
