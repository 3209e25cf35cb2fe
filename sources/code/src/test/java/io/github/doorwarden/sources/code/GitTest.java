package io.github.doorwarden.sources.code;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.SimpleFileServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.transport.HttpTransport;
import org.eclipse.jgit.transport.http.HttpConnection;
import org.eclipse.jgit.transport.http.JDKHttpConnectionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Branches of Git repositories, read where they are and fetched by an address.
class GitTest {

    private static final PersonIdent ADA = new PersonIdent("Ada", "ada@example.org");

    @TempDir
    private Path root;
    private Workshop shop;
    private Path origin;
    private Git git;

    @BeforeEach
    void makeARepository() throws Exception {
        GitIsolation.begin();
        shop = new Workshop(root);
        origin = root.resolve("origin");
        git = Git.init().setDirectory(origin.toFile()).setInitialBranch("main").call();
        shop.repositories.clear();
        commit("alpha.py", "def alpha():\n    pass\n");
    }

    @AfterEach
    void close() {
        shop.close();
        git.close();
        HttpTransport.setConnectionFactory(new JDKHttpConnectionFactory());
    }

    private String commit(String file, String text) throws Exception {
        Files.createDirectories(origin.resolve(file).getParent());
        Files.writeString(origin.resolve(file), text);
        git.add().addFilepattern(".").call();
        return git.commit().setMessage(file).setAuthor(ADA).setCommitter(ADA).setSign(false).call().name();
    }

    private void remove(String file) throws Exception {
        git.rm().addFilepattern(file).call();
        git.commit().setMessage("remove").setAuthor(ADA).setCommitter(ADA).setSign(false).call();
    }

    private void follow(Optional<Path> local, String url, String branch) throws Exception {
        shop.repositories.add(Workshop.repository("main", new CodeSettings.Git(url, local, branch, "")));
        shop.open();
    }

    private void isFollowed(Runnable due) throws Exception {
        assertEquals(List.of("alpha.py alpha"), shop.found("alpha"));
        var head = commit("sub/beta.py", "def beta():\n    return 'AKIA" + "Q3EGVTRB6KXW2MZP'\n");
        Files.writeString(origin.resolve("never-committed.py"), "def gamma():\n    pass\n");
        due.run();
        shop.look();
        assertEquals(List.of("sub/beta.py beta"), shop.found("beta"));
        assertEquals(List.of(), shop.found("gamma"));
        assertEquals(head, shop.status().revision());
        remove("alpha.py");
        due.run();
        shop.look();
        assertEquals(List.of(), shop.found("alpha"));
        assertFalse(shop.call("read_code", "path", "beta.py").toString().contains("Q3EGVTRB6KXW2MZP"));
    }

    @Test
    void aRepositoryOnThisDiskIsReadWhereItIs() throws Exception {
        follow(Optional.of(origin), "origin", "");
        isFollowed(() -> { });
        assertFalse(Files.exists(shop.state.resolve("git")), "nothing is copied");
    }

    @Test
    void anAddressIsFetchedAndFetchedAgain() throws Exception {
        follow(Optional.empty(), origin.toUri().toString(), "main");
        isFollowed(shop.source.index()::fetchAtTheNextLook);
        assertTrue(Files.isDirectory(shop.state.resolve("git/main.git/objects")));
        assertFalse(Files.exists(shop.state.resolve("git/main.git/beta.py")), "nothing is checked out");
    }

    @Test
    void whatWasFetchedBeforeDoesNotPileUp() throws Exception {
        follow(Optional.empty(), origin.toUri().toString(), "main");
        var packs = shop.state.resolve("git/main.git/objects/pack").toFile();
        var most = 0;
        for (var i = 0; i < Limits.PACKS + 5; i++) {
            commit("many.py", "def number_" + i + "():\n    pass\n");
            shop.source.index().fetchAtTheNextLook();
            shop.look();
            most = Math.max(most, packs.list((folder, name) -> name.endsWith(".pack")).length);
        }
        assertEquals(Limits.PACKS + 1, most);
        assertEquals(List.of("many.py number_" + (Limits.PACKS + 4)), shop.found("number_" + (Limits.PACKS + 4)));
    }

    @Test
    void aBranchIsFollowedAndAnotherOneIsNot() throws Exception {
        git.checkout().setCreateBranch(true).setName("dev").call();
        follow(Optional.of(origin), "origin", "main");
        commit("delta.py", "def delta():\n    pass\n");
        shop.look();
        assertEquals(List.of(), shop.found("delta"));
        assertEquals(1, shop.status().files());
    }

    @Test
    void linksAndHookedInRepositoriesAreNotFollowed() throws Exception {
        Files.writeString(root.resolve("outside.py"), "def outside():\n    pass\n");
        Files.createSymbolicLink(origin.resolve("link.py"), root.resolve("outside.py"));
        commit("b.py", "x = 1\n");
        follow(Optional.of(origin), "origin", "");
        assertEquals(List.of(), shop.found("outside"));
        assertEquals(1, shop.status().skipped().get(Skip.LINK));
        assertTrue(shop.refusal("read_code", "path", "link.py").startsWith("There is no indexed file"));
    }

