package io.github.doorwarden.sources.files;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/// What must be known of a CSV file beside its rows: the names in its first record, and in which line a record begins
/// (RFC 4180: a line break between quotes ends no record).
final class CsvRecords {

    private CsvRecords() {}

    /// @throws BadFile when there is no header that could be used
    static List<String> header(FoundFile file, char delimiter, String encoding) throws BadFile {
        try (var in = open(file.path())) {
            var bytes = in.readNBytes(Limits.HEADER_BYTES);
            if (bytes.length == 0) {
                throw new BadFile(file.name() + ": is empty. Its first line must name the columns.");
            }
            var charset = charset(encoding);
            if (bytes.length > 1 && charset == StandardCharsets.UTF_8 && (bytes[0] == -1 && bytes[1] == -2
                    || bytes[0] == -2 && bytes[1] == -1)) {
                throw new BadFile(file.name() + ":1: is UTF-16. Say encoding: utf-16, or save it as UTF-8.");
            }
            var text = charset.decode(ByteBuffer.wrap(bytes)).toString();
            var fields = fields(file, text.startsWith("\uFEFF") ? text.substring(1) : text, delimiter,
                    bytes.length < Limits.HEADER_BYTES);
            if (fields.stream().flatMapToInt(String::chars).anyMatch(CsvRecords::unreadable)) {
                throw new BadFile(file.name() + ":1: is no text in " + encoding + ": the names of its columns have "
                        + "what no name has. Say encoding or format, or put another file there.");
            }
            return fields;
        } catch (IOException e) {
            throw new BadFile(file.name() + ": cannot be read (" + e.getMessage() + ").", e);
        }
    }

    private static boolean unreadable(int character) {
        return character == '\uFFFD' || Character.isISOControl(character) && character != '\n' && character != '\r'
                && character != '\t';
    }

    private static List<String> fields(FoundFile file, String text, char delimiter, boolean whole) throws BadFile {
        var fields = new ArrayList<String>();
        var field = new StringBuilder();
        var quoted = false;
        for (var i = 0; i <= text.length(); i++) {
            var at = i < text.length() ? text.charAt(i) : '\n';
            if (i == text.length() && !whole) {
                throw new BadFile(file.name() + ":1: the first line has more than " + Limits.HEADER_BYTES + " bytes. "
                        + "It must hold the names of the columns.");
            }
            if (quoted && at != '"') {
                field.append(at);
            } else if (quoted && i + 1 < text.length() && text.charAt(i + 1) == '"') {
                field.append('"');
                i++;
            } else if (at == '"' && (quoted || field.isEmpty())) {
                quoted = !quoted;
            } else if (at == delimiter || at == '\n' || at == '\r') {
                fields.add(field.toString().strip());
                field.setLength(0);
                if (at != delimiter) {
                    return List.copyOf(fields);
                }
            } else {
                field.append(at);
            }
        }
        throw new BadFile(file.name() + ":1: a quote is opened in the header and never closed.");
    }

    /// The lines, counted from 1, in which records begin; the header is record 1. Zero for one that is not there.
    ///
    /// @param records in rising order
    static List<Long> lines(FoundFile file, List<Long> records) throws BadFile {
        var lines = new ArrayList<Long>();
        try (var in = open(file.path())) {
            var line = 1L;
            var record = 1L;
            var quoted = false;
            var begun = false;                                   // the record has a character: empty lines are none
            for (var next = in.read(); next >= 0 && lines.size() < records.size(); next = in.read()) {
                while (lines.size() < records.size() && record == records.get(lines.size()) && !begun
                        && next != '\n' && next != '\r') {
                    lines.add(line);
                }
                quoted ^= next == '"';
                if (next == '\n') {
                    line++;
                }
                if ((next == '\n' || next == '\r') && !quoted) {
                    record += begun ? 1 : 0;
                    begun = false;
                } else {
                    begun = true;
                }
            }
        } catch (IOException e) {
            throw new BadFile(file.name() + ": cannot be read (" + e.getMessage() + ").", e);
        }
        while (lines.size() < records.size()) {
            lines.add(0L);
        }
        return lines;
    }

    private static Charset charset(String encoding) {
        return switch (encoding) {
            case "latin-1" -> StandardCharsets.ISO_8859_1;
            case "utf-16" -> StandardCharsets.UTF_16LE;
            default -> StandardCharsets.UTF_8;
        };
    }

    private static InputStream open(Path path) throws IOException {
        var in = new BufferedInputStream(Files.newInputStream(path), 1 << 16);
        return path.toString().endsWith(".gz") ? new BufferedInputStream(new GZIPInputStream(in), 1 << 16) : in;
    }
}
