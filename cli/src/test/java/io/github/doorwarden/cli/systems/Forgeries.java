package io.github.doorwarden.cli.systems;

import io.github.doorwarden.cli.systems.SignedCaller.Key;
import io.github.doorwarden.cli.systems.ToolbridgeApi.Answer;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Calls of which one proof is forged, replayed, swapped or missing. Safe for use by many threads.
final class Forgeries {

    private static final String TARGET = "/v1/notes?limit=1";
    private static final List<String> KINDS = List.of("key of nobody", "own key for another tenant",
            "another tenant's key", "tenant changed after signing", "user changed after signing", "another user",
            "replayed", "another's headers", "another's signature", "another's token", "another target",
            "another body", "too old", "from tomorrow", "no signature", "no signature, another tenant",
            "token cut", "token of alg none", "no token", "an operator's route", "the gateway's route");

    record Tried(String what, Answer answer) {}

    private final Map<String, Key> keys;
    private final Tenancies tenancies;

    /// @param keys of all tenants
    Forgeries(Map<String, Key> keys, Tenancies tenancies) {
        this.keys = Map.copyOf(keys);
        this.tenancies = tenancies;
    }

    Tried one(SignedCaller me, Random chance) {
        var kind = KINDS.get(chance.nextInt(KINDS.size()));
        var other = keys.get(tenancies.others(me.tenant).get(chance.nextInt(2)));
        var headers = me.signed("GET", TARGET, "");
        return new Tried(kind, switch (kind) {
            case "replayed" -> {
                me.send("GET", TARGET, "", headers);
                tenancies.keep("headers", new Tenancies.Taken(me.tenant, "headers", "", headers), chance);
                yield me.send("GET", TARGET, "", headers);
            }
            case "another's headers", "another's signature", "another's token" -> {
                var theirs = tenancies.foreign("headers", me.tenant, chance).map(Tenancies.Taken::more).orElse(
                        Map.of("X-Signature", "v1=" + "0".repeat(64), "Authorization", "Bearer nothing"));
                theirs.forEach((name, value) -> {
                    if (kind.endsWith("token") == name.equals("Authorization") && (kind.endsWith("headers")
                            || name.equals("X-Signature") || name.equals("Authorization"))) {
                        headers.put(name, value);
                    }
                });
                yield me.send("GET", TARGET, "", headers);
            }
            case "another target" -> me.send("GET", "/v1/notes?limit=2", "", headers);
            case "another body" -> me.send("POST", "/v1/notes", "{\"title\":\"" + tenancies.mark(me.tenant) + "\"}",
                    with(me.signed("POST", "/v1/notes", "{}"), Map.of()));
            case "an operator's route" -> me.send("GET", "/admin/tenants/" + other.tenant() + "/members", "", headers);
            case "the gateway's route" -> me.send("GET", "/admin/tenants/" + other.tenant() + "/secret", "", headers);
            default -> me.send("GET", TARGET, "", changed(kind, me, other, headers));
        });
    }

    private static Map<String, String> changed(String kind, SignedCaller me, Key other, Map<String, String> headers) {
        var token = headers.get("Authorization");
        return switch (kind) {
            case "key of nobody" -> session(headers, me.signed(new Key(me.tenant, me.key.id(), "k".repeat(43)),
                    me.user, 0, "GET", TARGET, ""));
            case "own key for another tenant" -> session(headers, me.signed(new Key(other.tenant(), me.key.id(),
                    me.key.secret()), me.user, 0, "GET", TARGET, ""));
            case "another tenant's key" -> session(headers, me.signed(other, me.user, 0, "GET", TARGET, ""));
            case "another user" -> session(headers, me.signed(me.key, "somebody", 0, "GET", TARGET, ""));
            case "too old" -> session(headers, me.signed(me.key, me.user, 330, "GET", TARGET, ""));
            case "from tomorrow" -> session(headers, me.signed(me.key, me.user, -86_400, "GET", TARGET, ""));
            case "tenant changed after signing" -> with(headers, Map.of("X-Tenant-Id", other.tenant()));
            case "user changed after signing" -> with(headers, Map.of("X-User-Id", "somebody"));
            case "no signature" -> Map.of("Authorization", token, "X-Sync-Session", headers.get("X-Sync-Session"));
            case "no signature, another tenant" -> Map.of("Authorization", token, "X-Sync-Session",
                    headers.get("X-Sync-Session"), "X-Tenant-Id", other.tenant());
            case "token cut" -> with(headers, Map.of("Authorization", token.substring(0, token.length() - 4) + "AAAA"));
            case "token of alg none" -> with(headers, Map.of("Authorization", "Bearer eyJhbGciOiJub25lIiwidHlwIjoiYXQr"
                    + "and0In0." + token.split("\\.")[1] + "."));
            default -> {
                headers.remove("Authorization");
                yield headers;
            }
        };
    }

    private static Map<String, String> session(Map<String, String> from, Map<String, String> to) {
        to.put("X-Sync-Session", from.get("X-Sync-Session"));
        return to;
    }

    private static Map<String, String> with(Map<String, String> headers, Map<String, String> other) {
        headers.putAll(other);
        return headers;
    }
}
