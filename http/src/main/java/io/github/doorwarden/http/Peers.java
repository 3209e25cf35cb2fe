package io.github.doorwarden.http;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;

/// Who is at the other end. What a request says about that is believed only when it came out of a trusted proxy, and
/// then only as far as trusted proxies wrote it: each appends the address that it saw, so the list is read from the
/// right up to the first address that is not a trusted proxy itself. What stands left of that, anybody can have
/// written.
///
/// A list that cannot be read so far, or two that disagree (`X-Forwarded-For`, and `Forwarded` of RFC 7239: a proxy
/// that writes one may pass the client's own other one on), say nothing: the peer is the proxy. Immutable.
final class Peers {

    /// Proxies in a row: more than any real path has.
    private static final int HOPS = 16;

    private final Networks trusted;

    Peers(Networks trusted) {
        this.trusted = trusted;
    }

    /// A literal without brackets.
    String peer(SocketAddress socket, Iterable<Headers.Field> fields) {
        if (!(socket instanceof InetSocketAddress inet) || inet.getAddress() == null) {
            return String.valueOf(socket);
        }
        var own = inet.getAddress();
        if (trusted.blocks().isEmpty() || !trusted.contains(own)) {
            return literal(own);
        }
        var plain = new ArrayList<String>();
        var standard = new ArrayList<String>();
        for (var field : fields) {
            if (field.name().equalsIgnoreCase("X-Forwarded-For")) {
                plain.add(field.value());
            } else if (field.name().equalsIgnoreCase("Forwarded")) {
                standard.add(field.value());
            }
        }
        var byPlain = plain.isEmpty() ? null : client(List.of(String.join(",", plain).split(",", -1)));
        var byStandard = standard.isEmpty() ? null : client(Forwarded.nodes(String.join(",", standard)));
        if (!plain.isEmpty() && !standard.isEmpty()) {
            return literal(byPlain != null && byPlain.equals(byStandard) ? byPlain : own);
        }
        var client = byPlain == null ? byStandard : byPlain;
        return literal(client == null ? own : client);
    }

    /// The rightmost address that is not trusted; null when something else is met before it, or nothing.
    private InetAddress client(List<String> nodes) {
        for (var i = nodes.size() - 1; i >= Math.max(0, nodes.size() - HOPS); i--) {
            var address = address(nodes.get(i).strip());
            if (address == null || !trusted.contains(address)) {
                return address;
            }
        }
        return null;
    }

    /// An address, with or without a port; IPv6 with a port has brackets. Null for `unknown`, `_hidden` and all else.
    private static InetAddress address(String node) {
        if (node.startsWith("[")) {
            var end = node.indexOf(']');
            var inside = end < 0 ? "" : node.substring(1, end);
            return inside.indexOf(':') >= 0 && isPort(node.substring(end + 1)) ? Networks.address(inside) : null;
        }
        var colon = node.indexOf(':');
        if (colon >= 0 && colon == node.lastIndexOf(':')) {
            return isPort(node.substring(colon)) ? Networks.address(node.substring(0, colon)) : null;
        }
        return Networks.address(node);
    }

    private static boolean isPort(String text) {
        return text.isEmpty() || text.matches(":\\d{1,5}");
    }

    private static String literal(InetAddress address) {
        var text = address.getHostAddress();
        var zone = text.indexOf('%');
        return zone < 0 ? text : text.substring(0, zone);
    }
}
