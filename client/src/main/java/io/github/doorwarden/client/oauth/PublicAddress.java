package io.github.doorwarden.client.oauth;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.stream.Stream;

/// Which addresses are public, as a table over bytes of the special-purpose ones (RFC 6890 and its registries). The
/// predicates of [InetAddress] miss several of them.
final class PublicAddress {

    private record Block(byte[] prefix, int bits) {

        static Block of(String cidr) {
            var parts = cidr.split("/");
            return new Block(InetAddress.ofLiteral(parts[0]).getAddress(), Integer.parseInt(parts[1]));
        }

        boolean holds(byte[] address) {
            if (address.length != prefix.length || !Arrays.equals(address, 0, bits / 8, prefix, 0, bits / 8)) {
                return false;
            }
            var rest = bits % 8;
            return rest == 0 || ((address[bits / 8] ^ prefix[bits / 8]) & 0xff) >> (8 - rest) == 0;
        }
    }

    /// The last three lines are IPv6: everything but `2000::/3`, and what is special within it.
    private static final Block[] SPECIAL = Stream.of(
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
            "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16",
            "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            "::/3", "4000::/2", "8000::/1",
            "2001::/23", "2001:db8::/32", "2002::/16",
            "2620:4f:8000::/48", "3fff::/20").map(Block::of).toArray(Block[]::new);

    private PublicAddress() {}

    static boolean is(InetAddress address) {
        return Stream.of(SPECIAL).noneMatch(block -> block.holds(address.getAddress()));
    }
}
