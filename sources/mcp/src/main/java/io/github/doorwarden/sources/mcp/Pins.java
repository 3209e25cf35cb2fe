package io.github.doorwarden.sources.mcp;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Which definitions of a server somebody stands for. What a server offers when it is seen for the first time is
/// approved by that; what is new or different later is not, until an operator says so. Kept in one file per source in
/// the state folder, which several processes share; each change of it is whole or not at all. Safe for use by many
/// threads.
public final class Pins {

    private static final ReentrantLock LOCK = new ReentrantLock();
    /// Numbers keep their digits, or a definition would have another hash once it was written down.
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES).build();

    /// One wording of a definition.
    ///
    /// @param hash SHA-256 of the definition in canonical form, without its `_meta`
    /// @param at   when it was seen first, or approved
    public record Version(String hash, Instant at, ObjectNode definition) {}

    /// What is known of one definition.
    ///
    /// @param kind     `tool` or `prompt`
    /// @param name     as the server has it
    /// @param approved empty: never
    /// @param offered  as the server has it now, or had it when it was last seen; empty: it has none of that name
    public record Pin(String kind, String name, Optional<Version> approved, Optional<Version> offered) {

        /// Whether it is as somebody approved it.
        public boolean good() {
            return approved.isPresent() && offered.isPresent()
                    && approved.get().hash().equals(offered.get().hash());
        }

        /// What is offered against what was approved, line by line; `- ` before what is gone, `+ ` before what is new.
        public List<String> difference() {
            return Difference.of(approved.map(Version::definition), offered.map(Version::definition));
        }

        /// `approved`, `changed`, `new`, or `gone`.
        public String state() {
            return offered.isEmpty() ? "gone" : good() ? "approved" : approved.isPresent() ? "changed" : "new";
        }
    }

    private final Path file;
    private final InstantSource clock;

    /// @param state  the state folder of the deployment
    /// @param source name of the source
    public Pins(Path state, String source, InstantSource clock) {
        this.file = state.resolve("pins").resolve(source.replaceAll("[^A-Za-z0-9_-]", "~") + (source
                .matches("[A-Za-z0-9_-]*") ? "" : "~" + sha256(source).substring(0, 8)) + ".json");
        this.clock = clock;
    }

    /// Whether the server was ever seen.
    public boolean known() {
        return Files.isRegularFile(file);
    }

    /// When the file changed last, to be compared.
    FileTime changed() {
        try {
            return known() ? Files.getLastModifiedTime(file) : FileTime.fromMillis(0);
        } catch (IOException e) {
            return FileTime.fromMillis(0);
        }
    }

    /// @param kinds of which something was offered before, if only nothing
    private record Kept(Set<String> kinds, Map<String, Pin> pins) {}

    /// In the order of kind and name.
    ///
    /// @throws PinsUnreadable when the file cannot be read
    public List<Pin> all() {
        return List.copyOf(kept().pins.values());
    }

    private Kept kept() {
        if (!known()) {
            return new Kept(Set.of(), Map.of());
        }
        try {
            var all = new TreeMap<String, Pin>();
            var root = JSON.readTree(Files.readString(file));
            for (var each : root.path("definitions")) {
                var pin = new Pin(each.path("kind").asString(""), each.path("name").asString(""),
                        version(each.path("approved")), version(each.path("offered")));
                all.put(pin.kind() + " " + pin.name(), pin);
            }
            return new Kept(root.path("kinds").valueStream().map(each -> each.asString(""))
                    .collect(Collectors.toSet()), all);
        } catch (IOException | JacksonException | DateTimeException e) {
            throw new PinsUnreadable("The approved definitions in " + file + " cannot be read. Restore the file, or "
                    + "remove it: then what the server offers next is taken for approved.", e);
        }
    }

    private static Optional<Version> version(JsonNode node) {
        return node.path("definition") instanceof ObjectNode definition
                ? Optional.of(new Version(hash(definition), Instant.parse(node.path("at").asString("")), definition))
                : Optional.empty();
    }

    /// Keeps what the server offers now, all of a kind. What is kept of a kind for the first time is approved.
    ///
    /// @param offered by kind, then by name
    List<Pin> offer(Map<String, Map<String, ObjectNode>> offered) {
        return change(kept -> {
            var all = new LinkedHashMap<>(kept.pins);
            all.replaceAll((key, pin) -> offered.containsKey(pin.kind())
                    && !offered.get(pin.kind()).containsKey(pin.name())
                    ? new Pin(pin.kind(), pin.name(), pin.approved(), Optional.empty()) : pin);
            all.values().removeIf(pin -> pin.approved().isEmpty() && pin.offered().isEmpty());
            offered.forEach((kind, things) -> things.forEach((name, definition) -> {
                var now = new Version(hash(definition), clock.instant(), definition);
                var before = Optional.ofNullable(all.get(kind + " " + name));
                var same = before.flatMap(Pin::offered).filter(old -> old.hash().equals(now.hash()));
                var approved = !kept.kinds.contains(kind) ? Optional.of(now) : before.flatMap(Pin::approved);
                all.put(kind + " " + name, new Pin(kind, name, approved, Optional.of(same.orElse(now))));
            }));
            var kinds = new TreeSet<>(kept.kinds);
            kinds.addAll(offered.keySet());
            return new Kept(kinds, all);
        });
    }

    /// Approves what was offered last.
    ///
    /// @param names of the server's; each may end with `@` and the beginning of the hash that is meant; none: all
    /// @return what was approved now
    /// @throws IllegalArgumentException with a sentence, for a name that waits for nothing, or has another hash by now
    public List<Pin> approve(List<String> names) {
        var approved = new ArrayList<Pin>();
        change(kept -> {
            var all = new LinkedHashMap<>(kept.pins);
            var waiting = kept.pins.entrySet().stream().filter(each -> each.getValue().offered().isPresent()
                    && !each.getValue().good()).toList();
            for (var name : names) {
                if (waiting.stream().noneMatch(each -> named(each.getValue(), name))) {
                    throw new IllegalArgumentException("Nothing named " + Plain.word(name) + " waits for approval. "
                            + "Waiting are: " + (waiting.isEmpty() ? "none" : waiting.stream()
                            .map(each -> Plain.word(each.getValue().name()) + "@"
                                    + each.getValue().offered().orElseThrow().hash().substring(0, 8)).toList()) + ".");
                }
            }
            for (var each : waiting) {
                var pin = each.getValue();
                if (names.isEmpty() || names.stream().anyMatch(name -> named(pin, name))) {
                    var now = pin.offered().orElseThrow();
                    var good = new Pin(pin.kind(), pin.name(),
                            Optional.of(new Version(now.hash(), clock.instant(), now.definition())), pin.offered());
                    all.put(each.getKey(), good);
                    approved.add(good);
                }
            }
            return new Kept(kept.kinds, all);
        });
        return approved;
    }

    private static boolean named(Pin pin, String name) {
        var at = name.lastIndexOf('@');
        return pin.name().equals(name) || at > 0 && pin.name().equals(name.substring(0, at))
                && name.length() - at > 4 && pin.offered().orElseThrow().hash().startsWith(name.substring(at + 1));
    }

    private List<Pin> change(UnaryOperator<Kept> how) {
        LOCK.lock();
        try {
            Files.createDirectories(file.getParent());
            try (var guard = FileChannel.open(file.resolveSibling(file.getFileName() + ".lock"),
                    StandardOpenOption.CREATE, StandardOpenOption.WRITE); var held = guard.lock()) {
                var before = kept();
                var after = how.apply(before);
                if (!after.equals(before) || !known()) {
                    write(after);
                }
                return List.copyOf(new TreeMap<>(after.pins).values());
            }
        } catch (IOException e) {
            throw new PinsUnreadable("The approved definitions cannot be written to " + file
                    + ". Check that its folder is writable.", e);
        } finally {
            LOCK.unlock();
        }
    }

    private void write(Kept kept) throws IOException {
        var root = JsonNodeFactory.instance.objectNode();
        kept.kinds.forEach(root.putArray("kinds")::add);
        var list = root.putArray("definitions");
        kept.pins.values().forEach(pin -> {
            var each = list.addObject().put("kind", pin.kind()).put("name", pin.name());
            pin.approved().ifPresent(version -> put(each.putObject("approved"), version));
            pin.offered().ifPresent(version -> put(each.putObject("offered"), version));
        });
        var fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(fresh, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n");
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void put(ObjectNode to, Version version) {
        to.put("hash", version.hash()).put("at", version.at().toString()).set("definition", version.definition());
    }

    static String hash(ObjectNode definition) {
        return sha256(canonical(definition.deepCopy().without("_meta")).toString());
    }

    static JsonNode canonical(JsonNode node) {
        return switch (node) {
            case ObjectNode object -> {
                var sorted = JsonNodeFactory.instance.objectNode();
                object.propertyNames().stream().sorted().forEach(name ->
                        sorted.set(name, canonical(object.get(name))));
                yield sorted;
            }
            case ArrayNode list -> {
                var copy = JsonNodeFactory.instance.arrayNode();
                list.forEach(each -> copy.add(canonical(each)));
                yield copy;
            }
            default -> node;
        };
    }

    static String sha256(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The file with the approved definitions is not to be used: nothing is served on a guess.
    public static final class PinsUnreadable extends IllegalArgumentException {

        private static final long serialVersionUID = 1;

        PinsUnreadable(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
