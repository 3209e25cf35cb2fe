package io.github.doorwarden.systems.toolbridge;

import io.github.doorwarden.systems.backend.Problem;
import io.github.doorwarden.systems.toolbridge.Action.Stamp;
import io.github.doorwarden.systems.toolbridge.Field.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// The five kinds of records: their fields and their actions, in one table. The name is the path and the table of the
/// database.
///
/// | kind | action: legal in |
/// |---|---|
/// | notes | pin: not pinned · unpin: pinned · finalize: draft · reopen: final |
/// | tasks | start: open, blocked · block: open, in_progress · complete, cancel: open, in_progress, blocked · reopen:
/// done, cancelled · assign: open, in_progress, blocked |
/// | comments | resolve: open · reopen: resolved · hide: open, resolved · unhide: hidden |
/// | chats | pin, unpin · mute, unmute · close: open · reopen: closed |
/// | chat_messages | mark_read, mark_unread · pin, unpin · flag, unflag |
enum Kind {
    NOTES("note", List.of(Field.title("title", Limits.TITLE_CHARS), Field.text("body", Limits.TEXT_CHARS),
            Field.state("status", "draft", "draft", "final"), Field.flag("pinned")),
            List.of(Action.flag("pin", "pinned", true), Action.flag("unpin", "pinned", false),
            Action.state("finalize", "final", "draft"), Action.state("reopen", "draft", "final"))),
    TASKS("task", List.of(Field.title("title", Limits.TITLE_CHARS), Field.text("description", Limits.TEXT_CHARS),
            Field.choice("priority", "normal", "low", "normal", "high", "urgent"),
            Field.maybe("assignee", Type.TEXT, Limits.USER_CHARS), Field.maybe("due_on", Type.DAY, 0),
            Field.maybe("estimate_hours", Type.NUMBER, 1_000), Field.reference("note_id", "notes"),
            Field.state("status", "open", "open", "in_progress", "blocked", "done", "cancelled"),
            Field.maybe("blocked_reason", Type.TEXT, Limits.REASON_CHARS).byActions(),
            Field.maybe("completed_at", Type.TIME, 0).byActions()),
            List.of(Action.state("start", "in_progress", "open", "blocked").clearing("blocked_reason"),
            Action.state("block", "blocked", "open", "in_progress").saying("reason", "blocked_reason",
            Limits.REASON_CHARS),
            Action.state("complete", "done", "open", "in_progress", "blocked").clearing("blocked_reason")
            .stamping(new Stamp("completed_at", false)),
            Action.state("cancel", "cancelled", "open", "in_progress", "blocked").clearing("blocked_reason"),
            Action.state("reopen", "open", "done", "cancelled").clearing("completed_at"),
            Action.state("assign", null, "open", "in_progress", "blocked").saying("assignee", "assignee",
            Limits.USER_CHARS))),
    COMMENTS("comment", List.of(Field.title("body", Limits.TEXT_CHARS), Field.reference("note_id", "notes").forGood(),
            Field.reference("task_id", "tasks").forGood(),
            Field.state("status", "open", "open", "resolved", "hidden"),
            Field.maybe("resolved_by", Type.TEXT, Limits.USER_CHARS).byActions(),
            Field.maybe("resolved_at", Type.TIME, 0).byActions()),
            List.of(Action.state("resolve", "resolved", "open").stamping(new Stamp("resolved_by", true),
            new Stamp("resolved_at", false)),
            Action.state("reopen", "open", "resolved").clearing("resolved_by", "resolved_at"),
            Action.state("hide", "hidden", "open", "resolved"),
            Action.state("unhide", "open", "hidden").clearing("resolved_by", "resolved_at"))),
    CHATS("chat", List.of(Field.title("title", Limits.TITLE_CHARS), Field.text("topic", Limits.TOPIC_CHARS),
            Field.state("status", "open", "open", "closed"), Field.flag("pinned"), Field.flag("muted")),
            List.of(Action.flag("pin", "pinned", true), Action.flag("unpin", "pinned", false),
            Action.flag("mute", "muted", true), Action.flag("unmute", "muted", false),
            Action.state("close", "closed", "open"), Action.state("reopen", "open", "closed"))),
    CHAT_MESSAGES("chat message", List.of(Field.reference("chat_id", "chats").forGood().needed(),
            Field.title("body", Limits.TEXT_CHARS), Field.reference("reply_to", "chat_messages").forGood(),
            Field.flag("read"), Field.flag("pinned"), Field.flag("flagged"),
            Field.maybe("flag_reason", Type.TEXT, Limits.REASON_CHARS).byActions()),
            List.of(Action.flag("mark_read", "read", true), Action.flag("mark_unread", "read", false),
            Action.flag("pin", "pinned", true), Action.flag("unpin", "pinned", false),
            Action.flag("flag", "flagged", true).saying("reason", "flag_reason", Limits.REASON_CHARS),
            Action.flag("unflag", "flagged", false).clearing("flag_reason")));

    private final String one;
    private final List<Field> fields;
    private final List<Action> actions;

    Kind(String one, List<Field> fields, List<Action> actions) {
        this.one = one;
        this.fields = fields;
        this.actions = actions;
    }

    /// Path and table.
    String plural() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// What a person calls one of them.
    String one() {
        return one;
    }

    List<Field> fields() {
        return fields;
    }

    List<Action> actions() {
        return actions;
    }

    Optional<Field> field(String name) {
        return fields.stream().filter(each -> each.name().equals(name)).findFirst();
    }

    /// Comments of notes and tasks, messages of chats: what goes with a record when it is deleted, and by which field
    /// it names it.
    Optional<Field> parts() {
        return switch (this) {
            case NOTES -> COMMENTS.field("note_id");
            case TASKS -> COMMENTS.field("task_id");
            case CHATS -> CHAT_MESSAGES.field("chat_id");
            case COMMENTS, CHAT_MESSAGES -> Optional.empty();
        };
    }

    Kind kindOfParts() {
        return this == CHATS ? CHAT_MESSAGES : COMMENTS;
    }

    /// The field that a search shows and weighs more.
    String heading() {
        return field("title").isPresent() ? "title" : "body";
    }

    /// All columns that a record is read from.
    String columns() {
        return "id, version, " + fields.stream().map(Field::name).collect(Collectors.joining(", "))
                + ", archived, deleted_at, created_at, created_by, updated_at, updated_by, (SELECT string_agg(tag, ','"
                + " ORDER BY tag) FROM tag WHERE tag.tenant_id = r.tenant_id AND tag.kind = '" + plural()
                + "' AND tag.record_id = r.id) AS tags";
    }

    static Kind of(String name) {
        return Arrays.stream(values()).filter(each -> each.plural().equals(name)).findFirst().orElseThrow(() ->
                Problem.invalid("There is no kind " + Problem.quote(name) + ". There are: " + names() + "."));
    }

    static String names() {
        return Arrays.stream(values()).map(Kind::plural).collect(Collectors.joining(", "));
    }
}
