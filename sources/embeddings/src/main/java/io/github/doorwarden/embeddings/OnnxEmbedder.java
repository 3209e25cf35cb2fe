package io.github.doorwarden.embeddings;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/// The model all-MiniLM-L6-v2 (int8) in this process: 384 dimensions, no network, some 20 ms a text, and 300 MB of
/// memory outside the heap. Model and vocabulary come from a jar of data. The model is loaded with the first text, in
/// half a second.
public final class OnnxEmbedder implements Embedder {

    private static final String MODEL = "all-minilm-l6-v2-q";

    private Loaded loaded;
    private boolean closed;

    private record Loaded(OrtEnvironment environment, OrtSession session, WordPiece tokenizer) {}

    @Override
    public String id() {
        return "onnx " + MODEL + " " + Limits.TOKENS;
    }

    @Override
    public List<float[]> embed(List<String> texts, Duration within) throws EmbeddingFailure, InterruptedException {
        var end = System.nanoTime() + within.toNanos();
        var vectors = new ArrayList<float[]>();
        try {
            var model = loaded();
            for (var text : texts) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                if (System.nanoTime() - end > 0) {
                    throw new EmbeddingFailure("The model needed more than " + within.toSeconds() + " s for "
                            + vectors.size() + " of " + texts.size() + " texts. The machine is busy.", null);
                }
                vectors.add(vector(model, model.tokenizer.ids(text, Limits.TOKENS)));
            }
            return vectors;
        } catch (OrtException | IOException | UnsatisfiedLinkError e) {
            throw new EmbeddingFailure("The model cannot run here (" + e.getMessage() + "). There are libraries for "
                    + "Linux, Windows and Macs with Apple's processors; elsewhere choose embeddings of another type.",
                    e);
        }
    }

    private synchronized Loaded loaded() throws OrtException, IOException {
        if (closed) {
            throw new IllegalStateException("The embedder is closed.");
        }
        if (loaded == null) {
            var environment = OrtEnvironment.getEnvironment();
            try (var options = new OrtSession.SessionOptions()) {
                // Half of the machine at most: it has calls to answer meanwhile.
                options.setIntraOpNumThreads(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
                loaded = new Loaded(environment, environment.createSession(resource(MODEL + ".onnx"), options),
                        new WordPiece(vocabulary()));
            }
        }
        return loaded;
    }

    private static Map<String, Integer> vocabulary() throws IOException {
        var vocabulary = new HashMap<String, Integer>();
        JsonMapper.shared().readTree(resource(MODEL + "-tokenizer.json")).path("model").path("vocab").properties()
                .forEach(token -> vocabulary.put(token.getKey(), token.getValue().asInt()));
        return vocabulary;
    }

    private static byte[] resource(String name) throws IOException {
        try (var in = OnnxEmbedder.class.getResourceAsStream("/" + name)) {
            if (in == null) {
                throw new IOException("its file " + name + " is not on the class path");
            }
            return in.readAllBytes();
        }
    }

    /// The mean of what the model says of each token (Sentence-BERT, mean pooling), with length 1.
    private static float[] vector(Loaded model, long[] ids) throws OrtException, EmbeddingFailure {
        var ones = new long[ids.length];
        java.util.Arrays.fill(ones, 1);
        try (var input = OnnxTensor.createTensor(model.environment, new long[][] {ids});
                var mask = OnnxTensor.createTensor(model.environment, new long[][] {ones});
                var types = OnnxTensor.createTensor(model.environment, new long[][] {new long[ids.length]})) {
            var inputs = new HashMap<String, OnnxTensor>();
            inputs.put("input_ids", input);
            inputs.put("attention_mask", mask);
            inputs.put("token_type_ids", types);
            inputs.keySet().retainAll(model.session.getInputNames());
            try (var output = model.session.run(inputs)) {
                var tokens = ((float[][][]) output.get(0).getValue())[0];
                var mean = new float[tokens[0].length];
                for (var token : tokens) {
                    for (var i = 0; i < mean.length; i++) {
                        mean[i] += token[i] / tokens.length;
                    }
                }
                return OpenAiEmbedder.unit(mean);
            }
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        try {
            if (loaded != null) {
                loaded.session.close();
            }
        } catch (OrtException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }
}
