package io.github.doorwarden.sources.code;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.embeddings.EmbedderSettings;
import io.github.doorwarden.tidy.Polling;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Vectors beside words: they come in the background, and nothing waits for them.
class VectorsTest {

    @TempDir
    private Path root;

    /// Texts about cars and automobiles are near each other, all others elsewhere.
    private static String vectors(String body) {
        var answer = Workshop.JSON.createObjectNode();
        var data = answer.putArray("data");
        for (var text : Workshop.JSON.readTree(body).path("input")) {
            var near = text.asString().contains("vehicle") || text.asString().contains("motor");
            var item = data.addObject().put("index", data.size() - 1);
            item.putArray("embedding").add(near ? 1.0 : 0.01).add(near ? 0.01 : 1.0);
        }
        return answer.toString();
    }

    @Test
    void meaningIsFoundOnceThereAreVectorsAndWordsBefore() throws Exception {
        try (var service = new Service(VectorsTest::vectors); var shop = new Workshop(root)) {
            shop.write("motor.py", "def start_motor():\n    pass\n").write("tree.py", "def plant():\n    pass\n");
            shop.embedding = new EmbedderSettings.Server(service.at(""), "m", "", Optional.empty());
            shop.open();
            assertEquals(List.of("tree.py plant"), shop.found("plant").subList(0, 1));
            assertEquals(0, shop.call("code_index_status").path("vectors").path("files").asInt());
            while (shop.source.index().index().vectorsOfSome()) {
                continue;
            }
            assertEquals(2, shop.call("code_index_status").path("vectors").path("files").asInt());
            var hit = shop.call("search_code", "query", "vehicle").path("results").path(0);
            assertEquals("motor.py", hit.path("path").asString());
            assertTrue(hit.path("parts").path("vector").asDouble() > 0.5 && hit.path("parts").path("words").asDouble()
                    == 0, hit.toString());
            assertTrue(service.asked.stream().noneMatch(each -> each.contains("canary")), "no secret goes there");
            service.status = 500;
            assertEquals("tree.py plant", shop.found("plant").getFirst(), "words rank while the server is away");
        }
    }

    @Test
    void oneFileThatTheServerRefusesCostsTheOthersNothing() throws Exception {
        try (var service = new Service(body -> body.contains("mandrake") ? "{}" : vectors(body));
                var shop = new Workshop(root)) {
            shop.write("a.py", "def mandrake():\n    pass\n").write("motor.py", "def start_motor():\n    pass\n");
            shop.embedding = new EmbedderSettings.Server(service.at(""), "m", "", Optional.empty());
            shop.open();
            makeVectors(shop);
            assertEquals("motor.py start_motor", shop.found("vehicle").getFirst());
            assertEquals("a.py mandrake", shop.found("mandrake").getFirst(), "words find it still");
            assertEquals("motor.py start_motor", shop.found("vehicle").getFirst(), "one query costs the next nothing");
            var asked = service.asked.size();
            shop.look();
            makeVectors(shop);
            assertEquals(asked, service.asked.size(), "it is not sent again and again");
            shop.write("a.py", "def vehicle():\n    pass\n");
            shop.look();
            makeVectors(shop);
            assertEquals(2, shop.call("code_index_status").path("vectors").path("files").asInt());
        }
    }

    private static void makeVectors(Workshop shop) throws Exception {
        while (shop.source.index().index().vectorsOfSome()) {
            continue;
        }
    }

    /// With threads, as in a deployment: waits for the vectors themselves.
    @Test
    void theyAreMadeInTheBackgroundAndKept() throws Exception {
        try (var service = new Service(VectorsTest::vectors); var shop = new Workshop(root)) {
            shop.write("motor.py", "def start_motor():\n    pass\n");
            shop.embedding = new EmbedderSettings.Server(service.at(""), "m", "", Optional.empty());
            shop.open();
            shop.source.index().close();
            shop.source = null;
            shop.make();
            shop.source.listen(null);
            assertTrue(shop.source.isRead(Duration.ofMinutes(1)));
            while (shop.call("code_index_status").path("vectors").path("files").asInt() < 1) {
                Polling.pause();
            }
            var asked = service.asked.size();
            shop.close();
            shop.write("motor.py", "# moved\ndef start_motor():\n    pass\n").open();
            while (shop.source.index().index().vectorsOfSome()) {
                continue;
            }
            assertEquals(asked + 1, service.asked.size(), "what is the same is not asked for again");
            shop.look();
            assertEquals(asked + 1, service.asked.size());
        }
    }
}
