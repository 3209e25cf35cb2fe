package io.github.doorwarden.doctor;

import static io.github.doorwarden.doctor.Fault.Harm.HINDERS_ALL;
import static io.github.doorwarden.doctor.Fault.Harm.SOME;
import static io.github.doorwarden.doctor.Fault.Harm.STOPS_ALL;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;

/// What the token endpoint says to a code that nobody was given.
final class TokenProbes {

    private static final String ERRORS = "OAuth 2.1 §3.2.4";

    static final Fault REDIRECTED = Fault.of("token-redirected", STOPS_ALL,
            "The token endpoint redirects, and the body is lost.", "an answer", ERRORS,
            "Name the final URL in the metadata, and do not redirect POST.", "PostHog/posthog#49807");

    static final Fault MISSING = Fault.of("token-endpoint-missing", STOPS_ALL,
            "There is no token endpoint at the URL that the metadata names.", "400 with invalid_grant", ERRORS,
            "Correct the metadata, or the route.", "anthropics/claude-code#80731");

    static final Fault NOT_JSON = Fault.of("token-error-no-json", HINDERS_ALL,
            "The token endpoint refuses with something else than OAuth's JSON: clients cannot tell why.",
            "{\"error\": \"invalid_grant\"} with status 400", ERRORS, "Answer in that form.",
            "anthropics/claude-code#66210");

    static final Fault FAILS = Fault.of("token-endpoint-fails", HINDERS_ALL,
            "A request that is wrong ends in an error of the server: clients try again instead of signing in.",
            "400 or 401", ERRORS, "Refuse what is malformed before it is worked on.",
            "cloudflare/workers-oauth-provider#240", "anthropics/claude-code#66210");

    static final Fault PUBLIC_REFUSED = Fault.of("public-client-refused", STOPS_ALL,
            "A client that has no secret was registered, and is then not allowed to have none.",
            "400 with invalid_grant: the client is fine, the code is not", "OAuth 2.1 §3.2.1",
            "Let clients that registered with none come without a secret.", "PrefectHQ/fastmcp#4600",
            "modelcontextprotocol/python-sdk#1842");

    static final Fault UNKNOWN_CLIENT_NOT_TOLD = Fault.of("unknown-client-not-told", SOME,
            "A client that nobody knows (any more) is not told so, and does not register again.",
            "401 or 400 with invalid_client", ERRORS, "Answer invalid_client.", "PrefectHQ/fastmcp#4520");

    private TokenProbes() {}

    static void run(Visit visit) {
        var endpoint = ServerProbes.endpoint(visit, "token_endpoint");
        if (endpoint.isEmpty()) {
            return;
        }
        var known = visit.known.entrySet().stream().filter(each -> !each.getValue().document()).toList();
        var answer = known.isEmpty() ? redeem(visit, endpoint.get(), "https://doctor.invalid/client",
                "https://doctor.invalid/callback")
                : redeem(visit, endpoint.get(), known.getFirst().getValue().id(),
                        known.getFirst().getValue().redirect());
        if (answer.redirect()) {
            visit.find(REDIRECTED, answer);
        } else if (answer.status() == 404 || answer.status() == 405 || answer.silent()) {
            visit.find(MISSING, answer);
        } else {
            said(visit, answer, !known.isEmpty());
            unknown(visit, endpoint.get());
            malformed(visit, endpoint.get());
        }
    }

    private static Answer redeem(Visit visit, URI endpoint, String client, String redirect) {
        var fields = new LinkedHashMap<String, String>(Map.of("grant_type", "authorization_code", "code",
                "no-code-of-yours", "redirect_uri", redirect, "client_id", client, "code_verifier", "x".repeat(43)));
        return visit.wire.send(Ask.form(endpoint, fields, "a code that nobody was given"));
    }

    private static void said(Visit visit, Answer answer, boolean registered) {
        if (answer.status() >= 500) {
            visit.find(FAILS, answer);
        } else if (answer.oauthError().isEmpty()) {
            visit.find(NOT_JSON, answer);
        } else if (registered && answer.oauthError().equals("invalid_client")
                && !visit.found(RegistrationProbes.METHOD_CHANGED)) {
            visit.find(PUBLIC_REFUSED, answer.ask().words(), answer.came(),
                    visit.clients().stream().filter(client -> visit.known.containsKey(client)
                            && !visit.known.get(client).document()).toList());
        }
    }

    private static void unknown(Visit visit, URI endpoint) {
        var answer = redeem(visit, endpoint, "a-client-of-another-year", "http://127.0.0.1/callback");
        if (answer.status() < 500 && !answer.oauthError().equals("invalid_client")) {
            visit.find(UNKNOWN_CLIENT_NOT_TOLD, answer.ask().saying("of an unknown client").words(), answer.came());
        }
    }

    private static void malformed(Visit visit, URI endpoint) {
        var answer = visit.wire.send(Ask.form(endpoint, Map.of("grant_type", "refresh_token"), "malformed")
                .with("Content-Type", "application/x-www-form-urlencoded; charset=utf-99")
                .with("Authorization", "Basic !!!!"));
        if (answer.status() >= 500) {
            visit.find(FAILS, answer);
        }
    }
}
