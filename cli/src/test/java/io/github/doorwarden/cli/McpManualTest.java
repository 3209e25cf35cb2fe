package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.app.Deployment;
import io.github.doorwarden.app.config.Config;
import io.github.doorwarden.app.config.ConfigFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The configurations of docs/sources/mcp.md, in a folder that has nothing but a `doorwarden` to start.
final class McpManualTest {

    private static final Path PAGE = Path.of("../docs/sources/mcp.md");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w+)(?: ([^\\n]+))?\\n(.*?)^```$");

    @TempDir
    private Path folder;
    private final Map<String, String> blocks = new LinkedHashMap<>();

    @BeforeEach
    void write() throws IOException {
        var launcher = Files.writeString(folder.resolve("doorwarden"), "#!/usr/bin/env bash\nexec '"
                + Path.of(System.getProperty("java.home"), "bin/java") + "' --enable-native-access=ALL-UNNAMED -cp '"
                + System.getProperty("java.class.path") + "' io.github.doorwarden.cli.Doorwarden \"$@\"\n");
        assertTrue(launcher.toFile().setExecutable(true));
        for (var found = BLOCK.matcher(Files.readString(PAGE)); found.find();) {
            if (found.group(2) != null) {
                var file = folder.resolve(found.group(2));
                Files.createDirectories(file.getParent());
                Files.writeString(file, found.group(3) + "server: {port: 0}\n");
            } else {
                blocks.put(found.group(1), found.group(3));
            }
        }
    }

    private Config read(String of) {
        return ConfigFile.read(folder.resolve(of), Map.of(), name -> name.equals("SHOP_TOKEN") ? "abc"
                : System.getenv(name));
    }

    @Test
    void theFirstExampleServesTheToolOfAnotherProcess_AndShowsItsPin() {
        try (var deployment = Deployment.start(read("front"), line -> { })) {
            var web = new Web();
            var body = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"METHOD\",\"params\":{\"name\":"
                    + "\"notes_doorwarden_whoami\"}}";
            var url = deployment.address().toString();
            var headers = new String[] {"Accept", "application/json, text/event-stream", "MCP-Protocol-Version",
                Agent.LEGACY};
            var list = web.post(url, "application/json", body.replace("METHOD", "tools/list"), headers).expect(200);
            assertEquals(List.of("notes_doorwarden_whoami"), list.json().path("result").path("tools").valueStream()
                    .map(tool -> tool.path("name").asString()).toList());
            var called = web.post(url, "application/json", body.replace("METHOD", "tools/call"), headers).expect(200);
            assertTrue(called.body().contains("anonymous"), called.body());
            var words = blocks.get("sh").strip().substring("./doorwarden ".length())
                    .replace("front", folder.resolve("front").toString()).split(" ");
            var out = new StringWriter();
            assertEquals(0, Doorwarden.run(words, new PrintWriter(out, true), new PrintWriter(out, true)));
            assertEquals(blocks.get("text"), out.toString().replaceAll("[0-9a-f]{8}  20[0-9TZ:.-]+", "HASH  WHEN"));
        }
    }

    @Test
    void theSecondExampleIsAConfigurationThatHolds() {
        var config = read("shop");
        Deployment.check(config);
        var settings = ((Config.SourceConfig.Mcp) config.sources().get("shop")).settings();
        assertEquals("store true 30", settings.prefix() + " " + settings.tools().get("buy").confirm() + " "
                + settings.timeout().toSeconds());
    }
}
