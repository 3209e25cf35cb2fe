package io.github.doorwarden.addresses;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/// The special-purpose addresses of RFC 6890 and the IANA registries that it founded, as a table over bytes. The
/// predicates of [InetAddress] are not asked: they miss `fc00::/7`, `100.64.0.0/10`, `198.18.0.0/15`, `240.0.0.0/4`,
/// NAT64 and 6to4.
public final class SpecialAddresses {

    private record Block(byte[] prefix, int bits, String what) {

        static Block of(String cidr, String what) {
            var slash = cidr.indexOf('/');
            return new Block(InetAddress.ofLiteral(cidr.substring(0, slash)).getAddress(),
                    Integer.parseInt(cidr.substring(slash + 1)), what);
        }

        boolean holds(byte[] address) {
            if (address.length != prefix.length) {
                return false;
            }
            var whole = bits / 8;
            if (!Arrays.equals(address, 0, whole, prefix, 0, whole)) {
                return false;
            }
            var rest = bits % 8;
            return rest == 0 || ((address[whole] ^ prefix[whole]) & 0xff) >> (8 - rest) == 0;
        }
    }

    private static final Block[] V4 = table(
            "0.0.0.0/8 this network", "10.0.0.0/8 private", "100.64.0.0/10 carrier-grade NAT", "127.0.0.0/8 loopback",
            "169.254.0.0/16 link-local, cloud metadata", "172.16.0.0/12 private", "192.0.0.0/24 protocol assignments",
            "192.0.2.0/24 documentation", "192.31.196.0/24 AS112", "192.52.193.0/24 AMT", "192.88.99.0/24 6to4 relay",
            "192.168.0.0/16 private", "192.175.48.0/24 AS112", "198.18.0.0/15 benchmarking",
            "198.51.100.0/24 documentation", "203.0.113.0/24 documentation", "224.0.0.0/4 multicast",
            "240.0.0.0/4 reserved, broadcast");

    /// Global unicast is `2000::/3`. The first three lines are everything else: among it `::`, `::1`, IPv4-mapped
    /// `::ffff:0:0/96`, NAT64 `64:ff9b::/96`, discard `100::/64`, segment routing `5f00::/16`, unique local `fc00::/7`,
    /// link-local `fe80::/10` and multicast `ff00::/8`.
    private static final Block[] V6 = table(
            "0::/3 not global unicast", "4000::/2 not global unicast", "8000::/1 not global unicast",
            "2001::/23 protocol assignments, Teredo, ORCHID", "2001:db8::/32 documentation", "2002::/16 6to4",
            "2620:4f:8000::/48 AS112", "3fff::/20 documentation");

    private static final byte[] LOOPBACK6 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

    private SpecialAddresses() {}

    /// What is special about an address of 4 or 16 bytes; empty when it is an ordinary public one.
    public static Optional<String> why(byte[] address) {
        if (address.length != 4 && address.length != 16) {
            return Optional.of("no IP address");
        }
        for (var block : address.length == 4 ? V4 : V6) {
            if (block.holds(address)) {
                return Optional.of(block.what);
            }
        }
        return Optional.empty();
    }

    /// `127.0.0.0/8` and `::1`, by bytes.
    public static boolean isLoopback(byte[] address) {
        return address.length == 4 ? address[0] == 127 : Arrays.equals(address, LOOPBACK6);
    }

    private static Block[] table(String... lines) {
        return Stream.of(lines).map(line -> line.split(" ", 2)).map(parts -> Block.of(parts[0], parts[1]))
                .toArray(Block[]::new);
    }
}
