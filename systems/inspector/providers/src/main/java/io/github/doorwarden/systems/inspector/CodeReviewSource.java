package io.github.doorwarden.systems.inspector;

import io.github.doorwarden.server.Description;
import io.github.doorwarden.server.Prompt;
import io.github.doorwarden.server.RecordPrompt;
import io.github.doorwarden.server.Source;
import io.github.doorwarden.server.Things;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Prompts for people who look at code: a person chooses one in the client, fills it in, and the model gets a good
/// question. Arguments are completed while they are typed. Immutable.
public final class CodeReviewSource implements Source {

    private static final List<String> LANGUAGES = List.of("bash", "c", "cpp", "csharp", "css", "dart", "elixir", "go",
            "haskell", "html", "java", "javascript", "kotlin", "lua", "perl", "php", "python", "r", "ruby", "rust",
            "scala", "sql", "swift", "typescript", "yaml", "zig");

    /// What a review looks at first.
    enum Focus {
        correctness("whether it does what it says, at the edges too: empty, one, many, absent, twice, at once"),
        security("what a stranger could make it do: input that is trusted, secrets that leak, checks that are missing"),
        performance("what grows with the input: work that is done again, memory that is held, calls in loops"),
        readability("whether the next person understands it: names, length, what a comment should say"),
        tests("what is not tested, and which of its tests would not fail if it were wrong");

        private final String words;

        Focus(String words) {
            this.words = words;
        }
    }

    enum Audience { beginner, colleague, expert }

    record Review(
            @Description("The code, as text.") String code,
            @Description("The language it is written in, for example java.") Optional<String> language,
            @Description("What to look at first; correctness when left out.") Optional<Focus> focus) {}

    record Explain(
            @Description("The code, as text.") String code,
            @Description("The language it is written in, for example java.") Optional<String> language,
            @Description("Who reads the explanation; a colleague when left out.") Optional<Audience> audience) {}

    record Change(
            @Description("The change as a unified diff.") String diff,
            @Description("What the change is meant to do, in a sentence.") Optional<String> purpose) {}

    @Override
    public String name() {
        return "review";
    }

    @Override
    public Things things() {
        return new Things(List.of(), List.of(), List.of(), List.of(review(), explain(), change()), List.of());
    }

    private static Prompt review() {
        return RecordPrompt.named("review_code",
                "Asks for a review of a piece of code, with one thing looked at first.")
                .title("Review code").completing("language", CodeReviewSource::languages)
                .text(Review.class, (asked, call) -> {
                    var focus = asked.focus().orElse(Focus.correctness);
                    return "Review the following code. Look first at " + focus.name() + ": " + focus.words + ".\n\n"
                            + "Say for each finding: the line, what is wrong, an input that shows it, and the smallest "
                            + "change that mends it. The worst comes first. Say so if there is none; do not invent "
                            + "any.\n\n" + fenced(asked.code(), asked.language());
                });
    }

    private static Prompt explain() {
        return RecordPrompt.named("explain_code", "Asks for an explanation of a piece of code, for a certain reader.")
                .title("Explain code").completing("language", CodeReviewSource::languages)
                .text(Explain.class, (asked, call) -> "Explain the following code to "
                        + switch (asked.audience().orElse(Audience.colleague)) {
                            case beginner -> "somebody who learns to program: step by step, without unexplained terms";
                            case colleague -> "a colleague who does not know this part: purpose first, then the way "
                                    + "through it, then what surprises";
                            case expert -> "an expert who has a minute: what is unusual about it, and why";
                        } + ".\n\n" + fenced(asked.code(), asked.language()));
    }

    private static Prompt change() {
        return RecordPrompt.named("review_change", "Asks for a review of a change, given as a diff.")
                .title("Review a change")
                .text(Change.class, (asked, call) -> "Review the following change"
                        + asked.purpose().map(purpose -> ", which is meant to do this: " + purpose).orElse("") + ".\n\n"
                        + "Say whether it does that, what else it changes, what it breaks for whoever uses this code, "
                        + "and which test is missing.\n\n" + fenced(asked.diff(), Optional.of("diff")));
    }

    /// A fence that the code cannot close.
    private static String fenced(String code, Optional<String> language) {
        var fence = new StringBuilder("```");
        while (code.contains(fence)) {
            fence.append('`');
        }
        var word = language.map(name -> name.replaceAll("[^A-Za-z0-9+#-]", "")).orElse("");
        return fence + word + "\n" + code + (code.endsWith("\n") ? "" : "\n") + fence;
    }

    private static List<String> languages(String typed) {
        var begin = typed.toLowerCase(Locale.ROOT);
        return LANGUAGES.stream().filter(language -> language.startsWith(begin)).toList();
    }
}
