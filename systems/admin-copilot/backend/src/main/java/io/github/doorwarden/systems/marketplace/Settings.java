package io.github.doorwarden.systems.marketplace;

import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Everything the marketplace is told at its start.
///
/// @param jwks        where the identity provider's keys are; with issuer and audience, or none of the three
/// @param staticToken the service token accepted beside JWTs; empty means that there is none
/// @param smtp        empty means that letters become files in `outbox/` under `data`
record Settings(Path data, int port, Optional<Provider> provider, Optional<String> staticToken, Optional<URI> smtp,
        String mailFrom) {

    /// Who answers to tickets.
    static final String SUPPORT = "support@instainstru.example";

    static final String USAGE =
            "Usage: java -cp … io.github.doorwarden.systems.marketplace.Marketplace --data DIR [--port N]";

    /// Whose tokens are accepted, and for which audience.
    record Provider(URI jwks, String issuer, String audience) {}

    /// A start that cannot be; the message is for the operator.
    static final class Mistake extends Exception {

        private static final long serialVersionUID = 1;

        Mistake(String message) {
            super(message, null, false, false);
        }
    }

    static Settings of(String[] args, Map<String, String> environment) throws Mistake {
        Path data = null;
        var port = 0;
        for (var i = 0; i < args.length; i += 2) {
            if (i + 1 == args.length) {
                throw new Mistake("The option " + args[i] + " lacks its value. " + USAGE);
            }
            switch (args[i]) {
                case "--data" -> data = Path.of(args[i + 1]);
                case "--port" -> port = port(args[i + 1]);
                default -> throw new Mistake("There is no option " + args[i] + ". " + USAGE);
            }
        }
        if (data == null) {
            throw new Mistake("--data is missing: the folder that holds the database. " + USAGE);
        }
        var from = value(environment, "MAIL_FROM").orElse("founding@instainstru.example");
        return new Settings(data, port, provider(environment), value(environment, "MCP_SERVICE_TOKEN"),
                smtp(environment), from);
    }

    private static int port(String text) throws Mistake {
        try {
            var port = Integer.parseInt(text);
            if (port >= 0 && port <= 65_535) {
                return port;
            }
        } catch (NumberFormatException notANumber) {
            // falls through to the same mistake
        }
        throw new Mistake("--port must be a number from 0 to 65535; 0 takes any free one.");
    }

    private static Optional<Provider> provider(Map<String, String> environment) throws Mistake {
        var url = value(environment, "WORKOS_JWKS_URL");
        var issuer = value(environment, "WORKOS_ISSUER");
        var audience = value(environment, "WORKOS_M2M_AUDIENCE");
        if (url.isEmpty() && issuer.isEmpty() && audience.isEmpty()) {
            return Optional.empty();
        }
        if (url.isEmpty() || issuer.isEmpty() || audience.isEmpty()) {
            throw new Mistake(
                    "WORKOS_JWKS_URL, WORKOS_ISSUER and WORKOS_M2M_AUDIENCE belong together: set all three, or none "
                    + "of them to "
                    + "do without access tokens.");
        }
        var jwks = uri("WORKOS_JWKS_URL", url.get());
        if (!"https".equals(jwks.getScheme()) && !("http".equals(jwks.getScheme()) && loopback(jwks))) {
            throw new Mistake(
                    "WORKOS_JWKS_URL must be an https URL; http is accepted on this machine's own addresses alone.");
        }
        return Optional.of(new Provider(jwks, issuer.get(), audience.get()));
    }

    private static Optional<URI> smtp(Map<String, String> environment) throws Mistake {
        var url = value(environment, "SMTP_URL");
        if (url.isEmpty()) {
            return Optional.empty();
        }
        var smtp = uri("SMTP_URL", url.get());
        if (!Set.of("smtp", "smtps").contains(String.valueOf(smtp.getScheme())) || smtp.getHost() == null) {
            throw new Mistake(
                    "SMTP_URL must look like smtp://user:password@host:587 or smtps://user:password@host:465.");
        }
        return Optional.of(smtp);
    }

    private static URI uri(String name, String text) throws Mistake {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new Mistake(name + " is not a URL.");
        }
    }

    private static Optional<String> value(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).map(String::strip).filter(text -> !text.isEmpty());
    }

    /// Whether a URL names this machine itself, by its literal address or as `localhost`; asks no name server.
    static boolean loopback(URI url) {
        var host = url.getHost();
        if (host == null) {
            return false;
        }
        if (host.equalsIgnoreCase("localhost")) {
            return true;
        }
        try {
            return host.matches("[0-9.]+|\\[.*]") && InetAddress.ofLiteral(host.replaceAll("[\\[\\]]", ""))
                    .isLoopbackAddress();
        } catch (IllegalArgumentException notAnAddress) {
            return false;
        }
    }

    @Override
    public String toString() {
        return "Settings[data=" + data + ", port=" + port + ", jwt=" + provider.isPresent() + ", staticToken="
                + (staticToken.isPresent() ? "***" : "none")
                + ", mail=" + smtp.map(URI::getHost).orElse("outbox") + "]";
    }
}
