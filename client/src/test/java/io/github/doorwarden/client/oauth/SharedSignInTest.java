package io.github.doorwarden.client.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.client.wire.ClientFailure;
import io.github.doorwarden.tidy.Covers;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Several processes want in at once, and the one that signs in is killed at some stage. The build tries a few stages
/// once; `scripts/shared-sign-in` tries each many times.
class SharedSignInTest {

    private static final int COPIES = 5;
    private static final int ROUNDS = Integer.getInteger("shared.rounds", 0);
    private static final int PERSON_MILLIS = 500;

    @TempDir
    Path folder;

    /// At `REDEEMED` the code is spent and its tokens are lost with the process: nothing but a second sign-in helps.
    private static Stream<Arguments> stages() {
        var few = Stream.of("NONE", "STARTED", "KEPT");
        return (ROUNDS == 0 ? few : Stream.concat(Stream.of("NONE"), Stream.of(Stage.values()).map(Stage::name)))
                .map(stage -> Arguments.of(stage, stage.equals("REDEEMED") ? 2 : 1));
    }

    @ParameterizedTest
    @MethodSource("stages")
    @Covers("CL-9")
    void oneTabAndAllWhoLiveAreIn(String killedAt, int tabs) throws Exception {
        for (var round = 0; round < Math.max(1, ROUNDS); round++) {
            var shared = Files.createDirectory(folder.resolve(killedAt + "-" + round));
            try (var authority = new SlowAuthority(); var resource = new StubResource(authority)) {
                var living = run(resource, shared, killedAt);
                var told = killedAt + " in round " + round + ": " + living;
                assertEquals(killedAt.equals("NONE") ? COPIES : COPIES - 1, living.stream().filter("200"::equals)
                        .count(), told);
                assertEquals(tabs, tabs(shared), told);
                assertEquals(tabs, authority.signIns.get(), told);
            }
        }
    }

