package io.github.doorwarden.sources.documents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.server.Conditions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.encryption.AccessPermission;
import org.apache.pdfbox.pdmodel.encryption.StandardProtectionPolicy;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Documents that were written to do harm, or by accident: each is left out or read as far as it makes sense, and the
/// others are found as ever.
class HostileDocumentsTest {

    @TempDir
    private Path folder;
    @TempDir
    private Path state;

    private static byte[] pdf(int pages, boolean mayBeRead, String password, String words) throws IOException {
        try (var pdf = new PDDocument()) {
            for (var i = 1; i <= pages; i++) {
                var page = new PDPage();
                pdf.addPage(page);
                try (var out = new PDPageContentStream(pdf, page)) {
                    out.beginText();
                    out.setFont(new PDType1Font(Standard14Fonts.FontName.HELVETICA), 12);
                    out.newLineAtOffset(50, 700);
                    out.showText(words + " on sheet " + i);
                    out.endText();
                }
            }
            pdf.getDocumentInformation().setTitle("The " + words);
            if (!mayBeRead || !password.isEmpty()) {
                var permission = new AccessPermission();
                permission.setCanExtractContent(mayBeRead);
                var policy = new StandardProtectionPolicy("owner", password, permission);
                policy.setEncryptionKeyLength(128);
                pdf.protect(policy);
            }
            var bytes = new ByteArrayOutputStream();
            pdf.save(bytes);
            return bytes.toByteArray();
        }
    }

