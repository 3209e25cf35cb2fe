package io.github.doorwarden.sources.documents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.embeddings.EmbedderSettings;
import io.github.doorwarden.server.Conditions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What goes to the service, in which order, and what is said when it fails.
class VectorStoreUploadTest {

    @TempDir
    private Path folder;
    private final List<String> progress = new ArrayList<>();

    private VectorStoreUpload.Outcome upload(Service service) throws Exception {
        var settings = new DocumentsSettings(List.of(new Folder("d", folder, List.of(), List.of(),
                "https://docs.example/{stem}")), new DocumentsSettings.Tools("", "", Set.of(), 10, false, 60_000),
                "any", new EmbedderSettings.None(), new DocumentsSettings.Local());
        var labels = new Labels(Map.of("board", new LabelRule(Set.of("docs:board"), Conditions.NONE, Set.of(),
                Optional.empty(), List.of())), Corpus.policy());
        try (var upload = new VectorStoreUpload(settings, labels, service.at("/v1"), "sk-1", folder, (what, done, of) ->
                progress.add(what + " " + done + "/" + of), Duration.ZERO)) {
            return upload.run("Talks");
        }
    }

    private static void answer(Service.Asked asked, Service.Reply reply, AtomicInteger count, String end)
            throws Exception {
        switch (asked.method() + " " + asked.target().replaceAll("\\?.*", "")) {
            case "POST /v1/files" -> reply.say(200, "{\"id\":\"file-" + count.incrementAndGet() + "\"}");
            case "POST /v1/vector_stores" -> reply.say(200, "{\"id\":\"vs_9\"}");
            case "POST /v1/vector_stores/vs_9/file_batches" -> reply.say(200, "{\"id\":\"vsfb_1\",\"status\":"
                    + "\"in_progress\",\"file_counts\":{\"completed\":0,\"failed\":0}}");
            case "GET /v1/vector_stores/vs_9/file_batches/vsfb_1" -> reply.say(200, end);
            default -> reply.say(200, "{\"data\":[{\"last_error\":{\"message\":\"unsupported file\"}}]}");
        }
    }

    @Test
    void everyDocumentGoesWithTitleAddressAndLabels() throws Exception {
        Files.writeString(folder.resolve("a b.md"), "---\ntitle: \"A \\\"b\\\"\"\nlabels: board\n---\nText of a.");
        Files.writeString(folder.resolve("c.txt"), "Text of c.");
        Files.writeString(folder.resolve("d.md"), "---\nlabels: bord\n---\nNobody's.");
        Files.writeString(folder.resolve("e.md"), "---\nlabels: [\n---\n");
        var count = new AtomicInteger();
        try (var service = new Service((asked, reply) -> answer(asked, reply, count,
                "{\"id\":\"vsfb_1\",\"status\":\"completed\",\"file_counts\":{\"completed\":2,\"failed\":0}}"))) {
            var outcome = upload(service);
            assertEquals("vs_9 2", outcome.storeId() + " " + outcome.files());
            assertEquals(2, outcome.leftOut().size(), outcome.leftOut()::toString);
            assertEquals(List.of("POST /v1/files", "POST /v1/files", "POST /v1/vector_stores",
                    "POST /v1/vector_stores/vs_9/file_batches", "GET /v1/vector_stores/vs_9/file_batches/vsfb_1"),
                    service.lines());
            var file = service.asked.getFirst();
            assertTrue(file.header("Content-type").startsWith("multipart/form-data; boundary="));
            assertTrue(file.body().contains("name=\"purpose\"\r\n\r\nassistants\r\n"), file.body());
            assertTrue(file.body().contains("filename=\"a-b.md\"\r\nContent-Type: text/markdown\r\n\r\nText of a.\r\n"),
                    file.body());
            assertEquals("{\"file_id\":\"file-1\",\"attributes\":{\"title\":\"A \\\"b\\\"\",\"url\":"
                    + "\"https://docs.example/a%20b\",\"date\":\"\",\"labels\":\"|board|\",\"label_board\":\"board\"}}",
                    service.asked.get(3).json().path("files").path(0).toString());
            assertEquals("", service.asked.get(3).json().path("files").path(1).path("attributes").path("label_board")
                    .asString());
            assertEquals("reading 2/2", progress.getLast());
        }
    }

    @Test
    void whatFailsSaysWhatIsLeftThere() throws Exception {
        Files.writeString(folder.resolve("a.md"), "Text.");
        var count = new AtomicInteger();
        try (var service = new Service((asked, reply) -> answer(asked, reply, count,
                "{\"id\":\"vsfb_1\",\"status\":\"completed\",\"file_counts\":{\"completed\":0,\"failed\":1}}"))) {
            var message = assertThrows(UploadFailure.class, () -> upload(service)).getMessage();
            assertTrue(message.contains("1 of 1 files: unsupported file") && message.contains("vs_9 was made"),
                    message);
        }
        try (var service = new Service((asked, reply) -> reply.say(401, "{}"))) {
            var message = assertThrows(UploadFailure.class, () -> upload(service)).getMessage();
            assertTrue(message.contains("No vector store was made"), message);
        }
        Files.delete(folder.resolve("a.md"));
        try (var service = new Service((asked, reply) -> reply.say(500, "{}"))) {
            assertTrue(assertThrows(UploadFailure.class, () -> upload(service)).getMessage()
                    .startsWith("There is no document"));
            assertEquals(List.of(), service.asked);
        }
    }
}
