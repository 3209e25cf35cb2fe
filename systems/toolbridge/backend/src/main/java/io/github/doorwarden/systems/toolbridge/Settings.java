package io.github.doorwarden.systems.toolbridge;

import io.github.doorwarden.upstream.SigningKey;
import java.net.InetAddress;
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
                case "--port" -> port = number("--port", args[i + 1], 0, 65_535);
                default -> throw new Mistake("There is no option " + args[i] + ". " + USAGE);
            }
        }
        if (data == null) {
            throw new Mistake("--data is missing: the folder that holds database and master key. " + USAGE);
        }
        var credentials = new EnumMap<Access, String>(Access.class);
        credential(environment, "TOOLBRIDGE_ADMIN_TOKEN", Access.ADMIN, credentials);
        credential(environment, "TOOLBRIDGE_SERVICE_TOKEN", Access.SERVICE, credentials);
        credential(environment, "TOOLBRIDGE_ORGANIZATIONS_KEY", Access.ORGANIZATIONS, credentials);
        if (credentials.values().stream().distinct().count() < credentials.size()) {
            throw new Mistake("TOOLBRIDGE_ADMIN_TOKEN, TOOLBRIDGE_SERVICE_TOKEN and TOOLBRIDGE_ORGANIZATIONS_KEY must "
                    + "differ: each opens something else.");
        }
        var file = value(environment, "TOOLBRIDGE_MASTER_KEY_FILE").map(Path::of).orElse(data.resolve("master.key"));
        var database = database(environment);
        return new Settings(data, port, database, provider(environment), credentials,
                signing(environment), file, flag(environment, "TOOLBRIDGE_DEMO", database.isEmpty()),
                flag(environment, "TOOLBRIDGE_DEMO_SECRETS", false), model(environment),
                number("TOOLBRIDGE_SESSIONS_PER_USER", value(environment, "TOOLBRIDGE_SESSIONS_PER_USER")
                .orElse(Integer.toString(Limits.SESSIONS_PER_USER)), 1, 100_000));
    }

    private static int number(String name, String text, int min, int max) throws Mistake {
        try {
            var number = Integer.parseInt(text);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // falls through to the same mistake
        }
        throw new Mistake(name + " must be a number from " + min + " to " + max + ".");
    }

    private static boolean flag(Map<String, String> environment, String name, boolean otherwise) throws Mistake {
        return switch (value(environment, name).orElse(Boolean.toString(otherwise))) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new Mistake(name + " must be true or false.");
        };
    }

    private static boolean model(Map<String, String> environment) throws Mistake {
        return switch (value(environment, "TOOLBRIDGE_EMBEDDINGS").orElse("model")) {
            case "model" -> true;
            case "hashed" -> false;
            default -> throw new Mistake("TOOLBRIDGE_EMBEDDINGS must be model or hashed.");
        };
    }

    private static void credential(Map<String, String> environment, String name, Access access,
            Map<Access, String> into) throws Mistake {
        var value = value(environment, name);
        if (value.isPresent() && value.get().length() < 16) {
            throw new Mistake(name + " is too short to be safe: take at least 16 characters, for example from "
                    + "openssl rand -hex 32.");
        }
        value.ifPresent(text -> into.put(access, text));
    }

    private static Optional<SigningKey> signing(Map<String, String> environment) throws Mistake {
        var secret = value(environment, "TOOLBRIDGE_SIGNING_SECRET");
        try {
            return secret.map(text -> SigningKey.of(value(environment, "TOOLBRIDGE_SIGNING_KEY_ID").orElse("gateway"),
                    text));
        } catch (IllegalArgumentException e) {
            throw new Mistake("TOOLBRIDGE_SIGNING_SECRET: " + e.getMessage());
        }
    }

    private static Optional<URI> database(Map<String, String> environment) throws Mistake {
        var url = value(environment, "DATABASE_URL").map(text -> text.replaceFirst("^jdbc:", ""));
        if (url.isEmpty()) {
            return Optional.empty();
        }
        var database = uri("DATABASE_URL", url.get());
        if (!String.valueOf(database.getScheme()).matches("postgres(ql)?") || database.getHost() == null
                || String.valueOf(database.getPath()).length() < 2) {
            throw new Mistake("DATABASE_URL must look like postgres://user:password@host:5432/database; without it a "
                    + "SQLite file is used.");
        }
        return Optional.of(database);
    }

    private static Optional<Provider> provider(Map<String, String> environment) throws Mistake {
        var url = value(environment, "TOOLBRIDGE_JWKS_URL");
        var issuer = value(environment, "TOOLBRIDGE_ISSUER");
        var audience = value(environment, "TOOLBRIDGE_AUDIENCE");
        if (url.isEmpty() && issuer.isEmpty() && audience.isEmpty()) {
            return Optional.empty();
        }
        if (url.isEmpty() || issuer.isEmpty() || audience.isEmpty()) {
            throw new Mistake("TOOLBRIDGE_JWKS_URL, TOOLBRIDGE_ISSUER and TOOLBRIDGE_AUDIENCE belong together: set all "
                    + "three, or none of them to do without access tokens.");
        }
        var jwks = uri("TOOLBRIDGE_JWKS_URL", url.get());
        if (!"https".equals(jwks.getScheme()) && !("http".equals(jwks.getScheme()) && loopback(jwks))) {
            throw new Mistake(
                    "TOOLBRIDGE_JWKS_URL must be an https URL; http is accepted on this machine's own addresses "
                    + "alone.");
        }
        return Optional.of(new Provider(jwks, issuer.get(), audience.get()));
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

    /// Without secrets.
    @Override
    public String toString() {
        return "Settings[data=" + data + ", port=" + port + ", database=" + database.map(URI::getHost).orElse("sqlite")
                + ", tokens=" + provider.isPresent() + ", signing=" + signing.isPresent() + ", credentials="
                + credentials.keySet() + "]";
    }
}
