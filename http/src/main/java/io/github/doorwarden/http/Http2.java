package io.github.doorwarden.http;

import java.util.Locale;
import java.util.Set;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Request;

/// What HTTP/2 does differently. Its fields come as lengths and bytes, so no parser stumbles over a line end or a NUL
/// in them; whoever forwards such a request as HTTP/1.1 would make two of it. What RFC 9113 §8 calls malformed is
/// refused here as strictly as Jetty refuses it in HTTP/1.1.
final class Http2 {

    /// Fields about one connection, which HTTP/2 has not (§8.2.2).
    private static final Set<String> OF_A_CONNECTION = Set.of("connection", "proxy-connection", "keep-alive",
            "transfer-encoding", "upgrade", "http2-settings");

    private Http2() {}

    static boolean speaks(Request request) {
        return request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_2;
    }

    /// Under which name the server was called, as the `Host` field says it in HTTP/1.1 (§8.3.1); null when that is not
    /// said, or said twice and differently.
    static String authority(Request request) {
        var authority = request.getHttpURI().getAuthority();
        var hosts = request.getHeaders().getValuesList(HttpHeader.HOST);
        if (hosts.isEmpty()) {
            return authority;
        }
        return hosts.size() == 1 && (authority == null || authority.equalsIgnoreCase(hosts.getFirst()))
                ? hosts.getFirst() : null;
    }

    static boolean isMalformed(Request request) {
        if (authority(request) == null || !isClean(request.getMethod())) {
            return true;
        }
        for (var field : request.getHeaders()) {
            if (isMalformed(field)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isMalformed(HttpField field) {
        var name = field.getName();
        var value = field.getValue() == null ? "" : field.getValue();
        return !isClean(name) || OF_A_CONNECTION.contains(name.toLowerCase(Locale.ROOT))
                || name.equalsIgnoreCase("te") && !value.equals("trailers")
                || name.equalsIgnoreCase("content-length") && !value.matches("\\d{1,18}")
                || !value.equals(value.strip()) || value.chars().anyMatch(c -> c < ' ' && c != '\t' || c == 127);
    }

    /// A token (RFC 9110 §5.6.2).
    private static boolean isClean(String name) {
        return !name.isEmpty() && name.chars().allMatch(Forwarded::isTokenChar);
    }

    /// The fields as a handler expects them: with the name of the server among them.
    static Headers withHost(Headers fields, Request request) {
        return request.getHeaders().contains(HttpHeader.HOST) ? fields
                : fields.with("Host", request.getHttpURI().getAuthority());
    }
}
