package io.github.doorwarden.app.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// docs/configuration.md has a beginning written by hand and a reference made from the table of keys. `-Dupdate`
/// rewrites the reference.
class ManualTest {

    private static final Path MANUAL = Path.of("../docs/configuration.md");
    private static final String MARK = "<!-- From here on made from the table of keys: mvn test -pl app -am "
            + "-Dtest=ManualTest -Dupdate -Dsurefire.failIfNoSpecifiedTests=false -->\n";

    @TempDir
    private Path folder;

    @Test
    void theReferenceHasEveryKeyAsItIs() throws IOException {
        var manual = Files.readString(MANUAL);
        var mark = manual.indexOf(MARK);
        assertTrue(mark >= 0, MANUAL + " lacks the line before the reference: " + MARK);
        var beginning = manual.substring(0, mark + MARK.length());
        if (System.getProperty("update") != null) {
            Files.writeString(MANUAL, beginning + reference());
        }
        assertEquals(reference(), Files.readString(MANUAL).substring(beginning.length()),
                "The table of keys has changed: rewrite the reference with -Dupdate and look at the difference.");
    }

    @Test
    void theExampleIsACompleteConfiguration() throws IOException {
        var manual = Files.readString(MANUAL);
        var start = manual.indexOf("```yaml\n") + "```yaml\n".length();
        Files.writeString(folder.resolve(ConfigFile.NAME), manual.substring(start, manual.indexOf("```\n", start)));
        var checked = ConfigFile.check(folder, Map.of(), Map.of("ORDERS_TOKEN", "abc")::get);
        assertEquals(List.of("orders", "builtin"), checked.config().endpoints().getFirst().sources());
        assertEquals(2, ((Config.SourceConfig.OpenApi) checked.config().sources().get("orders")).settings().tools()
                .size());
    }

    private static String reference() {
        var text = new StringBuilder("\n## Every key\n");
        table(text, "");
        Keys.ALL.stream().filter(key -> key.below().isPresent()).forEach(key -> {
            text.append("\n### `").append(key.below().orElseThrow()).append("`\n\n").append(key.meaning());
            var placeholder = key.below().get().matches(".*[<\\[].*");
            var settable = Keys.in(key.below().get()).stream().anyMatch(Key::settable);
            if (placeholder && settable) {
                text.append("\n\nFrom the environment: `").append(environment(key.below().get()))
                        .append("` and the key in capitals.");
            }
            text.append("\n");
            table(text, key.below().get());
        });
        return text.toString();
    }

    private static String environment(String section) {
        return Key.text(section + ".", "").environmentName();
    }

    private static void table(StringBuilder text, String section) {
        var keys = Keys.in(section).stream().filter(key -> key.below().isEmpty()).toList();
        if (keys.isEmpty()) {
            return;
        }
        var fixed = !section.matches(".*[<\\[].*");
        text.append("\n| key | value | default | meaning |").append(fixed ? " environment |" : "")
                .append("\n|---|---|---|---|")
                .append(fixed ? "---|" : "").append('\n');
        for (var key : keys) {
            var standard = key.required() ? "**required**"
                    : key.kind().otherwise().map(value -> "`" + value + "`").orElse("");
            text.append("| `").append(key.name()).append("` | ").append(type(key)).append(" | ").append(standard)
                    .append(" | ").append(key.meaning()).append(" |");
            if (fixed) {
                text.append(" `").append(key.environmentName()).append("` |");
            }
            text.append('\n');
        }
    }

    private static String type(Key key) {
        var late = key.kind() instanceof Kind.Text text && text.late()
                || key.kind() instanceof Kind.Pairs pairs && pairs.late();
        return key.kind().type() + (key.secret() ? ", secret" : "") + (late ? ", late" : "");
    }
}
