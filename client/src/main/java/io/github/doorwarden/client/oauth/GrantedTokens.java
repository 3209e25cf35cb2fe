package io.github.doorwarden.client.oauth;

import io.github.doorwarden.client.wire.Authorization;
import io.github.doorwarden.client.wire.ClientFailure;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// Tokens of grants that need no person. They live as long as the process: another one gets its own.
final class GrantedTokens implements TokenSource {

    private static final String BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    private static final String EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
    private static final String ID_JAG = "urn:ietf:params:oauth:token-type:id-jag";
    private static final String ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token";

    private final OAuthSettings settings;
    private final Discovery discovery;
    private final TokenClient client;
    private final ReentrantLock turn = new ReentrantLock();
    private volatile Tokens memory;
    /// What a workload was told; it is not tried again.
    private String refused = "";

    GrantedTokens(OAuthSettings settings, TokenClient client) {
        this.settings = settings;
        this.discovery = new Discovery(settings.server(), settings.reach());
        this.client = client;
    }

    @Override
    public Optional<Tokens> current() {
        return Optional.ofNullable(memory);
    }

    @Override
    public boolean renew(Authorization.Refusal refusal, List<Challenge> challenges, boolean wider)
            throws ClientFailure, InterruptedException {
        turn.lockInterruptibly();
        try {
            var sent = refusal.sent().getOrDefault("Authorization", "");
            if (memory != null && !memory.field().equals(sent) && !memory.isOver(settings.time().instant())) {
                return true;
            }
            if (!wider && refusal.attempt() > 1) {
                return false;                                     // a fresh one was refused: another is no better
            }
            memory = granted(challenges);
            return true;
        } finally {
            turn.unlock();
        }
    }

    @Override
    public Tokens signIn(List<Challenge> challenges) throws ClientFailure, InterruptedException {
        turn.lockInterruptibly();
        try {
            if (memory == null || memory.isOver(settings.time().instant())) {
                memory = granted(challenges);
            }
            return memory;
        } finally {
            turn.unlock();
        }
    }

    @Override
    public boolean signOut() {
        var had = memory != null;
        memory = null;
        return had;
    }

    private Tokens granted(List<Challenge> challenges) throws ClientFailure, InterruptedException {
        if (!refused.isEmpty()) {
            throw Failures.credentials(refused);
        }
        var found = discovery.find(challenges, this::isPrepared);
        var before = Optional.ofNullable(memory).filter(one -> one.issuer().equals(found.server().issuer()));
        var scopes = Wanted.scopes(found, challenges, before, settings.scopes(), false);
        var key = Wanted.key(settings, found, challenges);
        var form = new LinkedHashMap<String, String>();
        form.put("scope", String.join(" ", scopes));
        form.put("resource", settings.sayResource() ? found.resource() : "");
        try {
            return switch (settings.grant()) {
                case Grant.ClientCredentials grant -> {
                    Registrar.requireIssuer(found.server(), grant.clientId(), grant.issuer());
                    form.put("grant_type", "client_credentials");
                    yield client.tokens(ask(found, grant.clientId(), grant.authentication(), scopes, key), form,
                            Optional.empty());
                }
                case Grant.Enterprise grant -> {
                    form.put("grant_type", BEARER);
                    form.put("assertion", identityAssertion(grant, found, scopes));
                    yield client.tokens(ask(found, grant.clientId(), grant.authentication(), scopes, key), form,
                            Optional.empty());
                }
                case Grant.Workload grant -> {
                    form.put("grant_type", BEARER);
                    form.put("assertion", grant.statement().get());
                    yield client.tokens(ask(found, grant.clientId().orElse(""), ClientAuthentication.NONE, scopes,
                            key), form, Optional.empty());
                }
                case Grant.SignedIn _ -> throw new IllegalStateException("a person signs in elsewhere");
            };
        } catch (TokenClient.Refused why) {
            throw refusal(found.server().issuer(), why);
        }
    }

    private ClientFailure refusal(String issuer, TokenClient.Refused why) {
        var sentence = "The authorization server " + Origin.shown(issuer) + " gave this client no token (" + why.error
                + "). " + switch (why.error) {
                    case "invalid_client" -> "Check its client id and its secret or key.";
                    case "invalid_grant" -> "Check that what vouches for it is meant for this server and not too old.";
                    case "invalid_scope" -> "It may not have the scopes that the server asks for.";
                    case "unauthorized_client" -> "It may not get tokens in this way.";
                    default -> "Ask its operator.";
                };
        if (settings.grant() instanceof Grant.Workload) {
            refused = sentence;
        }
        return Failures.credentials(sentence);
    }

    private boolean isPrepared(String issuer) {
        return settings.grant() instanceof Grant.ClientCredentials grant
                && grant.issuer().filter(issuer::equals).isPresent();
    }

    /// The provider's statement about the person, for this authorization server and this resource.
    private String identityAssertion(Grant.Enterprise grant, Discovery.Found found, List<String> scopes)
            throws TokenClient.Refused, ClientFailure, InterruptedException {
        var server = ServerMetadata.at(grant.provider(), grant.exchange());
        var form = new LinkedHashMap<String, String>();
        form.put("grant_type", EXCHANGE);
        form.put("requested_token_type", ID_JAG);
        form.put("audience", found.server().issuer());
        form.put("resource", found.resource());
        form.put("scope", String.join(" ", scopes));
        form.put("subject_token", grant.idToken().get());
        form.put("subject_token_type", ID_TOKEN);
        try {
            var answer = client.answer(grant.exchange(), new Ask(server, found.resource(), scopes,
                    registered(server, grant.atProvider(), grant.atProviderAuthentication()),
                    grant.atProviderAuthentication(), Optional.empty(), false), form);
            return Documents.text(answer, "access_token").filter(_ -> Documents.text(answer, "issued_token_type")
                    .filter(ID_JAG::equals).isPresent()).orElseThrow(() -> Failures.credentials("The provider "
                    + Origin.shown(grant.provider()) + " answered with another kind of token than was asked for. Its "
                    + "operator has to look into that."));
        } catch (TokenClient.Refused why) {
            throw refusal(grant.provider(), why);
        }
    }

    private Ask ask(Discovery.Found found, String clientId, ClientAuthentication authentication, List<String> scopes,
            Optional<Dpop> key) {
        return new Ask(found.server(), found.resource(), scopes, registered(found.server(), clientId, authentication),
                authentication, key, Wanted.mustBind(settings, found));
    }

    private static Registered registered(ServerMetadata server, String clientId,
            ClientAuthentication authentication) {
        return new Registered(Registered.Kind.PREPARED, clientId, Optional.empty(),
                Registrar.method(server, authentication), Optional.empty(), Optional.empty());
    }
}
