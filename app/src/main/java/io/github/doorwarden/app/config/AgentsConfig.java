package io.github.doorwarden.app.config;

import io.github.doorwarden.authserver.AgentSettings;
import io.github.doorwarden.authserver.AgentSettings.Exchange;
import io.github.doorwarden.authserver.AgentSettings.Presenters;
import io.github.doorwarden.authserver.AgentSettings.Pushed;
import io.github.doorwarden.authserver.AgentSettings.TrustedIssuer;
import io.github.doorwarden.authserver.AgentSettings.Workload;
import io.github.doorwarden.authserver.Client;
import io.github.doorwarden.authserver.NewClient;
import io.github.doorwarden.identity.DpopMode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// Reads which grants there are, and what is taken for proof from elsewhere.
final class AgentsConfig {

    private static final int MOST_BYTES = 128 * 1024;

    private AgentsConfig() {}

    /// @param in the section `authorization`
    static AgentSettings read(Section in, Path folder) {
        return new AgentSettings(Set.copyOf(in.texts("grants")),
                Pushed.valueOf(in.choice("pushed_requests").toUpperCase(Locale.ROOT)),
                Set.copyOf(in.texts("token_endpoint_audience")), issuers(in, folder), exchanges(in));
    }

    /// Of one client; none when it names none.
    static NewClient.PublicKeys keys(Section client, Path folder) {
        var written = client.json("jwks").map(JsonNode::toString);
        var filed = file(client, folder);
        var uri = client.address("jwks_uri");
        if (Stream.of(written, filed, uri).filter(Optional::isPresent).count() > 1) {
            client.mistake("jwks", "stands beside other keys. A client has one of jwks, jwks_file and jwks_uri.");
        }
        return new NewClient.PublicKeys(written.or(() -> filed), uri);
    }

    private static Optional<String> file(Section in, Path folder) {
        return in.text("jwks_file").flatMap(name -> {
            try {
                var file = in.file("jwks_file", folder);
                if (Files.size(file) <= MOST_BYTES) {
                    return Optional.of(Files.readString(file));
                }
                in.mistake("jwks_file", "names a file of more than " + MOST_BYTES + " bytes, which is no key set.");
            } catch (IOException e) {
                in.mistake("jwks_file", "names a file that cannot be read: " + name + ".");
            }
            return Optional.empty();
        });
    }

    private static List<TrustedIssuer> issuers(Section in, Path folder) {
        var all = new ArrayList<TrustedIssuer>();
        in.named("trusted_issuers").forEach((name, issuer) -> {
            var kind = issuer.choice("kind");
            var uri = issuer.address("jwks_uri");
            try {
                if (!kind.isEmpty()) {
                    all.add(issuer(name, TrustedIssuer.Kind.valueOf(kind.toUpperCase(Locale.ROOT)), uri, issuer,
                            folder));
                }
            } catch (IllegalArgumentException e) {
                in.mistake("trusted_issuers", "cannot be used: " + e.getMessage());
            }
            issuer.end();
        });
        return all;
    }

    private static TrustedIssuer issuer(String name, TrustedIssuer.Kind kind, Optional<URI> uri, Section in,
            Path folder) {
        var once = in.flag("once");
        var audience = in.choice("audience");
        var identifier = in.textOrEmpty("issuer");
        var domains = new HashSet<String>();
        in.texts("email_domains").forEach(domain -> domains.add(domain.toLowerCase(Locale.ROOT)));
        var resources = Set.copyOf(in.texts("resources"));
        var scopes = Set.copyOf(in.texts("scopes"));
        var presenters = presenters(in);
        if (kind == TrustedIssuer.Kind.WORKLOAD && !presenters.equals(Presenters.USUAL)) {
            in.mistake("clients", "is of no use to a workload issuer, whose assertions come without a client. Leave it "
                    + "and public_clients out.");
        }
        var jwks = file(in, folder);
        var workloads = workloads(in);
        if ((kind == TrustedIssuer.Kind.WORKLOAD) == workloads.isEmpty()) {
            in.mistake("workloads", kind == TrustedIssuer.Kind.WORKLOAD ? "is missing. Say which programs may come in."
                    : "is of no use to an id_jag issuer. Leave it out, or say kind: workload.");
        }
        return new TrustedIssuer(name, identifier, kind, uri, jwks,
                TrustedIssuer.Audience.valueOf(audience.toUpperCase(Locale.ROOT)), once, domains, resources, scopes,
                workloads, presenters);
    }

