package io.github.doorwarden.http;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

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
    private final Peers peers;
    private final Limits limits;
    private final Bodies bodies;
    private final Answers answers;
    private final Streams streams;
    private final RequestIds ids = new RequestIds();
    private final Semaphore calls;
    private final AtomicInteger open = new AtomicInteger();
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private volatile boolean draining;

    Engine(Routes routes, Hosts hosts, Origins origins, Peers peers, Limits limits, Answers answers) {
        this.routes = routes;
        this.hosts = hosts;
        this.origins = origins;
        this.peers = peers;
        this.limits = limits;
        this.bodies = new Bodies(limits);
        this.answers = answers;
        this.streams = new Streams(limits, this::rested);
        this.calls = new Semaphore(limits.concurrentRequests());
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        open.incrementAndGet();     // before the look at `draining`, so that close() cannot miss it
        var id = ids.next();
        var exchange = new Exchange(routes.at(request.getHttpURI().getPath()), request, response, callback);
        Reply reply = null;
        Throwable broken = null;
        try {
            reply = answer(exchange, id);
        } catch (Bodies.Refused refused) {
            reply = refused.reply();
        } catch (EventStream.Busy tooMany) {
            reply = Errors.BUSY;
        } catch (EventStream.Gone nobodyThere) {
            broken = nobodyThere;
        } catch (Throwable bug) {
            LOG.error("Incident {} at {}", id, exchange.place.path(), bug);
            reply = Errors.bug(id);
            broken = bug;
        }
        exchange.end(reply, broken);
        return true;
    }

    /// The steps in order; each refuses by returning.
    private Reply answer(Exchange exchange, String id) throws Exception {
        var place = exchange.place;
        var request = exchange.request;
        var fields = request.getHeaders();
        if (draining) {
            return Errors.DRAINING;                             // 503
        }
        if (fields.size() > limits.headerFields()) {
            return Errors.FIELDS;                               // 431       RFC 6585 §5
        }
        var two = Http2.speaks(request);
        if (two && open.get() > limits.connections()) {
            return Errors.BUSY;                                 // 503       as many as HTTP/1.1 has connections for
        }
        if (two && Http2.isMalformed(request)) {
            return Errors.malformed(400);                       // 400       RFC 9113 §8
        }
        if (place.hostBound() && !hosts.allow(two ? Http2.authority(request) : fields.get(HttpHeader.HOST))) {
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
        var segment = place.segment(request.getHttpURI().getPath());
        if (segment == null) {
            return Errors.SEGMENT;                              // 400       RFC 3986 §2.1, §3.3
        }
        var route = place.route(request.getMethod());
        if (route == null) {
            return place.wrongMethod();                         // 405       RFC 9110 §15.5.6
        }
        exchange.reads = true;
        var body = bodies.read(request, route.bodyBytes());     // 408, 413  RFC 9110 §15.5.9, §15.5.14
        try {
            return call(exchange, route, in(request, segment, body, id));    // 503
        } finally {
            bodies.release(request, body);
        }
    }

    private Reply call(Exchange exchange, Route route, HttpIn in) throws Exception {
        if (!calls.tryAcquire()) {
            return Errors.BUSY;
        }
        try {
            var reply = Answers.checked(route.answer(in, route.streams() ? exchange.stream() : null));
            if (exchange.streams() && reply != Reply.STREAMED) {
                LOG.error("Incident {} at {}: the stream is open, so this reply of status {} goes nowhere",
                        in.requestId(), route.path(), reply.status());
            } else if (reply == Reply.STREAMED && !exchange.streams()) {
                throw new IllegalStateException("A handler returned STREAMED without opening its stream");
            }
            return reply;
        } finally {
            if (!exchange.rested()) {
                calls.release();
            }
        }
    }

    /// A stream that rests is no call any more: others may run, and a shutdown does not wait for it.
    private void rested() {
        calls.release();
        ended();
    }

    private void ended() {
        if (open.decrementAndGet() == 0 && draining) {
            drained.complete(null);
        }
    }

    Streams streams() {
        return streams;
    }

    private boolean originAllowed(HttpFields fields) {
        var origin = origin(fields);
        return origin == null || origins.allow(origin) && fields.getValuesList(HttpHeader.ORIGIN).size() == 1;
    }

    private static String origin(HttpFields fields) {
        return fields.get(HttpHeader.ORIGIN);
    }

    private HttpIn in(Request request, String segment, byte[] body, String id) {
        var uri = request.getHttpURI();
        var query = uri.getQuery();
        var headers = headers(request.getHeaders());
        if (Http2.speaks(request)) {
            headers = Http2.withHost(headers, request);
        }
        var peer = peers.peer(request.getConnectionMetaData().getRemoteSocketAddress(), headers.fields());
        return new HttpIn(request.getMethod(), uri.getPath(), segment, query == null ? "" : query, headers, body, peer,
                id);
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
        if (draining) {
            return drained;
        }
        draining = true;
        streams.drain();
        getServer().getScheduler().schedule(() -> streams.cut(false), Limits.GOODBYE.toMillis(), MILLISECONDS);
        if (open.get() == 0) {
            drained.complete(null);
        }
        return drained;
    }

    @Override
    public boolean isShutdown() {
        return draining;
    }

    /// One request on its way to an answer. As a callback it counts the request as ended when its answer is with the
    /// kernel, not before.
    private final class Exchange implements Callback {
        private final Routes.Place place;
        private final Request request;
        private final Response response;
        private final Callback jetty;
        private EventStream stream;
        /// Whether somebody takes, or judges, the body: who refuses before that leaves it on the connection.
        private boolean reads;

        Exchange(Routes.Place place, Request request, Response response, Callback jetty) {
            this.place = place;
            this.request = request;
            this.response = response;
            this.jetty = jetty;
        }

        EventStream stream() {
            stream = new EventStream(new HttpOutlet(answers, place, request, response, streams), streams);
            return stream;
        }

        boolean streams() {
            return stream != null && stream.isOpen();
        }

        boolean rested() {
            return stream != null && stream.isResting();
        }

        /// Writes the reply, or ends the stream that went out instead: a broken one without the mark of its end, so
        /// that nobody takes what arrived for the whole.
        ///
        /// @param reply  null when there is nobody to read one
        /// @param broken null when all went well
        void end(Reply reply, Throwable broken) {
            var streamed = stream != null && stream.end();
            if (!streamed && reply != null) {
                var last = draining || !reads && !bodies.passed(request);
                answers.write(place, request, reply, last, response, this);
            } else if (broken == null && !stream.isGone()) {
                response.write(true, null, this);
            } else {
                failed(new Request.Handler.AbortException("The event stream broke off", broken));
            }
        }

        @Override
        public void succeeded() {
            jetty.succeeded();
            count();
        }

        @Override
        public void failed(Throwable why) {
            jetty.failed(why);
            count();
        }

        private void count() {
            if (!rested()) {
                ended();
            }
        }

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }
    }
}
