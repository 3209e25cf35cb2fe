package io.github.doorwarden.sources.documents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.identity.Reader;
import io.github.doorwarden.tidy.Fuzzer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Documents as no writer saves them, and questions as no model asks them.
final class DocumentsFuzzTest {

    private static final List<String> MARKDOWN = List.of("---\ntitle: A\nlabels: [board]\n---\n# Head\nText.\n",
            "# One\n\n## Two ##\n\n```\n# not\n```\n\n| a | b |\n|---|---|\n",
            "\uFEFF---\r\ntitle: >\r\n  x\r\n---\r\n",
            "---\nlabels: a\n---\n---\nx: 1\n---\n", "[Page 1]\ntext\n[Page 2]\nmore. And more.\n\n\nEnd");
    private static final List<String> HTML = List.of("<html><head><title>T</title><meta name=labels content='a,b'>"
            + "<link rel=canonical href=https://x.example/></head><body><h1>H</h1><p>Text<ul><li>one<li>two</ul><table>"
            + "<tr><td>a<td>b</table><pre>\n x \n</pre></body></html>", "<svg><script>x</script><text>no</text></svg>",
            "<p hidden>no<p>yes<br>line<div aria-hidden=true>no</div>", "<!DOCTYPE html><body><h2></h2><h1>x</h1>",
            "<math><mi><table><tr><select><option>x</select></table>", "<frameset><frame></frameset><noscript>x");
    private static final List<String> PIECES =
            List.of("# ", "## x #\n", "---\n", "```\n", "~~~", "[Page 9]\n", " ", "\t",
            "\r", "\n\n\n", " ".repeat(3_000), "\n".repeat(3_000), "#".repeat(3_000), "<b>".repeat(3_000), "<li>",
            "<td>",
            "<![CDATA[", "]]>", "<!--", "-->", "&#0;", "&#xD83D;", "&nbsp;", "&lt;script&gt;", "<script>", "</script>",
            "<style>", "<plaintext>", "<textarea>", "<template>", "\u0000", "\u202e", "\uD83D", "*a", "&a ", "? ",
            "{a: ".repeat(500), "[".repeat(3_000), "labels: ", "!!int ", "<".repeat(3_000), "a=".repeat(2_000),
            "<table>".repeat(500), "<a href='".repeat(200), "word ".repeat(2_000), ". ".repeat(2_000));
    private static final List<String> QUERIES = List.of("lisbon fares", "\"lisbon fares\"", "title:lisbon", "*:*", "*",
            "lisb*", "lisbon~2", "fares AND NOT lisbon", "(lisbon", "+lisbon -fares", "[a TO z]", "labels:board",
            "/a+/",
            "NEAR(a b)", "\\", "^2", "&&", "||", "!", "?", "{", ":", "offer", "the", "und", "\u0000", "\uD83D",
            "l\u0131sbon", "a".repeat(900), "fares ".repeat(120), "\u4e2d\u6587", "\u0301\u0301");

    @TempDir
    private Path folder;
    @TempDir
    private Path state;

    private static String text(Fuzzer fuzz, List<String> corpus) {
        var text = new StringBuilder(fuzz.once(3) ? fuzz.one(corpus) : fuzz.mutated(fuzz.one(corpus)));
        for (var n = fuzz.below(5); n > 0; n--) {
            text.insert(fuzz.below(text.length() + 1), fuzz.one(PIECES));
        }
        return text.toString();
    }

    @Test
    void aTextIsReadOrLeftOutWithTheReason() throws Exception {
        var fuzz = new Fuzzer(1_500);
        var read = 0;
        try (var pdf = new PdfReader(state)) {
            var formats = new Formats(pdf);
            while (fuzz.goesOn()) {
                var html = fuzz.once(2);
                var text = text(fuzz, html ? HTML : MARKDOWN);
                var bytes = text.getBytes(StandardCharsets.UTF_8);
                if (fuzz.once(8) && bytes.length > 0) {
                    bytes[fuzz.below(bytes.length)] = (byte) fuzz.below(256);
                }
                var file = Files.write(folder.resolve(html ? "a.html" : fuzz.once(5) ? "a.txt" : "a.md"), bytes);
                try {
                    var found = formats.read(file);
                    read++;
                    var pieces = Pieces.of(found.text());
                    assertTrue(found.text().length() <= Limits.TEXT_CHARS && !found.title().isBlank()
                            && found.text().indexOf('\0') < 0, () -> fuzz.said(found + "\n" + text));
                    assertFalse(pieces.isEmpty() && !found.text().isBlank(), () -> fuzz.said(text));
                } catch (Unreadable refused) {
                    assertTrue(refused.getMessage().length() < 500, () -> fuzz.said(refused + "\n" + text));
                }
            }
        }
        assertTrue(read > fuzz.rounds() / 2, "hardly any text is read any more: " + read);
    }

