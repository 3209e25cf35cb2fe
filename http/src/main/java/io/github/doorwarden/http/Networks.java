package io.github.doorwarden.http;

import java.net.InetAddress;
import java.util.List;
import java.util.regex.Pattern;

/// Networks of IP addresses in CIDR notation (RFC 4632 §3.1, RFC 4291 §2.3): `10.0.0.0/8`, `2001:db8::/32`, or one
/// address alone. Nothing is resolved. Immutable.
public record Networks(List<Block> blocks) {

    public static final Networks NONE = new Networks(List.of());

    private static final Pattern IPV4 = Pattern.compile("(0|[1-9]\\d{0,2})(\\.(0|[1-9]\\d{0,2})){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:]*:[0-9A-Fa-f:]*(\\d{1,3}(\\.\\d{1,3}){3})?");
    /// The longest spelling of an IPv6 address.
    private static final int ADDRESS_CHARS = 45;

    /// The addresses whose first `bits` bits are those of `address`.
    public record Block(InetAddress address, int bits) {

        boolean contains(InetAddress other) {
            var mine = address.getAddress();
            var theirs = other.getAddress();
            return mine.length == theirs.length && sameStart(mine, theirs, bits);
        }

        private static boolean sameStart(byte[] a, byte[] b, int bits) {
            for (var i = 0; i < bits; i++) {
                if (((a[i / 8] ^ b[i / 8]) & 0x80 >> i % 8) != 0) {
                    return false;
                }
            }
            return true;
        }
    }

    public Networks {
        blocks = List.copyOf(blocks);
    }

    /// @throws IllegalArgumentException with a sentence for whoever wrote the configuration, about the first mistake
    public static Networks parse(List<String> cidrs) {
        return new Networks(cidrs.stream().map(Networks::block).toList());
    }

    private static Block block(String text) {
        var slash = text.indexOf('/');
        var address = address(slash < 0 ? text : text.substring(0, slash));
        if (address == null) {
            throw refused(text, "it does not begin with an IP address");
        }
        var most = address.getAddress().length * 8;
        var bits = most;
        if (slash >= 0) {
            var length = text.substring(slash + 1);
            if (!length.matches("\\d{1,3}") || Integer.parseInt(length) > most) {
                throw refused(text, "what follows the slash is not a number of bits up to " + most);
            }
            bits = Integer.parseInt(length);
        }
        if (bits == 0) {
            throw refused(text, "it means every address there is");
        }
        for (var i = bits; i < most; i++) {
            if ((address.getAddress()[i / 8] & 0x80 >> i % 8) != 0) {
                throw refused(text, "the address has bits behind the first " + bits);
            }
        }
        return new Block(address, bits);
    }

    private static IllegalArgumentException refused(String text, String why) {
        return new IllegalArgumentException("'" + text + "' is not a network: " + why
                + ". Write for example 10.0.0.0/8, 2001:db8::/32 or 192.0.2.7.");
    }

    /// The address that a literal stands for, in its one usual spelling: four decimal numbers, or IPv6 without brackets
    /// and zone. Null for anything else. An IPv4 address inside IPv6 (`::ffff:10.0.0.1`) is that IPv4 address.
    static InetAddress address(String literal) {
        if (literal.length() > ADDRESS_CHARS || !IPV4.matcher(literal).matches() && !IPV6.matcher(literal).matches()) {
            return null;
        }
        try {
            return InetAddress.ofLiteral(literal);
        } catch (IllegalArgumentException notAnAddress) {
            return null;
        }
    }

    boolean contains(InetAddress address) {
        for (var block : blocks) {
            if (block.contains(address)) {
                return true;
            }
        }
        return false;
    }
}
