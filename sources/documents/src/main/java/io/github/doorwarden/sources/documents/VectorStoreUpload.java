package io.github.doorwarden.sources.documents;

import io.github.doorwarden.index.Answers;
import io.github.doorwarden.index.Failure;
import io.github.doorwarden.upstream.Upstream;
import io.github.doorwarden.upstream.UpstreamCall;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Puts the documents of the folders into a new OpenAI vector store: their texts as files (`POST /v1/files`), then in
/// batches into the store, with title, address and labels as attributes, until the store has read them all.
public final class VectorStoreUpload implements AutoCloseable {

    /// Is told how far it is.
    public interface Progress {
        void at(String what, int done, int of);
    }

    /// @param storeId of the new store
    /// @param files   that it has
    /// @param leftOut documents that it has not, each with the reason
    public record Outcome(String storeId, int files, List<String> leftOut) {

        public Outcome {
            leftOut = List.copyOf(leftOut);
        }
    }

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final DocumentsSettings settings;
    private final Labels labels;
    private final Upstream upstream;
    private final Answers answers;
    private final Progress progress;
    private final Duration poll;
    private final PdfReader pdf;
    private final Intake intake;

    /// @param base    of the API, with or without `/v1`
    /// @param scratch folder that may be written to
    /// @throws IllegalArgumentException with a sentence, when there are more labels than a store can have
    public VectorStoreUpload(DocumentsSettings settings, Labels labels, URI base, String apiKey, Path scratch,
            Progress progress) {
        this(settings, labels, base, apiKey, scratch, progress, Limits.UPLOAD_POLL);
    }

    VectorStoreUpload(DocumentsSettings settings, Labels labels, URI base, String apiKey, Path scratch,
            Progress progress, Duration poll) {
        VectorStore.check(labels);
        this.settings = settings;
        this.labels = labels;
        this.upstream = VectorStore.upstream(base, apiKey);
        this.answers = new Answers(upstream, VectorStore.HEADERS);
        this.progress = progress;
        this.poll = poll;
        this.pdf = new PdfReader(scratch);
        this.intake = new Intake(labels, new Formats(pdf));
    }

    /// @param name of the new store
    public Outcome run(String name) throws UploadFailure, InterruptedException {
        var leftOut = new ArrayList<String>();
        var documents = documents(leftOut);
        if (documents.isEmpty()) {
            throw new UploadFailure("There is no document that could be uploaded. Nothing was sent. "
                    + String.join(" ", leftOut), null);
        }
        var store = "";
        try {
            var files = new ArrayList<ObjectNode>();
            for (var document : documents) {
                files.add(JSON.objectNode().put("file_id", file(document)));
                files.getLast().set("attributes", attributes(document));
                progress.at("sending", files.size(), documents.size());
            }
            store = asked("POST", "/vector_stores", Optional.of(json(JSON.objectNode().put("name", name))))
                    .path("id").asString("");
            for (var from = 0; from < files.size(); from += Limits.UPLOAD_BATCH) {
                batch(store, files.subList(from, Math.min(files.size(), from + Limits.UPLOAD_BATCH)), from,
                        files.size());
            }
            return new Outcome(store, files.size(), leftOut);
        } catch (Failure e) {
            throw new UploadFailure(e.getMessage() + (store.isEmpty() ? " No vector store was made; files that were "
                    + "sent already are in the account." : " The vector store " + store + " was made and is not "
                    + "complete: delete it before you try again."), e);
        }
    }

    private List<Indexed> documents(List<String> leftOut) throws UploadFailure, InterruptedException {
        var all = new ArrayList<Indexed>();
        for (var folder : settings.folders()) {
            try {
                var tree = Tree.of(folder);
                leftOut.addAll(tree.warnings());
                for (var file : new TreeMap<>(tree.files()).entrySet()) {
                    read(folder, file.getKey(), file.getValue(), leftOut).ifPresent(all::add);
                }
            } catch (IOException | IllegalArgumentException e) {
                throw new UploadFailure("The folder " + folder.path() + " cannot be read (" + e.getMessage()
                        + "). Nothing was sent.", e);
            }
        }
        pdf.rest();
        return all;
    }

