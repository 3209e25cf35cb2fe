package io.github.doorwarden.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.identity.TestCallers;
import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.protocol.Refused;
import io.github.doorwarden.protocol.Revision;
import io.github.doorwarden.tidy.Covers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Skills behind an endpoint, made by hand: what the methods of the extension answer, and to whom.
final class SkillsTest extends DispatchFixture {

    private static final String REFUNDS = "skill://billing/refunds/SKILL.md";
    private final List<Skill> skills = new ArrayList<>();
    private Dispatch served;

    private static Skill.File file(String uri, String text, String... scopes) {
        return Skill.file(uri, uri.substring(uri.lastIndexOf('/') + 1), "", "text/markdown",
                text.getBytes(StandardCharsets.UTF_8), Set.of(scopes));
    }

    private static Skill skill(String path, boolean listed, Set<String> scopes, String... others) {
        var root = "skill://" + path;
        var name = path.substring(path.lastIndexOf('/') + 1);
        var files = new ArrayList<Skill.File>();
        files.add(file(root + "/SKILL.md", "---\nname: " + name + "\n---\n", scopes.toArray(String[]::new)));
        for (var other : others) {
            files.add(file(root + "/" + other, other, scopes.toArray(String[]::new)));
        }
        return new Skill(root + "/SKILL.md", JSON.createObjectNode().put("name", name).put("description", "Does it."),
                Optional.of(new Skill.Manifest(files, Set.of(root + "/empty"))), listed, scopes);
    }

    @Override
    Endpoint endpoint() {
        var plain = super.endpoint();
        return plain.with(new Things(tools, List.of(), List.of(), List.of(), skills));
    }

    private void serve(Skill... all) {
        skills.addAll(List.of(all));
        served = dispatch(CallLimits.USUAL);
    }

    private ObjectNode ask(Caller caller, String method, String params) {
        return answer(served, caller, Revision.V2026_07_28, method, params);
    }

    private ObjectNode ask(String method, String params) {
        return ask(TestCallers.user("u", "read"), method, params);
    }

    private static String uri(String uri) {
        return "{\"uri\":\"" + uri + "\"}";
    }

    private static List<String> uris(JsonNode list) {
        return list.valueStream().map(each -> each.path("uri").asString()).toList();
    }

    @Test
    @Covers({"SK-1", "SK-2", "SK-3"})
    void theExtensionIsDeclaredWithResources_WhereThereAreSkills_AndToModernClientsAlone() {
        serve();
        var none = served.capabilities(endpoint(), Revision.V2026_07_28, true);
        assertFalse(none.has("extensions") || none.has("resources"));
        for (var method : List.of("skills/list", "skills/get", "resources/directory/read")) {
            refused(Refusal.NoSuchMethod.class, () -> ask(method, uri(REFUNDS)));
        }
        serve(skill("billing/refunds", true, Set.of()));
        var some = served.capabilities(endpoint(), Revision.V2026_07_28, true);
        assertEquals("{\"io.modelcontextprotocol/skills\":{\"directoryRead\":true}}",
                some.path("extensions").toString());
        assertTrue(some.path("resources").isObject());
        for (var method : List.of("skills/list", "skills/get", "resources/directory/read")) {
            ask(method, method.contains("directory") ? uri("skill://billing/refunds") : uri(REFUNDS));
            for (var revision : List.of(Revision.V2024_11_05, Revision.V2025_11_25)) {
                refused(Refusal.NoSuchMethod.class, () -> answer(served, TestCallers.user("u", "read"), revision,
                        method, uri(REFUNDS)));
            }
        }
        var legacy = Revision.V2025_06_18;
        assertFalse(served.capabilities(endpoint(), legacy, true).has("extensions"));
        assertTrue(answer(served, TestCallers.user("u"), legacy, "resources/read", uri(REFUNDS)).path("contents")
                .path(0).path("text").asString().startsWith("---\nname: refunds"));
        assertEquals(List.of(REFUNDS), uris(answer(served, TestCallers.user("u"), legacy, "resources/list", "{}")
                .path("resources")));
    }

