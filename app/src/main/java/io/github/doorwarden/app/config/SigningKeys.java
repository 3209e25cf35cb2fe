package io.github.doorwarden.app.config;

import static io.github.doorwarden.app.config.Key.group;
import static io.github.doorwarden.app.config.Key.late;
import static io.github.doorwarden.app.config.Key.named;
import static io.github.doorwarden.app.config.Key.secret;
import static io.github.doorwarden.app.config.Key.text;
import static io.github.doorwarden.app.config.Key.time;

import io.github.doorwarden.upstream.SigningHeaders;
import io.github.doorwarden.upstream.SigningKey;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/// The keys about signed tenant headers: their rows of [Keys], and how they are read.
final class SigningKeys {

    private SigningKeys() {}

    static List<Key> all() {
        var signing = "upstreams.<name>.signing.";
        var usual = SigningHeaders.USUAL;
        return List.of(
                group("upstreams.<name>.signing",
                "Tells the backend, signed with HMAC-SHA256, for which tenant and for "
                        + "whom each call is made. Without a key nothing is signed."),
                text(signing + "tenant", "The tenant of all calls. Without it, the one that the caller belongs to; who "
                        + "belongs to none is refused."),
                text(signing + "key_id", "1", "Tells the backend which key it is."),
                secret(signing + "key", "For all tenants without a key of their own: at least 32 characters, for "
                + "example "
                        + "from `openssl rand -hex 32`. To change it, give the backend the new one first, beside the "
                        + "old one."),
                named(signing + "tenants", "tenant", "Tenants with keys of their own."),
                text(signing + "tenants.<tenant>.key_id", "1", "Tells the backend which key it is."),
                secret(signing + "tenants.<tenant>.key", "The key.").needed(),
                group(signing + "provisioned", "Keys of tenants that the backend's administration gives out while both "
                        + "run, in the place of keys in this file: fetched when a call needs one, and again in time, "
                        + "so that a key can be rotated with an overlap. Without a token nothing is signed."),
                late(signing + "provisioned.url", "Where a tenant's key is, with `{tenant}` in the path."),
                secret(signing + "provisioned.token", "Our credential there, sent as a bearer token."),
                text(signing + "provisioned.key_id", "key_id", "Where the answer has the key's id: names with dots "
                        + "between them."),
                text(signing + "provisioned.key", "secret", "Where the answer has the key, as text of at least 32 "
                        + "characters."),
                time(signing + "provisioned.keep", Duration.ofMinutes(5), Duration.ofSeconds(10), Duration.ofHours(24),
                        "How long a key is used before the administration is asked again; at a refusal by the backend "
                        + "it is asked at once. The overlap of a rotation must be longer."),
                group(signing + "headers", "Names of the fields, for backends that know others."),
                text(signing + "headers.tenant", usual.tenant(), "The tenant."),
                text(signing + "headers.user", usual.user(), "The caller's subject."),
                text(signing + "headers.timestamp", usual.timestamp(), "Seconds since 1970."),
                text(signing + "headers.nonce", usual.nonce(), "Another one each time."),
                text(signing + "headers.key_id", usual.keyId(), "Which key."),
                text(signing + "headers.signature", usual.signature(), "`v1=` and the code in hex."));
    }

    /// @param in the section `upstreams.<name>.signing`
    /// @return empty when nothing is to be signed
    static Optional<Config.SigningConfig> read(Section in) {
        var usual = in.secret("key").flatMap(secret -> key(in, in.textOrEmpty("key_id"), secret));
        in.textOrEmpty("key_id");
        var tenants = new LinkedHashMap<String, SigningKey>();
        in.named("tenants").forEach((tenant, section) -> {
            section.secret("key").flatMap(secret -> key(section, section.textOrEmpty("key_id"), secret))
                    .ifPresent(key -> tenants.put(tenant, key));
            section.textOrEmpty("key_id");
            section.end();
        });
        var headers = headers(in.section("headers"));
        var tenant = in.text("tenant").filter(text -> !text.isEmpty());
        var provisioned = provisioned(in.section("provisioned"));
        if (provisioned.isPresent() && (usual.isPresent() || !tenants.isEmpty())) {
            in.mistake("provisioned", "stands beside keys of this file. Take one of them: a key that is written here "
                    + "would stay when the backend rotates its own.");
        }
        in.end();
        return usual.isEmpty() && tenants.isEmpty() && provisioned.isEmpty() ? Optional.empty()
                : Optional.of(new Config.SigningConfig(tenant, usual, tenants, headers, provisioned));
    }

    private static Optional<Config.ProvisionedConfig> provisioned(Section in) {
        var url = in.textOrEmpty("url");
        var token = in.secret("token");
        var provisioned = token.map(secret -> new Config.ProvisionedConfig(url, secret, in.textOrEmpty("key_id"),
                in.textOrEmpty("key"), in.duration("keep")));
        in.textOrEmpty("key_id");
        in.textOrEmpty("key");
        in.duration("keep");
        if (token.isPresent() && url.isBlank()) {
            in.need("url");
        } else if (token.isPresent() && !url.contains("{tenant}")) {
            in.mistake("url", "has no {tenant} in its path.");
        }
        in.end();
        return provisioned;
    }

    private static Optional<SigningKey> key(Section in, String id, Secret secret) {
        try {
            return Optional.of(SigningKey.of(id, secret.reveal()));
        } catch (IllegalArgumentException e) {
            in.mistake("key", "cannot be used. " + e.getMessage());
            return Optional.empty();
        }
    }

    private static SigningHeaders headers(Section in) {
        try {
            return new SigningHeaders(in.textOrEmpty("tenant"), in.textOrEmpty("user"), in.textOrEmpty("timestamp"),
                    in.textOrEmpty("nonce"), in.textOrEmpty("key_id"), in.textOrEmpty("signature"));
        } catch (IllegalArgumentException e) {
            in.mistake("tenant", "or another one of these names cannot be used. " + e.getMessage());
            return SigningHeaders.USUAL;
        } finally {
            in.end();
        }
    }
}
