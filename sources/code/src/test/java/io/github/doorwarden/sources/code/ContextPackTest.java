package io.github.doorwarden.sources.code;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.server.AnswerBudget;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What is gathered for a task or around a file, within the tokens that a call gives it.
class ContextPackTest {

    @TempDir
    private Path root;
    private Workshop shop;

    @BeforeEach
    void make() {
        shop = new Workshop(root);
        shop.write("src/Invoice.java", """
                package shop;

                import java.util.List;

                /// What somebody owes.
                public final class Invoice {

                    private final List<Long> lines;

                    public Invoice(List<Long> lines) {
                        this.lines = lines;
                    }

                    /// All lines together, in cents.
                    public long total() {
                        return lines.stream().mapToLong(Long::longValue).sum();
                    }
                }
                """).write("src/Mailer.java", """
                package shop;

                final class Mailer {
                    void send(Invoice invoice) {
                        mail("You owe " + invoice.total());
                    }
                }
                """).write("src/test/InvoiceTest.java", """
                package shop;

                class InvoiceTest {
                    void addsLines() {
                        equal(3, new Invoice(List.of(1L, 2L)).total());
                    }
                }
                """);
    }

    @AfterEach
    void close() {
        shop.close();
    }

    private static Set<String> paths(JsonNode list) {
        return list.valueStream().map(item -> item.path("path").asString()).collect(Collectors.toSet());
    }

    @Test
    void aFilesSurroundingsAreItsSymbolsCallersAndTests() throws Exception {
        shop.open();
        var pack = shop.call("analyze_context", "path", "Invoice.java");
        assertEquals("src/Invoice.java", pack.path("path").asString());
        assertTrue(pack.path("symbols").valueStream().anyMatch(symbol -> symbol.path("signature").asString().equals(
                "public long total() {")));
        assertEquals(Set.of("src/Mailer.java"), paths(pack.path("callers")));
        assertEquals(Set.of("src/test/InvoiceTest.java"), paths(pack.path("tests")));
        assertTrue(pack.path("conventions").path(0).asString().startsWith("Indented by 4 blanks"), pack.toString());
        assertEquals(Set.of("total"), shop.call("analyze_context", "path", "Invoice.java", "symbol", "total")
                .path("callers").valueStream().map(line -> line.path("of").asString()).collect(Collectors.toSet()));
        assertTrue(shop.refusal("analyze_context", "path", "None.java").startsWith("There is no indexed file"));
    }

    @Test
    void aTaskGetsExamplesSymbolsTestsAndConventions() throws Exception {
        shop.open();
        var pack = shop.call("generate_code", "task", "send an invoice with its total by mail");
        assertEquals(Set.of("src/Invoice.java", "src/Mailer.java"), paths(pack.path("examples")).stream()
                .filter(path -> !path.contains("test")).collect(Collectors.toSet()));
        assertTrue(pack.path("examples").toString().contains("mapToLong"), "with their text");
        assertTrue(pack.path("symbols").toString().contains("void send(Invoice invoice)"));
        assertFalse(pack.has("cut"), pack.toString());
        assertTrue(shop.source.things().tools().stream().filter(tool -> tool.spec().name().equals("generate_code"))
                .findFirst().orElseThrow().spec().description().contains("writes no code: no language model"));
    }

    @Test
    void aPackKeepsToItsTokensAndSaysSo() throws Exception {
        for (var i = 0; i < 60; i++) {
            shop.write("more/Invoice" + i + ".java", "package shop;\nclass Invoice" + i + " {\n"
                    + "    long total() { return 1; }\n".repeat(30) + "}\n");
        }
        shop.open();
        for (var tool : new String[][] {{"generate_code", "task", "total of an invoice"}, {"analyze_context", "path",
            "src/Invoice.java"}}) {
            var pack = shop.call(tool[0], tool[1], tool[2], "max_tokens", 800);
            assertTrue(AnswerBudget.tokens(pack.toString()) < 950, pack.toString());
            assertTrue(pack.path("cut").asString().contains("800 tokens"), pack.toString());
        }
    }

    /// What a candidate costs does not grow with what is there before it: counted in memory that is asked for.
    @Test
    void candidatesThatDoNotFitCostLittle() throws Exception {
        shop.answerTokens = 20_000;
        var methods = new StringBuilder();
        for (var i = 0; i < Limits.SYMBOLS - 1; i++) {
            methods.append("    int method").append(i).append("() { return 1; }\n");
        }
        shop.write("src/Many.java", "class Many {\n" + methods + "}\n").open();
        asked(200);
        asked(19_000);
        var pack = shop.call("analyze_context", "path", "Many.java", "max_tokens", 19_000);
        var symbols = AnswerBudget.tokens(pack.path("symbols").toString());
        assertTrue(symbols > 5_600 && symbols <= 5_700, "their share is used, not more: " + symbols);
        assertTrue(pack.path("cut").asString().contains("19000 tokens"), pack.toString());
        var more = asked(19_000) - asked(200);
        assertTrue(more < 10_000_000, "asked for " + more);
    }

    /// Bytes that a pack of so many tokens asks for.
    private long asked(int tokens) {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        var before = threads.getCurrentThreadAllocatedBytes();
        shop.call("analyze_context", "path", "Many.java", "max_tokens", tokens);
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    @Test
    void searchesKeepToTheBudgetAndAnnounceWhatIsCut() throws Exception {
        shop.answerTokens = 1_000;
        for (var i = 0; i < 40; i++) {
            shop.write("more/F" + i + ".py", "def wide():\n" + ("    print('" + "x".repeat(60) + "')\n").repeat(20));
        }
        shop.open();
        var found = shop.call("search_code", "query", "wide", "limit", 40);
        assertTrue(AnswerBudget.tokens(found.toString()) <= 1_000);
        assertEquals(40, found.path(AnswerBudget.NOTICE).path("lists").path("results").path("of").asInt());
        var read = shop.call("read_code", "path", "more/F1.py");
        assertEquals(0, read.path("next").asInt(0), "it fits");
        shop.write("long.py", "x = 'yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy'\n".repeat(300)).look();
        var part = shop.call("read_code", "path", "long.py");
        assertTrue(AnswerBudget.tokens(part.toString()) <= 1_000, part.toString());
        var rest = shop.call("read_code", "path", "long.py", "from", part.path("next").asInt());
        assertEquals(part.path("to").asInt() + 1, rest.path("from").asInt());
    }

    @Test
    void namesHaveAPrefixWhereOneIsConfigured() throws Exception {
        shop.prefix = "acme";
        shop.open();
        assertTrue(shop.source.things().tools().stream().allMatch(tool -> tool.spec().name().startsWith("acme_")));
        assertEquals(1, shop.call("acme_find_symbol", "name", "Mailer").path("definitions").size());
    }

    @Test
    void theStatusTellsHowSearchesGo() throws Exception {
        shop.open();
        shop.found("total");
        shop.found("nothingofthekind");
        var status = shop.call("code_index_status");
        var main = status.path("repositories").path(0);
        assertEquals("main true 3 0", main.path("repo").asString() + " " + main.path("complete").asBoolean() + " "
                + main.path("files").asInt() + " " + main.path("pending").asInt());
        assertEquals(2, status.path("searches").path("searches").asInt());
        assertEquals(0.5, status.path("searches").path("zero_result_rate").asDouble());
        assertTrue(status.path("searches").path("p95_ms").asDouble() > 0);
    }
}