    @Test
    @Covers({"SK-20", "SK-21"})
    void theListComesInPagesThatSplitNoEntry_AndGettingOneBringsTheSame() {
        var all = new HashSet<String>();
        for (var i = 0; i < Limits.SKILLS_PAGE * 2 + 1; i++) {
            skills.add(skill("s" + i, true, Set.of(), "a.md", "b/c.md"));
            all.add("skill://s" + i + "/SKILL.md");
        }
        serve();
        var cursor = "";
        var pages = 0;
        do {
            var page = ask("skills/list", cursor.isEmpty() ? "{}" : "{\"cursor\":\"" + cursor + "\"}");
            for (var entry : page.path("skills")) {
                assertTrue(all.remove(entry.path("uri").asString()), "each once");
                assertEquals(3, entry.path("resources").size());
                assertEquals(entry, ask("skills/get", uri(entry.path("uri").asString())).path("skill"));
            }
            cursor = page.path("nextCursor").asString("");
            pages++;
        } while (!cursor.isEmpty());
        assertEquals(Set.of(), all);
        assertEquals(3, pages);
        refused(Refusal.BadParams.class, () -> ask("skills/list", "{\"cursor\":\"x\"}"));
        refused(Refusal.BadParams.class, () -> ask("skills/list", "{\"cursor\":7}"));
    }

    @Test
    @Covers({"SK-11", "SK-22", "SK-23"})
    void everyServedSkillCanBeGot_ListedOrNot_StaticOrDynamic_AndNothingElse() {
        var dynamic = new Skill("skill://made/SKILL.md", JSON.createObjectNode().put("name", "made")
                .put("description", "Made anew."), Optional.empty(), true, Set.of());
        serve(skill("shown", true, Set.of()), skill("hidden", false, Set.of(), "x.md"), dynamic);

        assertEquals(List.of("skill://shown/SKILL.md", "skill://made/SKILL.md"),
                uris(ask("skills/list", "{}").path("skills")));
        assertEquals("dynamic", ask("skills/get", uri("skill://made/SKILL.md")).path("skill").path("resources")
                .asString());
        assertEquals(2, ask("skills/get", uri("skill://hidden/SKILL.md")).path("skill").path("resources").size());
        assertEquals("x.md", ask("resources/read", uri("skill://hidden/x.md")).path("contents").path(0).path("text")
                .asString());
        var why = refused(Refusal.BadParams.class, () -> ask("skills/get", uri("skill://none/SKILL.md")));
        assertEquals("No skill is served at skill://none/SKILL.md. skills/list names those that there are.",
                why.message());
        for (var params : List.of(uri("skill://hidden/x.md"), uri("skill://hidden"), "{}", "{\"uri\":7}",
                uri("SKILL://hidden/SKILL.md"))) {
            refused(Refusal.BadParams.class, () -> ask("skills/get", params));
        }
    }

    /// Files are known by the URIs that were listed when their folder was read; no URI becomes a path.
    @ParameterizedTest
    @EnumSource(Revision.class)
    @Covers("SV-51")
    void noUriLeadsOutOfTheFolder(Revision revision) {
        serve(skill("s", true, Set.of(), "x.md"));
        var user = TestCallers.user("u", "read");
        assertEquals("x.md", answer(served, user, revision, "resources/read", uri("skill://s/x.md")).path("contents")
                .path(0).path("text").asString());
        for (var way : List.of("../x.md", "../../etc/passwd", "%2e%2e/x.md", "..%2fx.md", "%252e%252e%252fx.md",
                "..\\\\x.md", "/x.md", "//etc/passwd", "./x.md", "x.md/", "x.md%00", "x.md%00.md", "x.md\\u0000",
                "X.MD", "x%2emd", "XMD~1", "x.md?a", "x.md#a", "", ".", "..")) {
            assertThrows(Refused.class, () -> answer(served, user, revision, "resources/read", uri("skill://s/" + way)),
                    way);
        }
        for (var other : List.of("file:///etc/passwd", "/etc/passwd", "skill:/s/x.md", "skill://S/x.md",
                "skill://s:1/x.md", "skill://u@s/x.md")) {
            assertThrows(Refused.class, () -> answer(served, user, revision, "resources/read", uri(other)), other);
        }
    }

    @Test
    @Covers({"SK-30", "SK-31", "SK-32"})
    void directoriesListTheirDirectChildren_EmptyOnesToo() {
        serve(skill("billing/refunds", true, Set.of(), "a.md", "deep/er/b.md", "deep/c.md"));
        var root = ask("resources/directory/read", uri("skill://billing/refunds"));
        assertEquals(List.of("skill://billing/refunds/deep", "skill://billing/refunds/empty", REFUNDS,
                "skill://billing/refunds/a.md"), uris(root.path("resources")));
        assertEquals("{\"uri\":\"skill://billing/refunds/deep\",\"name\":\"deep\",\"mimeType\":\"inode/directory\"}",
                root.path("resources").path(0).toString());
        assertEquals("{\"uri\":\"skill://billing/refunds/a.md\",\"name\":\"a.md\",\"mimeType\":\"text/markdown\","
                + "\"size\":4}", root.path("resources").path(3).toString());
        assertEquals("{\"resources\":[]}", ask("resources/directory/read", uri("skill://billing/refunds/empty"))
                .toString());
        assertEquals(List.of("skill://billing/refunds/deep/er", "skill://billing/refunds/deep/c.md"),
                uris(ask("resources/directory/read", uri("skill://billing/refunds/deep")).path("resources")));
        for (var params : List.of(uri("skill://billing/refunds/"), uri("skill://billing/refunds/a.md"), uri(REFUNDS),
                uri("skill://billing/refunds/deep/.."), uri("skill://billing"), uri("file:///etc"), "{}")) {
            refused(Refusal.BadParams.class, () -> ask("resources/directory/read", params));
        }
    }

