package io.github.doorwarden.sources.code;

import io.github.doorwarden.server.AnswerBudget;
import io.github.doorwarden.server.Call;
import io.github.doorwarden.server.Tool;
import io.github.doorwarden.server.ToolResult;
import io.github.doorwarden.server.ToolSpec;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// `read_code`: lines of a file. It reads the index, never a disk: what was not indexed is not there, wherever a path
/// may lead.
final class ReadCodeTool implements Tool {

    private final Toolbox box;
    private final ToolSpec spec;

    ReadCodeTool(Toolbox box) {
        this.box = box;
        var in = Toolbox.object("path");
        Toolbox.text(in, "path", "The path as results have it, or its end where that is the only such file.");
        Toolbox.text(in, "repo", "The repository, where several have the path.");
        Toolbox.number(in, "from", 1, Integer.MAX_VALUE, "First line, without it 1.");
        Toolbox.number(in, "to", 1, Integer.MAX_VALUE, "Last line, without it " + Limits.READ_LINES
                + " lines are given.");
        var out = Toolbox.object("repo", "path", "from", "to", "lines", "text");
        for (var name : List.of("repo", "path", "language", "text", "permalink")) {
            Toolbox.text(out, name, name.equals("text") ? "The lines from `from` to `to`" : "Of the file");
        }
        for (var name : List.of("from", "to", "lines", "next", "redacted")) {
            Toolbox.number(out, name, 0, Integer.MAX_VALUE, switch (name) {
                case "lines" -> "How many the file has";
                case "next" -> "The line to go on from; absent when nothing was left out";
                case "redacted" -> "Secrets in the file in whose place a mark stands";
                default -> "Line, counted from 1";
            });
        }
        spec = box.spec("read_code", "Read code", "Reads lines of one indexed file. A longer file comes in parts: "
                + "`next` says where the next one begins.", in, out);
    }

    @Override
    public ToolSpec spec() {
        return spec;
    }

    @Override
    public ToolResult call(Call call) throws IOException {
        var path = Toolbox.text(call, "path").replaceAll("^\\./", "");
        var readable = box.repositories().readable(call.caller(), Toolbox.text(call, "repo"));
        var refused = Toolbox.refused(call, readable, false);
        if (refused.isPresent()) {
            return refused.get();
        }
        var places = box.index().look(List.<String[]>of(), searcher -> Lookup.paths(searcher, readable, path, 10));
        if (places.size() > 1) {
            return ToolResult.error("There are several files " + Toolbox.shown(path) + ": " + String.join(", ",
                    places.stream().map(place -> place[0] + " " + place[1]).toList()) + ". Name repo and path.");
        }
        var file = places.isEmpty() ? Optional.<Lookup.Found>empty()
                : box.index().look(Optional.<Lookup.Found>empty(), searcher -> Lookup.file(searcher,
                places.getFirst()[0], places.getFirst()[1]));
        return file.map(found -> answer(call, found)).orElseGet(() -> ToolResult.error("There is no indexed file "
                + Toolbox.shown(path) + ". Take a path as " + box.name("search_code") + " has it; binary, generated, "
                + "vendored and very large files are not indexed, nor are files that hold secrets."));
    }

    private ToolResult answer(Call call, Lookup.Found found) {
        var text = new SourceText(found.text());
        var from = Toolbox.number(call, "from", 1);
        if (from > text.lines()) {
            return ToolResult.error(found.path() + " has " + text.lines() + " lines.");
        }
        var to = Math.min(text.lines(), Math.max(from, Toolbox.number(call, "to", from + Limits.READ_LINES - 1)));
        var most = new AnswerBudget(box.settings().answerTokens(), Optional.empty()).maxBytes();
        // Twice in the answer: as structured content, and as a text block; only one of them reaches the model.
        var shown = new StringBuilder();
        var last = from - 1;
        var size = 1_000L;
        while (last < to) {
            var line = Toolbox.line(text.line(last + 1)) + "\n";
            size += Toolbox.JSON.stringNode(line).toString().length() * 2L;
            if (size / 2 > most && last >= from) {
                break;
            }
            shown.append(line);
            last++;
        }
        var answer = box.place(Toolbox.JSON.objectNode(), found.repository(), found.path(), from, last)
                .put("language", found.language()).put("lines", text.lines()).put("text", shown.toString());
        if (found.marks() > 0) {
            answer.put("redacted", found.marks());
        }
        if (last < text.lines()) {
            answer.put("next", last + 1);
        }
        return ToolResult.structured(answer);
    }
}
