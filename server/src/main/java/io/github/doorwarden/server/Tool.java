package io.github.doorwarden.server;

import java.util.List;

/// A tool that clients may call. Implementations are shared by all calls and must be safe for use by many threads.
///
/// Made by sources, or in Java from a record of arguments by [RecordTool].
public interface Tool {

    /// What clients see and what the door must know. Always the same object.
    ToolSpec spec();

    /// Capabilities that the client must have declared for a call, by their names in the specification, for example
    /// `sampling`; always the same list. Where a request says what its client can do (2026-07-28), a call without one
    /// of them is refused and the tool not called. Earlier revisions say it elsewhere, so nothing is checked there.
    default List<String> requiredCapabilities() {
        return List.of();
    }

    /// Runs on the call's own virtual thread, may block, and is interrupted when the deadline is over or the client has
    /// gone. The arguments have been validated against the input schema. A failure that the model should read is a
    /// result with `isError` ([ToolResult#error(String)]); whatever is thrown is a bug or an outage ([ToolOutage]).
    ToolResult call(Call call) throws Exception;

    /// Asks what must be known before the work begins, for tools that may become tasks: what is asked here is answered
    /// before there is a task, and the answers are at hand in [#call]. Runs like it, and before it.
    default void prepare(Call call) throws Exception {}

    /// What a call would do, for the person who is to confirm it ([ToolSpec#confirm]). May look things up, changes
    /// nothing. Empty: the name of the tool and its arguments are shown.
    default String preview(Call call) throws Exception {
        return "";
    }
}
