package io.github.doorwarden.http;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.Graceful;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One HTTP request, from parsed head to written answer, on a virtual thread of its own. The only class that knows both
/// Jetty's types and ours; malformed requests never come here ([Malformed]).
final class Engine extends Handler.Abstract implements Graceful {

    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);

    private final Routes routes;
    private final Hosts hosts;
    private final Origins origins;
    private final Limits limits;
    private final Bodies bodies;
    private final Answers answers;
    private final RequestIds ids = new RequestIds();
    private final Semaphore calls;
    private final AtomicInteger open = new AtomicInteger();
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private volatile boolean draining;

    Engine(Routes routes, Hosts hosts, Origins origins, Limits limits, Answers answers) {
        this.routes = routes;
        this.hosts = hosts;
        this.origins = origins;
        this.limits = limits;
        this.bodies = new Bodies(limits);
        this.answers = answers;
        this.calls = new Semaphore(limits.concurrentRequests());
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        open.incrementAndGet();     // before the look at `draining`, so that close() cannot miss it
        var place = routes.at(request.getHttpURI().getPath());
        var id = ids.next();
        Reply reply;
        try {
            reply = answer(place, request, id);
        } catch (Bodies.Refused refused) {
            reply = refused.reply();
        } catch (Throwable bug) {
            LOG.error("Incident {} at {}", id, place.path(), bug);
            reply = Errors.bug(id);
        }
        // Here a streaming reply will branch off: the same head, then events until the handler returns.
        answers.write(place, request, reply, draining, response, new Closing(callback));
        return true;
    }

    /// The steps in order; each refuses by returning.
    private Reply answer(Routes.Place place, Request request, String id) throws Exception {
        var fields = request.getHeaders();
        if (draining) {
            return Errors.DRAINING;                             // 503
        }
        if (fields.size() > limits.headerFields()) {
            return Errors.FIELDS;                               // 431       RFC 6585 §5
        }
        if (place.hostBound() && !hosts.allow(fields.get(HttpHeader.HOST))) {
            return hosts.refusal();                             // 403       RFC 9110 §7.2, DNS rebinding
        }
        if (!place.exists()) {
            return Errors.NOT_FOUND;                            // 404
        }
        if (place.cors() == Route.Cors.MCP && !originAllowed(fields)) {
            return Errors.ORIGIN;                               // 403       MCP transports, Security
        }
        if (request.getMethod().equals("OPTIONS")) {
            return CrossOrigin.preflight(place, origin(fields), fields.get("Access-Control-Request-Headers"));
        }
        var route = place.route(request.getMethod());
        if (route == null) {
            return place.wrongMethod();                         // 405       RFC 9110 §15.5.6
        }
        var body = bodies.read(request, route.bodyBytes());     // 408, 413  RFC 9110 §15.5.9, §15.5.14
        try {
            return call(route, in(request, body, id));          // 503
        } finally {
            bodies.release(body);
        }
    }

    private Reply call(Route route, HttpIn in) throws Exception {
        if (!calls.tryAcquire()) {
            return Errors.BUSY;
        }
        try {
            return Answers.checked(route.handler().handle(in));
        } finally {
            calls.release();
        }
    }

    private boolean originAllowed(HttpFields fields) {
        var origin = origin(fields);
        return origin == null || origins.allow(origin) && fields.getValuesList(HttpHeader.ORIGIN).size() == 1;
    }

    private static String origin(HttpFields fields) {
        return fields.get(HttpHeader.ORIGIN);
    }

    private static HttpIn in(Request request, byte[] body, String id) {
        var uri = request.getHttpURI();
        var query = uri.getQuery();
        return new HttpIn(request.getMethod(), uri.getPath(), query == null ? "" : query,
                headers(request.getHeaders()), body, Request.getRemoteAddr(request), id);
    }

    private static Headers headers(HttpFields fields) {
        var copy = new Headers.Field[fields.size()];
        var i = 0;
        for (var field : fields) {
            var value = field.getValue();
            copy[i++] = new Headers.Field(field.getName(), value == null ? "" : value);
        }
        return Headers.adopt(copy);
    }

    @Override
    public CompletableFuture<Void> shutdown() {
        draining = true;
        if (open.get() == 0) {
            drained.complete(null);
        }
        return drained;
    }

    @Override
    public boolean isShutdown() {
        return draining;
    }

    /// Counts the request as ended when its answer is with the kernel, not before.
    private final class Closing implements Callback {
        private final Callback jetty;

        Closing(Callback jetty) {
            this.jetty = jetty;
        }

        @Override
        public void succeeded() {
            jetty.succeeded();
            ended();
        }

        @Override
        public void failed(Throwable why) {
            jetty.failed(why);
            ended();
        }

        private void ended() {
            if (open.decrementAndGet() == 0 && draining) {
                drained.complete(null);
            }
        }

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }
    }
}
