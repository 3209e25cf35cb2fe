package io.github.doorwarden.systems.toolbridge;

import io.github.doorwarden.systems.backend.Arguments;
import io.github.doorwarden.systems.backend.Environment;
import io.github.doorwarden.systems.backend.Mistake;
import io.github.doorwarden.systems.backend.Provider;
import io.github.doorwarden.upstream.SigningKey;
import java.net.URI;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/// Everything that ToolBridge is told at its start.
///
/// @param database    empty: a SQLite file in the data folder
/// @param provider    whose tokens are taken
/// @param credentials fixed ones of the administration, by what they open
/// @param signing     the key for tenants without one of their own; empty: signing is off for them
/// @param masterKey   file that holds it
/// @param demo        people and records to begin with, when the database is empty
/// @param demoSecrets whether the tenants of the demo get secrets of their own at once
/// @param model       whether vectors are made by the model, or of hashed words
record Settings(Path data, int port, Optional<URI> database, Optional<Provider> provider,
        Map<Access, String> credentials, Optional<SigningKey> signing, Path masterKey, boolean demo,
        boolean demoSecrets, boolean model, int sessionsPerUser) {

    static final String USAGE =
            "Usage: java -cp … io.github.doorwarden.systems.toolbridge.ToolBridge --data DIR [--port N]";

    static Settings of(String[] args, Map<String, String> variables) throws Mistake {
        var arguments = Arguments.of(args, new Arguments.Words(USAGE,
                "--data is missing: the folder that holds database and master key.",
                "--port must be a number from 0 to 65535."));
        var environment = new Environment(variables);
        var credentials = new EnumMap<Access, String>(Access.class);
        credential(environment, "TOOLBRIDGE_ADMIN_TOKEN", Access.ADMIN, credentials);
        credential(environment, "TOOLBRIDGE_SERVICE_TOKEN", Access.SERVICE, credentials);
        credential(environment, "TOOLBRIDGE_ORGANIZATIONS_KEY", Access.ORGANIZATIONS, credentials);
        if (credentials.values().stream().distinct().count() < credentials.size()) {
            throw new Mistake("TOOLBRIDGE_ADMIN_TOKEN, TOOLBRIDGE_SERVICE_TOKEN and TOOLBRIDGE_ORGANIZATIONS_KEY must "
                    + "differ: each opens something else.");
        }
        var file = environment.text("TOOLBRIDGE_MASTER_KEY_FILE").map(Path::of)
                .orElse(arguments.data().resolve("master.key"));
        var database = database(environment);
        return new Settings(arguments.data(), arguments.port(), database, environment.provider("TOOLBRIDGE_JWKS_URL",
                "TOOLBRIDGE_ISSUER", "TOOLBRIDGE_AUDIENCE"), credentials,
                signing(environment), file, flag(environment, "TOOLBRIDGE_DEMO", database.isEmpty()),
                flag(environment, "TOOLBRIDGE_DEMO_SECRETS", false), model(environment),
                Environment.number("TOOLBRIDGE_SESSIONS_PER_USER", environment.text("TOOLBRIDGE_SESSIONS_PER_USER")
                .orElse(Integer.toString(Limits.SESSIONS_PER_USER)), 1, 100_000));
    }

    private static boolean flag(Environment environment, String name, boolean otherwise) throws Mistake {
        return switch (environment.text(name).orElse(Boolean.toString(otherwise))) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new Mistake(name + " must be true or false.");
        };
    }

    private static boolean model(Environment environment) throws Mistake {
        return switch (environment.text("TOOLBRIDGE_EMBEDDINGS").orElse("model")) {
            case "model" -> true;
            case "hashed" -> false;
            default -> throw new Mistake("TOOLBRIDGE_EMBEDDINGS must be model or hashed.");
        };
    }

    private static void credential(Environment environment, String name, Access access,
            Map<Access, String> into) throws Mistake {
        var value = environment.text(name);
        if (value.isPresent() && value.get().length() < 16) {
            throw new Mistake(name + " is too short to be safe: take at least 16 characters, for example from "
                    + "openssl rand -hex 32.");
        }
        value.ifPresent(text -> into.put(access, text));
    }

    private static Optional<SigningKey> signing(Environment environment) throws Mistake {
        var secret = environment.text("TOOLBRIDGE_SIGNING_SECRET");
        try {
            return secret.map(text -> SigningKey.of(environment.text("TOOLBRIDGE_SIGNING_KEY_ID").orElse("gateway"),
                    text));
        } catch (IllegalArgumentException e) {
            throw new Mistake("TOOLBRIDGE_SIGNING_SECRET: " + e.getMessage());
        }
    }

    private static Optional<URI> database(Environment environment) throws Mistake {
        var url = environment.text("DATABASE_URL").map(text -> text.replaceFirst("^jdbc:", ""));
        if (url.isEmpty()) {
            return Optional.empty();
        }
        var database = Environment.url("DATABASE_URL", url.get());
        if (!String.valueOf(database.getScheme()).matches("postgres(ql)?") || database.getHost() == null
                || String.valueOf(database.getPath()).length() < 2) {
            throw new Mistake("DATABASE_URL must look like postgres://user:password@host:5432/database; without it a "
                    + "SQLite file is used.");
        }
        return Optional.of(database);
    }

    /// Without secrets.
    @Override
    public String toString() {
        return "Settings[data=" + data + ", port=" + port + ", database=" + database.map(URI::getHost).orElse("sqlite")
                + ", tokens=" + provider.isPresent() + ", signing=" + signing.isPresent() + ", credentials="
                + credentials.keySet() + "]";
    }
}
