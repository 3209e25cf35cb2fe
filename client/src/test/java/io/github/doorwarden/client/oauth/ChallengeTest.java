package io.github.doorwarden.client.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.doorwarden.tidy.Covers;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The grammar of RFC 9110 §11.6.1, and what servers make of it.
class ChallengeTest {

    private static List<Challenge> parse(String... fields) {
        return Challenge.parse(List.of(fields));
    }

    @Test
    @Covers("CL-1")
    void severalInOneField() {
        assertEquals(List.of(
                new Challenge("basic", "", Map.of("realm", "a, b=\"c\"")),
                new Challenge("negotiate", "YWJj==", Map.of()),
                new Challenge("bearer", "", Map.of("resource_metadata", "https://a.example/x?y=1,2", "scope", "r w")),
                new Challenge("dpop", "", Map.of("algs", "ES256 RS256"))),
                parse("Basic realm=\"a, b=\\\"c\\\"\", Negotiate YWJj==, , BEARER resource_metadata = "
                        + "\"https://a.example/x?y=1,2\" ,Scope=\"r w\",DPoP algs=\"ES256 RS256\""));
    }

    @Test
    @Covers("CL-1")
    void severalFields() {
        assertEquals(List.of("bearer", "basic"), parse("Bearer error=invalid_token", "Basic realm=x").stream()
                .map(Challenge::scheme).toList());
    }

    @Test
    void schemesAlone() {
        assertEquals(List.of(new Challenge("bearer", "", Map.of())), parse("Bearer"));
        assertEquals(List.of(new Challenge("bearer", "", Map.of()), new Challenge("negotiate", "", Map.of())),
                parse("Bearer, Negotiate"));
        assertEquals(List.of(), parse("", " , ", "=", "\"x\""));
    }

    @Test
    void aWordWithoutAnEqualsSignIsTheNextScheme() {
        assertEquals(List.of(new Challenge("bearer", "", Map.of("scope", "a")), new Challenge("basic", "",
                Map.of("realm", "b"))), parse("Bearer scope=a, Basic realm=b"));
    }

    @Test
    void ofTwoValuesTheFirstCounts() {
        assertEquals(Map.of("scope", "a"), parse("Bearer scope=a, scope=b").getFirst().parameters());
    }

    @Test
    void whatIsBrokenEndsItsField() {
        assertEquals(List.of(new Challenge("bearer", "", Map.of("scope", "a"))),
                parse("Bearer scope=a, realm=\"never closed, Basic realm=x"));
        assertEquals(Map.of("error", "x"), parse("Bearer error=x scope=y").getFirst().parameters());
    }

    @Test
    void bounds() {
        assertEquals(List.of(), parse("Bearer scope=" + "a".repeat(Limits.CHALLENGE_CHARS)));
        assertEquals(Limits.CHALLENGES, parse("Bearer, ".repeat(1_000)).size());
    }

    @Test
    void strangeFieldsAreReadOrNot() {
        var seed = 7_235L;
        var random = new Random(seed);
        var letters = "Bearer=\",\\ \t ab;()[]~+/é\u0000%";
        for (var i = 0; i < 20_000; i++) {
            var text = new StringBuilder();
            for (var n = random.nextInt(60); n > 0; n--) {
                text.append(letters.charAt(random.nextInt(letters.length())));
            }
            for (var challenge : parse(text.toString())) {
                assertEquals(challenge.scheme(), challenge.scheme().strip(), "seed " + seed + ": " + text);
            }
        }
    }
}
