package io.github.doorwarden.cli.client;

import io.github.doorwarden.cli.Visible;
import io.github.doorwarden.client.oauth.Session;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;

/// What is kept of a sign-in, as people and programs read it: never a token.
final class Kept {

    private Kept() {}

    static void print(Session session, Instant now, boolean json, PrintWriter out) {
        if (json) {
            var object = JsonNodeFactory.instance.objectNode().put("issuer", session.issuer())
                    .put("resource", session.resource()).put("client", session.clientId());
            var scopes = object.putArray("scopes");
            session.scopes().forEach(scopes::add);
            session.expires().ifPresent(until ->
                    object.put("expires", until.truncatedTo(ChronoUnit.SECONDS).toString()));
            out.println(Visible.json(object.put("renewable", session.renewable()).put("bound", session.bound())));
            return;
        }
        line(out, "issuer", session.issuer());
        line(out, "resource", session.resource());
        line(out, "client", session.clientId());
        line(out, "scopes", session.scopes().isEmpty() ? "not said" : String.join(" ", session.scopes()));
        line(out, "token", until(session.expires(), now) + (session.renewable() ? "; renewed without you"
                : "; then you sign in again") + (session.bound() ? "; bound to a key of this machine" : ""));
    }

    private static void line(PrintWriter out, String name, String value) {
        out.println(String.format("%-8s  %s", name, Visible.line(value)));
    }

    private static String until(Optional<Instant> expires, Instant now) {
        if (expires.isEmpty()) {
            return "good for as long as the server takes it";
        }
        var left = Duration.between(now, expires.get());
        return left.isNegative() ? "expired" : left.toMinutes() < 2 ? "good for " + left.toSeconds() + " s"
                : left.toHours() < 2 ? "good for " + left.toMinutes() + " min"
                : "good until " + expires.get().truncatedTo(ChronoUnit.SECONDS);
    }
}
