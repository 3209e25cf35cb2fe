package io.github.doorwarden.authserver;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The parameters of one OAuth request after the strict gate ([Gate]): bounded, UTF-8, no duplicates but of `resource`.
/// An empty value counts as absent (OAuth 2.1 §3.1).
///
/// @param pushed whether the client pushed them, so that no browser could change them (RFC 9126)
public record Params(Map<String, List<String>> values, boolean pushed) {

    public Params(Map<String, List<String>> values) {
        this(values, false);
    }

    public Params {
        values = Map.copyOf(values);
    }

    public Optional<String> one(String name) {
        return all(name).stream().findFirst();
    }

    public List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }
}
