package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The command line of the bridge.
class BridgeLineTest {

    private static BridgeLine of(String... words) throws BridgeLine.Mistake {
        return BridgeLine.of(List.of(words), Map.of("TOKEN", "a $1 b", "EMPTY", "")::get);
    }

    @Test
    void everyOptionAwayFromItsDefault() throws Exception {
        var plain = of("https://mcp.example/mcp");
        assertTrue(plain.resource() && plain.headers().isEmpty() && plain.scopes().isEmpty()
                && plain.timeout().isEmpty() && plain.clientId().isEmpty() && plain.clientMetadata().isEmpty()
                && plain.callbackPort().isEmpty());
        var all = of("--header", "X-One: ${TOKEN}!", "--header=X-Two:2", "https://mcp.example/mcp", "--no-resource",
                "--callback-port", "3334", "--client-id", "me", "--client-metadata-url", "https://me.example/c.json",
                "--scope", "a b", "--scope", "c", "--timeout", "7", "--allow-http");
        assertEquals(Map.of("X-One", "a $1 b!", "X-Two", "2"), all.headers());
        assertFalse(all.resource());
        assertEquals(OptionalInt.of(3334), all.callbackPort());
        assertEquals("me", all.clientId().orElseThrow());
        assertEquals(URI.create("https://me.example/c.json"), all.clientMetadata().orElseThrow());
        assertEquals(List.of("a", "b", "c"), all.scopes());
        assertEquals(Duration.ofSeconds(7), all.timeout().orElseThrow());
        assertFalse(all.toString().contains("a $1 b"), "values of headers are not printed");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                                             | Give one URL
            https://a.example https://b.example            | Give one URL
            mcp.example/mcp                                | is no URL of a server
            http://mcp.example/mcp                         | everybody on the way can read
            https://me:secret@mcp.example/mcp              | no user name
            https://mcp.example/mcp --colour               | There is no option --colour
            https://mcp.example/mcp --scope                | needs a value
            https://mcp.example/mcp --timeout 0            | a number from 1 to 86400
            https://mcp.example/mcp --callback-port 70000  | a number from 1 to 65535
            https://mcp.example/mcp --header nothing       | NAME:VALUE
            https://mcp.example/mcp --header Accept:x      | the bridge sets it
            https://mcp.example/mcp --header A:${GONE}     | GONE, which is not set
            https://mcp.example/mcp --client-metadata-url http://me.example/c | begins with https://
            """)
    void aMistakeIsSaid(String words, String sentence) {
        var mistake = assertThrows(BridgeLine.Mistake.class, () -> of(words.isBlank() ? new String[0]
                : words.strip().split(" +")));
        assertTrue(mistake.getMessage().contains(sentence), mistake::getMessage);
    }

    @Test
    void theHelpNamesWhatIsRead() {
        var explained = Commands.commandLine().getSubcommands().get("bridge").getCommandSpec().options().stream()
                .map(option -> option.longestName()).filter(name -> !name.equals("--help"))
                .collect(Collectors.toSet());
        assertEquals(BridgeLine.OPTIONS, explained);
    }
}
