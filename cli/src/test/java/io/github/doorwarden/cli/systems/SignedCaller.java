package io.github.doorwarden.cli.systems;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// A person of one tenant at the API itself, with everything that the gateway has: a token for the API, the tenant's
/// signing key, a session. The signature is made here from the words of decision 55. For one thread.
final class SignedCaller {

    /// Sessions end after a minute.
    private static final long SESSION_NANOS = 30_000_000_000L;

    record Key(String tenant, String id, String secret) {}

    final String tenant;
    final String user;
    final Key key;
    private final ToolbridgeApi api;
    private final Supplier<String> token;
    private final Tenancies tenancies;
    private final Random chance;
    private String session = "";
    private long opened;

    SignedCaller(ToolbridgeApi api, Supplier<String> token, String user, Key key, Tenancies tenancies, Random chance) {
        this.api = api;
        this.token = token;
        this.user = user;
        this.key = key;
        this.tenant = key.tenant;
        this.tenancies = tenancies;
        this.chance = chance;
    }

    /// As the gateway would, in a session of one's own.
    ToolbridgeApi.Answer call(String method, String target, String body) {
        return send(method, target, body, signed(method, target, body));
    }

    /// Headers of a good call.
    Map<String, String> signed(String method, String target, String body) {
        var headers = signed(key, user, 0, method, target, body);
        headers.put("X-Sync-Session", session());
        return headers;
    }

    /// @param late seconds before now
    Map<String, String> signed(Key with, String as, long late, String method, String target, String body) {
        var nonce = HexFormat.of().toHexDigits(chance.nextLong()) + HexFormat.of().toHexDigits(System.nanoTime());
        var time = System.currentTimeMillis() / 1_000 - late;
        var mark = target.indexOf('?');
        var lines = String.join("\n", "v1", method, mark < 0 ? target : target.substring(0, mark), mark < 0 ? ""
                : target.substring(mark + 1), digest(body), with.tenant, as, Long.toString(time), nonce);
        var headers = new LinkedHashMap<String, String>();
        headers.put("Authorization", "Bearer " + token.get());
        headers.put("X-Tenant-Id", with.tenant);
        headers.put("X-User-Id", as);
        headers.put("X-Timestamp", Long.toString(time));
        headers.put("X-Nonce", nonce);
        headers.put("X-Key-Id", with.id);
        headers.put("X-Signature", "v1=" + mac(with.secret, lines));
        return headers;
    }

    private static String digest(String body) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body.getBytes(
                    StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String mac(String secret, String lines) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(lines.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Sends exactly this; what comes back is looked through, whatever it is.
    ToolbridgeApi.Answer send(String method, String target, String body, Map<String, String> headers) {
        var flat = headers.entrySet().stream().flatMap(each -> java.util.stream.Stream.of(each.getKey(),
                each.getValue())).toArray(String[]::new);
        try {
            var answer = api.send(method, target, body, flat);
            tenancies.check(tenant, answer.body(), answer.status() >= 400, method + " " + target + " " + body);
            if (answer.status() >= 500) {
                throw new AssertionError(method + " " + target + " " + body + " broke something: " + answer);
            }
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private String session() {
        if (session.isEmpty() || System.nanoTime() - opened > SESSION_NANOS) {
            var path = "/v1/sync/sessions";
            var answer = send("POST", path, "", signed(key, user, 0, "POST", path, ""));
            if (answer.status() != 201) {
                throw new AssertionError("no session: " + answer);
            }
            session = answer.json().path("id").asString();
            opened = System.nanoTime();
            tenancies.keep("sessions", new Tenancies.Taken(tenant, "session", session, Map.of()), chance);
        }
        return session;
    }
}