    @Test
    void whatWasFoundIsServedWhileARepositoryIsAway() throws Exception {
        follow(Optional.empty(), origin.toUri().toString(), "main");
        Files.move(origin, root.resolve("elsewhere"));
        shop.source.index().fetchAtTheNextLook();
        shop.look();
        assertTrue(shop.status().failure().contains("cannot be read"), shop.status().failure());
        assertEquals(List.of("alpha.py alpha"), shop.found("alpha"));
    }

    /// Addresses have `https:`, and servers here speak HTTP: below the library, it is left off.
    private static String secure(Service server, String path) {
        return secure(server.at(path));
    }

    private static String secure(URI address) {
        HttpTransport.setConnectionFactory(new JDKHttpConnectionFactory() {

            @Override
            public HttpConnection create(URL url) throws IOException {
                return super.create(URI.create(url.toString().replace("https:", "http:")).toURL());
            }

            @Override
            public HttpConnection create(URL url, Proxy proxy) throws IOException {
                return super.create(URI.create(url.toString().replace("https:", "http:")).toURL(), proxy);
            }
        });
        return address.toString().replace("http:", "https:");
    }

    @Test
    void aServerIsFetchedFrom() throws Exception {
        var head = commit("sub/beta.py", "def beta():\n    pass\n");
        Files.createDirectories(origin.resolve(".git/info"));
        Files.writeString(origin.resolve(".git/info/refs"), head + "\trefs/heads/main\n");
        var files = SimpleFileServer.createFileServer(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0),
                origin.resolve(".git").toAbsolutePath(), SimpleFileServer.OutputLevel.NONE);
        files.start();
        try {
            follow(Optional.empty(), secure(URI.create("http://127.0.0.1:" + files.getAddress().getPort() + "/")),
                    "main");
            assertEquals(head, shop.status().revision(), shop.status().failure());
            assertEquals(List.of("sub/beta.py beta"), shop.found("beta"));
        } finally {
            files.stop(0);
        }
    }

    @Test
    void aServerSendsNoFetchElsewhere() throws Exception {
        try (var elsewhere = new Service(body -> ""); var server = new Service(body -> "")) {
            server.status = 302;
            server.location = secure(elsewhere, "/repository.git/info/refs?service=git-upload-pack");
            follow(Optional.empty(), secure(server, "/repository.git"), "main");
            assertTrue(shop.status().failure().contains("cannot be read"), shop.status().failure());
            assertEquals(1, server.asked.size());
            assertEquals(List.of(), elsewhere.asked);
        }
    }

    @Test
    void aServerSendsNoFetchToAnotherPath() throws Exception {
        try (var server = new Service(body -> "")) {
            server.status = 302;
            server.location = secure(server, "/other.git/info/refs?service=git-upload-pack");
            follow(Optional.empty(), secure(server, "/repository.git"), "main");
            assertEquals(1, server.asked.size(), server.asked.toString());
        }
    }

    /// A server of the old protocol may say that its objects lie at other addresses.
    @Test
    void aServerHasNoObjectsElsewhere() throws Exception {
        try (var elsewhere = new Service(body -> ""); var server = new Service(body -> "")) {
            server.pages.put("/repository.git/info/refs", "1".repeat(40) + "\trefs/heads/main\n");
            server.pages.put("/repository.git/HEAD", "ref: refs/heads/main\n");
            server.pages.put("/repository.git/objects/info/http-alternates", secure(elsewhere, "/objects/") + "\n");
            follow(Optional.empty(), secure(server, "/repository.git"), "main");
            assertTrue(shop.status().failure().contains("cannot be read"), shop.status().failure());
            assertTrue(server.asked.stream().anyMatch(each -> each.contains("http-alternates")),
                    server.asked.toString());
            assertEquals(List.of(), elsewhere.asked);
        }
    }

    @Test
    void aFetchThatFailedIsNotTriedAtEachLook() throws Exception {
        try (var server = new Service(body -> "")) {
            server.status = 500;
            shop.between = Duration.ofHours(1);
            follow(Optional.empty(), secure(server, "/repository.git"), "main");
            var failure = shop.status().failure();
            assertTrue(failure.contains("500"), failure);
            var asked = server.asked.size();
            shop.look();
            shop.look();
            assertEquals(asked, server.asked.size());
            assertEquals(failure, shop.status().failure(), "it is still not there");
            shop.source.index().fetchAtTheNextLook();
            shop.look();
            assertEquals(2 * asked, server.asked.size());
        }
    }

    @Test
    void thereMustBeARepository() {
        assertTrue(assertThrows(IllegalArgumentException.class, () -> follow(Optional.of(root), "x", ""))
                .getMessage().startsWith("there is no Git repository at "));
    }
}