    /// A page whose content unpacks to one text of half a gigabyte.
    private static byte[] bomb() throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var out = new DeflaterOutputStream(packed, new Deflater(Deflater.BEST_SPEED))) {
            var text = "a".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
            out.write('(');
            for (var i = 0; i < 512; i++) {
                out.write(text);
            }
        }
        var all = new ByteArrayOutputStream();
        all.write(("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>"
                + "endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<<>>>>endobj\n"
                + "4 0 obj<</Filter/FlateDecode/Length " + packed.size() + ">>stream\n")
                .getBytes(StandardCharsets.US_ASCII));
        packed.writeTo(all);
        all.write("\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF".getBytes(StandardCharsets.US_ASCII));
        return all.toByteArray();
    }

    @Test
    void frontMatterWithoutEndInDepthOrWithATagThatIsNoneIsNoYaml() {
        for (var each : List.of("x: " + "[".repeat(5_000) + "\n", "x: !!str%0a y\n")) {
            var why = assertThrows(Unreadable.class, () -> FrontMatter.split("---\n" + each + "---\ntext"));
            assertTrue(why.getMessage().startsWith("its front matter is n"), why.getMessage());
        }
    }

    @Test
    void pdfsAreReadPageByPage() throws Exception {
        try (var corpus = new Corpus(folder, state).write("a.pdf", pdf(3, true, "", "walrus")).open()) {
            assertEquals(List.of("The walrus"), corpus.titles("walrus"));
            assertTrue(corpus.fetch(corpus.id(Corpus.READER, "walrus")).path("text").asString()
                    .contains("[Page 2]\nwalrus on sheet 2"));
        }
    }

    @Test
    void pdfsThatCannotBeReadAreLeftOutAndTheNextIsRead() throws Exception {
        var corpus = new Corpus(folder, state).write("a-locked.pdf", pdf(1, true, "secret", "mandrake"))
                .write("b-forbidden.pdf", pdf(1, false, "", "mandrake")).write("c-broken.pdf", "%PDF-1.7\nmandrake")
                .write("d-none.pdf", new byte[0]).write("e-bomb.pdf", bomb())
                .write("f.pdf", pdf(1, true, "", "walrus"));
        try (var open = corpus.open()) {
            assertEquals(List.of("The walrus"), open.titles("walrus"));
            assertEquals(List.of(), open.titles("mandrake"));
        }
        try (var reader = new PdfReader(state)) {
            assertEquals("it is encrypted. Save it without a password", refusal(reader, "a-locked.pdf"));
            assertTrue(refusal(reader, "b-forbidden.pdf").contains("does not allow"));
            assertTrue(refusal(reader, "c-broken.pdf").contains("broken"));
        }
    }

    private String refusal(PdfReader reader, String name) {
        return assertThrows(Unreadable.class, () -> reader.read(folder.resolve(name))).getMessage();
    }

    @Test
    void aPdfThatTakesTooLongIsGivenUp() throws Exception {
        Files.write(folder.resolve("long.pdf"), pdf(300, true, "", "walrus"));
        try (var reader = new PdfReader(state, Duration.ofMillis(50))) {
            assertTrue(refusal(reader, "long.pdf").startsWith("reading it took longer"));
        }
        try (var reader = new PdfReader(state)) {
            assertTrue(reader.read(folder.resolve("long.pdf")).text().contains("sheet 300"));
        }
    }

    @Test
    void whatAPageDoesNotShowIsNoText() throws Exception {
        var page = "<html><head><title>Zoo &amp; more</title><style>.mandrake{}</style>"
                + "<link rel=canonical href='https://zoo.example/'></head><body><script>var mandrake = 1</script>"
                + "<p hidden>mandrake</p><noscript>mandrake</noscript><template>mandrake</template>"
                + "<!-- mandrake --><h2>Animals</h2><ul><li>Okapi<li>Ibis</ul><table><tr><td>a<td>b</table>"
                + "<pre>x\n  y</pre></body></html>";
        try (var corpus = new Corpus(folder, state).write("a.html", page).open()) {
            assertEquals(List.of(), corpus.titles("mandrake"));
            var document = corpus.fetch(corpus.id(Corpus.READER, "okapi"));
            assertEquals("Zoo & more", document.path("title").asString());
            assertEquals("https://zoo.example/", document.path("url").asString());
            assertEquals("## Animals\n\n- Okapi\n\n- Ibis\n\na | b |\n\nx\n  y", document.path("text").asString());
        }
    }

    @Test
    void brokenPagesAreReadAsFarAsTheyGo() throws Exception {
        var corpus = new Corpus(folder, state).write("deep.html", "<div>".repeat(100_000) + "okapi")
                .write("torn.html", "<p>ibis <a href='").write("attributes.html", "<p " + "a=b ".repeat(50_000)
                + ">lemur").write("nul.txt", "tapir\u0000\uFFFE").write("latin.txt",
                "Krähe".getBytes(StandardCharsets.ISO_8859_1)).write("empty.md", "\n \n").write("marks.md",
                "#".repeat(200_000) + "\n" + "```\n".repeat(50_000) + "gnu");
        try (var open = corpus.open()) {
            for (var word : List.of("okapi", "ibis", "lemur", "tapir", "krähe", "gnu")) {
                assertEquals(1, open.titles(word).size(), word);
            }
            assertFalse(open.fetch(open.id(Corpus.READER, "tapir")).path("text").asString().contains("\u0000"));
        }
    }

    @Test
    void longRunsOfBlanksAreReadInNoTime() throws Exception {
        Files.writeString(folder.resolve("a.md"), "# " + " ".repeat(Limits.FILE_BYTES - 1_000) + "x".repeat(400));
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            assertTrue(HtmlText.read("<pre>okapi" + " \t".repeat(1_000_000) + "ibis  \t\nlemur</pre>").text()
                    .endsWith("\tibis\nlemur"));
            try (var pdf = new PdfReader(state)) {
                assertEquals("a", new Formats(pdf).read(folder.resolve("a.md")).title());
            }
        });
    }

    @Test
    void aPageIsReadAsFarAsItsTextIsKept() throws Exception {
        for (var page : List.of("<p>okapi</p>".repeat(1_000_000), "<pre>" + "okapi ".repeat(1_000_000))) {
            var text = HtmlText.read(page).text();
            assertTrue(text.startsWith("okapi") && text.length() > Limits.TEXT_CHARS - 10, text.length() + "");
            assertTrue(text.length() <= Limits.TEXT_CHARS + 2, text.length() + "");
        }
    }

    @Test
    void frontMatterThatCannotBeReadHidesTheDocument() throws Exception {
        var corpus = new Corpus(folder, state).write("a.md", "---\nlabels: [a\n---\nokapi")
                .write("b.md", "---\nlabels: {a: b}\n---\nokapi").write("c.md", "---\nlabels: [1]\n---\nokapi")
                .write("d.md", "---\nlabels: ['']\n---\nokapi").write("e.md", "---\nlabels: [\"a\\nb\"]\n---\nokapi")
                .write("f.md", "---\na: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,"
                        + "*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n---\nokapi");
        try (var open = corpus.open()) {
            assertEquals(List.of(), open.titles("okapi"));
            open.write("a.md", "---\nunknown: [1, {2: 3}]\ntitle: Fine\n---\nokapi").look();
            assertEquals(List.of("Fine"), open.titles("okapi"));
        }
    }

    @Test
    void aPageWithTooManyLabelsIsLeftOutAsATextIs() throws Exception {
        var labels = new StringBuilder();
        for (var i = 0; i < 10_000; i++) {
            labels.append(i == 0 ? "" : ",").append("label").append(i);
        }
        assertEquals("it has more than 32 labels", assertThrows(Unreadable.class, () -> HtmlText.read(
                "<meta name=labels content='" + labels + "'>okapi")).getMessage());
    }

    /// What fails on the way into the index, because the labels by place of one document are too long together, and
    /// what fails while it is read.
    @Test
    void oneThatCannotBeTakenInIsNotTheEndForTheOthers() throws Exception {
        try (var corpus = new Corpus(folder, state).write("a.md", "# One\nokapi").write("b.md", "# Two\nokapi")
                .write("c.md", "# Three\nokapi")) {
            for (var i = 0; i < 300; i++) {
                corpus.rules.put("x".repeat(Limits.LABEL_CHARS - 3) + (100 + i), new LabelRule(Set.of(),
                        Conditions.NONE, Set.of(), Optional.empty(), List.of("many/**")));
            }
            corpus.open();
            assertEquals(3, corpus.titles("okapi").size());
            corpus.write("many/d.md", "# Four\nokapi").write("a.md", "---\nx: " + "[".repeat(30_000) + "\n---\nokapi");
            Files.delete(folder.resolve("b.md"));
            corpus.write("e.md", "# Five\nokapi").look();
            assertEquals(Set.of("Three", "Five"), Set.copyOf(corpus.titles("okapi")));
            corpus.look();
            assertEquals(0, corpus.library.readsOfLastLook(), "what failed is read again when it changes");
            corpus.write("a.md", "# One again\nokapi").look();
            assertEquals(Set.of("Three", "Five", "One again"), Set.copyOf(corpus.titles("okapi")));
        }
    }

    @Test
    void whatIsTooLargeIsLeftOutOrCut() throws Exception {
        Files.write(folder.resolve("huge.txt"), new byte[Limits.FILE_BYTES + 1]);
        try (var corpus = new Corpus(folder, state).write("long.txt", "word ".repeat(Limits.TEXT_CHARS / 5)
                + "mandrake").write("a.md", "okapi").open()) {
            assertEquals(1, corpus.titles("okapi").size());
            assertEquals(List.of(), corpus.titles("mandrake"));
            assertEquals(List.of("long"), corpus.titles("word"));
        }
    }
}
