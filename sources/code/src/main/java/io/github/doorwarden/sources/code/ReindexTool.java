package io.github.doorwarden.sources.code;

import io.github.doorwarden.server.Call;
import io.github.doorwarden.server.Tool;
import io.github.doorwarden.server.ToolResult;
import io.github.doorwarden.server.ToolSpec;
import java.io.IOException;
import java.util.List;

/// `reindex_code`, for operators: all files of a repository are read again, as if all had changed. What is in the index
/// is served meanwhile.
final class ReindexTool implements Tool {

    private final Toolbox box;
    private final ToolSpec spec;

    ReindexTool(Toolbox box) {
        this.box = box;
        var in = Toolbox.object();
        Toolbox.text(in, "repo", "One repository; without it, all that you may read.");
        var out = Toolbox.object("repositories", "message");
        out.withObjectProperty("properties").putObject("repositories").put("type", "array").put("description",
                "Those that are read again").putObject("items").put("type", "string");
        Toolbox.text(out, "message", "What happens now");
        spec = box.spec("reindex_code", "Read code again", "Has all files of one or all repositories read and indexed "
                + "again, and Git repositories fetched. Changes are followed without it: use it after a rule for what "
                + "is left out has changed, or when the index is not believed. It returns at once; "
                + box.name("code_index_status") + " says how far it is. Searches go on meanwhile.", in, out)
                .withReadOnly(false);
    }

    @Override
    public ToolSpec spec() {
        return spec;
    }

    @Override
    public ToolResult call(Call call) throws IOException {
        var readable = box.repositories().readable(call.caller(), Toolbox.text(call, "repo"));
        var refused = Toolbox.refused(call, readable, false);
        if (refused.isPresent()) {
            return refused.get();
        }
        box.index().readAgain(readable);
        var answer = Toolbox.JSON.objectNode();
        List.copyOf(readable).forEach(answer.putArray("repositories")::add);
        return ToolResult.structured(answer.put("message", "They are read again from the next look on, within the time "
                + "of follow or a minute. Ask " + box.name("code_index_status") + " how many files are pending."));
    }
}
