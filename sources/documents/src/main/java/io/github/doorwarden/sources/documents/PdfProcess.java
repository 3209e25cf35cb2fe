package io.github.doorwarden.sources.documents;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.encryption.InvalidPasswordException;
import org.apache.pdfbox.text.PDFTextStripper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The process that reads PDFs for [PdfReader]: a path as JSON in a line comes in, an object in a line goes out. Ends
/// when its standard input does, so that it cannot outlive who started it.
final class PdfProcess {

    private static final JsonMapper JSON = JsonMapper.shared();

    private PdfProcess() {}

    public static void main(String[] arguments) throws IOException {
        var out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
        System.setOut(new PrintStream(OutputStream.nullOutputStream())); // whatever a library has to say is no answer
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            out.print(answer(Path.of(JSON.readTree(line).asString())) + "\n");
            out.flush();
        }
        System.exit(0);
    }

    private static ObjectNode answer(Path file) {
        var answer = JSON.createObjectNode();
        try {
            if (Files.size(file) > Limits.FILE_BYTES) {
                return answer.put("failure", "it has more than " + Limits.FILE_BYTES + " bytes. Split it");
            }
            try (var pdf = Loader.loadPDF(file.toFile())) {
                return pdf.getCurrentAccessPermission().canExtractContent() ? read(pdf, answer)
                        : answer.put("failure", "its author does not allow text to be taken out of it");
            }
        } catch (InvalidPasswordException e) {
            return answer.put("failure", "it is encrypted. Save it without a password");
        } catch (IOException | RuntimeException | StackOverflowError e) {
            return answer.put("failure", "it is broken (" + e.getClass().getSimpleName() + ")");
        }
    }

    private static ObjectNode read(PDDocument pdf, ObjectNode answer) throws IOException {
        var text = new StringBuilder();
        var pages = Math.min(pdf.getNumberOfPages(), Limits.PDF_PAGES);
        for (var page = 1; page <= pages && text.length() < Limits.TEXT_CHARS; page++) {
            var words = page(pdf, page).strip();
            if (!words.isEmpty()) {
                text.append(text.isEmpty() ? "" : "\n\n").append("[Page ").append(page).append("]\n").append(words);
            }
        }
        if (text.isEmpty()) {
            return answer.put("failure", "it has no text, perhaps because it is a scan. Run it through OCR");
        }
        var title = pdf.getDocumentInformation().getTitle();
        return answer.put("title", title == null ? "" : title)
                .put("text", text.substring(0, Math.min(text.length(), Limits.TEXT_CHARS)));
    }

    private static String page(PDDocument pdf, int number) throws IOException {
        var stripper = new PDFTextStripper();
        stripper.setStartPage(number);
        stripper.setEndPage(number);
        var words = new StringWriter() {
            @Override
            public void write(String part) {
                if (getBuffer().length() < Limits.TEXT_CHARS) {
                    super.write(part);
                }
            }
        };
        stripper.writeText(pdf, words);
        return words.toString();
    }
}
