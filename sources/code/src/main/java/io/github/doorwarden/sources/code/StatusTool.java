package io.github.doorwarden.sources.code;

import io.github.doorwarden.server.Call;
import io.github.doorwarden.server.Tool;
import io.github.doorwarden.server.ToolResult;
import io.github.doorwarden.server.ToolSpec;
import java.io.IOException;

/// `code_index_status`: how far the index is, what was left out and why, and how searches go.
final class StatusTool implements Tool {

    private final Toolbox box;
    private final ToolSpec spec;

    StatusTool(Toolbox box) {
        this.box = box;
        var out = Toolbox.object("repositories");
        Toolbox.list(out, "repositories", "Of each: complete, files (that can be found), pending (changed and not yet "
                + "read), skipped by reason, redacted secrets, revision, failure");
        for (var name : new String[] {"vectors", "searches"}) {
            out.withObjectProperty("properties").putObject(name).put("type", "object").put("description",
                    name.equals("vectors") ? "Files that have vectors, of how many" : "Since the start: count, zero "
                    + "results, hits, times; for who may read all repositories. With " + box.name("search_quality")
                    + " it says so instead");
        }
        spec = box.spec("code_index_status", "Code index status", "Says which repositories there are, how far they "
                + "are indexed, what was left out and why. Ask it when something that should be there is not found.",
                Toolbox.object(), out);
    }

    @Override
    public ToolSpec spec() {
        return spec;
    }

    @Override
    public ToolResult call(Call call) throws IOException {
        var answer = Toolbox.JSON.objectNode();
        var all = answer.putArray("repositories");
        var readable = box.repositories().readable(call.caller(), "");
        for (var name : readable) {
            var status = box.index().status(name);
            var one = all.addObject().put("repo", name).put("complete", status.complete() && status.pending() == 0)
                    .put("files", status.files()).put("pending", status.pending()).put("redacted", status.marks());
            var skipped = one.putObject("skipped");
            status.skipped().forEach((why, count) -> skipped.put(why.key(), count));
            if (!status.revision().isEmpty()) {
                one.put("revision", status.revision());
            }
            if (!status.failure().isEmpty()) {
                one.put("failure", "The repository cannot be looked at now; what was found before is served.");
            }
        }
        var vectors = box.index().vectorsMade(readable);
        if (!box.index().vectors().key().isEmpty()) {
            answer.putObject("vectors").put("files", vectors[0]).put("of", vectors[1]);
        }
        if (readable.size() == box.repositories().size() && !box.settings().operators()) {
            answer.set("searches", box.counters().json());       // of all who search, wherever they may
        }
        return box.answer(answer, box.settings().answerTokens(), "Ask for a permission for fewer repositories.");
    }
}
