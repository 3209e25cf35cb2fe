package io.github.doorwarden.sources.documents;

import io.github.doorwarden.index.Failure;
import io.github.doorwarden.server.Call;
import io.github.doorwarden.server.Tool;
import io.github.doorwarden.server.ToolResult;
import io.github.doorwarden.server.ToolSpec;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `search` as ChatGPT's deep research and company knowledge want it (OpenAI, Building MCP servers for ChatGPT and API
/// integrations): one string goes in, `{"results": [{id, title, url}]}` comes out, as structured content and as one
/// text block.
final class SearchTool implements Tool {

    private static final Logger LOG = LoggerFactory.getLogger(SearchTool.class);
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final ToolSpec spec;
    private final DocumentsSettings.Tools settings;
    private final Backend backend;
    private final Labels labels;

    SearchTool(DocumentsSettings.Tools settings, Backend backend, Labels labels) {
        this.settings = settings;
        this.backend = backend;
        this.labels = labels;
        var about = settings.about().isBlank() ? "" : " The documents: " + settings.about().strip();
        var in = JSON.objectNode().put("type", "object");
        in.putObject("properties").putObject("query").put("type", "string").put("description",
                "A question or some words. Several searches in different words find more than one.");
        in.putArray("required").add("query");
        spec = DocumentsSource.readOnly(settings, "search", "Search documents", "Searches documents by words and "
                + "meaning. Answers with the best ones, each with its id, title and URL; " + DocumentsSource.name(
                settings, "fetch") + " gives the text of one by its id." + about, in, output(settings.snippets()));
    }

    private static ObjectNode output(boolean snippets) {
        var hit = JSON.objectNode().put("type", "object");
        var members = hit.putObject("properties");
        members.putObject("id").put("type", "string").put("description", "What fetch takes");
        members.putObject("title").put("type", "string");
        members.putObject("url").put("type", "string").put("description", "For citations; empty when there is none");
        if (snippets) {
            members.putObject("text").put("type", "string").put("description", "Where the words were found");
        }
        hit.putArray("required").add("id").add("title").add("url");
        var out = JSON.objectNode().put("type", "object");
        var results = out.putObject("properties").putObject("results").put("type", "array").put("description",
                "The best first");
        results.set("items", hit);
        out.putArray("required").add("results");
        return out;
    }

    @Override
    public ToolSpec spec() {
        return spec;
    }

    @Override
    public ToolResult call(Call call) throws InterruptedException {
        var query = call.arguments().path("query").asString("").strip();
        if (query.length() > Limits.QUERY_CHARS) {
            return ToolResult.error("The query has " + query.length() + " characters, and " + Limits.QUERY_CHARS
                    + " are taken. Ask for one thing at a time.");
        }
        var answer = JSON.objectNode();
        var results = answer.putArray("results");
        try {
            if (!query.isEmpty()) {
                for (var hit : backend.search(query, settings.results(), call.caller(), Limits.CALL)) {
                    // The query's own filter has left out what may not be read; this holds whatever it did.
                    if (labels.mayRead(call.caller(), hit.labels())) {
                        var result = results.addObject().put("id", hit.id()).put("title", hit.title())
                                .put("url", hit.url());
                        Optional.of(hit.snippet()).filter(text -> settings.snippets() && !text.isEmpty())
                                .ifPresent(text -> result.put("text", text));
                    }
                }
            }
            return ToolResult.structured(answer);
        } catch (Failure e) {
            LOG.atWarn().addKeyValue("request", call.requestId()).setCause(e).log("A search failed.");
            return ToolResult.error(e.getMessage() + " Request id " + call.requestId() + ".");
        }
    }
}
