package io.github.doorwarden.embeddings;

import io.github.doorwarden.upstream.Credentials;
import io.github.doorwarden.upstream.Patience;
import io.github.doorwarden.upstream.Upstream;
import io.github.doorwarden.upstream.UpstreamAnswer;
import io.github.doorwarden.upstream.UpstreamCall;
import io.github.doorwarden.upstream.UpstreamFailure;
import io.github.doorwarden.upstream.UpstreamSettings;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Any server that speaks `POST /v1/embeddings` as OpenAI does. Texts go in batches; what the server is too busy for is
/// tried again inside the deadline.
public final class OpenAiEmbedder implements Embedder {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final Upstream upstream;
    private final String model;
    private final Optional<Integer> dimensions;
    private final String id;

    /// @param base       with or without `/v1` at its end
    /// @param apiKey     empty: none is sent
    /// @param dimensions asked for, of models that can have fewer; empty: as many as the model has
    public OpenAiEmbedder(URI base, String model, String apiKey, Optional<Integer> dimensions) {
        var settings = UpstreamSettings.of("The embedding server", v1(base));
        this.upstream = new Upstream(settings.withLimits(4, settings.slotWait(), Limits.ANSWER_BYTES),
                apiKey.isEmpty() ? Credentials.none() : Credentials.bearer(apiKey));
        this.model = model;
        this.dimensions = dimensions;
        this.id = "openai " + settings.baseUrl() + " " + model + dimensions.map(each -> " " + each).orElse("");
    }

    /// The address with `/v1` at its end, as the environment of OpenAI's own clients has it; those who leave it out
    /// mean the same.
    public static URI v1(URI base) {
        var text = base.toString().replaceAll("/+$", "");
        return URI.create(text.endsWith("/v1") ? text : text + "/v1");
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public List<float[]> embed(List<String> texts, Duration within) throws EmbeddingFailure, InterruptedException {
        var end = System.nanoTime() + within.toNanos();
        var vectors = new ArrayList<float[]>();
        var batch = new ArrayList<String>();
        var chars = 0;
        for (var text : texts) {
            var sent = text.isBlank() ? " " : text.substring(0, Math.min(text.length(), Limits.TEXT_CHARS));
            if (batch.size() == Limits.BATCH || !batch.isEmpty() && chars + sent.length() > Limits.BATCH_CHARS) {
                vectors.addAll(ask(batch, end));
                batch.clear();
                chars = 0;
            }
            batch.add(sent);
            chars += sent.length();
        }
        if (!batch.isEmpty()) {
            vectors.addAll(ask(batch, end));
        }
        return vectors;
    }

    private List<float[]> ask(List<String> batch, long end) throws EmbeddingFailure, InterruptedException {
        var body = JSON.createObjectNode().put("model", model).put("encoding_format", "float");
        dimensions.ifPresent(each -> body.put("dimensions", each));
        batch.forEach(body.putArray("input")::add);
        var call = new UpstreamCall("POST", "/embeddings", Map.of(), Optional.of(new UpstreamCall.Body(
                "application/json", body.toString().getBytes(StandardCharsets.UTF_8))), false,
                UUID.randomUUID().toString());
        try {
            return read(Patience.call(upstream, call, Duration.ofNanos(end - System.nanoTime())), batch.size());
        } catch (UpstreamFailure e) {
            throw new EmbeddingFailure(e.getMessage(), e);
        }
    }

    private List<float[]> read(UpstreamAnswer answer, int count) throws EmbeddingFailure {
        if (!answer.isSuccess()) {
            throw new EmbeddingFailure("The embedding server answered " + answer.status() + switch (answer.status()) {
                case 401, 403 -> ". Correct embeddings.api_key.";
                case 404 -> ". Correct embeddings.base_url and embeddings.model.";
                case 429 -> ": it is busy, or its quota is used up.";
                default -> ".";
            }, null);
        }
        try {
            var data = JSON.readTree(answer.body()).path("data");
            var vectors = new float[count][];
            for (var each : data) {
                var index = each.path("index").asInt(-1);
                if (index >= 0 && index < count) {
                    vectors[index] = vector(each.path("embedding"));
                }
            }
            for (var vector : vectors) {
                if (vector == null || vector.length != vectors[0].length) {
                    throw unusable(null);
                }
            }
            return List.of(vectors);
        } catch (JacksonException e) {
            throw unusable(e);
        }
    }

    private static float[] vector(JsonNode numbers) throws EmbeddingFailure {
        if (!numbers.isArray() || numbers.isEmpty() || numbers.size() > Limits.DIMENSIONS) {
            throw unusable(null);
        }
        var vector = new float[numbers.size()];
        for (var i = 0; i < vector.length; i++) {
            vector[i] = numbers.get(i).isNumber() ? numbers.get(i).asFloat() : Float.NaN;
        }
        return unit(vector);
    }

    /// The same direction with length 1.
    static float[] unit(float[] vector) throws EmbeddingFailure {
        var square = 0.0;
        for (var each : vector) {
            square += (double) each * each;
        }
        if (!(square > 0) || Double.isInfinite(square)) {
            throw unusable(null);
        }
        var length = Math.sqrt(square);
        for (var i = 0; i < vector.length; i++) {
            vector[i] = (float) (vector[i] / length);
        }
        return vector;
    }

    private static EmbeddingFailure unusable(Throwable cause) {
        return new EmbeddingFailure("The embedding server answered without a usable vector for each text. Look "
                + "whether embeddings.base_url leads to one that speaks OpenAI's /v1/embeddings.", cause);
    }

    @Override
    public void close() {
        upstream.close();
    }
}