    private static byte[] pdf(String words) throws IOException {
        try (var pdf = new PDDocument()) {
            var page = new PDPage();
            pdf.addPage(page);
            try (var out = new PDPageContentStream(pdf, page, PDPageContentStream.AppendMode.OVERWRITE, false)) {
                out.beginText();
                out.setFont(new PDType1Font(Standard14Fonts.FontName.HELVETICA), 12);
                out.showText(words);
                out.endText();
            }
            var bytes = new ByteArrayOutputStream();
            pdf.save(bytes, org.apache.pdfbox.pdfwriter.compress.CompressParameters.NO_COMPRESSION);
            return bytes.toByteArray();
        }
    }

    /// Each character is a byte.
    private static byte[] spoiled(Fuzzer fuzz, String pdf) {
        var text = fuzz.mutated(pdf);
        if (fuzz.once(2)) {
            var at = text.indexOf(fuzz.one(List.of("/Length ", "/Count ", "/Kids ", "/Root ", "/Size ", "xref",
                    "startxref", "/Type", "/Contents ", "/Parent ", " Tf", " Tj", "/MediaBox")));
            text = at < 0 ? text : text.substring(0, at)
                    + fuzz.one(List.of("/Prev 0 ", "/Length 99999999 ", "9".repeat(9),
                    "/Kids [1 0 R 2 0 R 3 0 R] ", "/Parent 2 0 R ", "[".repeat(2_000), "<<".repeat(2_000), "1 0 R ",
                    "/Filter /FlateDecode ", "/Encrypt 1 0 R ", "(", ">>")) + text.substring(at);
        }
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void aPdfIsReadOrLeftOutInTime() throws Exception {
        var fuzz = new Fuzzer(40);
        var corpus = new String(pdf("walrus"), StandardCharsets.ISO_8859_1);
        var read = 0;
        try (var reader = new PdfReader(state, Duration.ofSeconds(20))) {
            while (fuzz.goesOn()) {
                var file = Files.write(folder.resolve("a.pdf"), spoiled(fuzz, corpus));
                var began = System.nanoTime();
                try {
                    read += reader.read(file).text().contains("walrus") ? 1 : 0;
                } catch (Unreadable refused) {
                    assertFalse(refused.getMessage().contains("longer than"), () -> fuzz.said(saved(file) + refused));
                }
                assertTrue(System.nanoTime() - began < Duration.ofSeconds(25).toNanos(), () -> fuzz.said(saved(file)));
            }
        }
        assertTrue(read > fuzz.rounds() / 20, "hardly any PDF is read any more: " + read);
    }

    private static String saved(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Test
    void questionsAndIdsAreAnsweredOrRefused_AndShowNothingOfOthers() throws Exception {
        var fuzz = new Fuzzer(1_000);
        var corpus = new Corpus(folder, state).write("lisbon.md", "# Lisbon\nFares to Lisbon fell.")
                .write("offer.md", "---\nlabels: [board]\n---\n# Offer\nA secret walrus offer for Lisbon fares.");
        corpus.label("board", "docs:board");
        try (var open = corpus.open()) {
            var others = open.id(Reader.with("docs:board"), "walrus offer");
            var own = open.id(Corpus.READER, "lisbon");
            assertFalse(others.isEmpty() || own.isEmpty());
            var ids = List.of(own, others, own + "@2", others + "@2", own + "#2", own + "-2", own + "/2",
                    own + ".99999999999", "doc-", "doc-*", "../offer.md", "");
            var found = 0;
            while (fuzz.goesOn()) {
                var query = fuzz.maybe(String.join(" ", fuzz.some(QUERIES, 3)));
                var searched = open.searching(Corpus.READER, query);
                found += searched.toString().contains(own) ? 1 : 0;
                assertFalse(searched.toString().contains(others) || searched.toString().contains("Offer"), () ->
                        fuzz.said(query + " " + searched));
                assertTrue(!searched.isError() || query.length() > Limits.QUERY_CHARS, () -> fuzz.said(query + " "
                        + searched));
                var id = fuzz.maybe(fuzz.one(ids));
                var fetched = open.fetching(Corpus.READER, id);
                assertFalse(fetched.toString().contains("walrus"), () -> fuzz.said(id + " " + fetched));
                assertEquals(!fetched.isError(), fetched.structured().isPresent(), () -> fuzz.said(id));
            }
            assertTrue(found > fuzz.rounds() / 5, "hardly anything is found any more: " + found);
        }
    }
}