    @Test
    void aLargeDirectoryComesInPages() {
        var names = new String[Limits.PAGE + 1];
        for (var i = 0; i < names.length; i++) {
            names[i] = "f" + i;
        }
        serve(skill("many", true, Set.of(), names));
        var first = ask("resources/directory/read", uri("skill://many"));
        assertEquals(Limits.PAGE, first.path("resources").size());
        var rest = ask("resources/directory/read", "{\"uri\":\"skill://many\",\"cursor\":\""
                + first.path("nextCursor").asString() + "\"}");
        assertEquals(names.length + 2, first.path("resources").size() + rest.path("resources").size());
        assertFalse(rest.has("nextCursor"));
    }

    @Test
    @Covers("SK-25")
    void whoMayNotReadASkillIsToldWhatIsMissing_AndGetsNothing() {
        serve(skill("secret", true, Set.of("write"), "x.md"));
        var calls = List.of("skills/get", "resources/read", "resources/directory/read");
        for (var method : calls) {
            var params = uri(method.equals("skills/get") ? "skill://secret/SKILL.md"
                    : method.equals("resources/read") ? "skill://secret/x.md" : "skill://secret");
            assertEquals(new Decision.NeedsScope(List.of("write")), assertThrows(Challenged.class,
                    () -> ask(TestCallers.user("u", "read"), method, params)).decision());
            assertThrows(Challenged.class, () -> ask(Caller.anonymous(), method, params));
            ask(TestCallers.user("u", "write"), method, params);
        }
        assertThrows(Challenged.class, () -> ask(Caller.anonymous(), "skills/list", "{}"));
    }

    @Test
    void otherFilesAreTold_AndSoAreOtherLists() throws Exception {
        serve(skill("s", true, Set.of(), "x.md"));
        var exchange = exchange(TestCallers.user("u"), Revision.V2026_07_28);
        var filter = JSON.readTree("{\"resourcesListChanged\":true,\"resourceSubscriptions\":[\"skill://s/x.md\","
                + "\"skill://s/SKILL.md\",\"skill://s/none\"]}");
        try (var subscription = served.listen(exchange, filter).subscription()) {
            var before = skills.getFirst();
            var changed = new ArrayList<>(before.manifest().orElseThrow().files());
            changed.set(1, file("skill://s/x.md", "other"));
            skills.set(0, new Skill(before.uri(), before.frontmatter(), Optional.of(new Skill.Manifest(changed,
                    Set.of())), true, Set.of()));
            served.replace(endpoint());
            var told = subscription.next().orElseThrow();
            assertEquals("notifications/resources/updated {\"uri\":\"skill://s/x.md\"}",
                    told.method() + " " + told.params());
            skills.add(skill("t", true, Set.of()));
            served.replace(endpoint());
            assertEquals("notifications/resources/list_changed", subscription.next().orElseThrow().method());
        }
    }

    @Test
    void whatTheSpecificationForbidsCannotBeMade() {
        for (var name : List.of("Ab", "-a", "a-", "a--b", "a".repeat(65), "")) {
            var frontmatter = JSON.createObjectNode().put("name", name).put("description", "d");
            assertThrows(IllegalArgumentException.class, () -> new Skill("skill://" + name + "/SKILL.md", frontmatter,
                    Optional.empty(), true, Set.of()), name);
        }
        var good = JSON.createObjectNode().put("name", "a").put("description", "d");
        assertThrows(IllegalArgumentException.class, () -> new Skill("skill://b/SKILL.md", good, Optional.empty(),
                true, Set.of()));
        assertThrows(IllegalArgumentException.class, () -> new Skill("skill://a/SKILL.md", good, Optional.of(
                new Skill.Manifest(List.of(file("skill://a/x.md", "x")), Set.of())), true, Set.of()), "no SKILL.md");
        assertThrows(IllegalArgumentException.class, () -> new Skill("skill://a/SKILL.md", good, Optional.of(
                new Skill.Manifest(List.of(file("skill://a/SKILL.md", "x"), file("skill://b/x", "x")), Set.of())),
                true, Set.of()), "a file of elsewhere");
    }
}
