package io.github.doorwarden.addresses;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.tidy.Covers;
import java.net.InetAddress;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SpecialAddressesTest {

    private static byte[] bytes(String literal) {
        return InetAddress.ofLiteral(literal).getAddress();
    }

    @Test
    @Covers({"AS-58", "T12"})
    void everySpecialBlockIsKnownAtBothItsEnds() {
        Stream.of("0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255",
                "127.0.0.1",
                "127.255.255.255", "169.254.0.0", "169.254.169.254", "172.16.0.0", "172.31.255.255", "192.0.0.0",
                        "192.0.0.255",
                "192.0.2.1", "192.31.196.1", "192.52.193.1", "192.88.99.1", "192.168.0.0", "192.168.255.255",
                        "192.175.48.1",
                "198.18.0.0", "198.19.255.255", "198.51.100.7", "203.0.113.7", "224.0.0.1", "239.255.255.255",
                        "240.0.0.1",
                "255.255.255.255", "::", "::1", "::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::1", "100::1", "2001::1",
                        "2001:1ff::1",
                "2001:db8::1", "2002:7f00:1::", "2620:4f:8000::1", "3fff::1", "3fff:fff::1", "5f00::1", "fc00::1",
                        "fd12:3456::1",
                "fe80::1", "fec0::1", "ff02::1", "4000::1", "8000::1")
                .forEach(special -> assertTrue(SpecialAddresses.why(bytes(special)).isPresent(), special));
    }

    @Test
    @Covers({"AS-58", "T12"})
    void anIpv4AddressInsideIpv6BytesIsNeverPublic() {
        for (var mapped : new String[] {"00000000000000000000ffff7f000001", "00000000000000000000ffff08080808"}) {
            assertTrue(SpecialAddresses.why(HexFormat.of().parseHex(mapped)).isPresent(), mapped);
        }
    }

    @Test
    void neighboursOfTheBlocksArePublic() {
        Stream.of("1.0.0.0", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
                "128.0.0.1",
                "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.0.3.0",
                        "192.167.255.255",
                "192.169.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255", "2001:200::1", "2001:db7::1",
                        "2001:db9::1",
                "2003::1", "2606:4700::1111", "2a00::1", "3ffe::1", "3fff:1000::1")
                .forEach(open -> assertEquals("", SpecialAddresses.why(bytes(open)).orElse(""), open));
    }

    @Test
    void loopbackIsToldByBytes() {
        assertTrue(SpecialAddresses.isLoopback(bytes("127.9.9.9")));
        assertTrue(SpecialAddresses.isLoopback(bytes("::1")));
        assertFalse(SpecialAddresses.isLoopback(bytes("128.0.0.1")));
        assertFalse(SpecialAddresses.isLoopback(bytes("::2")));
    }
}
