package io.github.doorwarden.systems.toolbridge;

import io.github.doorwarden.upstream.SigningKey;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.databind.JsonNode;

/// Somebody with a token and a session, who may also sign for a tenant. The signature is made here from the words of
/// decision 55, not by the code that makes it elsewhere.
final class Person {

    record Signing(String tenant, SigningKey key) {}

    private final Bed bed;
    final String email;
    private final Optional<Signing> signing;
    private Optional<String> choice = Optional.empty();
    private String session;

    Person(Bed bed, String email, Optional<Signing> signing) {
        this.bed = bed;
        this.email = email;
        this.signing = signing;
    }

    Person signingFor(String tenant, SigningKey key) {
        return new Person(bed, email, Optional.of(new Signing(tenant, key)));
    }

    /// Asks for a tenant without a signature.
    Person choosing(String tenant) {
        var person = new Person(bed, email, signing);
        person.choice = Optional.of(tenant);
        return person;
    }

    String subject() {
        return "sub-" + email;
    }

    String session() {
        if (session == null) {
            session = Bed.require(201, bare("POST", "/v1/sync/sessions", null, Map.of())).body().path("id").asString();
        }
        return session;
    }

    /// Without a session.
    Bed.Answer bare(String method, String path, Object body, Map<String, String> more) {
        return bed.call(method, path, body, headers(method, path, body, more));
    }

    Map<String, String> headers(String method, String path, Object body, Map<String, String> more) {
        var headers = new LinkedHashMap<String, String>();
        headers.put("Authorization", "Bearer " + bed.idp.token(email));
        choice.ifPresent(tenant -> headers.put("X-Tenant-Id", tenant));
        signing.ifPresent(with -> headers.putAll(signed(with, subject(), bed.clock.instant().getEpochSecond(), method,
                path, Bed.text(body))));
        headers.putAll(more);
        return headers;
    }

    static Map<String, String> signed(Signing with, String user, long time, String method, String target,
            String body) {
        var nonce = UUID.randomUUID().toString().replace("-", "");
        var mark = target.indexOf('?');
        var lines = String.join("\n", "v1", method, mark < 0 ? target : target.substring(0, mark), mark < 0 ? ""
                : target.substring(mark + 1), hex(sha256(body)), with.tenant, user, Long.toString(time), nonce);
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(with.key.secret(), "HmacSHA256"));
            return Map.of("X-Tenant-Id", with.tenant, "X-User-Id", user, "X-Timestamp", Long.toString(time), "X-Nonce",
                    nonce, "X-Key-Id", with.key.id(), "X-Signature", "v1=" + hex(mac.doFinal(lines.getBytes(
                    StandardCharsets.US_ASCII))));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] sha256(String body) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(body.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    Bed.Answer call(String method, String path, Object body) {
        return call(method, path, body, Map.of());
    }

    Bed.Answer call(String method, String path, Object body, Map<String, String> more) {
        var headers = new LinkedHashMap<>(Map.of("X-Sync-Session", session()));
        headers.putAll(more);
        return bare(method, path, body, headers);
    }

    JsonNode get(String path) {
        return Bed.require(200, call("GET", path, null)).body();
    }

    JsonNode post(String path, Object body) {
        return Bed.require(200, call("POST", path, body)).body();
    }

    JsonNode create(String kind, Object body) {
        return Bed.require(201, call("POST", "/v1/" + kind, body)).body();
    }

    /// Makes one and says its id.
    String made(String kind, Object body) {
        return create(kind, body).path("id").asString();
    }
}
