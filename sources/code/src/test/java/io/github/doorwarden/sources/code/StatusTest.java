package io.github.doorwarden.sources.code;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.embeddings.EmbedderSettings;
import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.identity.Reader;
import io.github.doorwarden.server.Conditions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.lib.PersonIdent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// `code_index_status` tells each caller of that caller's repositories, and the same in each process.
class StatusTest {

    private static final PersonIdent ADA = new PersonIdent("Ada", "ada@example.org");

    @TempDir
    private Path root;
    private Workshop shop;

    @BeforeEach
    void make() {
        shop = new Workshop(root);
        shop.write("a.py", "def alpha():\n    pass\n").write("b.min.js", "x\n").write("c.py",
                "password = 'mole-4711-hill'\n");
    }

    @AfterEach
    void close() {
        shop.close();
    }

    private static JsonNode status(Workshop shop, Caller caller) {
        return shop.answer(caller, "code_index_status").structured().orElseThrow();
    }

    @Test
    void othersRepositoriesAreNotCounted() throws Exception {
        var other = new Workshop(root.resolve("other"));
        other.write("theirs.py", "def shared():\n    pass\n").write("more.py", "def more():\n    pass\n");
        shop.repositories.add(Workshop.repository("inner", new CodeSettings.Folder(other.folder), "code:inner"));
        try (var service = new Service(body -> "{\"data\":[{\"index\":0,\"embedding\":[1.0,0.0]}]}")) {
            shop.embedding = new EmbedderSettings.Server(service.at(""), "m", "", Optional.empty());
            shop.open();
            while (shop.source.index().index().vectorsOfSome()) {
                continue;
            }
            var insider = Reader.with("code:inner");
            shop.answer(insider, "search_code", "query", "shared");
            assertEquals("{\"files\":4,\"of\":4}", status(shop, insider).path("vectors").toString());
            assertEquals(1, status(shop, insider).path("searches").path("searches").asInt());
            var reader = status(shop, Workshop.READER);
            assertEquals(1, reader.path("repositories").size());
            assertEquals("{\"files\":2,\"of\":2}", reader.path("vectors").toString());
            assertFalse(reader.has("searches"), reader.toString());
        }
    }

    /// Two processes on one state folder: the second one finds the index locked.
    @Test
    void whoOnlyReadsTellsWhatWhoWritesDoes() throws Exception {
        GitIsolation.begin();
        try (var git = Git.init().setDirectory(root.resolve("origin").toFile()).setInitialBranch("main").call();
                var second = new Workshop(root)) {
            Files.writeString(root.resolve("origin/g.py"), "def gamma():\n    pass\n");
            git.add().addFilepattern(".").call();
            var commit = git.commit().setMessage("g").setAuthor(ADA).setCommitter(ADA).setSign(false).call().name();
            for (var each : List.of(shop, second)) {
                each.repositories.add(new CodeSettings.Repository("versions", new CodeSettings.Git("origin",
                        Optional.of(root.resolve("origin")), "", ""), List.of(), List.of(),
                        "https://git.example.com/{revision}/{path}", Set.of(), Conditions.NONE));
                each.open();
            }
            assertTold(second, 2);
            assertEquals("https://git.example.com/" + commit + "/g.py", second.call("find_symbol", "name", "gamma")
                    .path("definitions").path(0).path("permalink").asString());
            shop.write("d.py", "def delta():\n    pass\n").look();
            assertEquals(2, second.status().files());
            second.look();
            assertTold(second, 3);
            Files.move(shop.folder, root.resolve("elsewhere"));
            shop.look();
            second.look();
            assertTold(second, 3);
            assertTrue(second.status().failure().startsWith("there is no folder"), second.status().failure());
            shop.close();
            Files.move(root.resolve("elsewhere"), shop.folder);
            second.write("e.py", "def epsilon():\n    pass\n").look();
            assertEquals(4, second.status().files(), "it writes now");
            assertEquals("", second.status().failure());
        }
    }

    private void assertTold(Workshop second, int files) {
        assertEquals(shop.status(), second.status());
        assertEquals(shop.source.index().status("versions"), second.source.index().status("versions"));
        assertEquals(files, second.status().files());
        assertEquals(1, second.status().marks());
        assertEquals(1, second.status().skipped().get(Skip.MINIFIED));
        assertTrue(second.status().complete());
    }

    @Test
    void beforeTheFirstLookItTellsWhatCanBeFoundAndPromisesNothing() throws Exception {
        shop.open();
        shop.close();
        shop.make();
        shop.source.index().index().open();
        var main = shop.call("code_index_status").path("repositories").path(0);
        assertEquals(2, main.path("files").asInt());
        assertFalse(main.path("complete").asBoolean());
        shop.look();
        assertTrue(shop.call("code_index_status").path("repositories").path(0).path("complete").asBoolean());
    }

    /// While the next repository is looked at, the first one says that it is complete.
    @Test
    void whatIsCompleteCanBeFound() throws Exception {
        var origins = new LinkedHashMap<String, Tree.Origin>();
        var seen = new ArrayList<String>();
        var index = new AtomicReference<CodeIndex>();
        origins.put("main", new FolderOrigin(shop.repositories.getFirst(), shop.folder));
        origins.put("next", () -> {
            seen.add(index.get().status("main").complete() + " " + index.get().vectorsMade(Set.of("main"))[1]);
            throw new Unlookable("it is not there", null);
        });
        index.set(new CodeIndex("code", new CodeSettings(shop.repositories, new CodeSettings.Tools("", "", Set.of(),
                8_000, 6_000), shop.embedding, shop.azure, Duration.ofSeconds(1)), shop.state, origins));
        try (var open = index.get()) {
            open.index().open();
            open.index().look();
        }
        assertEquals(List.of("true 2"), seen);
    }

    @Test
    void whatIsNoLongerDeclaredIsForgotten() throws Exception {
        shop.open();
        shop.close();
        var other = new Workshop(root.resolve("other"));
        other.write("x.py", "def other():\n    pass\n");
        shop.repositories.set(0, Workshop.repository("other", new CodeSettings.Folder(other.folder)));
        shop.open();
        shop.close();
        shop.repositories.set(0, Workshop.repository("main", new CodeSettings.Folder(shop.folder)));
        shop.make();
        shop.source.index().index().open();
        assertEquals(Status.Snapshot.NONE, shop.status());
    }
}
