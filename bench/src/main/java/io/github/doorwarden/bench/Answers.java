package io.github.doorwarden.bench;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Judges answers. The first one is read as JSON and must be the result of a tool; every other must be the same bytes
/// with its own id in place of the first one's. So a server cannot win by answering wrongly, nor with another caller's
/// answer.
final class Answers {

    /// Enough of a refusal to understand it.
    private static final int SHOWN_CHARS = 400;

    private byte[] before;
    private byte[] after;

    /// @throws IllegalStateException when the first answer is not the result of a tool
    boolean right(Connection connection) {
        if (before == null) {
            learn(connection);
        }
        var bytes = connection.bytes();
        var start = connection.bodyStart();
        var end = start + connection.bodyLength();
        return connection.status() == 200
                && connection.bodyLength() == before.length + Target.ID_DIGITS + after.length
                && Arrays.equals(bytes, start, start + before.length, before, 0, before.length)
                && Arrays.equals(bytes, end - after.length, end, after, 0, after.length)
                && id(bytes, start + before.length) == connection.id();
    }

    /// Of a right answer; 0 before the first one.
    int bytes() {
        return before == null ? 0 : before.length + Target.ID_DIGITS + after.length;
    }

    private static int id(byte[] bytes, int from) {
        var id = 0;
        for (var i = from; i < from + Target.ID_DIGITS; i++) {
            id = id * 10 + bytes[i] - '0';
        }
        return id;
    }

    private void learn(Connection connection) {
        var body = connection.body();
        var at = body.indexOf("\"id\":" + connection.id());
        if (connection.status() != 200 || at < 0 || !isToolResult(body)) {
            throw new IllegalStateException("The endpoint does not answer the call: status " + connection.status()
                    + ", "
                    + body.substring(0, Math.min(SHOWN_CHARS, body.length())));
        }
        at += "\"id\":".length();
        before = body.substring(0, at).getBytes(StandardCharsets.UTF_8);
        after = body.substring(at + Target.ID_DIGITS).getBytes(StandardCharsets.UTF_8);
    }

    private static boolean isToolResult(String body) {
        try {
            var result = JsonMapper.shared().readTree(body).path("result");
            return result.path("content").isArray() && !result.path("isError").booleanValue(false);
        } catch (JacksonException notJson) {
            return false;
        }
    }
}
