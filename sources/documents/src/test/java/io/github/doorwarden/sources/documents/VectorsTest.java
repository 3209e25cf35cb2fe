package io.github.doorwarden.sources.documents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.embeddings.OnnxEmbedder;
import io.github.doorwarden.embeddings.OpenAiEmbedder;
import io.github.doorwarden.identity.Reader;
import io.github.doorwarden.index.Vectors;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Vectors beside words: what they add, and that nothing is lost or shown because of them.
class VectorsTest {

    @TempDir
    private Path folder;
    @TempDir
    private Path state;
    private final AtomicInteger texts = new AtomicInteger();
    /// As many as OpenAI's usual model has.
    private final AtomicInteger dimensions = new AtomicInteger(1_536);
    private final AtomicInteger refusals = new AtomicInteger();
    private final AtomicBoolean down = new AtomicBoolean();

    /// A server whose vectors know of two things, animals and money, by a few words of each.
    private Service server() throws Exception {
        return new Service((asked, reply) -> {
            if (down.get()) {
                reply.say(500, "{}");
                return;
            }
            if (asked.body().contains("mandrake")) {
                refusals.incrementAndGet();
                reply.say(400, "{\"error\":{\"message\":\"no mandrakes\"}}");
                return;
            }
            var answer = Corpus.JSON.createObjectNode();
            var data = answer.putArray("data");
            for (var text : asked.json().path("input")) {
                texts.incrementAndGet();
                var words = text.asString().toLowerCase();
                var each = data.addObject().put("index", data.size() - 1);
                var vector = each.putArray("embedding").add(words.matches("(?s).*(okapi|giraffe|beast).*") ? 1 : 0.01)
                        .add(words.matches("(?s).*(refund|money|price).*") ? 1 : 0.01);
                for (var i = 2; i < dimensions.get(); i++) {
                    vector.add(0);
                }
            }
            reply.say(200, answer.toString());
        });
    }

    private Corpus corpus(Service server, String model) {
        var corpus = new Corpus(folder, state);
        corpus.label("board", "docs:board");
        corpus.embedder = Optional.of(new OpenAiEmbedder(server.at(""), model, "", Optional.empty()));
        return corpus;
    }

    @Test
    void otherWordsForTheSameAreFoundAndBothWaysCount() throws Exception {
        try (var server = server(); var corpus = corpus(server, "m").write("a.md", "# A\nThe okapi.")
                .write("b.md", "# B\nRefund within ten days.").write("c.md", "# C\nGiraffe, a beast.").open()) {
            assertEquals(List.of("C", "A"), corpus.titles("beast").subList(0, 2));
            assertEquals("B", corpus.titles("money").getFirst());
        }
    }

    @Test
    void labelsHoldForNearness() throws Exception {
        try (var server = server(); var corpus = corpus(server, "m").write("a.md",
                "---\nlabels: board\n---\n# A\nThe okapi.").write("b.md", "# B\nSomething.").open()) {
            assertEquals(List.of("B"), corpus.titles("beast"));
            assertEquals("A", corpus.titles(Reader.with("docs:board"), "beast").getFirst());
        }
    }

    @Test
    void wordsAreFoundBeforeThereAreVectorsAndWithoutTheServer() throws Exception {
        down.set(true);
        try (var server = server(); var corpus = corpus(server, "m").write("a.md", "# A\nThe okapi.").open()) {
            assertEquals(List.of("A"), corpus.titles("okapi"));
            assertEquals(List.of(), corpus.titles("beast"));
        }
    }

    @Test
    void oneThatTheServerRefusesCostsTheOthersNothing() throws Exception {
        try (var server = server(); var corpus = corpus(server, "m").write("a.md", "# A\nThe okapi.")
                .write("b.md", "# B\nA beast called mandrake.").write("c.md", "# C\nGiraffe.").open()) {
            assertEquals(Set.of("A", "B", "C"), Set.copyOf(corpus.titles("beast")));
            assertEquals(List.of("B"), corpus.titles("called").subList(0, 1));
            var sent = refusals.get();
            corpus.look();
            corpus.write("d.md", "# D\nA price.").look();
            assertEquals("D", corpus.titles("money").getFirst());
            assertEquals(sent, refusals.get(), "it is not sent again and again");
            corpus.write("b.md", "# B\nA giraffe.").look();
            assertEquals(Set.of("A", "B", "C"), Set.copyOf(corpus.titles("beast").subList(0, 3)));
        }
        try (var server = server(); var corpus = corpus(server, "m").write("b.md", "# B\nmandrake").open()) {
            assertEquals("A", corpus.titles("okapi").getFirst());
        }
    }

