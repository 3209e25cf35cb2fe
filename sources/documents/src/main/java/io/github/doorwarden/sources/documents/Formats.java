package io.github.doorwarden.sources.documents;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;

/// Reads a file by what its name ends in.
final class Formats {

    private static final Pattern FIRST_HEADING = Pattern.compile("(?m)^# ++(.{1,300})$");

    private final PdfReader pdf;

    Formats(PdfReader pdf) {
        this.pdf = pdf;
    }

    static boolean knows(String name) {
        return switch (ending(name)) {
            case "md", "markdown", "html", "htm", "xhtml", "txt", "text", "pdf" -> true;
            default -> false;
        };
    }

    static String ending(String name) {
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }

    /// @param real resolved already: a link that took its place meanwhile is not followed
    Extracted read(Path real) throws Unreadable, InterruptedException {
        var name = real.getFileName().toString();
        var found = switch (ending(name)) {
            case "pdf" -> pdf.read(real);
            case "html", "htm", "xhtml" -> HtmlText.read(text(real));
            case "md", "markdown" -> markdown(text(real));
            default -> FrontMatter.split(text(real));
        };
        var text = found.text().replace("\r\n", "\n").replace('\r', '\n').replace("\u0000", "").strip();
        return found.withText(text.substring(0, whole(text, Math.min(text.length(), Limits.TEXT_CHARS))))
                .orTitle(fromName(name));
    }

    private static Extracted markdown(String whole) throws Unreadable {
        var found = FrontMatter.split(whole);
        var heading = FIRST_HEADING.matcher(found.text());
        return found.title().isBlank() && heading.find() ? found.orTitle(heading(heading.group(1))) : found;
    }

    /// Without the marks that may close it.
    static String heading(String words) {
        var end = words.length();
        while (end > 0 && (words.charAt(end - 1) == '#' || words.charAt(end - 1) == ' ')) {
            end--;
        }
        return words.substring(0, end).strip();
    }

    /// `q3-results_final.pdf` → `q3 results final`.
    private static String fromName(String name) {
        var bare = name.substring(0, name.lastIndexOf('.')).replaceAll("[-_]+", " ").strip();
        return bare.isEmpty() ? name : bare;
    }

    private static String text(Path real) throws Unreadable {
        try (var in = Files.newInputStream(real, LinkOption.NOFOLLOW_LINKS)) {
            var bytes = in.readNBytes(Limits.FILE_BYTES + 1);
            if (bytes.length > Limits.FILE_BYTES) {
                throw new Unreadable("it has more than " + Limits.FILE_BYTES + " bytes. Split it");
            }
            return decoded(bytes);
        } catch (IOException e) {
            throw Unreadable.forNow("it cannot be read (" + e.getClass().getSimpleName()
                    + "). Give it to the user that Doorwarden runs as", e);
        }
    }

    /// UTF-8; what is not was most likely written on an old Windows.
    private static String decoded(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException notUtf8) {
            return new String(bytes, java.nio.charset.Charset.forName("windows-1252"));
        }
    }

    /// The same place, or the one before when it lies between the two halves of a character.
    static int whole(String text, int at) {
        return at > 0 && at < text.length() && Character.isLowSurrogate(text.charAt(at))
                && Character.isHighSurrogate(text.charAt(at - 1)) ? at - 1 : at;
    }
}
