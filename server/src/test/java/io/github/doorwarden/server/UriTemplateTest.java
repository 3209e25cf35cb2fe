package io.github.doorwarden.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.tidy.Covers;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class UriTemplateTest {

    private static final long SEED = Long.getLong("seed", 20_260_728L);

    @Test
    @Covers({"SV-46", "SV-54"})
    void whatIsExpandedIsReadBack() {
        var template = new UriTemplate("test://a/{x}/b/{y}.json");
        assertEquals(List.of("x", "y"), template.names());
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
        for (var i = 0; i < 5_000; i++) {
            var x = text(random.nextLong());
            var y = text(random.nextLong());
            assertEquals(Optional.of(Map.of("x", x, "y", y)), template.match("test://a/" + encoded(x) + "/b/"
                    + encoded(y) + ".json"), "seed " + SEED + ": " + x + " " + y);
        }
    }

    private static String text(long seed) {
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        var text = new StringBuilder();
        for (var n = 1 + random.nextInt(6); n > 0; n--) {
            text.appendCodePoint(switch (random.nextInt(3)) {
                case 0 -> "/?#%+. {}".charAt(random.nextInt(9));
                case 1 -> 0x1F600 + random.nextInt(64);
                default -> 0xA0 + random.nextInt(0x500);
            });
        }
        return text.toString();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @ParameterizedTest
    @ValueSource(strings = {"test://a", "test://{+x}", "test://{x,y}", "test://{x}{y}", "test://{x}/{x}", "test://{x",
        "test://x}", "test://{}", "{x}", "/a/{x}", "a b:{x}", "test://ä/{x}", "test://{x}-{y}-{z}"})
    void whatCannotBeReadBackwardsDoesNotStart(String template) {
        assertTrue(assertThrows(IllegalArgumentException.class, () -> new UriTemplate(template)).getMessage()
                .contains(template));
    }

    @Test
    void aLongHostileUriKeepsNobodyBusy() {
        var template = new UriTemplate("test://{a}-{b}/{c}-{d}/end");
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
            for (var i = 0; i < 100; i++) {
                assertEquals(Optional.empty(), template.match("test://" + "-".repeat(900) + "/" + "-".repeat(900)
                        + "/no"));
            }
        });
    }
}
