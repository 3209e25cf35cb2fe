package io.github.doorwarden.authserver;

import io.github.doorwarden.authserver.AgentSettings.TrustedIssuer;
import io.github.doorwarden.authserver.AgentSettings.TrustedIssuer.Audience;
import io.github.doorwarden.authserver.AgentSettings.TrustedIssuer.Kind;
import io.github.doorwarden.authserver.AgentSettings.Workload;
import io.github.doorwarden.authserver.Assertion.KeysByName;
import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.store.Database;
import io.github.doorwarden.store.Spent;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/// The grant `urn:ietf:params:oauth:grant-type:jwt-bearer` (RFC 7523 §2.1): what an issuer elsewhere says of a person
/// or of a program becomes an access token here, without a refresh token. Safe for use by many threads and nodes.
///
/// Two kinds that never stand in for one another, told apart by `typ` and by the issuer's kind: an ID-JAG of an
/// enterprise's identity provider, brought by the client that it names (MCP Enterprise-Managed Authorization §5.1); and
/// a workload's assertion of its platform, which comes without a client (SEP-1933). Signature before policy, so that
/// nobody learns from an answer whom this server trusts; `jti` is spent last, when nothing else can refuse, so that a
/// refusal uses up nothing (RFC 7523 §3: what must not come again are the `jti` that were used).
final class JwtBearer {

    static final String ID_JAG = "oauth-id-jag+jwt";

    private static final String SPENT = "assertion";
    private static final List<String> WORKLOAD_TYPES = List.of("", "jwt", "jose");

    private record Trusted(TrustedIssuer issuer, KeysByName keys) {}

    private record Proven(Assertion assertion, TrustedIssuer issuer, Instant remember) {}

    private final AuthServerSettings settings;
    private final Grants grants;
    private final KeptResources kept;
    private final Function<String, Optional<PersonClaims>> active;
    private final ForeignPeople people;
    private final Verifications turns;
    private final Spent spent;
    private final InstantSource clock;
    private final Map<String, Trusted> trusted = new LinkedHashMap<>();

    /// @param active what is known of a person who may sign in
    /// @throws IllegalArgumentException when a workload has the name of a client
    JwtBearer(AuthServerSettings settings, Database database, Clients clients, Grants grants, KeptResources kept,
            Function<String, Optional<PersonClaims>> active, Verifications turns, InstantSource clock) {
        this.kept = kept;
        this.active = active;
        this.turns = turns;
        this.settings = settings;
        this.grants = grants;
        this.people = new ForeignPeople(database, clock);
        this.spent = new Spent(database);
        this.clock = clock;
        for (var issuer : settings.agents().issuers()) {
            trusted.put(issuer.issuer(), new Trusted(issuer, clients.outsideKeys().ofIssuer(issuer)));
            issuer.workloads().stream().filter(one -> clients.known(one.name()).isPresent()).findFirst()
                    .ifPresent(taken -> {
                        throw new IllegalArgumentException("There is a client " + taken.name() + ", so a workload "
                                + "cannot be called so. Rename it under authorization.trusted_issuers.");
                    });
        }
    }

    /// Whether a request brings a workload's assertion: no proof of a client beside it, and no ID-JAG.
    ///
    /// @throws OAuthRefused `invalid_grant` when there is an assertion that is none
    static boolean isByWorkload(HttpIn in, String grantType, Params params) {
        if (!grantType.equals(GrantType.JWT_BEARER) || !in.headers().all("Authorization").isEmpty()
                || List.of("client_secret", "client_assertion", "client_assertion_type").stream()
                .anyMatch(name -> params.one(name).isPresent())) {
            return false;
        }
        try {
            return !Assertion.read(TokenEndpoint.required(params, "assertion")).type().equals(ID_JAG);
        } catch (AssertionRefused refused) {
            throw refused.asGrant();
        }
    }

    /// Whether the assertion is genuine, before a proof that comes along is remembered for whoever brings it.
    ///
    /// @return true
    /// @throws OAuthRefused `invalid_grant`
    boolean isOfWorkload(Params params) {
        try {
            workload(prove(TokenEndpoint.required(params, "assertion"), Kind.WORKLOAD));
            return true;
        } catch (AssertionRefused refused) {
            throw refused.asGrant();
        }
    }

