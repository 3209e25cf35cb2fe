package io.github.doorwarden.sources.documents;

import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.JsonSchema;

/// The YAML between two `---` lines at the beginning of a text: `title`, `url`, `date` and `labels` are read, whatever
/// else stands there is passed over. Front matter that cannot be read makes the document unreadable: what its labels
/// are is not known then.
final class FrontMatter {

    private static final Pattern FENCED =
            Pattern.compile("\\A\\x{FEFF}?---[ \\t]*\\r?\\n(.*?)(?<=\\n)---[ \\t]*(\\r?\\n|\\z)", Pattern.DOTALL);

    private FrontMatter() {}

    /// The text without its front matter, and what that says.
    static Extracted split(String whole) throws Unreadable {
        var match = FENCED.matcher(whole);
        if (!match.find()) {
            return Extracted.NOTHING.withText(whole);
        }
        var yaml = match.group(1);
        if (yaml.length() > Limits.FRONT_MATTER_CHARS) {
            throw new Unreadable("its front matter has more than " + Limits.FRONT_MATTER_CHARS + " characters");
        }
        return read(yaml).withText(whole.substring(match.end()));
    }

    private static Extracted read(String yaml) throws Unreadable {
        try {
            // JSON's own types: what looks like a date stays text.
            var settings = LoadSettings.builder().setLabel("front matter").setSchema(new JsonSchema())
                    .setMaxAliasesForCollections(20).build();
            return switch (new Load(settings).loadFromString(yaml)) {
                case null -> Extracted.NOTHING;
                case Map<?, ?> map -> new Extracted(text(map, "title"), text(map, "url"), text(map, "date"),
                        labels(map.get("labels")), "");
                default -> throw new Unreadable("its front matter is not a mapping (key: value lines)");
            };
        } catch (YamlEngineException | IllegalArgumentException e) {    // the latter bare, at tags that are none
            throw new Unreadable("its front matter is not YAML: " + firstLine(e));
        } catch (StackOverflowError e) {
            throw new Unreadable("its front matter is nested too deeply");
        }
    }

    private static String firstLine(RuntimeException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    private static String text(Map<?, ?> map, String key) {
        var value = map.get(key);
        return value == null || value instanceof Map || value instanceof List ? "" : value.toString().strip();
    }

    private static TreeSet<String> labels(Object value) throws Unreadable {
        var all = new TreeSet<String>();
        switch (value) {
            case null -> { }
            case String one -> all.add(label(one));
            case List<?> several -> {
                for (var each : several) {
                    if (!(each instanceof String text)) {
                        throw new Unreadable("a label in its front matter is not a text");
                    }
                    all.add(label(text));
                }
            }
            default -> throw new Unreadable("labels in its front matter are neither a text nor a list of texts");
        }
        return bounded(all);
    }

    static TreeSet<String> bounded(TreeSet<String> labels) throws Unreadable {
        if (labels.size() > Limits.LABELS) {
            throw new Unreadable("it has more than " + Limits.LABELS + " labels");
        }
        return labels;
    }

    /// One that nothing could be mapped to would be read by nobody.
    static String label(String text) throws Unreadable {
        var label = text.strip();
        if (label.isEmpty() || label.length() > Limits.LABEL_CHARS || label.chars().anyMatch(Character::isISOControl)) {
            throw new Unreadable("a label has 1 to " + Limits.LABEL_CHARS + " characters in one line");
        }
        return label;
    }
}
