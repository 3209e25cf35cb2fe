package io.github.doorwarden.client.oauth;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The JDK's client.
final class DesktopReach implements Reach {

    // Made late: reading the trusted certificates costs time, and most starts find their tokens kept.
    private HttpClient client;

    private synchronized HttpClient client() {
        if (client == null) {
            client = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER)
                    .connectTimeout(Limits.CONNECT).build();
        }
        return client;
    }

    @Override
    public Answer send(Request request) throws IOException, InterruptedException {
        if (Origin.safe(request.target().toString()).isEmpty()) {
            throw new IOException("requests go to https alone, or to this machine");
        }
        var builder = HttpRequest.newBuilder(request.target());
        request.headers().forEach(builder::header);
        builder.method(request.method(), request.body().map(HttpRequest.BodyPublishers::ofString)
                .orElse(HttpRequest.BodyPublishers.noBody()));
        var task = new FutureTask<>(() -> exchange(builder.build()));
        // A thread of its own, because a deadline has to cover the body too.
        var thread = Thread.ofVirtual().name("oauth").start(task);
        try {
            return task.get(Limits.EXCHANGE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            throw new IOException("no answer within " + Limits.EXCHANGE.toSeconds() + " seconds", late);
        } catch (ExecutionException failed) {
            throw new IOException("no connection, or it broke", failed.getCause());
        } finally {
            thread.interrupt();
        }
    }

    private Answer exchange(HttpRequest request) throws IOException, InterruptedException {
        var answer = client().send(request, HttpResponse.BodyHandlers.ofInputStream());
        try (var body = answer.body()) {
            var bytes = body.readNBytes(Limits.ANSWER_BYTES + 1);
            if (bytes.length > Limits.ANSWER_BYTES) {
                throw new IOException("the answer has more than " + Limits.ANSWER_BYTES + " bytes");
            }
            var headers = new HashMap<String, List<String>>();
            answer.headers().map().forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values));
            return new Answer(answer.statusCode(), headers, bytes);
        }
    }
}
