package io.github.doorwarden.http;

import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.http2.WindowRateControl;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SslConnectionFactory;

/// What is spoken on the port. With TLS the client chooses between HTTP/2 and HTTP/1.1 (ALPN, RFC 7301); without, a
/// proxy that knows may begin with HTTP/2 at once (RFC 9113 §3.3), and everybody else speaks HTTP/1.1.
final class Protocols {

    /// As registered for ALPN: the factory itself says `HTTP/1.1`, which no client offers.
    private static final String HTTP_1 = "http/1.1";

    private Protocols() {}

    static ConnectionFactory[] of(Limits limits, Optional<Tls> tls) {
        var http = new HttpConfiguration();
        http.setHttpCompliance(HttpCompliance.STRICT);
        http.setUriCompliance(UriCompliance.DEFAULT);
        http.setRequestHeaderSize(limits.headerBytes());
        http.setSendServerVersion(false);
        http.setHeaderCacheSize(Limits.REPEATED_FIELDS_CHARS);
        http.setHeaderCacheCaseSensitive(true); // or a value that differs in case alone becomes the one before
        http.setSendXPoweredBy(false);
        var one = new HttpConnectionFactory(http);
        if (tls.isEmpty()) {
            return new ConnectionFactory[] {one, bounded(new Cleartext(http))};
        }
        var two = bounded(new HTTP2ServerConnectionFactory(http));
        var choice = new ALPNServerConnectionFactory(two.getProtocol(), HTTP_1);
        choice.setDefaultProtocol(HTTP_1);
        var secure = new SslConnectionFactory(tls.get().context(), choice.getProtocol());
        secure.setEnsureSecureRequestCustomizer(false);     // it compares names as Hosts does, and cannot explain
        return new ConnectionFactory[] {secure, choice, two, one};
    }

    private static HTTP2ServerConnectionFactory bounded(HTTP2ServerConnectionFactory two) {
        two.setMaxConcurrentStreams(Limits.STREAMS_PER_CONNECTION);
        two.setRateControlFactory(new WindowRateControl.Factory(Limits.CONTROL_FRAMES_PER_SECOND));
        two.setInitialStreamRecvWindow(Limits.WINDOW_BYTES);
        two.setInitialSessionRecvWindow(Limits.WINDOW_BYTES);
        two.setConnectProtocolEnabled(false);
        two.getHttpConfiguration().setCustomizers(List.of());     // one per request that looks for HTTP/3
        return two;
    }

    /// HTTP/2 without TLS for those who know, and nobody is upgraded: a proxy that passes `Upgrade: h2c` on would be
    /// tunnelled through, and what it refuses would arrive here (RFC 9113 §3.1 has dropped that way).
    private static final class Cleartext extends HTTP2CServerConnectionFactory {

        Cleartext(HttpConfiguration http) {
            super(http);
        }

        @Override
        public Connection upgradeConnection(Connector connector, EndPoint end, MetaData.Request request,
                HttpFields.Mutable answer) {
            return HttpMethod.PRI.is(request.getMethod()) ? super.upgradeConnection(connector, end, request, answer)
                    : null;
        }
    }
}
