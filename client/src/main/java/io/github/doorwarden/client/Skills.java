package io.github.doorwarden.client;

import io.github.doorwarden.protocol.FrontMatter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// The skills of one server (extension `io.modelcontextprotocol/skills`, SEP-2640). Files are read when they are asked
/// for and never before; what does not match its entry is not given out, and neither is anything else of that skill.
/// Safe for use by many threads.
public final class Skills {

    public static final String EXTENSION = "io.modelcontextprotocol/skills";

    private final McpClient client;
    private final Set<Skill> loaded = ConcurrentHashMap.newKeySet();

    Skills(McpClient client) {
        this.client = client;
    }

    /// All entries; no file is read for them.
    public List<Skill> list() throws McpFailure, InterruptedException {
        return client.list("skills/list", "skills").stream().map(Skill::of).toList();
    }

    /// The entry of one, which need not be listed.
    ///
    /// @param uri of its `SKILL.md`
    public Skill get(String uri) throws McpFailure, InterruptedException {
        var result = client.request("skills/get", JsonNodeFactory.instance.objectNode().put("uri", uri),
                CallOptions.PLAIN);
        return Skill.of(Json.object(result.path("skill")));
    }

    /// The skill itself: its `SKILL.md`, which is what its entry says.
    ///
    /// @throws McpFailure.Protocol when it is not, in size, digest or front matter
    public String load(Skill skill) throws McpFailure, InterruptedException {
        var text = new String(checked(skill, skill.uri()), StandardCharsets.UTF_8);
        JsonNode said;
        try {
            said = FrontMatter.of(text.getBytes(StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw mismatch(skill.uri(), e.getMessage());
        }
        if (!said.equals(Skills::compare, skill.frontmatter())) {
            throw mismatch(skill.uri(), "its front matter is another than was listed");
        }
        loaded.add(skill);
        return text;
    }

    /// Another file of a skill, which is loaded first if that was not done.
    ///
    /// @param uri one of the skill's, unless they cannot be told beforehand
    public byte[] read(Skill skill, String uri) throws McpFailure, InterruptedException {
        var folder = skill.uri().substring(0, skill.uri().lastIndexOf('/') + 1);
        if (skill.files().isPresent() && skill.file(uri).isEmpty() || !uri.startsWith(folder)
                || uri.contains("/../") || uri.contains("/./")) {
            throw McpFailure.execution("The skill " + skill.name() + " has no file " + uri + ".");
        }
        if (!loaded.contains(skill)) {
            load(skill);
        }
        return checked(skill, uri);
    }

    private byte[] checked(Skill skill, String uri) throws McpFailure, InterruptedException {
        var contents = client.read(uri);
        if (contents.size() != 1) {
            throw mismatch(uri, "it has " + contents.size() + " parts instead of one");
        }
        var bytes = contents.getFirst().bytes();
        if (skill.files().isEmpty()) {
            return bytes;
        }
        var file = skill.file(uri);
        if (file.isEmpty()) {
            throw mismatch(uri, "it is not among the files of its entry");
        }
        if (bytes.length != file.get().size()) {
            throw mismatch(uri, "it has " + bytes.length + " bytes instead of " + file.get().size());
        }
        if (!digest(bytes).equals(file.get().digest())) {
            throw mismatch(uri, "its digest is another than was listed");
        }
        return bytes;
    }

    private static McpFailure mismatch(String uri, String why) {
        return McpFailure.protocol("The file " + uri + " is not used, because " + why + ".");
    }

    private static String digest(byte[] bytes) {
        try {
            return "sha256:" + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);    // every JDK has it
        }
    }

    /// Numbers are the same by their value, however they are kept.
    private static int compare(JsonNode one, JsonNode other) {
        var same = one.isNumber() && other.isNumber() ? one.decimalValue().compareTo(other.decimalValue()) == 0
                : one.equals(other);
        return same ? 0 : 1;
    }
}
