package io.github.doorwarden.sources.code;

import io.github.doorwarden.server.Call;
import io.github.doorwarden.server.Tool;
import io.github.doorwarden.server.ToolResult;
import io.github.doorwarden.server.ToolSpec;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;

/// `generate_code`: what a model needs before it writes code here. It writes none itself: who calls is a model.
final class GenerateCodeTool implements Tool {

    private static final int EXAMPLES = 12;
    private static final int OUTLINES = 4;
    private static final int TESTS = 4;

    private final Toolbox box;
    private final ToolSpec spec;

    GenerateCodeTool(Toolbox box) {
        this.box = box;
        var in = Toolbox.object("task");
        Toolbox.text(in, "task", "What is to be written, in a sentence or two.");
        Toolbox.text(in, "repo", "One repository; without it, all that you may read.");
        Toolbox.text(in, "path", "Where it is to go: part of a path.");
        Toolbox.text(in, "language", "Such as java or python.");
        Toolbox.number(in, "max_tokens", 200, 20_000, "Of the whole pack.");
        var out = Toolbox.object("examples", "symbols", "tests", "conventions");
        Toolbox.list(out, "examples", "Code that does something like it, with its text");
        Toolbox.list(out, "symbols", "What the files of the examples declare: what may be called");
        Toolbox.list(out, "tests", "How such code is tested here");
        out.withObjectProperty("properties").putObject("conventions").put("type", "array").put("description",
                "How the code is written").putObject("items").put("type", "string");
        Toolbox.text(out, "cut", "Says so when not everything fitted");
        spec = box.spec("generate_code", "Context for generating code", "Gathers what is needed to write code for a "
                + "task in these repositories: similar code, the symbols to call, tests of such code, and how code is "
                + "written here. It returns context and writes no code: no language model is behind it. Write the code "
                + "yourself from what it gives.", in, out);
    }

    @Override
    public ToolSpec spec() {
        return spec;
    }

    @Override
    public ToolResult call(Call call) throws IOException, InterruptedException {
        var task = Toolbox.text(call, "task");
        var readable = box.repositories().readable(call.caller(), Toolbox.text(call, "repo"));
        var refused = Toolbox.refused(call, readable, true);
        if (refused.isPresent()) {
            return refused.get();
        }
        if (task.isEmpty() || task.length() > Limits.QUERY_CHARS) {
            return ToolResult.error("A task has 1 to " + Limits.QUERY_CHARS + " characters.");
        }
        var path = Toolbox.text(call, "path");
        var language = Toolbox.text(call, "language").toLowerCase(Locale.ROOT);
        var vector = box.index().vectors().ofQuery(task);
        var tokens = Math.min(Toolbox.number(call, "max_tokens", box.settings().packTokens()), box.settings()
                .answerTokens() - 500);
        var answer = box.index().look(Toolbox.JSON.objectNode(), searcher -> {
            var pack = new ContextPack(box, searcher, readable, tokens);
            var examples = pack.search(task, path, language, false, vector, EXAMPLES);
            if (examples.isEmpty()) {
                examples = pack.search(task, "", language, false, vector, EXAMPLES);
            }
            var files = new LinkedHashMap<String, String[]>();
            examples.forEach(each -> files.putIfAbsent(each.repository() + " " + each.path(), new String[] {
                each.repository(), each.path()}));
            pack.conventions(files.values().stream().limit(OUTLINES).toList());
            pack.snippets("examples", examples, 0.5);
            pack.snippets("tests", pack.search(task, "", language, true, vector, TESTS), 0.2);
            pack.answer().putArray("symbols");
            for (var file : files.values().stream().limit(OUTLINES).toList()) {
                pack.outline("symbols", file[0], file[1], 0.25);
            }
            return pack.answer();
        });
        return answer.isEmpty() ? ToolResult.error("The index is being opened. Try again in some seconds.")
                : box.answer(answer, box.settings().answerTokens(), "Ask for less with max_tokens.");
    }
}
