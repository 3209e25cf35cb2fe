package io.github.doorwarden.server;

import io.github.doorwarden.identity.Caller;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What a sealed state or a confirmation is good for: this caller, at this endpoint, with this method and these
/// parameters, and nothing else (MCP 2026-07-28, Multi round-trip requests, Server requirements).
///
/// @param caller kind, subject, client and organisation, not the token: a refreshed token is the same caller
/// @param digest of method and parameters, whatever the order of members and the form of numbers
record Occasion(String caller, String endpoint, String digest) {

    private static final Set<String> NOT_PARAMETERS = Set.of("_meta", "inputResponses", "requestState");

    static Occasion of(Exchange exchange, String method, ObjectNode params) {
        return new Occasion(who(exchange.caller()), exchange.endpoint().path(), digest(method, params));
    }

    /// Names a caller across requests and tokens. Whoever works for several organisations is somebody else for each:
    /// what was confirmed for the one is not done for the other.
    static String who(Caller caller) {
        return caller.kind() + "\n" + caller.clientId() + "\n" + caller.subject()
                + caller.tenant().map(name -> "\n" + name).orElse("");
    }

    private static String digest(String method, ObjectNode params) {
        var canonical = new StringBuilder(method);
        var kept = params.deepCopy();
        kept.remove(NOT_PARAMETERS);
        write(kept, canonical.append('\n'));
        try {
            var hash = MessageDigest.getInstance("SHA-256").digest(canonical.toString()
                    .getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This JDK has no SHA-256.", e);
        }
    }

    /// Unambiguous, not pretty: clients print their parameters anew.
    private static void write(JsonNode node, StringBuilder out) {
        if (node instanceof ObjectNode object) {
            var members = new TreeMap<String, JsonNode>();
            object.properties().forEach(member -> members.put(member.getKey(), member.getValue()));
            out.append('{');
            members.forEach((name, value) -> {
                text(name, out);
                write(value, out.append(':'));
                out.append(',');                                 // or a number would run into the next name's length
            });
            out.append('}');
        } else if (node.isArray()) {
            out.append('[');
            node.forEach(element -> {
                write(element, out);
                out.append(',');
            });
            out.append(']');
        } else if (node.isNumber()) {
            out.append(new BigDecimal(node.asString()).stripTrailingZeros());
        } else if (node.isString()) {
            text(node.asString(), out);
        } else {
            out.append(node);
        }
    }

    private static void text(String text, StringBuilder out) {
        out.append(text.length()).append('"').append(text).append('"');
    }
}
