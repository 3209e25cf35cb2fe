package io.github.doorwarden.doctor;

import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// One examination while it goes on: what it has learnt so far, which later probes build on, and what it has found.
/// Of one thread.
final class Visit {

    final Options options;
    final Wire wire;
    final List<Finding> findings = new ArrayList<>();

    /// The endpoint; where a redirect led that could be followed, that.
    URI url;
    private final URI given;
    /// Nothing more can be asked.
    boolean over;
    /// Nobody has to sign in.
    boolean open;
    /// The answer without a token.
    Answer knock;
    /// What the challenge names, as it is written; empty: nothing.
    Optional<String> named = Optional.empty();
    Optional<String> scope = Optional.empty();
    /// By its URL: documents of the resource that were found.
    final Map<URI, JsonNode> resources = new LinkedHashMap<>();
    /// The one that a client would use; null: there is none.
    JsonNode resource;
    /// The metadata of the authorization server; null: there is none.
    JsonNode server;
    URI issuer;
    /// Where the metadata of the server is on this origin, of the places where clients were seen to look.
    final List<String> places = new ArrayList<>();
    /// Who is known there, by which id.
    final Map<Client, Known> known = new HashMap<>();
    /// Of the legacy era; null: the server keeps none.
    String session;
    String revision;
    boolean legacy;
    boolean modern;

    private final List<Made> registrations = new ArrayList<>();

    /// A client as the authorization server knows it.
    ///
    /// @param document known by its metadata document
    record Known(String id, String redirect, boolean document) {}

    private record Made(URI by, JsonNode registration) {}

    Visit(URI url, Options options, Wire wire) {
        this.url = url;
        given = url;
        this.options = options;
        this.wire = wire;
    }

    List<Client> clients() {
        return options.clients();
    }

    /// Whether anything answered.
    boolean reached() {
        return knock != null && !knock.silent();
    }

    /// Whether what is behind the door can be asked.
    boolean inside() {
        return open || options.token().isPresent() && Places.sameOrigin(url, given);
    }

    /// With the token, if there is one and the question goes to the origin that it was given for.
    Ask authorized(Ask ask) {
        return options.token().filter(token -> Places.sameOrigin(ask.uri(), given))
                .map(token -> ask.with("Authorization", "Bearer " + token)).orElse(ask);
    }

    /// A fault of the server towards all clients that are judged.
    void find(Fault fault, Answer answer) {
        find(fault, answer, clients());
    }

    /// A fault that one client alone met.
    void find(Fault fault, Answer answer, Client client) {
        find(fault, answer, List.of(client));
    }

    private void find(Fault fault, Answer answer, List<Client> met) {
        find(fault, answer.ask().words(), answer.came(), met);
    }

    void find(Fault fault, String asked, String came) {
        find(fault, asked, came, clients());
    }

    /// The same fault with the same answer is one finding, whoever met it.
    void find(Fault fault, String asked, String came, List<Client> met) {
        if (wire.timeIsOver()) {
            return;                                        // that nothing came says nothing any more
        }
        var harmed = new HashMap<String, Outcome>();
        for (var client : met) {
            var harm = client.harm(fault);
            if (harm != Outcome.CONNECTS) {
                harmed.put(client.key(), harm);
            }
        }
        var quoted = quoted(came);
        for (var i = 0; i < findings.size(); i++) {
            var other = findings.get(i);
            if (other.fault().equals(fault) && other.came().equals(quoted)) {
                harmed.putAll(other.harmed());
                findings.set(i, new Finding(fault, other.asked(), other.came(), harmed));
                return;
            }
        }
        if (findings.size() < Limits.FINDINGS) {
            findings.add(new Finding(fault, quoted(asked), quoted, harmed));
        }
    }

    /// Keeps what a registration can be deleted by.
    void toForget(URI endpoint, JsonNode registration) {
        registrations.add(new Made(endpoint, registration));
    }

    /// Deletes what was registered, where the server says how (RFC 7592 §2.3), and on the origin alone where
    /// it was made.
    ///
    /// @return how many could be deleted, of how many
    int[] forget() {
        var deleted = 0;
        for (var made : registrations) {
            var at = Places.url(ResourceProbes.text(made.registration(), "registration_client_uri"))
                    .filter(uri -> Places.sameOrigin(uri, made.by()));
            var token = ResourceProbes.text(made.registration(), "registration_access_token");
            if (at.isPresent() && !token.isEmpty() && wire.send(Ask.of("DELETE", at.get())
                    .with("Authorization", "Bearer " + token)).status() / 100 == 2) {
                deleted++;
            }
        }
        return new int[] {deleted, registrations.size()};
    }

    boolean found(Fault fault) {
        return findings.stream().anyMatch(finding -> finding.fault().equals(fault));
    }

    /// Within bounds, and without the token, which a server may have echoed.
    private String quoted(String text) {
        var clean = options.token().map(token -> text.replace(token, "(the token)")).orElse(text);
        return clean.length() <= Limits.QUOTE_CHARACTERS ? clean
                : clean.substring(0, Limits.QUOTE_CHARACTERS) + " …";
    }
}
