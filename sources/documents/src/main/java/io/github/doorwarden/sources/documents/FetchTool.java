package io.github.doorwarden.sources.documents;

import io.github.doorwarden.index.Failure;
import io.github.doorwarden.server.Call;
import io.github.doorwarden.server.Tool;
import io.github.doorwarden.server.ToolResult;
import io.github.doorwarden.server.ToolSpec;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `fetch` as ChatGPT's deep research and company knowledge want it: an id goes in, `{id, title, text, url, metadata}`
/// comes out, as structured content and as one text block. A text that is longer than the settings allow comes in
/// parts; `metadata` says so and names the next one: `doc-1#2`.
final class FetchTool implements Tool {

    private static final Logger LOG = LoggerFactory.getLogger(FetchTool.class);
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final Pattern ID = Pattern.compile("([^#\\p{Cntrl}]+)(?:#([1-9][0-9]{0,4}))?");

    private final ToolSpec spec;
    private final DocumentsSettings.Tools settings;
    private final Backend backend;
    private final Labels labels;

    FetchTool(DocumentsSettings.Tools settings, Backend backend, Labels labels) {
        this.settings = settings;
        this.backend = backend;
        this.labels = labels;
        var search = DocumentsSource.name(settings, "search");
        var in = JSON.objectNode().put("type", "object");
        in.putObject("properties").putObject("id").put("type", "string").put("description", "An id that " + search
                + " answered with, or metadata.next of a document that came in part");
        in.putArray("required").add("id");
        spec = DocumentsSource.readOnly(settings, "fetch", "Fetch a document", "Gives the text of a document by the "
                + "id that " + search + " answered with, and the URL to cite it by. Of a long text it gives a part; "
                + "metadata.next is then the id of the next part.", in, output());
    }

    private static ObjectNode output() {
        var out = JSON.objectNode().put("type", "object");
        var members = out.putObject("properties");
        for (var name : new String[] {"id", "title", "text", "url"}) {
            members.putObject(name).put("type", "string");
        }
        members.putObject("metadata").put("type", "object").putObject("additionalProperties").put("type", "string");
        out.putArray("required").add("id").add("title").add("text").add("url");
        return out;
    }

    @Override
    public ToolSpec spec() {
        return spec;
    }

    @Override
    public ToolResult call(Call call) throws InterruptedException {
        var id = call.arguments().path("id").asString("").strip();
        var match = ID.matcher(id);
        try {
            if (id.length() > Limits.ID_CHARS || !match.matches()) {
                return unknown();
            }
            var part = match.group(2) == null ? 1 : Integer.parseInt(match.group(2));
            // Looked at again although the backend has: what may not be read is as if it were not there.
            return backend.fetch(match.group(1), call.caller(), Limits.CALL)
                    .filter(found -> labels.mayRead(call.caller(), found.labels()))
                    .flatMap(found -> answer(id, match.group(1), part, found)).orElseGet(this::unknown);
        } catch (Failure e) {
            LOG.atWarn().addKeyValue("request", call.requestId()).setCause(e).log("A document was not fetched.");
            return ToolResult.error(e.getMessage() + " Request id " + call.requestId() + ".");
        }
    }

    /// The same sentence for what is not there and what is not for this caller.
    private ToolResult unknown() {
        return ToolResult.error("There is no document with this id. Take one that "
                + DocumentsSource.name(settings, "search") + " answered with.");
    }

    private Optional<ToolResult> answer(String id, String whole, int part, Backend.Found found) {
        var text = found.text();
        var start = 0;
        var end = end(text, 0);
        for (var i = 1; i < part; i++) {
            start = end;
            end = end(text, start);
        }
        if (part > 1 && start >= text.length()) {
            return Optional.empty();
        }
        var answer = JSON.objectNode().put("id", id).put("title", found.title())
                .put("text", text.substring(start, end)).put("url", found.url());
        var metadata = answer.putObject("metadata").put("source", backend.kind());
        if (!found.date().isEmpty()) {
            metadata.put("date", found.date());
        }
        if (part > 1 || end < text.length()) {
            metadata.put("part", Integer.toString(part));
        }
        if (end < text.length()) {
            metadata.put("truncated", "true").put("next", whole + "#" + (part + 1));
        }
        return Optional.of(ToolResult.structured(answer));
    }

    /// Where a part ends: behind the last line in its last tenth, if there is one.
    private int end(String text, int start) {
        if (text.length() - start <= settings.fetchChars()) {
            return text.length();
        }
        var most = start + settings.fetchChars();
        var line = text.lastIndexOf('\n', most - 1) + 1;
        return line > most - settings.fetchChars() / 10 ? line : Formats.whole(text, most);
    }
}
