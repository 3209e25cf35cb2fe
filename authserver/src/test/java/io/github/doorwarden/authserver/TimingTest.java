package io.github.doorwarden.authserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.http.Headers;
import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.http.Route;
import io.github.doorwarden.tidy.Covers;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How long an answer takes does not tell who has an account here, at any door that takes an address: whoever asks for
/// somebody known, somebody who may not sign in, and somebody whom nobody knows waits as long, and is answered the
/// same.
class TimingTest {

    /// A hash is much work, and always the same.
    private static final int HASHES = 3;
    private static final int LINKS = 45;
    /// Between medians. A hash is a hundred times the rest of a sign-in, a row two thirds of the rest of asking for a
    /// link or more.
    private static final double WORK_AT_MOST = 1.35;
    private static final Duration SILENT = Duration.ofMillis(60);
    /// Whoever waits for the mail server waits longer than this.
    private static final Duration WAIT_AT_MOST = SILENT.dividedBy(2);
    private static final String ADA = "ada@example.org";
    private static final String DISABLED = "bob@example.org";
    private static final String WITHOUT_PASSWORD = "eve@example.org";
    private static final String UNKNOWN = "pat@example.org";
    private static final List<String> ALL = List.of(ADA, WITHOUT_PASSWORD, DISABLED, UNKNOWN);

    @TempDir
    Path folder;

    private House house;
    private String bob;
    private SlowMail mail;
    private List<Route> routes;

    /// A mail server that answers nobody for a while, and then hangs up.
    private static final class SlowMail implements AutoCloseable {

        private final ServerSocket socket;

        SlowMail() throws IOException {
            socket = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
            Thread.ofVirtual().start(this::serve);
        }

        private void serve() {
            while (!socket.isClosed()) {
                try {
                    var caller = socket.accept();
                    Thread.ofVirtual().start(() -> wait(caller));
                } catch (IOException closed) {
                    return;
                }
            }
        }