    /// @return what each copy said at its end; one that was killed says nothing
    private static List<String> run(StubResource resource, Path shared, String killedAt) throws Exception {
        var copies = new ArrayList<Process>();
        try {
            for (var i = 0; i < COPIES; i++) {
                copies.add(new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx64m", "-cp",
                        System.getProperty("java.class.path"), SharedSignInCopy.class.getName(),
                        resource.address().toString(), shared.toString(), killedAt)
                        .redirectError(shared.resolve("err-" + i + ".log").toFile()).start());
            }
            var said = new ArrayList<String>();
            for (var copy : copies) {
                said.add(new String(copy.getInputStream().readAllBytes()).strip());
                assertTrue(copy.waitFor(10, TimeUnit.SECONDS));
            }
            return said;
        } finally {
            copies.forEach(Process::destroyForcibly);
        }
    }

    private static long tabs(Path shared) throws Exception {
        try (var files = Files.list(shared)) {
            return files.filter(file -> file.getFileName().toString().startsWith("tab-")).count();
        }
    }

    /// A person who needs a moment, in which the others come too.
    private static final class SlowAuthority extends StubAuthority {

        @Override
        Reply authorize(Map<String, String> asked) {
            SharedSignInCopy.moment(PERSON_MILLIS);
            return super.authorize(asked);
        }
    }

    @Test
    @Covers("CL-8")
    void aBusyPortDoesNotStopASignInThatIsTakenOver() throws Exception {
        try (var site = new SignedIn(folder);
                var stranger = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            var place = new KeyPlace(Folder.at(folder), Optional.empty());
            var vault = new Vault(Folder.at(folder), Discovery.canonical(site.settings.server()) + " ", place);
            site.settings = site.settings.with(site.browser);
            var left = new ArrayList<SignIn>();
            try {
                OAuthAuthorization.open(site.settings, Duration.ZERO, stage -> {
                    if (stage == Stage.BEGUN) {
                        throw new IllegalStateException("killed");
                    }
                }).signIn();
            } catch (IllegalStateException killed) {
                left.add(vault.read().signIn().orElseThrow());
            }
            var old = left.getFirst();
            vault.write(vault.read().with(new SignIn(old.state(), old.verifier(), old.server(), old.resource(),
                    old.scopes(), old.registered(), old.key(), URI.create("http://127.0.0.1:"
                    + stranger.getLocalPort() + "/callback"), old.address(), old.started(), old.opening(),
                    old.opened(), old.code())));
            assertEquals(200, site.call());
            assertEquals(1, site.browser.tabs.size());
            assertTrue(!site.browser.tabs.getFirst().toString().contains(old.state()), "a flow of its own");
        }
    }

    @Test
    @Covers("CL-8")
    void aBusyPortIsLeftToTheOtherProgram() throws Exception {
        try (var site = new SignedIn(folder);
                var stranger = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            var at = URI.create("http://127.0.0.1:" + stranger.getLocalPort() + "/callback");
            var known = ClientIdentity.named("Test").withPrepared("client-0", ClientAuthentication.NONE,
                    Optional.empty());
            site.settings = site.settings.with(new Grant.SignedIn(known, at));
            assertTrue(assertThrows(ClientFailure.class, site::call).getMessage().contains("Another program"));
            site.settings = site.settings.with(new Grant.SignedIn(ClientIdentity.named("Test"), at));
            assertEquals(200, site.call());
        }
    }

    @Test
    void whoWaitedForASignInThatFailedHearsWhyAndAsksNobodyAgain() throws Exception {
        try (var site = new SignedIn(folder)) {
            var waiting = new CountDownLatch(3);
            site.authority.answer = back -> {
                try {
                    waiting.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                return Map.of("state", back.get("state"), "iss", back.get("iss"), "error", "access_denied");
            };
            var settings = site.settings;
            site.settings = OAuthSettings.of(settings.server(), folder, () -> {
                waiting.countDown();                              // each looks at the clock before it waits
                return Instant.now();
            }, "Test").with(OAuthSettings.Keys.FILE).with(site.browser);
            try (var all = Executors.newVirtualThreadPerTaskExecutor()) {
                var calls = IntStream.range(0, 3).mapToObj(_ -> all.submit(() -> site.call())).toList();
                for (var call : calls) {
                    var failed = assertThrows(ExecutionException.class, call::get);
                    assertTrue(failed.getCause().getMessage().contains("access_denied"), failed.toString());
                }
            }
            assertEquals(1, site.browser.tabs.size());
        }
    }

    /// A call that is given up leaves its sign-in to the next one; who asks for a sign-in by name gets a page again.
    @Test
    void aSignInThatWasGivenUpGoesOn() throws Exception {
        try (var site = new SignedIn(folder)) {
            var opened = new CountDownLatch(1);
            var addresses = new CopyOnWriteArrayList<URI>();
            site.settings = site.settings.with((URI address) -> {
                addresses.add(address);
                opened.countDown();
            });
            var waiting = Thread.ofVirtual().start(() -> {
                try {
                    site.call();
                } catch (Exception givenUp) {
                    // As it was told to.
                }
            });
            opened.await();
            waiting.interrupt();
            waiting.join();
            try (var all = Executors.newVirtualThreadPerTaskExecutor()) {
                var next = all.submit(() -> site.call());
                var byName = all.submit(() -> site.open().signIn());
                SharedSignInCopy.tab(addresses.getFirst());
                assertEquals(200, next.get());
                assertEquals(List.of(), byName.get().scopes());
            }
            assertEquals(1, addresses.stream().distinct().count());
            assertEquals(1, site.authority.signIns.get());
        }
    }

    @Test
    @Covers("CL-9")
    void oneOfManyRenews() throws Exception {
        try (var site = new SignedIn(folder)) {
            site.authority.seconds = 100;
            assertEquals(200, site.call());
            site.clock.pass(Duration.ofSeconds(90));
            try (var all = Executors.newVirtualThreadPerTaskExecutor()) {
                var calls = IntStream.range(0, 8).mapToObj(_ -> all.submit(() -> site.call())).toList();
                for (var call : calls) {
                    assertEquals(200, call.get());
                }
            }
            assertEquals(2, site.authority.tokenRequests().size(), "one code, one refresh token");
        }
    }

    @Test
    void aSignInThatIsTooOldIsGivenUp() throws Exception {
        try (var site = new SignedIn(folder)) {
            var states = new ArrayList<String>();
            for (var pass : List.of(Duration.ZERO, Duration.ofMinutes(9))) {
                site.clock.pass(pass);
                try {
                    OAuthAuthorization.open(site.settings, Duration.ZERO, stage -> {
                        if (stage == Stage.OPENING) {
                            throw new IllegalStateException("killed");
                        }
                    }).signIn();
                } catch (IllegalStateException killed) {
                    var vault = new Vault(Folder.at(folder), Discovery.canonical(site.settings.server()) + " ",
                            new KeyPlace(Folder.at(folder), Optional.empty()));
                    states.add(vault.read().signIn().orElseThrow().state());
                }
            }
            assertEquals(2, states.stream().distinct().count());
        }
    }
}
