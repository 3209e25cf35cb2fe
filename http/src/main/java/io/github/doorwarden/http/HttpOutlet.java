package io.github.doorwarden.http;

import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The connection that an [EventStream] is written to.
final class HttpOutlet implements Outlet {

    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);

    private final Answers answers;
    private final Routes.Place place;
    private final Request request;
    private final Response response;
    private final Streams all;
    private Watch watch;

    HttpOutlet(Answers answers, Routes.Place place, Request request, Response response, Streams all) {
        this.answers = answers;
        this.place = place;
        this.request = request;
        this.response = response;
        this.all = all;
    }

    @Override
    public void write(Headers head, byte[] bytes, Consumer<Throwable> done) {
        if (head != null) {
            answers.open(place, request, head, all.isDraining(), response);
            endureSilence();
        }
        response.write(false, ByteBuffer.wrap(bytes), new Callback() {
            @Override
            public void succeeded() {
                done.accept(null);
            }

            @Override
            public void failed(Throwable why) {
                done.accept(why);
            }

            @Override
            public InvocationType getInvocationType() {
                return InvocationType.NON_BLOCKING;
            }
        });
    }

    @Override
    public void watch(Runnable gone) {
        endureSilence();
        if (http() instanceof HttpConnection http) {
            watch = Watch.on(http, gone);
        } else {
            request.addFailureListener(why -> gone.run());
            if (Content.Chunk.isFailure(request.read(), true)) {
                gone.run();     // failed before the listener was there
            }
        }
    }

    @Override
    public void unwatch() {
        if (watch != null) {
            watch.end();
        }
    }

    @Override
    public void cut() {
        if (http() instanceof HttpConnection http) {
            http.getEndPoint().close();
        }
        // One stream of HTTP/2 is reset when its handler has returned.
    }

    @Override
    public void tell(Runnable told) {
        Thread.startVirtualThread(() -> {
            try {
                told.run();
            } catch (EventStream.Gone gone) {
                // Said to a client that had gone as well.
            } catch (RuntimeException bug) {
                LOG.error("A handler failed when it was told about its stream", bug);
            }
        });
    }

    private Object http() {
        return request.getConnectionMetaData().getConnection();
    }

    /// A connection that moves no byte is what this request is about, and no failure.
    private void endureSilence() {
        request.addIdleTimeoutListener(silent -> false);
    }
}
