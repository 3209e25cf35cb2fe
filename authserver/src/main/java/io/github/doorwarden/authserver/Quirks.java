package io.github.doorwarden.authserver;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Which switch of [Quirk] is on for which clients. Immutable.
///
/// A client is meant by its id, by the host of its id when that is a URL, or by its name; `*` stands for any
/// characters, and case does not matter. A name is what a client says of itself, so what is on for a name is on for
/// whoever takes it.
///
/// @param clients for every switch, whom it is on for; empty: nobody
public record Quirks(Map<Quirk, List<String>> clients) {

    /// Nothing set by the operator.
    public static final Quirks USUAL = new Quirks(Map.of());

    public Quirks {
        var all = new EnumMap<Quirk, List<String>>(Quirk.class);
        for (var quirk : Quirk.values()) {
            all.put(quirk, List.copyOf(clients.getOrDefault(quirk, quirk.usual())));
        }
        clients = Collections.unmodifiableMap(all);
    }

    /// Whether a switch that reaches everybody is on.
    boolean on(Quirk quirk) {
        return !clients.get(quirk).isEmpty();
    }

    boolean on(Quirk quirk, Client client) {
        return on(quirk, client.id(), Optional.of(client.name()));
    }

    /// @param name as far as the client is known
    public boolean on(Quirk quirk, String id, Optional<String> name) {
        return clients.get(quirk).stream().map(Quirks::pattern).anyMatch(meant -> meant.matcher(id).matches()
                || host(id).filter(host -> meant.matcher(host).matches()).isPresent()
                || name.filter(text -> meant.matcher(text).matches()).isPresent());
    }

    /// Whether a client may authenticate by this method: one that it registered, or one that a switch allows. Never
    /// with a secret where it has none, nor without where it has one.
    boolean takes(Client client, String method) {
        var registered = client.authMethods();
        var defaulted = client.kind() == Client.Kind.DYNAMIC && registered.equals(AuthMethod.SECRET);
        if (defaulted && !on(Quirk.SECRET_EITHER_WAY, client)) {
            return method.equals(AuthMethod.BASIC);
        }
        return registered.contains(method) || AuthMethod.SECRET.contains(method)
                && !Collections.disjoint(registered, AuthMethod.SECRET) && on(Quirk.SECRET_OTHER_WAY, client);
    }

    private static Pattern pattern(String meant) {
        return Pattern.compile(Arrays.stream(meant.split("\\*", -1)).map(Pattern::quote)
                .collect(Collectors.joining(".*")), Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    }

    private static Optional<String> host(String id) {
        try {
            return MetadataDocuments.isUrl(id) ? Optional.ofNullable(new URI(id).getHost()) : Optional.empty();
        } catch (URISyntaxException noUrl) {
            return Optional.empty();
        }
    }
}