        /// Who calls waits for a greeting, and says nothing before it.
        private static void wait(Socket caller) {
            try (caller) {
                caller.setSoTimeout((int) SILENT.toMillis());
                caller.getInputStream().read();
            } catch (IOException over) {
                // hangs up
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    @BeforeEach
    void open() throws IOException {
        mail = new SlowMail();
        house = new House(folder);
        house.people.add(WITHOUT_PASSWORD, "Eve", Optional.empty());
        bob = house.people.add(DISABLED, "Bob", Optional.empty()).id();
        house.people.disable(bob);
        var sender = Optional.<LinkSender>of(new MailedLinks(new MailSettings("127.0.0.1",
                mail.socket.getLocalPort(), MailSettings.Security.NONE, Optional.empty(), Optional.empty(),
                "door@example.org"), "House", house.clock));
        var ground = new BrowserSide.Ground(house.database, house.clients, house.codes, house.grants, Door.MASTER_KEY);
        var browser = new BrowserSide(house.settings, ground, sender, SignInElsewhere.NONE, house.audit::add,
                house.clock);
        var opaque = new OpaqueTokens(house.database, house.grants, id -> Optional.empty(), house.clock);
        var keys = new Keys(house.database, Door.MASTER_KEY, house.settings, house.clock, 2048);
        var tokens = new TokenSide(house.settings, house.database, house.clients, house.codes, house.grants, keys,
                id -> Optional.empty(), house.clock, house.audit::add);
        var api = new SessionApi(house.settings, ground, sender, browser, tokens, opaque, List.of(), house.audit::add,
                house.clock);
        routes = Stream.concat(browser.routes().stream(), api.routes().stream()).toList();
    }

    @AfterEach
    void close() throws IOException {
        house.close();
        mail.close();
    }

    private int status(HttpIn in) {
        try {
            return routes.stream().filter(route -> route.path().equals(in.path())
                    && route.method().equals(in.method())).findFirst().orElseThrow().answer(in, null).status();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /// @param rounds that count; a third of them comes before, to warm up
    /// @param door  told an address, says the status
    /// @return how long each was waited for
    private List<Long> alike(List<String> who, int rounds, int status, ToIntFunction<String> door) {
        var order = new ArrayList<>(IntStream.range(0, who.size()).boxed().toList());
        var random = new Random(20_261_126);
        var worked = new long[who.size()][rounds];
        var waited = new long[who.size()][rounds];
        for (var round = 0; round < rounds + rounds / 3; round++) {
            house.clock.turn(Duration.ofHours(2));                  // no throttle remembers the rounds before
            Collections.shuffle(order, random);                     // the mail of one is sent while the next one asks
            for (var each : order) {
                var begin = System.nanoTime();
                var work = work();
                assertEquals(status, door.applyAsInt(who.get(each)), who.get(each));
                worked[each][round % rounds] = work() - work;
                waited[each][round % rounds] = System.nanoTime() - begin;
            }
        }
        var work = medians(worked);
        assertTrue((double) Collections.max(work) / Collections.min(work) < WORK_AT_MOST, "worked for " + who
                + ", medians in nanoseconds: " + work);
        return medians(waited);
    }

    /// The same where what is hidden is that somebody else takes long.
    private void alikeWithoutWaiting(int status, ToIntFunction<String> door) {
        var wait = alike(ALL, LINKS, status, door);
        assertTrue(Collections.max(wait) - Collections.min(wait) < WAIT_AT_MOST.toNanos(), "answered " + ALL
                + ", medians in nanoseconds: " + wait);
    }

    /// What this thread has worked: that others are busy does not count.
    private static long work() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static List<Long> medians(long[][] nanos) {
        return Arrays.stream(nanos).map(each -> Arrays.stream(each).sorted().skip(each.length / 2).findFirst()
                .orElseThrow()).toList();
    }

    /// The sign-in form of a page, sent with an address.
    ///
    /// @param to where; the query of the form goes along
    private ToIntFunction<String> form(String page, String to, String... more) {
        var visitor = new Visitor(house);
        var form = Visitor.form(visitor.get(page), "/login");
        var query = form.action().substring("/login".length()).replaceFirst("^\\?", "");
        var cookies = visitor.cookies.entrySet().stream().map(each -> each.getKey() + "=" + each.getValue())
                .collect(Collectors.joining("; "));
        var headers = Headers.NONE.with("Origin", "null").with("Sec-Fetch-Site", "same-origin").with("Cookie", cookies)
                .with("Content-Type", "application/x-www-form-urlencoded");
        return email -> {
            var pairs = Stream.concat(Stream.of("email", email), Stream.of(more)).toArray(String[]::new);
            return status(Door.in("POST", to, query, Visitor.body(form, pairs), "198.51.100.7", headers));
        };
    }

    /// Hashes with the cost of real ones, which Ada's in these tests has not.
    private void hashed(String... ids) {
        for (var id : ids) {
            house.people.setPassword(id, House.PASSWORD);
        }
    }

    @Test
    @Covers("T17")
    void aWrongPassword() {
        hashed(house.ada.id(), bob);
        alike(ALL, HASHES, 403, form("/login", "/login", "password", "wrong horse battery"));
    }

    @Test
    @Covers("T17")
    void aWrongPasswordOnTheWayToADevice() {
        hashed(house.ada.id());
        alike(List.of(ADA, UNKNOWN), HASHES, 403, form("/device?user_code=BCDF-GHJK", "/login",
                "password", "wrong horse battery"));
    }

    @Test
    @Covers("T17")
    void aLinkForABrowser() {
        alikeWithoutWaiting(200, form("/login", "/login/link"));
    }

    @Test
    @Covers("T17")
    void aLinkForAProgram() {
        alikeWithoutWaiting(202, email -> status(Door.json("/auth/login", "{\"email\":\"" + email + "\"}",
                "198.51.100.7")));
    }
}
