package io.github.doorwarden.systems.marketplace;

import io.github.doorwarden.systems.backend.Arguments;
import io.github.doorwarden.systems.backend.Environment;
import io.github.doorwarden.systems.backend.Mistake;
import io.github.doorwarden.systems.backend.Provider;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Everything the marketplace is told at its start.
///
/// @param provider    whose tokens are accepted; empty means nobody's
/// @param staticToken the service token accepted beside JWTs; empty means that there is none
/// @param smtp        empty means that letters become files in `outbox/` under `data`
record Settings(Path data, int port, Optional<Provider> provider, Optional<String> staticToken, Optional<URI> smtp,
        String mailFrom) {

    /// Who answers to tickets.
    static final String SUPPORT = "support@instainstru.example";

    static final String USAGE =
            "Usage: java -cp … io.github.doorwarden.systems.marketplace.Marketplace --data DIR [--port N]";

    static Settings of(String[] args, Map<String, String> environment) throws Mistake {
        var arguments = Arguments.of(args, new Arguments.Words(USAGE,
                "--data is missing: the folder that holds the database.",
                "--port must be a number from 0 to 65535; 0 takes any free one."));
        var told = new Environment(environment);
        var from = told.text("MAIL_FROM").orElse("founding@instainstru.example");
        return new Settings(arguments.data(), arguments.port(), told.provider("WORKOS_JWKS_URL", "WORKOS_ISSUER",
                "WORKOS_M2M_AUDIENCE"), told.text("MCP_SERVICE_TOKEN"), smtp(told), from);
    }

    private static Optional<URI> smtp(Environment environment) throws Mistake {
        var smtp = environment.url("SMTP_URL");
        if (smtp.isPresent() && (!Set.of("smtp", "smtps").contains(String.valueOf(smtp.get().getScheme()))
                || smtp.get().getHost() == null)) {
            throw new Mistake(
                    "SMTP_URL must look like smtp://user:password@host:587 or smtps://user:password@host:465.");
        }
        return smtp;
    }

    @Override
    public String toString() {
        return "Settings[data=" + data + ", port=" + port + ", jwt=" + provider.isPresent() + ", staticToken="
                + (staticToken.isPresent() ? "***" : "none")
                + ", mail=" + smtp.map(URI::getHost).orElse("outbox") + "]";
    }
}
