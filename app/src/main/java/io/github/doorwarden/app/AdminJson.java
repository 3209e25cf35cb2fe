package io.github.doorwarden.app;

import io.github.doorwarden.authserver.Clients;
import io.github.doorwarden.authserver.Grant;
import io.github.doorwarden.authserver.Keys;
import io.github.doorwarden.authserver.People.Person;
import io.github.doorwarden.store.AuditLog;
import java.time.Instant;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What administration says of things, as JSON: at `/admin`, and of the audit log when it is exported. No secrets, no
/// hashes of secrets. Pure.
public final class AdminJson {

    private AdminJson() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /// One page, and where the next one begins.
    ///
    /// @param all one more than fits when there are more
    static <T> ObjectNode page(List<T> all, int limit, Function<T, ObjectNode> form, Function<T, String> key) {
        var json = object();
        var items = json.putArray("items");
        all.stream().limit(limit).map(form).forEach(items::add);
        if (all.size() > limit) {
            json.put("next_cursor", AdminRequest.cursorAt(key.apply(all.get(limit - 1))));
        }
        return json;
    }

    static ObjectNode person(Person person) {
        return object().put("id", person.id()).put("email", person.email()).put("name", person.name())
                .put("state", person.disabled() ? "disabled" : "active");
    }

    static ObjectNode client(Clients.Listed listed) {
        var client = listed.client();
        var json = object().put("id", client.id()).put("name", client.name())
                .put("kind", client.kind().name().toLowerCase(Locale.ROOT))
                .put("state", listed.revokedAt().isPresent() ? "revoked" : "active");
        list(json, "redirect_uris", client.redirectUris());
        list(json, "grant_types", new TreeSet<>(client.grantTypes()));
        list(json, "auth_methods", new TreeSet<>(client.authMethods()));
        list(json, "scopes", new TreeSet<>(client.scopes()));
        client.jwksUri().ifPresent(uri -> json.put("jwks_uri", uri.toString()));
        at(json, "created_at", Optional.of(listed.createdAt()));
        at(json, "last_used_at", listed.lastUsedAt());
        at(json, "expires_at", listed.expiresAt());
        at(json, "revoked_at", listed.revokedAt());
        return json;
    }

    static ObjectNode grant(Grant grant) {
        var json = object().put("id", grant.id());
        grant.personId().ifPresent(id -> json.put("person", id));
        json.put("client", grant.clientId()).put("resource", grant.resource());
        list(json, "scopes", new TreeSet<>(grant.scopes()));
        at(json, "created_at", Optional.of(grant.createdAt()));
        at(json, "last_used_at", grant.lastUsedAt());
        at(json, "expires_at", Optional.of(grant.expiresAt()));
        return json;
    }

    static ObjectNode key(Keys.Listed key, Instant now) {
        var json = object().put("kid", key.kid()).put("algorithm", key.algorithm().name())
                .put("state", key.state(now));
        at(json, "signs_from", Optional.of(key.activeFrom()));
        at(json, "signs_until", key.retiredAt());
        at(json, "published_until", key.forgetAt());
        return json;
    }

    /// A line of the audit log, whole: with its number and its link of the chain it can be checked elsewhere.
    public static ObjectNode line(AuditLog.Line line) {
        var event = line.event();
        var json = object().put("seq", line.seq()).put("at", event.at().toString()).put("event", event.event())
                .put("outcome", event.outcome()).put("caller_kind", event.callerKind())
                .put("subject", event.subject()).put("client_id", event.clientId()).put("token_id", event.tokenId())
                .put("endpoint", event.endpoint()).put("thing", event.thing()).put("reason", event.reason());
        if (event.arguments() != null) {
            json.put("arguments", event.arguments());
        }
        put(json, "tenant", event.tenant());
        put(json, "trace_id", event.traceId());
        put(json, "cause", event.cause());
        return json.put("us", event.duration().toNanos() / 1_000).put("peer", event.peer())
                .put("request_id", event.requestId()).put("hash", HexFormat.of().formatHex(line.hash()));
    }

    private static void put(ObjectNode json, String name, String value) {
        if (!value.isEmpty()) {
            json.put(name, value);
        }
    }

    private static void list(ObjectNode json, String name, Collection<String> texts) {
        var array = json.putArray(name);
        texts.forEach(array::add);
    }

    private static void at(ObjectNode json, String name, Optional<Instant> when) {
        when.ifPresent(time -> json.put(name, time.toString()));
    }
}
