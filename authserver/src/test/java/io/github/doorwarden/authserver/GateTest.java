package io.github.doorwarden.authserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.oauth2.sdk.util.URLUtils;
import io.github.doorwarden.http.Headers;
import io.github.doorwarden.tidy.Covers;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GateTest {

    @Test
    @Covers({"AS-10", "T22"})
    void readsWhatIsWellFormedAndTakesAnEmptyValueAsAbsent() {
        var params = Gate.query(Door.query("a=1&b=x%20y+z&empty=&bare&&resource=r1&resource=r2&u=%C3%BC"));
        assertEquals(Map.of("a", List.of("1"), "b", List.of("x y z"), "resource", List.of("r1", "r2"), "u",
                List.of("ü")), params.values());
        assertTrue(params.one("empty").isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "a=1&a=2", "a=&a=1", "a&a=1", "%61=1&a=2",                 // twice, however it is written
        // escapes as an unchecked exception from a well-known
        "x%22=1&x%22=2",
        "client_id=a&client_id=a", "scope=a&scope=b", "=1", "%3D", // a name that is missing or strange
        "a=%", "a=%4", "a=%zz", "a=%-1", "a=%+1", "a=%٣٣", "%=1", "a=1&%E0=2", // percent-encoding
        // UTF-8: overlong, surrogates, cut
        "a=%C3%28", "a=%FF", "a=%C0%80", "a=%ED%A0%80", "a=%F5%80%80%80", "a=%C3",
        "a=%00", "a=%0D%0A", "a=%09", "a=%7F", "a=%C2%85", "a%0A=1", // control characters
        "a= b", "a=ü", "a=\t", "a=b\u0000c"})                      // raw characters
    @Covers("T22")
    void refusesWhatTwoReadersCouldReadDifferently(String encoded) {
        if (encoded.equals("%3D")) {
            assertTrue(Gate.query(Door.query(encoded)).values().isEmpty(), "a name without a value is absent");
            return;
        }
        assertRefused(() -> Gate.query(Door.query(encoded)));
        assertRefused(() -> Gate.form(Door.post("/token", encoded)));
    }

    @Test
    @Covers("T22")
    void boundsTheWholeTheNumberAndEachValue() {
        Gate.query(Door.query("a=" + "x".repeat(Limits.PARAMETER_VALUE_CHARS)));
        assertRefused(() -> Gate.query(Door.query("a=" + "x".repeat(Limits.PARAMETER_VALUE_CHARS + 1))));
        assertRefused(() -> Gate.query(Door.query("x".repeat(Limits.PARAMETER_NAME_CHARS + 1) + "=1")));
        assertRefused(() -> Gate.query(Door.query(many(Limits.FORM_PARAMETERS + 1))));
        assertEquals(Limits.FORM_PARAMETERS, Gate.query(Door.query(many(Limits.FORM_PARAMETERS))).values().size());
        assertRefused(() -> Gate.query(Door.query("&".repeat(Limits.FORM_BYTES + 1))));
        assertRefused(() -> Gate.form(Door.post("/token", "&".repeat(Limits.FORM_BYTES + 1))));
    }

    private static String many(int count) {
        return java.util.stream.IntStream.range(0, count).mapToObj(i -> "p" + i + "=1")
                .collect(Collectors.joining("&"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "text/plain", "multipart/form-data; boundary=x",
            "application/x-www-form-urlencoded2", "", ";"})
    @Covers("T22")
    void takesFormsAlone(String contentType) {
        assertRefused(() -> Gate.form(Door.in("POST", "/token", "", "a=1", "192.0.2.1",
                Headers.NONE.with("Content-Type", contentType))));
    }

    @Test
    @Covers("T22")
    void takesAFormWithACharsetButNotTwoContentTypes() {
        var form = Headers.NONE.with("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
        assertEquals("1", Gate.form(Door.in("POST", "/token", "", "a=1", "192.0.2.1", form)).one("a").orElseThrow());
        assertRefused(() -> Gate.form(Door.in("POST", "/token", "", "a=1", "192.0.2.1",
                form.with("Content-Type", "application/json"))));
        assertRefused(() -> Gate.form(Door.in("POST", "/token", "", "a=1", "192.0.2.1", Headers.NONE)));
    }

    /// Whatever comes: parameters or a refusal, nothing else; and what is accepted, another parser reads the same way.
    @Test
    @Covers("T22")
    void agreesWithAnotherParserOnWhateverItAccepts() {
        var random = new Random(20_260_301);
        var pieces = List.of("a", "b", "resource", "client_id", "=", "=", "&", "&", "%20", "%22", "%C3%BC", "%C3",
                "%00", "%", "+", "1", "x\"y",
                "~", "%E2%82%AC", "\u00e9", " ", ";", ":", "/", "?", "%2B", "%26", "%3D", "\\", "#");
        var accepted = 0;
        for (var run = 0; run < 60_000; run++) {
            var text = random.ints(random.nextInt(12), 0, pieces.size()).mapToObj(pieces::get)
                    .collect(Collectors.joining());
            try {
                var ours = Gate.form(Door.post("/token", text)).values();
                var theirs = new HashMap<String, List<String>>(URLUtils.parseParameters(text));
                theirs.replaceAll((name, all) -> all.stream().filter(value -> !value.isEmpty()).toList());
                theirs.values().removeIf(List::isEmpty);
                assertEquals(theirs, ours, text);
                accepted++;
            } catch (OAuthRefused refused) {
                assertEquals("invalid_request", refused.why().error());
            }
        }
        assertTrue(accepted > 5_000, "the corpus is not empty: " + accepted);
    }

    @Test
    @Covers("T22")
    void survivesAnyBytes() {
        var random = new Random(7);
        for (var run = 0; run < 30_000; run++) {
            var bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            try {
                Gate.form(Door.post("/token", new String(bytes, StandardCharsets.ISO_8859_1)));
            } catch (OAuthRefused refused) {
                assertEquals("invalid_request", refused.why().error());
            }
        }
    }

    private static void assertRefused(org.junit.jupiter.api.function.Executable gate) {
        var why = assertThrows(OAuthRefused.class, gate).why();
        assertEquals("invalid_request", why.error());
        assertEquals(400, assertInstanceOf(OAuthRefusal.Json.class, why).status());
    }
}
