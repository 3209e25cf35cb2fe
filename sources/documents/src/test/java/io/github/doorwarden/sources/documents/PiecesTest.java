package io.github.doorwarden.sources.documents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// How texts are divided.
class PiecesTest {

    private static List<String> headings(String text) {
        return Pieces.of(text).stream().map(Pieces.Piece::heading).toList();
    }

    private static String words(int count) {
        return "some words of a sentence. ".repeat(count);
    }

    @Test
    void piecesStandUnderTheirHeadings() {
        var text = "# One\n" + words(20) + "\n## Two ##\n" + words(20) + "\n```\n# no heading\n```\n# Three\n"
                + words(20)
                + "\n[Page 7]\n" + words(20);
        assertEquals(List.of("One", "One > Two", "Three", "Page 7"), headings(text));
    }

    @Test
    void shortSectionsAreTakenTogether() {
        assertEquals(List.of("One"), headings("# One\na\n## Two\nb\n## Three\nc"));
        assertEquals(List.of(), headings(" \n "));
    }

    /// Nothing is lost, nothing is too long, neighbours overlap, and no character is cut in two.
    @Test
    void everythingIsInSomePiece() {
        var random = new Random(4711);
        for (var round = 0; round < 300; round++) {
            var made = new StringBuilder();
            for (var i = random.nextInt(400); i > 0; i--) {
                made.append(switch (random.nextInt(8)) {
                    case 0 -> "\n\n";
                    case 1 -> "\n# " + i + "\n";
                    case 2 -> ". ";
                    case 3 -> "😀".repeat(random.nextInt(400));
                    default -> "word" + i + " ";
                });
            }
            var text = made.toString();
            var at = 0;
            for (var piece : Pieces.of(text)) {
                assertTrue(text.substring(Math.min(at, piece.start()), piece.start()).isBlank());
                assertTrue(piece.end() > piece.start() && piece.end() - piece.start() <= Limits.PIECE_CHARS);
                assertTrue(piece.end() > at);
                assertTrue(piece.start() == Formats.whole(text, piece.start()) && piece.end() == Formats.whole(text,
                        piece.end()));
                at = piece.end();
            }
            assertTrue(text.substring(at).isBlank());
            assertEquals(Pieces.of(text), Pieces.of(text));
        }
    }

    @Test
    @Timeout(60)
    void longLinesAndManyMarksTakeNoLongerThanTheirLength() {
        for (var text : List.of("a".repeat(5_000_000), "# " + "# ".repeat(2_000_000) + "x",
                "[Page 1]\n".repeat(300_000),
                "```\n".repeat(1_000_000))) {
            assertTrue(!Pieces.of(text).isEmpty());
        }
    }
}
