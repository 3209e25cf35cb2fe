package io.github.doorwarden.store;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// How a line of the audit log is bound to all lines before it: `hash = SHA-256(previous hash || JSON)`, where JSON
/// is the line's columns as one object in the canonical form of RFC 8785 (names in order, no white space, UTF-8),
/// without `hash`; `tenant`, `trace_id` and `cause`, which older lines do not have, stand in it only where they are not
/// null. Before the first line stand 32 zero bytes. So the chain can be checked with any programming
/// language from an export of the table.
///
/// Not safe for use by several threads.
final class AuditChain {

    static final byte[] START = new byte[32];

    private static final String HEX = "0123456789abcdef";

    private final MessageDigest sha256;
    private final StringBuilder json = new StringBuilder(1024);

    AuditChain() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    byte[] next(byte[] previous, long seq, AuditEvent event) {
        sha256.update(previous);
        return sha256.digest(canonical(seq, event).getBytes(StandardCharsets.UTF_8));
    }

    String canonical(long seq, AuditEvent event) {
        json.setLength(0);
        json.append('{');
        text("arguments", event.arguments());
        number("at", event.at().toEpochMilli());
        text("caller_kind", event.callerKind());
        later("cause", event.cause());
        text("client_id", event.clientId());
        number("duration_us", micros(event));
        text("endpoint", event.endpoint());
        text("event", event.event());
        text("outcome", event.outcome());
        text("peer", event.peer());
        text("reason", event.reason());
        text("request_id", event.requestId());
        number("seq", seq);
        text("subject", event.subject());
        later("tenant", event.tenant());
        text("thing", event.thing());
        text("token_id", event.tokenId());
        later("trace_id", event.traceId());
        json.setCharAt(json.length() - 1, '}');
        return json.toString();
    }

    /// As it stands in the column; never negative.
    static long micros(AuditEvent event) {
        return Math.max(0, event.duration().toNanos() / 1_000);
    }

    private void number(String name, long value) {
        json.append('"').append(name).append("\":").append(value).append(',');
    }

    /// A column that came later.
    private void later(String name, String value) {
        if (!value.isEmpty()) {
            text(name, value);
        }
    }

    private void text(String name, String value) {
        json.append('"').append(name).append("\":");
        if (value == null) {
            json.append("null,");
            return;
        }
        json.append('"');
        var plainFrom = 0;
        for (var i = 0; i < value.length(); i++) {
            var c = value.charAt(i);
            if (c < 0x20 || c == '"' || c == '\\') {
                json.append(value, plainFrom, i);
                escape(c);
                plainFrom = i + 1;
            }
        }
        json.append(value, plainFrom, value.length()).append("\",");
    }

    private void escape(char c) {
        switch (c) {
            case '"' -> json.append("\\\"");
            case '\\' -> json.append("\\\\");
            case '\b' -> json.append("\\b");
            case '\t' -> json.append("\\t");
            case '\n' -> json.append("\\n");
            case '\f' -> json.append("\\f");
            case '\r' -> json.append("\\r");
            default -> json.append("\\u00").append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
        }
    }
}
