package io.github.doorwarden.app.config;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/// What stands in `${…}` in a value of the configuration:
///
/// - `${env:NAME}` the environment variable, `${env:NAME:-other}` with a value for when it is not set,
///   `${env:NAME:+text}`
///   a text for when it is set, and nothing otherwise
/// - `${file:path}` the text of a file beside the configuration, without the line end
/// - `${generated:name}` a random secret, made at first use and kept under the state folder, readable by its owner
///   alone
/// - `${state}` the state folder
/// - `${self}` the public origin, `${companion:name}` the address of a companion process; known once they are up
///
/// Defaults may contain variables themselves.
public final class Variables {

    private static final int GENERATED_BYTES = 32;
    private static final int NESTING = 4;

    private final Path folder;
    private final Path state;
    private final UnaryOperator<String> environment;
    private final boolean reading;
    private final Map<String, String> later = new ConcurrentHashMap<>();

    /// @param environment null for a variable that is not set
    /// @param reading     true: nothing is written, and a secret that is not there yet has a word in its place
    Variables(Path folder, Path state, UnaryOperator<String> environment, boolean reading) {
        this.reading = reading;
        this.folder = folder;
        this.state = state;
        this.environment = environment;
        later.put("state", state.toAbsolutePath().toString());
    }

    /// Makes `${name}` known, for example `self` or `companion:marketplace`.
    public void put(String name, String value) {
        later.put(name, value);
    }

    /// Whether nothing may be written on their behalf.
    public boolean isReading() {
        return reading;
    }

    /// The text with every variable replaced.
    ///
    /// @throws IllegalArgumentException with a sentence when a variable has no value
    public String resolve(String text) {
        return resolve(text, 0, false);
    }

    /// The same, with `${self}` and `${companion:…}` left as they are while they are not known.
    String preview(String text) {
        return resolve(text, 0, true);
    }

    private String resolve(String text, int depth, boolean early) {
        if (depth > NESTING) {
            throw new IllegalArgumentException("Variables are nested more than " + NESTING + " deep.");
        }
        var out = new StringBuilder();
        var at = 0;
        for (var start = text.indexOf("${"); start >= 0; start = text.indexOf("${", at)) {
            var end = closing(text, start + 2);
            out.append(text, at, start).append(value(text.substring(start + 2, end), depth, early));
            at = end + 1;
        }
        return out.append(text, at, text.length()).toString();
    }

    private static int closing(String text, int from) {
        var open = 1;
        for (var i = from; i < text.length(); i++) {
            if (text.startsWith("${", i)) {
                open++;
            } else if (text.charAt(i) == '}' && --open == 0) {
                return i;
            }
        }
        throw new IllegalArgumentException("A variable begins with ${ and has no } after it.");
    }

    private String value(String inside, int depth, boolean early) {
        if (inside.startsWith("env:")) {
            return ofEnvironment(inside.substring(4), depth, early);
        }
        if (inside.startsWith("file:")) {
            return file(folder.resolve(inside.substring(5)));
        }
        if (inside.startsWith("generated:")) {
            return generated(inside.substring(10));
        }
        var value = later.get(inside);
        if (value == null && early && (inside.equals("self") || inside.startsWith("companion:"))) {
            return "${" + inside + "}";
        }
        if (value == null) {
            throw new IllegalArgumentException("${" + inside
                    + "} is not known here. There are env:, file:, generated:, state, self and "
                    + "companion: variables.");
        }
        return value;
    }

    private String ofEnvironment(String inside, int depth, boolean early) {
        var split = inside.indexOf(':');
        var name = split < 0 ? inside : inside.substring(0, split);
        var set = environment.apply(name);
        var given = set != null && !set.isEmpty();
        if (split < 0 && !given) {
            throw new IllegalArgumentException("The environment variable " + name + " is not set. Set it, or write "
                    + "${env:" + name + ":-value} for when it is not.");
        }
        if (split < 0) {
            return set;
        }
        var text = inside.substring(Math.min(inside.length(), split + 2));
        return switch (inside.substring(split, inside.length() - text.length())) {
            case ":-" -> given ? set : resolve(text, depth + 1, early);
            case ":+" -> given ? resolve(text, depth + 1, early) : "";
            default -> throw new IllegalArgumentException("${env:" + inside + "} is not understood. Write ${env:NAME}, "
                    + "${env:NAME:-value when it is not set} or ${env:NAME:+value when it is set}.");
        };
    }

    private static String file(Path file) {
        try {
            return Files.readString(file).stripTrailing();
        } catch (IOException e) {
            throw new IllegalArgumentException("The file " + file + " cannot be read. Create it, or correct the path.");
        }
    }

    private String generated(String name) {
        if (!name.matches("[a-z0-9-]{1,64}")) {
            throw new IllegalArgumentException("A generated secret's name has a-z, 0-9 and -: " + name);
        }
        var file = state.resolve("secrets").resolve(name);
        return reading && !Files.exists(file) ? "not-generated-yet" : privateFile(file, GENERATED_BYTES);
    }

    /// The text of a private file, made of random bytes when it is not there.
    static String privateFile(Path file, int randomBytes) {
        try {
            if (!Files.exists(file)) {
                var random = new byte[randomBytes];
                new SecureRandom().nextBytes(random);
                writePrivately(file, Base64.getUrlEncoder().withoutPadding().encodeToString(random));
            }
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new IllegalArgumentException("The file " + file
                    + " cannot be made. Check that its folder is writable.");
        }
    }

    /// The file appears whole or not at all, and the first of several writers wins: an empty secret is never seen, not
    /// after a crash and not by another process.
    private static void writePrivately(Path file, String text) throws IOException {
        createPrivateFolders(file.getParent());
        var whole = Files.createTempFile(file.getParent(), ".new-", "");      // readable by its owner alone
        try {
            Files.writeString(whole, text);
            Files.createLink(file, whole);
        } catch (FileAlreadyExistsException another) {
            return;
        } catch (UnsupportedOperationException noLinks) {
            Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(whole);
        }
    }

    private static void createPrivateFolders(Path folder) throws IOException {
        try {
            Files.createDirectories(folder,
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (UnsupportedOperationException notPosix) {
            Files.createDirectories(folder);
        }
    }
}
