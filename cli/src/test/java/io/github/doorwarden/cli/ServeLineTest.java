package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A `serve` or `stdio` that is read without picocli is read as picocli reads it.
class ServeLineTest {

    @ParameterizedTest
    @ValueSource(strings = {"serve x", "serve my/system --port 8460", "serve --port 0 x", "serve x --port 00080",
            "serve x --set state=/tmp/s --set server.host=127.0.0.1", "serve --set a=1 --set a=2 x --port 7",
            "serve x --set name=a=b", "serve x --set name=", "serve x --set name=\"quoted\"", "serve /a/b/../c",
            "stdio x", "stdio x --endpoint /mcp", "stdio --endpoint /a/b_c --set a=1 x"})
    void readsAsPicocliDoes(String words) {
        var read = ServeLine.of(words.split(" ")).orElseThrow();
        var line = Commands.commandLine();
        var parsed = line.parseArgs(words.split(" ")).subcommand();
        assertEquals(parsed.matchedPositionalValue(0, Path.of("?")), read.folder());
        assertEquals(words.split(" ")[0], read.command());
        assertEquals(Optional.ofNullable(parsed.matchedOptionValue("--port", (Integer) null)), read.port());
        assertEquals(Optional.ofNullable(parsed.matchedOptionValue("--endpoint", (String) null)), read.endpoint());
        assertEquals(parsed.matchedOptionValue("--set", Map.of()), read.set());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "serve", "serve --help", "serve -h", "serve x --help", "serv x", "user list x",
            "serve x y", "serve x --port", "serve x --port many", "serve x --port -1", "serve x --port 1 --port 2",
            "serve x --port=1", "serve x --set", "serve x --set nonsense", "serve x --set --port=1", "serve @file",
            "serve -- x", "serve x --endpoint /mcp", "stdio x --port 7", "stdio x --endpoint", "stdio x --endpoint mcp",
            "stdio", "stdio x --endpoint /a --endpoint /b", "serve x --prot 7", "--version"})
    void leavesWhatIsUnusualToPicocli(String words) {
        assertTrue(ServeLine.of(words.split(" ")).isEmpty());
    }
}
