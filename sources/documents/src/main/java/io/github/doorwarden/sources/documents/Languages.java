package io.github.doorwarden.sources.documents;

import java.util.List;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.de.GermanAnalyzer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.es.SpanishAnalyzer;
import org.apache.lucene.analysis.fr.FrenchAnalyzer;
import org.apache.lucene.analysis.it.ItalianAnalyzer;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;
import org.apache.lucene.analysis.nl.DutchAnalyzer;
import org.apache.lucene.analysis.pt.PortugueseAnalyzer;
import org.apache.lucene.analysis.standard.StandardTokenizer;

/// How texts become words.
final class Languages {

    private Languages() {}

    static Analyzer of(String language) {
        return switch (language) {
            case "english" -> new EnglishAnalyzer();
            case "german" -> new GermanAnalyzer();
            case "french" -> new FrenchAnalyzer();
            case "spanish" -> new SpanishAnalyzer();
            case "italian" -> new ItalianAnalyzer();
            case "dutch" -> new DutchAnalyzer();
            case "portuguese" -> new PortugueseAnalyzer();
            case "any" -> new AnyLanguage();
            default -> throw new IllegalArgumentException("the language " + language + " is not known. There are "
                    + String.join(", ", DocumentsSettings.LANGUAGES) + ".");
        };
    }

    static List<String> names() {
        return DocumentsSettings.LANGUAGES;
    }

    /// Words as they are, without case and accents.
    private static final class AnyLanguage extends Analyzer {

        @Override
        protected TokenStreamComponents createComponents(String field) {
            var words = new StandardTokenizer();
            return new TokenStreamComponents(words, new ASCIIFoldingFilter(new LowerCaseFilter(words)));
        }
    }
}
