package io.github.doorwarden.client.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.addresses.SpecialAddresses;
import io.github.doorwarden.tidy.Covers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Both ways to an authorization server: what they refuse, and that they read the same.
@Covers("CL-11")
class GuardedReachTest {

    private static Stream<Reach> both() {
        return Stream.of(Reach.desktop(), new GuardedReach(true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "10.1.2.3", "100.64.0.1", "169.254.169.254", "172.16.0.1", "192.168.1.1",
        "198.18.0.1", "240.0.0.1", "0.0.0.0", "255.255.255.255", "::1", "::", "fc00::1", "fe80::1", "::ffff:10.0.0.1",
        "64:ff9b::a00:1", "2002:a00:1::", "2001:db8::1", "ff02::1"})
    void addressesThatAreNotPublic(String address) {
        assertTrue(SpecialAddresses.why(InetAddress.ofLiteral(address).getAddress()).isPresent());
        var host = address.contains(":") ? "[" + address + "]" : address;
        assertThrows(IOException.class, () -> Reach.guarded().send(Reach.Request.get(URI.create("https://" + host
                + "/x"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.1.1.1", "8.8.8.8", "93.184.216.34", "172.32.0.1", "2606:4700::1111", "2a00:1450::1"})
    void publicAddresses(String address) {
        assertEquals(Optional.empty(), SpecialAddresses.why(InetAddress.ofLiteral(address).getAddress()));
    }

    @Test
    void aNameForThisMachineIsNoWayAround() {
        for (var address : List.of("https://localhost/x", "http://localhost/x", "http://127.0.0.1:1/x")) {
            var refused = assertThrows(IOException.class, () ->
                    Reach.guarded().send(Reach.Request.get(URI.create(address))));
            assertTrue(refused.getMessage().contains("not public"), refused.getMessage());
        }
    }

    @ParameterizedTest
    @MethodSource("both")
    void redirectsAreNotFollowed(Reach reach) throws Exception {
        try (var site = new StubSite() {
            @Override
            Reply reply(Seen asked) {
                return Reply.to(origin() + "/elsewhere");
            }
        }) {
            assertEquals(302, reach.send(Reach.Request.get(URI.create(site.origin() + "/a"))).status());
            assertEquals(1, site.seen.size());
        }
    }

    @ParameterizedTest
    @MethodSource("both")
    void bodiesGoAndCome(Reach reach) throws Exception {
        try (var site = new StubSite() {
            @Override
            Reply reply(Seen asked) {
                return Reply.json(201, asked.body() + asked.query()).with("DPoP-Nonce", "n");
            }
        }) {
            var answer = reach.send(new Reach.Request("POST", URI.create(site.origin() + "/a?x=1"), Map.of(
                    "Content-Type", "text/plain"), Optional.of("é")));
            assertEquals(201, answer.status());
            assertEquals("\"éx=1\"", new String(answer.body(), StandardCharsets.UTF_8));
            assertEquals(Optional.of("n"), answer.header("dpop-nonce"));
            assertEquals("text/plain", site.seen.getFirst().header("content-type"));
        }
    }

    @ParameterizedTest
    @MethodSource("both")
    void answersAreBoundedAndChunksAreRead(Reach reach) throws Exception {
        for (var size : List.of(10, Limits.ANSWER_BYTES + 1)) {
            try (var server = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
                Thread.ofVirtual().start(() -> {
                    try (var one = server.accept()) {
                        one.getInputStream().read(new byte[4_096]);
                        one.getOutputStream().write(("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                + Integer.toHexString(size) + "\r\n" + "x".repeat(size) + "\r\n0\r\n\r\n").getBytes());
                        one.shutdownOutput();
                        one.getInputStream().readAllBytes();
                    } catch (IOException closed) {
                        // The client gave up, as it should.
                    }
                });
                var target = URI.create("http://127.0.0.1:" + server.getLocalPort() + "/");
                if (size == 10) {
                    assertEquals("x".repeat(10), new String(reach.send(Reach.Request.get(target)).body()));
                } else {
                    assertThrows(IOException.class, () -> reach.send(Reach.Request.get(target)));
                }
            }
        }
    }
}
