package io.github.doorwarden.sources.code;

import io.github.doorwarden.index.Failure;
import io.github.doorwarden.server.Call;
import io.github.doorwarden.server.Tool;
import io.github.doorwarden.server.ToolResult;
import io.github.doorwarden.server.ToolSpec;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `search_code`: ranked snippets of code, each with where it lies, what it is and why it was found.
final class SearchCodeTool implements Tool {

    private static final Logger LOG = LoggerFactory.getLogger(SearchCodeTool.class);
    private static final String ADVICE = "Ask for fewer results with limit, or name a repo, path, language or kind.";

    /// Where code is searched: in this process, or at a service.
    sealed interface Backend extends AutoCloseable permits LocalSearch, AzureSearch {

        /// @param text  lines, without secrets
        /// @param words of BM25, or of whatever ranks there
        record Hit(String repository, String path, String language, int from, int to, String symbol, String kind,
                String text, double score, double words, double vector) {}

        /// @return the best first, of the question's repositories alone
        List<Hit> search(Ranking.Question question, int most) throws Failure, InterruptedException;

        @Override
        default void close() {}
    }

    private final Toolbox box;
    private final Backend backend;
    private final ToolSpec spec;

    SearchCodeTool(Toolbox box, Backend backend) {
        this.box = box;
        this.backend = backend;
        var in = Toolbox.object("query");
        Toolbox.text(in, "query", "What to look for: words, a question, a symbol or a path. Names as they are "
                + "written in code count most.");
        Toolbox.text(in, "repo", "One repository; without it, all that you may read.");
        Toolbox.text(in, "path", "Part of a path, or a glob such as src/**/*.java: * stands for anything.");
        Toolbox.text(in, "language", "Such as java, python, typescript, markdown.");
        Toolbox.text(in, "kind", "Such as class, method, function, interface, section.");
        Toolbox.number(in, "limit", 1, Limits.RESULTS_MOST, "How many results, without it " + Limits.RESULTS + ".");
        var out = Toolbox.object("results");
        Toolbox.list(out, "results", "The best first: repo, path, from, to, language, symbol, kind, text, score and "
                + "its parts");
        Toolbox.text(out, "note", "What to know about the answer, such as that the index is not complete yet");
        spec = box.spec("search_code", "Search code", "Searches code by words, names and, where it is configured, "
                + "meaning. Answers with ranked snippets, each with its repository, path and lines; "
                + box.name("read_code") + " gives more lines around one. Secrets are taken out of all code: "
                + "[redacted: …] stands in their place.", in, out);
    }

    @Override
    public ToolSpec spec() {
        return spec;
    }

    @Override
    public ToolResult call(Call call) throws InterruptedException {
        var query = Toolbox.text(call, "query");
        if (query.length() > Limits.QUERY_CHARS) {
            return ToolResult.error("The query has " + query.length() + " characters, and " + Limits.QUERY_CHARS
                    + " are taken. Ask for one thing at a time.");
        }
        var readable = box.repositories().readable(call.caller(), Toolbox.text(call, "repo"));
        var refused = Toolbox.refused(call, readable, true);
        if (refused.isPresent()) {
            return refused.get();
        }
        var began = System.nanoTime();
        try {
            var hits = backend.search(new Ranking.Question(query, readable, Toolbox.text(call, "path"),
                    Toolbox.text(call, "language").toLowerCase(Locale.ROOT), Toolbox.text(call, "kind")
                    .toLowerCase(Locale.ROOT), false), Toolbox.number(call, "limit", Limits.RESULTS));
            box.counters().searched(System.nanoTime() - began, hits.size(), query);
            return answer(call, hits, readable);
        } catch (Failure e) {
            box.counters().failed(System.nanoTime() - began);
            LOG.atWarn().addKeyValue("request", call.requestId()).setCause(e).log("A search of code failed.");
            return ToolResult.error(e.getMessage() + " Request id " + call.requestId() + ".");
        }
    }

    private ToolResult answer(Call call, List<Backend.Hit> hits, java.util.Collection<String> readable) {
        var answer = Toolbox.JSON.objectNode();
        var results = answer.putArray("results");
        for (var hit : hits) {
            // The query's own filter has left out what may not be read; this holds whatever it did.
            if (box.repositories().mayRead(call.caller(), hit.repository())) {
                var result = box.place(results.addObject(), hit.repository(), hit.path(), hit.from(), hit.to())
                        .put("language", hit.language()).put("symbol", hit.symbol()).put("kind", hit.kind())
                        .put("text", hit.text()).put("score", rounded(hit.score()));
                var parts = result.putObject("parts");
                parts.put("words", rounded(hit.words())).put("vector", rounded(hit.vector()));
            }
        }
        var pending = readable.stream().mapToInt(name -> box.index().status(name).pending()).sum();
        var complete = readable.stream().allMatch(name -> box.index().status(name).complete());
        var away = readable.stream().filter(name -> !box.index().status(name).failure().isEmpty()).toList();
        if (!away.isEmpty()) {
            answer.put("note", "Cannot be looked at now: " + String.join(", ", away) + ". What was found there before "
                    + "is served, if there is something. It is tried again; tell the administrator if that stays.");
        } else if (!complete || pending > 0) {
            answer.put("note", "The index is being built: " + pending + " changed files are not in it yet. Search "
                    + "again in a minute if something is missing.");
        } else if (hits.isEmpty()) {
            answer.put("note", "Nothing was found. Use words that the code itself would have, or leave out filters.");
        }
        return box.answer(answer, box.settings().answerTokens(), ADVICE);
    }

    private static double rounded(double value) {
        return Math.round(value * 10_000) / 10_000.0;
    }
}