    /// AS-36: by the rules of its issuer.
    ///
    /// @throws OAuthRefused `invalid_grant`, `invalid_target`, `invalid_scope`
    Granted byWorkload(Params params) {
        try {
            var proven = prove(TokenEndpoint.required(params, "assertion"), Kind.WORKLOAD);
            var workload = workload(proven);
            if (params.one("client_id").filter(id -> !id.equals(workload.name())).isPresent()) {
                throw new AssertionRefused("The client_id is not the one that this server knows the workload by. Leave "
                        + "it out.");
            }
            var resource = Resources.choose(settings, params.all("resource"));
            var identifier = resource.identifier().toString();
            if (!mayReach(workload.resources(), identifier) || !mayReach(proven.issuer.resources(), identifier)) {
                throw refused("invalid_target", "This workload may not call that resource. Ask the operator.");
            }
            var scopes = scopesOf(workload, resource, params.one("scope"));
            kept.requireProgram(resource, workload.name(), scopes);
            spend(proven);
            return new Granted(grants.ofService(workload.name(), identifier, scopes), scopes);
        } catch (AssertionRefused refused) {
            throw refused.asGrant();
        }
    }

    /// AS-35: for the client that it names, at the resource that it names.
    ///
    /// @param proves whether the client has authenticated, by a secret or by a key
    /// @throws OAuthRefused `unauthorized_client`, `invalid_grant`, `invalid_target`, `invalid_scope`
    Granted byIdJag(Client client, boolean proves, Params params) {
        try {
            var proven = prove(TokenEndpoint.required(params, "assertion"), Kind.ID_JAG);
            var assertion = proven.assertion;
            if (!assertion.needed("client_id").equals(client.id())) {
                throw new AssertionRefused("The ID-JAG was made for another client.");
            }
            requirePresenter(proven.issuer, client.kind(), proves);
            if (!assertion.claim("cnf").isMissingNode()) {
                throw new AssertionRefused("The ID-JAG is bound to a key, whose proof is not taken with this grant. "
                        + "Ask "
                        + "for one without.");
            }
            var resource = resourceOf(proven);
            Resources.requireOnly(settings, resource.identifier().toString(), params.all("resource"));
            var scopes = scopesOf(proven, client, resource, params.one("scope"));
            KeptResources.requireAllowedHere(resource);
            var person = people.of(proven.issuer, assertion.needed("sub"), email(assertion), assertion.text("name"));
            if (active.apply(person).isEmpty()) {
                throw new AssertionRefused("The person whom the ID-JAG speaks of may not sign in here.");
            }
            spend(proven);
            return new Granted(grants.ofAssertion(person, client.id(), resource.identifier().toString(), scopes),
                    scopes);
        } catch (AssertionRefused refused) {
            throw refused.asGrant();
        }
    }

    /// Whether an ID-JAG comes along that is genuine and that this client may bring: nothing is spent by the question,
    /// and a stranger cannot make one.
    ///
    /// @param proves whether the client authenticates
    boolean isForClient(Params params, String clientId, Client.Kind kind, boolean proves) {
        if (params.one("grant_type").filter(GrantType.JWT_BEARER::equals).isEmpty()) {
            return false;
        }
        try {
            var proven = prove(TokenEndpoint.required(params, "assertion"), Kind.ID_JAG);
            return proven.assertion.needed("client_id").equals(clientId) && mayPresent(proven.issuer, kind, proves);
        } catch (AssertionRefused none) {
            return false;
        }
    }

    private static boolean mayPresent(TrustedIssuer issuer, Client.Kind kind, boolean proves) {
        return issuer.presenters().kinds().contains(kind) && (proves || issuer.presenters().publicOnes());
    }

    private static void requirePresenter(TrustedIssuer issuer, Client.Kind kind, boolean proves) {
        if (mayPresent(issuer, kind, proves)) {
            return;
        }
        throw refused("unauthorized_client", issuer.presenters().kinds().contains(kind)
                ? "Only a client that authenticates by a secret or by a key may bring an ID-JAG."
                : "This server takes ID-JAGs of that issuer from no client that "
                + (kind == Client.Kind.DYNAMIC ? "registered itself" : kind == Client.Kind.METADATA_DOCUMENT
                ? "is known by its document" : "its operator registered") + ". Ask its operator.");
    }

    private Proven prove(String text, Kind kind) {
        var assertion = Assertion.read(text);
        assertion.checkType(kind == Kind.ID_JAG ? List.of(ID_JAG) : WORKLOAD_TYPES);
        var by = Optional.ofNullable(trusted.get(assertion.needed("iss"))).filter(one -> one.issuer.kind() == kind)
                .orElseThrow(() -> new AssertionRefused("The issuer of the assertion is not trusted here for this."));
        assertion.checkAudience(audiences(by.issuer));
        var remember = assertion.checkTimes(clock.instant(),
                kind == Kind.ID_JAG ? Limits.ID_JAG_LIFE : Limits.WORKLOAD_ASSERTION_LIFE, true);
        if (by.issuer.once()) {
            assertion.needed("jti");
        }
        assertion.checkSignature(by.keys, turns);
        return new Proven(assertion, by.issuer, remember);
    }

