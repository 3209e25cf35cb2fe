package io.github.doorwarden.app.config;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// One row of the table of keys, [Keys].
///
/// @param path     dotted; `<name>` where the author chose the name, `[]` where an item of a list stands
/// @param required whether its section cannot do without it
/// @param secret   never printed
/// @param meaning  for operators; Markdown, no variables' syntax
record Key(String path, Kind kind, boolean required, boolean secret, String meaning) {

    static Key text(String path, String meaning) {
        return new Key(path, new Kind.Text(Optional.empty(), false), false, false, meaning);
    }

    static Key text(String path, String otherwise, String meaning) {
        return new Key(path, new Kind.Text(Optional.of(otherwise), false), false, false, meaning);
    }

    /// Handed on with `${self}` and `${companion:…}` still in it.
    static Key late(String path, String meaning) {
        return new Key(path, new Kind.Text(Optional.empty(), true), false, false, meaning);
    }

    static Key secret(String path, String meaning) {
        return new Key(path, new Kind.Text(Optional.empty(), false), false, true, meaning);
    }

    static Key choice(String path, List<String> of, String meaning) {
        return new Key(path, new Kind.Choice(Optional.empty(), of), true, false, meaning);
    }

    static Key choice(String path, String otherwise, List<String> of, String meaning) {
        return new Key(path, new Kind.Choice(Optional.of(otherwise), of), false, false, meaning);
    }

    static Key flag(String path, boolean otherwise, String meaning) {
        return new Key(path, new Kind.Flag(Optional.of(otherwise)), false, false, meaning);
    }

    /// Absent is neither true nor false.
    static Key flag(String path, String meaning) {
        return new Key(path, new Kind.Flag(Optional.empty()), false, false, meaning);
    }

    static Key number(String path, int otherwise, int least, int most, String meaning) {
        return new Key(path, new Kind.Number(Optional.of(otherwise), least, most), false, false, meaning);
    }

    static Key number(String path, int least, int most, String meaning) {
        return new Key(path, new Kind.Number(Optional.empty(), least, most), false, false, meaning);
    }

    static Key time(String path, Duration otherwise, Duration least, Duration most, String meaning) {
        return new Key(path, new Kind.Time(otherwise, least, most), false, false, meaning);
    }

    static Key address(String path, String meaning) {
        return new Key(path, new Kind.Address(), false, false, meaning);
    }

    static Key texts(String path, String meaning) {
        return texts(path, List.of(), List.of(), meaning);
    }

    static Key texts(String path, List<String> otherwise, List<String> among, String meaning) {
        return new Key(path, new Kind.Texts(otherwise, among), false, false, meaning);
    }

    static Key pairs(String path, boolean late, String meaning) {
        return new Key(path, new Kind.Pairs(late), false, false, meaning);
    }

    static Key json(String path, String meaning) {
        return new Key(path, new Kind.Json(), false, false, meaning);
    }

    static Key group(String path, String meaning) {
        return new Key(path, new Kind.Group(), false, false, meaning);
    }

    static Key named(String path, String placeholder, String meaning) {
        return new Key(path, new Kind.Named(placeholder), false, false, meaning);
    }

    static Key items(String path, String meaning) {
        return new Key(path, new Kind.Items(), false, false, meaning);
    }

    /// The same row, for a key that its section cannot do without.
    Key needed() {
        return new Key(path, kind, true, secret, meaning);
    }

    /// The path of the section that the key stands in: empty for the file itself.
    String section() {
        return path.contains(".") ? path.substring(0, path.lastIndexOf('.')) : "";
    }

    String name() {
        return path.substring(path.lastIndexOf('.') + 1);
    }

    /// What is below it: the path that its own keys begin with; empty for a single value.
    Optional<String> below() {
        return switch (kind) {
            case Kind.Group group -> Optional.of(path);
            case Kind.Named named -> Optional.of(path + ".<" + named.placeholder() + ">");
            case Kind.Items items -> Optional.of(path + "[]");
            default -> Optional.empty();
        };
    }

    /// Whether `--set` and the environment reach it: single values and lists of them.
    boolean settable() {
        return below().isEmpty() && !(kind instanceof Kind.Json) && !(kind instanceof Kind.Pairs);
    }

    /// As the manual writes it: `DOORWARDEN_SOURCES_<NAME>_TYPE`.
    String environmentName() {
        return "DOORWARDEN_" + path.replace("[]", ".<n>").toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9<>]+", "_");
    }

    /// `server.port` → `DOORWARDEN_SERVER_PORT`.
    static String environmentName(String path) {
        return "DOORWARDEN_" + path.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]+", "_");
    }
}
