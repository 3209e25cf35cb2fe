package io.github.doorwarden.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class PeersTest {

    private static final Peers BEHIND_TEN = new Peers(Networks.parse(List.of("10.0.0.0/8", "2001:db8::/32")));

    /// What a request from `socket` with these lines of a field is taken to come from.
    private static String peer(String socket, String name, String... lines) {
        var headers = Headers.NONE;
        for (var line : lines) {
            headers = headers.with(name, line);
        }
        return peer(socket, headers);
    }

    private static String peer(String socket, Headers headers) {
        return BEHIND_TEN.peer(new InetSocketAddress(InetAddress.ofLiteral(socket), 5000), headers.fields());
    }

    private static String plain(String... lines) {
        return peer("10.0.0.1", "X-Forwarded-For", lines);
    }

    private static String standard(String... lines) {
        return peer("10.0.0.1", "Forwarded", lines);
    }

    @Test
    void whoIsNotTrustedIsThePeerWhateverItSays() {
        assertEquals("192.0.2.9", peer("192.0.2.9", "X-Forwarded-For", "198.51.100.1"));
        assertEquals("192.0.2.9", peer("192.0.2.9", "Forwarded", "for=198.51.100.1"));
        assertEquals("192.0.2.9", peer("192.0.2.9", "X-Forwarded-For", "10.0.0.1"));
        assertEquals("2001:db9:0:0:0:0:0:1", peer("2001:db9::1", "X-Forwarded-For", "198.51.100.1"));
    }

    @Test
    void theRightmostAddressThatIsNotAProxyIsTheClient() {
        assertEquals("198.51.100.1", plain("198.51.100.1"));
        assertEquals("198.51.100.1", plain("6.6.6.6, 198.51.100.1"));
        assertEquals("198.51.100.1", plain("6.6.6.6,198.51.100.1 , 10.1.1.1,10.2.2.2"));
        assertEquals("198.51.100.1", plain("6.6.6.6", "198.51.100.1", "10.9.9.9"), "several fields are one list");
        assertEquals("198.51.100.1", plain("198.51.100.1:4711"));
        assertEquals("2001:db9:0:0:0:0:0:1", plain("2001:db9::1"));
        assertEquals("2001:db9:0:0:0:0:0:1", plain("[2001:db9::1]"));
        assertEquals("2001:db9:0:0:0:0:0:1", plain("[2001:db9::1]:4711, 2001:db8::7"));
        assertEquals("198.51.100.1", plain("::ffff:198.51.100.1"));
        assertEquals("198.51.100.1", peer("2001:db8::1", "x-forwarded-for", "198.51.100.1"));
    }

    @Test
    void whatIsNoAddressSaysNothing() {
        for (var bad : List.of("", ",", "unknown", "_hidden", "localhost", "1.2.3", "1.2.3.4.5", "01.2.3.4",
                "256.1.1.1",
                "1.2.3.4:", "1.2.3.4:x", "1.2.3.4:123456", "[1.2.3.4]", "[2001:db9::1", "2001:db9::1]",
                "[2001:db9::1]x",
                "fe80::1%eth0", ":", "::::", "\"1.2.3.4\"", "1.2.3.4 5.6.7.8", "198.51.100.1,", "198.51.100.1, unknown",
                "1".repeat(5000))) {
            assertEquals("10.0.0.1", plain(bad), bad);
        }
        assertEquals("198.51.100.1", plain("unknown, 198.51.100.1"), "garbage of the client's cannot hide it");
        assertEquals("198.51.100.1", plain("x".repeat(4000) + ",,,", "198.51.100.1"));
        assertEquals("198.51.100.1", plain("9.9.9.9,".repeat(500) + "198.51.100.1"));
        assertEquals("10.0.0.1", plain("198.51.100.1" + ", 10.0.0.2".repeat(100)), "no path has so many proxies");
        assertEquals("10.0.0.1", plain("10.0.0.3, 10.0.0.2"), "nobody but proxies");
        assertEquals("10.0.0.1", plain());
    }

    @Test
    void theStandardFieldIsReadStrictly() {
        assertEquals("198.51.100.1", standard("for=198.51.100.1"));
        assertEquals("198.51.100.1", standard("For=198.51.100.1;proto=https;by=10.0.0.1"));
        assertEquals("198.51.100.1", standard("proto=https; for=\"198.51.100.1:4711\" , for=10.0.0.9"));
        assertEquals("2001:db9:0:0:0:0:0:1", standard("for=6.6.6.6", "for=\"[2001:db9::1]:4711\""));
        for (var bad : List.of("", "for", "for=", "for=unknown", "for=_hidden", "by=198.51.100.1", "for=[2001:db9::1]",
                "for=\"198.51.100.1", "for=198.51.100.1;for=198.51.100.2", "for=198.51.100.1;=x", "for =198.51.100.1",
                "for=\"198.51.100.1\\\"", "for=198.51.100.1 x=y", "for=198.51.100.1,")) {
            assertEquals("10.0.0.1", standard(bad), bad);
        }
        assertEquals("10.0.0.1", standard("for=6.6.6.6;x=\"", "for=198.51.100.1"), "an open quote swallows the rest");
        assertEquals("10.0.0.1", standard("for=6.6.6.6;x=\", for=\"[2001:db9::1]:4711\""));
    }

    @Test
    void whoeverMayContradictAProxyIsNotBelieved() {
        var both = Headers.NONE.with("X-Forwarded-For", "198.51.100.1");
        assertEquals("198.51.100.1", peer("10.0.0.1", both.with("Forwarded", "for=198.51.100.1")));
        assertEquals("10.0.0.1", peer("10.0.0.1", both.with("Forwarded", "for=6.6.6.6")));
        assertEquals("10.0.0.1", peer("10.0.0.1", both.with("Forwarded", "garbage")));
        for (var other : List.of("X-Real-IP", "X-Forwarded-Host", "X-Client-IP", "Client-IP", "True-Client-IP")) {
            assertEquals("10.0.0.1", peer("10.0.0.1", other, "6.6.6.6"));
        }
    }

    @Test
    void theEngineBelievesOnlyTheAddress() {
        var settings = HttpSettings.local();
        Route.Handler who = in -> Reply.text(200, in.peer());
        for (var trusted : List.of(List.<String>of(), List.of("127.0.0.1"))) {
            try (var server = HttpServer.start(settings.withTrustedProxies(trusted),
                    List.of(Route.get("/", Route.Cors.NONE, who)))) {
                var lines = "X-Forwarded-For: 198.51.100.1\r\nX-Forwarded-Proto: https\r\n";
                var answer = Wire.ask(server.port(), "GET / HTTP/1.1\r\nHost: 127.0.0.1:" + server.port() + "\r\n"
                        + lines + "\r\n");
                assertEquals(trusted.isEmpty() ? "127.0.0.1" : "198.51.100.1", answer.body());
                assertEquals("", answer.header("Strict-Transport-Security"));
                assertEquals(403, Wire.ask(server.port(), "GET / HTTP/1.1\r\nHost: evil.example\r\n" + lines
                        + "X-Forwarded-Host: 127.0.0.1:" + server.port() + "\r\n\r\n").status());
            }
        }
    }

    @Test
    void networksAreComparedBitByBit() {
        var some = Networks.parse(List.of("192.0.2.128/25", "10.1.2.3", "2001:db8:8000::/33", "::1"));
        for (var inside : List.of("192.0.2.128", "192.0.2.255", "10.1.2.3", "2001:db8:ffff::1", "::1",
                "::ffff:10.1.2.3")) {
            assertTrue(some.contains(InetAddress.ofLiteral(inside)), inside);
        }
        for (var outside : List.of("192.0.2.127", "192.0.3.128", "10.1.2.2", "2001:db8:7fff::1", "::2", "0.0.0.1")) {
            assertFalse(some.contains(InetAddress.ofLiteral(outside)), outside);
        }
        assertNull(Networks.address("127.1"), "one spelling only");
    }

    @Test
    void mistakesInNetworksAreNamed() {
        for (var bad : List.of("", "proxy.example.com", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8/8",
                "10.0.0.1/8", "2001:db8::1/32", "::/129", "0.0.0.0/0", "::/0", "[::1]", "10.0.0/8", "fe80::1%1",
                " ::1")) {
            var refused = assertThrows(IllegalArgumentException.class, () -> Networks.parse(List.of(bad)), bad);
            assertTrue(refused.getMessage().startsWith("'" + bad + "' is not a network: "), refused.getMessage());
            assertTrue(refused.getMessage().contains("10.0.0.0/8"), "says how to write it");
        }
    }
}