    private List<String> audiences(TrustedIssuer issuer) {
        var ours = settings.issuer().toString();
        return issuer.kind() == Kind.ID_JAG || issuer.audience() == Audience.ISSUER ? List.of(ours)
                : issuer.audience() == Audience.EITHER ? List.of(ours, ours + MetadataEndpoint.TOKEN)
                : List.of(ours + MetadataEndpoint.TOKEN);
    }

    /// Takes the assertion; the second who brings it gets nothing.
    private void spend(Proven proven) {
        if (proven.issuer.once() && !spent.takeOf(proven.issuer.issuer(), SPENT, proven.assertion.needed("jti"),
                proven.remember, clock.instant())) {
            throw new AssertionRefused("The assertion was used before. Get a new one for each token.");
        }
    }

    private static Workload workload(Proven proven) {
        var subject = proven.assertion.needed("sub");
        return proven.issuer.workloads().stream()
                .filter(one -> one.subject().endsWith("*")
                        ? subject.startsWith(one.subject().substring(0, one.subject().length() - 1))
                        : subject.equals(one.subject()))
                .filter(one -> one.claims().entrySet().stream()
                        .allMatch(claim -> says(proven.assertion.claim(claim.getKey()), claim.getValue())))
                .findFirst().orElseThrow(() -> new AssertionRefused("No workload is configured here that the assertion "
                        + "speaks of. Compare sub and claims with authorization.trusted_issuers."));
    }

    private static boolean says(JsonNode claim, String value) {
        return claim.isValueNode() && claim.asString("").equals(value);
    }

    private static Set<String> scopesOf(Workload workload, ProtectedResource resource, Optional<String> requested) {
        var known = resource.scopes();
        var wanted = new LinkedHashSet<>(TokenScopes.opening(requested.map(Rows::words).orElse(Set.of())));
        if (wanted.isEmpty()) {
            wanted.addAll(workload.scopes());
            wanted.removeIf(name -> !known.knows(name));
        } else if (!known.closure(workload.scopes()).containsAll(wanted) || !wanted.stream().allMatch(known::knows)) {
            throw refused("invalid_scope", "This workload may not have that scope. Leave scope out, or ask the "
                    + "operator.");
        }
        return wanted;
    }

    private ProtectedResource resourceOf(Proven proven) {
        var named = proven.assertion.texts("resource");
        return Optional.of(named).filter(all -> all.size() == 1).flatMap(all -> settings.resource(all.getFirst()))
                .filter(resource -> mayReach(proven.issuer.resources(), resource.identifier().toString()))
                .filter(resource -> resource.unasked()
                        || proven.issuer.resources().contains(resource.identifier().toString()))
                .orElseThrow(() -> new AssertionRefused("The resource of the ID-JAG is none that this server issues "
                        + "tokens for by it. It has to be exactly one."));
    }

    /// What was asked for, as far as the ID-JAG, the issuer's bounds and the client's registration go.
    private Set<String> scopesOf(Proven proven, Client client, ProtectedResource resource,
            Optional<String> requested) {
        var known = resource.scopes();
        var granted = proven.assertion.text("scope").map(Rows::words).orElse(Set.of());
        var asked = requested.map(Rows::words).orElse(Set.of());
        var wanted = new LinkedHashSet<>(!asked.isEmpty() ? asked : !granted.isEmpty() ? granted
                : Set.copyOf(known.baseline()));
        wanted.removeIf(name -> !known.knows(name));
        for (var bound : List.of(granted, proven.issuer.scopes(), client.scopes())) {
            if (!bound.isEmpty()) {
                wanted.retainAll(known.closure(bound));
            }
        }
        wanted.retainAll(settings.registration().unvouched().of(client, known, wanted));
        if (wanted.isEmpty() && !known.all().isEmpty()) {
            throw refused("invalid_scope",
                    "Nothing is left of the scopes after the bounds of the ID-JAG, of its issuer "
                    + "and of the client.");
        }
        return wanted;
    }

    private static Optional<String> email(Assertion assertion) {
        var verified = assertion.claim("email_verified");                // some write it as text
        var denied = !verified.isMissingNode() && !verified.isNull() && !verified.asString("").equals("true");
        return assertion.text("email").filter(address -> !denied);
    }

    private static boolean mayReach(Set<String> resources, String identifier) {
        return resources.isEmpty() || resources.contains(identifier);
    }

    private static OAuthRefused refused(String error, String description) {
        return new OAuthRefused(new OAuthRefusal.Json(400, error, description, error));
    }
}
