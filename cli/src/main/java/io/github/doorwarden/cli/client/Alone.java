package io.github.doorwarden.cli.client;

import io.github.doorwarden.client.wire.Authorization;
import io.github.doorwarden.client.wire.ClientFailure;
import java.net.URI;
import java.util.Map;

/// Credentials where nobody can be asked. What is forbidden (403) stays forbidden: more permissions are a person's to
/// give, so whoever asked hears which are missing instead.
record Alone(Authorization credentials) implements Authorization {

    @Override
    public Map<String, String> fields(String method, URI target) throws ClientFailure, InterruptedException {
        return credentials.fields(method, target);
    }

    @Override
    public boolean renewed(Refusal refusal) throws ClientFailure, InterruptedException {
        return refusal.status() != 403 && credentials.renewed(refusal);
    }
}
