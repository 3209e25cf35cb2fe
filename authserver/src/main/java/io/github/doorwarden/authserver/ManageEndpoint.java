package io.github.doorwarden.authserver;

import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.http.Reply;
import io.github.doorwarden.store.AuditEvent;
import io.github.doorwarden.store.StoreOutage;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/// `GET`, `PUT` and `DELETE /register/{client_id}` (RFC 7592): a client that registered itself looks at its
/// registration, replaces it, ends it. A replacement also replaces its secret and its registration access token, so a
/// client has a way to change them.
final class ManageEndpoint {

    private static final String METADATA = "invalid_client_metadata";
    /// What only the server says (RFC 7592 §2.2).
    private static final List<String> OURS = List.of("registration_access_token", "registration_client_uri",
            "client_secret_expires_at", "client_id_issued_at");

    private final RegistrationEndpoint registration;
    private final Clients clients;
    private final RegistrationTokens tokens;
    private final Grants grants;
    private final InstantSource clock;
    private final Consumer<AuditEvent> audit;
    private final Budget perPeer;

    ManageEndpoint(RegistrationEndpoint registration, Clients clients, RegistrationTokens tokens, Grants grants,
            InstantSource clock, Consumer<AuditEvent> audit) {
        this.registration = registration;
        this.clients = clients;
        this.tokens = tokens;
        this.grants = grants;
        this.clock = clock;
        this.audit = audit;
        this.perPeer = new Budget(clock, Limits.WRONG_SECRETS_PER_PEER_PER_MINUTE, Duration.ofMinutes(1));
    }

    Reply handle(HttpIn in) {
        var trail = new Trail(in, "register", clock, audit);
        trail.client(in.segment());
        trail.about("registration " + in.method());
        try {
            var token = token(in);                                       // 401                      RFC 7592 §2
            requireOwn(in, token);                                       // 401, 429                 RFC 7592 §2
            return switch (in.method()) {
                case "GET" -> trail.allowed(look(in.segment(), token));  //                          RFC 7592 §2.1
                case "PUT" -> trail.allowed(replace(in));                // invalid_client_metadata  RFC 7592 §2.2
                default -> trail.allowed(end(in.segment()));             //                          RFC 7592 §2.3
            };
        } catch (Json.WrongType wrong) {
            return trail.refused(new OAuthRefusal.Json(400, METADATA, wrong.getMessage(), wrong.getMessage()));
        } catch (OAuthRefused refused) {
            var reply = trail.refused(refused.why());
            return reply.status() == 401 ? challenged(reply) : reply;
        } catch (StoreOutage outage) {
            return trail.failed(outage);
        }
    }

    /// By Bearer, not by the Basic that the endpoints for tokens ask for.
    private static Reply challenged(Reply refused) {
        return Trail.noStore(Reply.json(401, refused.body())).with("WWW-Authenticate",
                "Bearer error=\"invalid_token\"");
    }

    private static String token(HttpIn in) {
        var fields = in.headers().all("Authorization");
        if (fields.size() == 1 && fields.getFirst().regionMatches(true, 0, "Bearer ", 0, 7)) {
            return fields.getFirst().substring(7).strip();
        }
        throw unauthorized("no registration access token");
    }

    private void requireOwn(HttpIn in, String token) {
        var peer = Budget.peer(in.peer());
        if (perPeer.spent(peer)) {
            throw refused(429, "temporarily_unavailable", "Too many wrong registration access tokens. Try again in a "
                    + "minute.", "throttled after wrong registration access tokens");
        }
        if (!tokens.opens(token, in.segment()) || clients.known(in.segment()).isEmpty()) {
            perPeer.take(peer);
            throw unauthorized("wrong registration access token, or no such registration");
        }
    }

    private Reply look(String id, String token) {
        var client = clients.known(id).orElseThrow(() -> unauthorized("the registration has ended"));
        return registration.answer(200, new Clients.Registered(client, java.util.Optional.empty()), Json.object(),
                token);
    }

    private Reply replace(HttpIn in) {
        var metadata = RegistrationEndpoint.parse(in);
        requireSame(in.segment(), metadata);
        OURS.stream().filter(metadata::has).findFirst().ifPresent(member -> {
            throw refused(400, METADATA, "Leave out " + member + ": this server alone says it.", "sent " + member);
        });
        var made = clients.change(in.segment(), registration.wanted(metadata));
        return registration.answer(200, made, metadata, tokens.issue(in.segment()));
    }

    private void requireSame(String id, ObjectNode metadata) {
        if (Json.text(metadata, "client_id").filter(id::equals).isEmpty()) {
            throw refused(400, METADATA, "The client_id must be there and be the one of this URL.",
                    "another client_id");
        }
        var secret = Json.text(metadata, "client_secret");
        var hash = clients.known(id).flatMap(Client::secretHash);
        if (secret.isPresent() && (hash.isEmpty() || !Hashes.same(hash.get(), Hashes.sha256(secret.get())))) {
            throw refused(400, METADATA, "The client_secret is not the present one. Leave it out: this server chooses "
                    + "the next.", "another client_secret");
        }
    }

    private Reply end(String id) {
        clients.forget(id, "by the client itself", grants);
        return Trail.noStore(Reply.empty(204));
    }

    private static OAuthRefused unauthorized(String detail) {
        return refused(401, "invalid_token", "The registration access token is not the one of this registration, or "
                + "the registration has ended. Register again.", detail);
    }

    private static OAuthRefused refused(int status, String error, String description, String detail) {
        return new OAuthRefused(new OAuthRefusal.Json(status, error, description, detail));
    }
}