    @Test
    void aQueryThatTheServerRefusesTakesNoVectorFromOthers() throws Exception {
        try (var server = server(); var corpus = corpus(server, "m").write("a.md", "# A\nThe okapi.").open()) {
            assertEquals(List.of("A"), corpus.titles("mandrake okapi"));
            assertEquals(List.of("A"), corpus.titles("beast"));
            corpus.write("b.md", "# B\nA price.").look();
            assertEquals("B", corpus.titles("money").getFirst());
        }
    }

    @Test
    void aRoundThatFailsTakesNoVectorFromAQueryAndRefusesNothing() throws Exception {
        try (var server = server(); var corpus = corpus(server, "m").write("a.md", "# A\nThe okapi.").open()) {
            down.set(true);
            corpus.write("b.md", "# B\nA price.").look();
            down.set(false);
            assertEquals("A", corpus.titles("beast").getFirst());
            down.set(true);
            try (var vectors = new Vectors(Optional.of(new OpenAiEmbedder(server.at(""), "m", "", Optional.empty())),
                    state.resolve("other"))) {
                assertEquals(List.of(), vectors.ofEach(List.of(List.of("one"), List.of("two"))));
            }
        }
    }

    @Test
    void aTextIsSentOnceAndAnotherModelGetsAllAgain() throws Exception {
        try (var server = server()) {
            corpus(server, "m").write("a.md", "# A\nThe okapi.").write("b.md", "# B\nA price.").open().close();
            assertEquals(2, texts.getAndSet(0));
            try (var again = corpus(server, "m").open()) {
                assertEquals(0, texts.get());
                // What moves keeps its words, and these have their vectors.
                java.nio.file.Files.move(folder.resolve("a.md"), folder.resolve("z.md"));
                again.look();
                assertEquals(0, texts.get());
                assertEquals("A", again.titles("beast").getFirst());
            }
            texts.set(0);
            try (var other = corpus(server, "n").open()) {
                assertEquals(2, texts.getAndSet(0));
                assertEquals("A", other.titles("beast").getFirst());
            }
        }
    }

    @Test
    void aModelThatChangedBehindItsNameCostsNearnessAlone() throws Exception {
        try (var server = server(); var corpus = corpus(server, "m").write("a.md", "# A\nThe okapi.").open()) {
            dimensions.set(3);
            assertEquals(List.of(), corpus.titles("beast"));
            assertEquals(List.of("A"), corpus.titles("okapi"));
            corpus.write("b.md", "# B\nA giraffe.").look();
            assertEquals(List.of("B"), corpus.titles("beast"));
        }
    }

    @Test
    void aDocumentThatIsGoneIsNoLongerNear() throws Exception {
        try (var server = server(); var corpus = corpus(server, "m").write("a.md", "# A\nThe okapi.")
                .write("b.md", "# B\nA price.").open()) {
            java.nio.file.Files.delete(folder.resolve("a.md"));
            corpus.look();
            assertEquals(List.of("B"), corpus.titles("beast"));
        }
    }

    @Test
    void theModelInThisProcessFindsWhatIsMeant() throws Exception {
        var corpus = new Corpus(folder, state);
        corpus.embedder = Optional.of(new OnnxEmbedder());
        corpus.write("a.md", "# Returns\nPurchases are reimbursed within ten days.")
                .write("b.md", "# Zoo\nThe okapi is a relative of the giraffe.")
                .write("c.md", "# Opening hours\nThe desk is staffed from nine to five.");
        try (var open = corpus.open()) {
            assertEquals("Returns", open.titles("how do I get my money back").getFirst());
            assertEquals("Opening hours", open.titles("at what time does the office close").getFirst());
            assertTrue(open.titles("okapi").getFirst().equals("Zoo"));
        }
    }
}
