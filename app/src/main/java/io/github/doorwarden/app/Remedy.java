package io.github.doorwarden.app;

import io.github.doorwarden.store.AuditEvent;
import java.util.List;

/// What to do about a refusal, by what its audit line says. One table: the first row whose words stand in the line's
/// reason is the answer. Pure.
final class Remedy {

    private record Row(String words, String remedy) {}

    private static final String BROWSER = "The client has to send its user through the browser again. Most do so by "
            + "themselves; in others, disconnect and connect.";

    private static final List<Row> ROWS = List.of(
            new Row("a bound token without the scheme DPoP", "The client got a token that is bound to its key and "
                    + "sends it as a bearer token. If it is the client itself, that is a fault of the client, or of a "
                    + "proxy that rewrites headers; if not, somebody has the token: `doorwarden client revoke`."),
            new Row("it is for another URI than", "The client proves its key for another address than the one that "
                    + "it calls by. Configure it with the exact URL, and check `server.public_origin`."),
            new Row("its iat is more than", "The clock of the client's machine is wrong by more than five minutes. "
                    + "Set it; and look at the clock of this one."),
            new Row("invalid_client: unknown client", "The registration is gone, or the id is another server's. The "
                    + "client should register again; if it was configured by hand, compare its id with `doorwarden "
                    + "client list`."),
            new Row("wrong client secret", "Compare the client's secret with the one that was printed when it was "
                    + "added. It cannot be shown again: add a new client, or set a new secret in the configuration."),
            new Row("throttled after wrong secrets", "The client keeps sending a wrong secret. Stop it, correct the "
                    + "secret, wait a minute."),
            new Row("client authenticates by", "Configure the client for the way that it is registered for, or "
                    + "register it anew for the way that it uses."),
            new Row("metadata document", "The client's own document cannot be used. What is wrong with it stands in "
                    + "the line; its publisher must mend it, or register the client here by `doorwarden client add`."),
            new Row("grant type not", "Add the grant type to the client's `grants`, or use another one."),
            new Row("nobody vouched for", "Register the agent by `doorwarden client add --service`."),
            new Row("person is disabled or gone", "Enable the person, or remove the client at their side."),
            new Row("invalid_target", "The client asks for another resource than this deployment has. Configure it "
                    + "with the exact URL of an endpoint, and check `server.public_origin`."),
            new Row("it was issued for", "The client sends a token that it got for something else. Configure it with "
                    + "the exact URL of the endpoint, and check `server.public_origin`: the two must agree to the "
                    + "letter."),
            new Row("it expired", "Nothing is wrong with that by itself: the client should use its refresh token. If "
                    + "it never does, raise `authorization.lifetimes.access_token`."),
            new Row("grant behind it was revoked", BROWSER),
            new Row("does not publish", "The token is from another deployment, or the state folder was replaced since. "
                    + BROWSER),
            new Row("its issuer is not", "The token is from another authorization server. Connect the client to this "
                    + "one, or name that one under `authorization`."),
            new Row("its type is not", "The client sends an ID token, or another JWT, in the place of the access "
                    + "token. That is a fault of the client."),
            new Row("invalid_redirect_uri", "The client registers an address that is refused. For a scheme of a "
                    + "desktop program, add it to `authorization.registration.private_schemes`."),
            new Row("redirect", "The address that the client wants to come back to is not the one it registered. "
                    + "Compare both, to the letter; only the port of a loopback address may differ."),
            new Row("reused", "A refresh token was used twice, by two programs or after it was stolen, so the grant "
                    + "was ended. " + BROWSER),
            new Row("invalid_grant", "The code or refresh token is spent, too old, or another client's. " + BROWSER),
            new Row("needs you to sign in", "The tool asks for a second factor or a sign-in that is not old. The "
                    + "client can ask for that at /authorize; where it does not, its user opens /account and chooses "
                    + "Confirm beside the application."),
            new Row("wrong or used code", "The one-time code was wrong, or used before. Check the clock of the phone; "
                    + "who lost it uses a recovery code, or has `doorwarden user reset-factors` run."),
            new Row("device grant not", "Register the client with the device grant in its `grants`."),
            new Row("invalid_scope", "The client asks for scopes that it may not have, or that do not exist. Compare "
                    + "with `authorization.scopes` and the client's own `scopes`."),
            new Row("scope", "Its user did not allow what this call needs. A client that can step up asks them; in "
                    + "others, disconnect and connect, and allow it."),
            new Row("too many", "Wait a minute. If it is not an attack, look why the client repeats itself, or raise "
                    + "the limit."),
            new Row("registrations", "The client registers anew each time. Register it once by `doorwarden client "
                    + "add`, or raise `authorization.registration.per_hour_per_peer`."),
            new Row("PKCE", "The client is too old for OAuth 2.1: it must send code_challenge with method S256."),
            new Row("code_challenge", "The client is too old for OAuth 2.1: it must send code_challenge with method "
                    + "S256."),
            new Row("another browser", "The link must be opened in the browser that asked for it."),
            new Row("needs a signed-in caller", "The client sent no token. It should sign in when it sees the 401; if "
                    + "it does not, look whether a proxy removes the Authorization header."),
            new Row("store", "The database could not be reached. Look at /health and the log."));

    private Remedy() {}

    /// Empty when the line is no refusal, or none that the table knows.
    static String of(AuditEvent event) {
        if (event.outcome().equals("allowed")) {
            return "";
        }
        return ROWS.stream().filter(row -> event.reason().contains(row.words)).map(Row::remedy).findFirst()
                .orElse("");
    }
}
