package io.github.doorwarden.bridge;

import io.github.doorwarden.client.wire.Authorization;
import io.github.doorwarden.client.wire.ClientFailure;
import io.github.doorwarden.client.wire.ClientFailure.Kind;
import io.github.doorwarden.client.wire.HttpChannel;
import io.github.doorwarden.protocol.JsonRpc;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;

/// Until the channel of `client` is there.
public final class PlainChannel implements HttpChannel {

    private final URI endpoint;
    private final Authorization authorization;
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .executor(Executors.newVirtualThreadPerTaskExecutor()).build();

    public PlainChannel(URI endpoint, Authorization authorization) {
        this.endpoint = endpoint;
        this.authorization = authorization;
    }

    @Override
    public <T> T exchange(Sent sent, Duration within, boolean call, Reader<T> reader) throws ClientFailure,
            InterruptedException {
        var fields = authorization.fields(sent.method(), endpoint);
        var request = HttpRequest.newBuilder(endpoint);
        sent.headers().forEach(request::setHeader);
        fields.forEach(request::setHeader);
        sent.message().ifPresent(message -> request.setHeader("Content-Type", "application/json"));
        request.method(sent.method(), sent.message().map(JsonRpc::print).map(HttpRequest.BodyPublishers::ofByteArray)
                .orElse(HttpRequest.BodyPublishers.noBody()));
        HttpResponse<java.io.InputStream> answer;
        try {
            answer = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        } catch (IOException e) {
            throw new ClientFailure(Kind.UNREACHABLE, endpoint.getRawAuthority() + " cannot be reached. Check the "
                    + "address, and whether the server runs.", e);
        }
        try (var body = answer.body()) {
            var headers = new TreeMap<String, List<String>>();
            answer.headers().map().forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values));
            if (answer.statusCode() == 401 || answer.statusCode() == 403) {
                throw new ClientFailure(Kind.CREDENTIALS, endpoint.getRawAuthority() + " refused.", null);
            }
            return reader.read(new Received(answer.statusCode(), Map.copyOf(headers), body, piece -> piece));
        } catch (IOException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            throw new ClientFailure(Kind.FAULT, endpoint.getRawAuthority() + " broke off.", e);
        }
    }
}