    private static Presenters presenters(Section in) {
        var kinds = in.texts("clients").stream().map(kind -> kind.toUpperCase(Locale.ROOT)).filter(kind ->
                Stream.of(Client.Kind.values()).anyMatch(one -> one.name().equals(kind))).map(Client.Kind::valueOf)
                .collect(Collectors.toSet());
        return new Presenters(kinds, in.flag("public_clients"));
    }

    private static List<Workload> workloads(Section in) {
        var all = new ArrayList<Workload>();
        in.named("workloads").forEach((client, workload) -> {
            if (!client.matches("[A-Za-z0-9][A-Za-z0-9._-]{2,63}") || client.startsWith("cl_")
                    || client.startsWith("person_")) {
                in.mistake("workloads", "has the name " + client + ". Names have 3 to 64 letters, digits, dots, dashes "
                        + "and underscores, and begin with neither cl_ nor person_.");
            }
            var subject = workload.textOrEmpty("subject");
            Map<String, String> claims = workload.pairs("claims");
            var resources = Set.copyOf(workload.texts("resources"));
            var scopes = Set.copyOf(workload.texts("scopes"));
            workload.end();
            all.add(new Workload(client, subject, claims, resources, scopes));
        });
        return all;
    }

    private static List<Exchange> exchanges(Section in) {
        var all = new ArrayList<Exchange>();
        for (var exchange : in.items("exchanges")) {
            all.add(new Exchange(exchange.textOrEmpty("client"), exchange.textOrEmpty("from"),
                    exchange.textOrEmpty("to"), Set.copyOf(exchange.texts("scopes"))));
            exchange.end();
        }
        return all;
    }

    /// What no single key can tell: names that are declared elsewhere.
    static void checkTogether(Config config, Section top) {
        var in = top.section("authorization");
        var authorization = config.authorization();
        var known = new HashSet<String>();
        config.endpoints().forEach(endpoint -> known.add(endpoint.path()));
        authorization.resources().forEach(resource -> known.add(resource.key()));
        var clients = new HashSet<String>();
        authorization.clients().forEach(client -> clients.add(client.id()));
        if (authorization.tokens().dpop() == DpopMode.OFF) {
            authorization.clients().stream().filter(Config.ClientConfig::dpopBound).forEach(client ->
                    in.mistake("clients", "has " + client.id() + " with dpop_bound_access_tokens, and dpop: off binds "
                            + "no token. Set dpop to optional, or leave it out."));
        }
        for (var issuer : authorization.agents().issuers()) {
            var named = new HashSet<>(issuer.resources());
            issuer.workloads().forEach(workload -> named.addAll(workload.resources()));
            named.removeAll(known);
            named.forEach(name -> in.mistake("trusted_issuers", unknown(issuer.name(), name)));
            issuer.workloads().stream().filter(workload -> clients.contains(workload.name())).forEach(workload ->
                    in.mistake("trusted_issuers", "has a workload " + workload.name() + ", which is also the id of a "
                            + "client. Rename one of them."));
        }
        for (var exchange : authorization.agents().exchanges()) {
            Stream.of(exchange.from(), exchange.to()).filter(name -> !known.contains(name)).forEach(name ->
                    in.mistake("exchanges", unknown("exchange of " + exchange.client(), name)));
        }
    }

    private static String unknown(String where, String name) {
        return "names in " + where + " the resource " + name
                + ", which is neither the path of an endpoint nor declared "
                + "under authorization.resources.";
    }
}
