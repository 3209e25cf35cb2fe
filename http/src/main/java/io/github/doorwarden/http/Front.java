package io.github.doorwarden.http;

import java.net.URI;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.proxy.ProxyHandler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.VirtualThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One public origin in front of several servers: passes each request on by its path, with the name that it was called
/// by and the address that it came from, and the answer back as it comes, event streams too. It judges nothing but the
/// host; who may do what is decided behind it. Safe for use by many threads.
///
/// What clients say of themselves in `Forwarded` and `X-Forwarded-*` does not get through: what this says there is
/// true, so that the servers behind may trust it.
final class Front extends ProxyHandler.Reverse {

    private static final Logger LOG = LoggerFactory.getLogger(Front.class);
    private static final Set<String> OF_PROXIES = Set.of("forwarded", "x-forwarded-for", "x-forwarded-host",
            "x-forwarded-proto", "x-forwarded-port", "x-forwarded-server", "via");

    /// A path and everything below it.
    private record Way(String path, URI server) {

        boolean leads(String asked) {
            return path.equals("/") || asked.equals(path) || asked.startsWith(path + "/");
        }
    }

    private final Hosts hosts;
    private final Peers peers;
    private final Answers answers;
    private final Limits limits;

    private Front(List<Way> ways, Hosts hosts, Peers peers, Limits limits, Answers answers) {
        super(request -> target(ways, request));
        this.hosts = hosts;
        this.peers = peers;
        this.answers = answers;
        this.limits = limits;
    }

    /// @param behind from a path to the server that has it and everything below it; the longest path counts
    static Front of(Map<String, URI> behind, Hosts hosts, Peers peers, Limits limits, Answers answers) {
        return new Front(behind.entrySet().stream().map(way -> new Way(way.getKey(), way.getValue()))
                .sorted(Comparator.comparingInt((Way way) -> way.path.length()).reversed()).toList(), hosts, peers,
                limits, answers);
    }

    /// Null where nothing is.
    private static HttpURI target(List<Way> ways, Request request) {
        var asked = request.getHttpURI();
        var path = asked.getPath();
        return ways.stream().filter(way -> way.leads(path)).findFirst()
                .map(way -> HttpURI.build(asked).scheme(way.server.getScheme())
                        .authority(way.server.getHost(), way.server.getPort()).asImmutable()).orElse(null);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        var two = Http2.speaks(request);
        var called = two ? Http2.authority(request) : request.getHeaders().get(HttpHeader.HOST);
        if (request.getHeaders().size() > limits.headerFields() || two && Http2.isMalformed(request)
                || !hosts.allow(called) || getHttpURIRewriter().apply(request) == null) {
            return false;                                        // the engine behind says what is wrong with it
        }
        request.addIdleTimeoutListener(silent -> false);         // the call behind takes the time that it takes
        return super.handle(request, response, callback);
    }

    @Override
    protected HttpClient newHttpClient() {
        var client = new HttpClient();
        client.setExecutor(new VirtualThreadPool(0));
        client.setConnectTimeout(Limits.FRONT_CONNECT.toMillis());
        client.setIdleTimeout(limits.frontIdle().toMillis());
        client.setAddressResolutionTimeout(Limits.FRONT_CONNECT.toMillis());
        client.setRequestBufferSize(Limits.FRONT_HEADER_BYTES);
        client.setMaxResponseHeadersSize(Limits.FRONT_HEADER_BYTES);
        return client;
    }

    @Override
    protected void configureHttpClient(HttpClient client) {
        super.configureHttpClient(client);
        client.setMaxConnectionsPerDestination(limits.connections());
        client.setUserAgentField(null);
    }

    @Override
    protected void copyRequestHeaders(Request request, org.eclipse.jetty.client.Request onward) {
        super.copyRequestHeaders(request, onward);
        onward.idleTimeout(Limits.FRONT_SILENCE.toMillis(), TimeUnit.MILLISECONDS);
        var called = Http2.speaks(request) ? Http2.authority(request) : request.getHeaders().get(HttpHeader.HOST);
        onward.headers(fields -> {
            for (var name : OF_PROXIES) {
                fields.remove(name);
            }
            fields.put(HttpHeader.HOST, called);
        });
    }

    @Override
    protected void addProxyHeaders(Request request, org.eclipse.jetty.client.Request onward) {
        var sent = request.getHeaders().stream().map(field -> new Headers.Field(field.getName(),
                field.getValue() == null ? "" : field.getValue())).toList();
        onward.headers(fields -> fields.put("X-Forwarded-For",
                peers.peer(request.getConnectionMetaData().getRemoteSocketAddress(), sent)));
    }

    @Override
    protected void onServerToProxyResponseFailure(Request request, org.eclipse.jetty.client.Request onward,
            org.eclipse.jetty.client.Response answer, Response response, Callback callback, Throwable why) {
        LOG.warn("The server at {} behind this front did not answer {}", onward.getURI().getAuthority(),
                request.getHttpURI().getPath(), why);
        if (response.isCommitted()) {
            callback.failed(why);
        } else {
            response.reset();
            answers.write(Routes.NOWHERE, request, Errors.BEHIND, true, response, callback);
        }
    }
}