    private Optional<Indexed> read(Folder folder, String path, Tree.Entry file, List<String> leftOut)
            throws InterruptedException {
        try {
            var document = intake.read(folder, path, file, leftOut);
            var several = document.labels().stream().map(Labels::name).distinct().count() < document.labels().size();
            if (several) {
                throw new Unreadable("it has two values of one label, which a vector store cannot tell apart");
            }
            if (document.access().length() > Limits.ATTRIBUTE_CHARS) {
                throw new Unreadable("its labels together have more than " + Limits.ATTRIBUTE_CHARS + " characters");
            }
            // What nobody may read has no business at a service.
            return labels.unknown(document.labels()).isEmpty() ? Optional.of(document) : Optional.empty();
        } catch (Unreadable e) {
            leftOut.add(path + " is left out: " + e.getMessage() + ".");
            return Optional.empty();
        }
    }

    private ObjectNode attributes(Indexed document) {
        var attributes = JSON.objectNode().put("title", bounded(document.title())).put("url",
                document.url().length() > Limits.ATTRIBUTE_CHARS ? "" : document.url())
                .put("date", bounded(document.date())).put("labels", document.access());
        labels.rules().keySet().forEach(name -> attributes.put(VectorStore.attribute(name), document.labels().stream()
                .filter(label -> Labels.name(label).equals(name)).map(label -> label.contains(":")
                ? label.substring(label.indexOf(':') + 1) : label).findFirst().orElse("")));
        return attributes;
    }

    private static String bounded(String text) {
        return text.substring(0, Formats.whole(text, Math.min(text.length(), Limits.ATTRIBUTE_CHARS)));
    }

    /// RFC 7578.
    private String file(Indexed document) throws Failure, InterruptedException {
        var boundary = "doorwarden-" + UUID.randomUUID();
        var name = document.path().replaceAll("[^A-Za-z0-9._-]+", "-").replaceFirst("\\.[^.]*$", "") + ".md";
        var body = new ByteArrayOutputStream();
        body.writeBytes(("--" + boundary + "\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nassistants"
                + "\r\n--" + boundary + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name
                + "\"\r\nContent-Type: text/markdown\r\n\r\n").getBytes(StandardCharsets.UTF_8));
        body.writeBytes(document.text().getBytes(StandardCharsets.UTF_8));
        body.writeBytes(("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.UTF_8));
        return asked("POST", "/files", Optional.of(new UpstreamCall.Body("multipart/form-data; boundary=" + boundary,
                body.toByteArray()))).path("id").asString();
    }

    private void batch(String store, List<ObjectNode> files, int before, int of) throws Failure, InterruptedException {
        var body = JSON.objectNode();
        files.forEach(body.putArray("files")::add);
        var path = "/vector_stores/" + store + "/file_batches";
        var batch = asked("POST", path, Optional.of(json(body)));
        var end = System.nanoTime() + Limits.UPLOAD_BATCH_TIME.toNanos();
        while (batch.path("status").asString("").equals("in_progress")) {
            progress.at("reading", before + batch.path("file_counts").path("completed").asInt(0), of);
            if (System.nanoTime() - end > 0) {
                throw new Failure("The vector store has not read its files within "
                        + Limits.UPLOAD_BATCH_TIME.toMinutes() + " minutes.", null);
            }
            Thread.sleep(poll);
            batch = asked("GET", path + "/" + batch.path("id").asString(), Optional.empty());
        }
        if (!batch.path("status").asString("").equals("completed") || batch.path("file_counts").path("failed")
                .asInt(0) > 0) {
            throw new Failure("The vector store could not read " + batch.path("file_counts").path("failed").asInt(0)
                    + " of " + files.size() + " files" + why(path + "/" + batch.path("id").asString()) + ".", null);
        }
        progress.at("reading", before + files.size(), of);
    }

    private String why(String batch) throws Failure, InterruptedException {
        var failed = asked("GET", batch + "/files?filter=failed&limit=1", Optional.empty()).path("data").path(0);
        var message = failed.path("last_error").path("message").asString("");
        return message.isEmpty() ? "" : ": " + bounded(message);
    }

    private static UpstreamCall.Body json(JsonNode body) {
        return new UpstreamCall.Body("application/json", body.toString().getBytes(StandardCharsets.UTF_8));
    }

    private JsonNode asked(String method, String target, Optional<UpstreamCall.Body> body)
            throws Failure, InterruptedException {
        var answer = answers.call(method, target, body, System.nanoTime() + Limits.UPLOAD_CALL.toNanos())
                .orElseThrow(() -> new Failure("There is no " + target
                + " at the base URL. Look whether it leads to an "
                        + "API like OpenAI's.", null));
        if (method.equals("POST") && !answer.path("id").asString("").matches("[A-Za-z0-9_-]{1,100}")) {
            throw new Failure(VectorStore.NAME + " answered without an id.", null);
        }
        return answer;
    }

    @Override
    public void close() {
        pdf.close();
        upstream.close();
    }
}
