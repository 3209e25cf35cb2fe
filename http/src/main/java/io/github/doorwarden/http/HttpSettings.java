package io.github.doorwarden.http;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// Where the engine listens, under which origin the world knows it, whom it believes, and how much it takes.
///
/// @param host           address to bind: a literal or a name; `127.0.0.1` unless the deployment says otherwise
/// @param port           0 takes any free one
/// @param publicOrigin   empty only on loopback: then it is `http://<host>:<the port taken>`, `https` with TLS
/// @param extraOrigins   further origins whose pages may call the MCP endpoint
/// @param trustedProxies who may say for whom it asks ([HttpIn#peer()]); nothing else is believed of anybody
/// @param tls            empty when TLS ends in front of this server, or is not needed on loopback
public record HttpSettings(String host, int port, Optional<PublicOrigin> publicOrigin,
                           List<PublicOrigin> extraOrigins, Limits limits, Networks trustedProxies,
                           Optional<TlsFiles> tls) {

    public HttpSettings {
        Objects.requireNonNull(host);
        Objects.requireNonNull(limits);
        Objects.requireNonNull(trustedProxies);
        Objects.requireNonNull(tls);
        extraOrigins = List.copyOf(extraOrigins);
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("A port is between 0 and 65535, 0 meaning any free one: " + port);
        }
        if (publicOrigin.isEmpty() && !isLoopback(host)) {
            throw new IllegalArgumentException("A server that listens on " + host
                    + " needs its public origin: the URL that clients use, for example https://mcp.example.com");
        }
    }

    /// Without TLS and proxies.
    public HttpSettings(String host, int port, Optional<PublicOrigin> publicOrigin, List<PublicOrigin> extraOrigins,
            Limits limits) {
        this(host, port, publicOrigin, extraOrigins, limits, Networks.NONE, Optional.empty());
    }

    /// Loopback, any free port, standard limits: for tests and trials.
    public static HttpSettings local() {
        return new HttpSettings("127.0.0.1", 0, Optional.empty(), List.of(), Limits.STANDARD);
    }

    public HttpSettings withPort(int port) {
        return new HttpSettings(host, port, publicOrigin, extraOrigins, limits, trustedProxies, tls);
    }

    public HttpSettings withPublicOrigin(PublicOrigin origin) {
        return new HttpSettings(host, port, Optional.of(origin), extraOrigins, limits, trustedProxies, tls);
    }

    public HttpSettings withExtraOrigins(List<PublicOrigin> origins) {
        return new HttpSettings(host, port, publicOrigin, origins, limits, trustedProxies, tls);
    }

    public HttpSettings withLimits(Limits limits) {
        return new HttpSettings(host, port, publicOrigin, extraOrigins, limits, trustedProxies, tls);
    }

    /// @throws IllegalArgumentException for what is not a network, with a sentence
    public HttpSettings withTrustedProxies(List<String> cidrs) {
        return new HttpSettings(host, port, publicOrigin, extraOrigins, limits, Networks.parse(cidrs), tls);
    }

    public HttpSettings withTls(TlsFiles files) {
        return new HttpSettings(host, port, publicOrigin, extraOrigins, limits, trustedProxies, Optional.of(files));
    }

    boolean isLoopback() {
        return isLoopback(host);
    }

    private static boolean isLoopback(String host) {
        return PublicOrigin.LOOPBACK_HOSTS.contains(host) || host.equals("::1");
    }
}
