package io.github.doorwarden.sources.code;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.identity.Reader;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `search_code` over an index at Azure AI Search, by answers of the shape that its reference describes.
class AzureSearchTest {

    private static final String ANSWER = """
            {"value": [
              {"@search.score": 3.5, "@search.rerankerScore": 2.1, "repo": "main", "file": "src/A.java", "line": 7,
               "chunk": "int total() {\\n  String k = \\"AKIAQ3EGVTRB6KXW2MZP\\";\\n}"},
              {"@search.score": 3.1, "repo": "inner", "file": "src/B.java", "line": 1, "chunk": "hidden"},
              {"@search.score": 2, "repo": "unheard", "file": "src/C.java", "line": 1, "chunk": "hidden"}]}""";

    @TempDir
    private Path root;

    @Test
    void repositoriesAreFilteredThereAndHereAndSecretsTakenOut() throws Exception {
        try (var service = new Service(body -> ANSWER); var shop = new Workshop(root)) {
            shop.azure = Optional.of(new CodeSettings.AzurePlace(service.at(""), "code", "k-1", "2025-09-01",
                    "default", Map.of("repository", "repo", "path", "file", "content", "chunk", "from", "line",
                    "vector", "embedding")));
            shop.repositories.add(Workshop.repository("inner", new CodeSettings.Folder(shop.folder), "code:inner"));
            shop.open();
            var found = shop.call("search_code", "query", "total", "limit", 5);
            assertEquals(1, found.path("results").size(), found.toString());
            var hit = found.path("results").path(0);
            assertEquals("main src/A.java 7 9 java", hit.path("repo").asString() + " " + hit.path("path").asString()
                    + " " + hit.path("from").asInt() + " " + hit.path("to").asInt() + " " + hit.path("language")
                    .asString());
            assertFalse(found.toString().contains("AKIAQ3EGVTRB6KXW2MZP") || found.toString().contains("hidden"));
            assertEquals("/indexes('code')/docs/search.post.search?api-version=2025-09-01\nk-1\n{\"search\":\"total\","
                    + "\"top\":5,\"select\":\"chunk,file,line,repo\",\"queryType\":\"semantic\","
                    + "\"semanticConfiguration\":\"default\",\"vectorQueries\":[{\"kind\":\"text\",\"text\":\"total\","
                    + "\"fields\":\"embedding\",\"k\":50}],\"filter\":\"search.in(repo, 'main', '|')\"}",
                    service.asked.getFirst());
            assertEquals(2, shop.answer(Reader.with("code:inner"), "search_code", "query", "total").structured()
                    .orElseThrow().path("results").size());
            service.status = 403;
            assertTrue(shop.refusal("search_code", "query", "total").startsWith("The search service does not take"));
        }
    }
}
