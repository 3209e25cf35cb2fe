package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Does what the tutorials say, block by block, in a folder that has nothing but a `doorwarden` to start: files are
/// written, commands are run, and what they print is what the tutorial says they print.
final class TutorialTest {

    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w+)(?: ([^\\n]+))?\\n(.*?)^```$");

    @TempDir
    private Path folder;
    private Process serving;

    /// @param file where its text belongs; null for commands and what they print
    private record Block(String language, String file, String text) {}

    @Test
    void everyBlockOfTheTutorialWorks() throws Exception {
        works(Path.of("../docs/tutorial.md"));
    }

    @Test
    void everyBlockOfTheTutorialAboutApisWorks() throws Exception {
        works(Path.of("../docs/tutorial-your-api.md"));
    }

    private void works(Path tutorial) throws Exception {
        var port = Integer.toString(freePort());
        var launcher = Files.writeString(folder.resolve("doorwarden"), "#!/usr/bin/env bash\nexec '"
                + Path.of(System.getProperty("java.home"), "bin/java") + "' --enable-native-access=ALL-UNNAMED -cp '"
                + System.getProperty("java.class.path") + "' io.github.doorwarden.cli.Doorwarden \"$@\"\n");
        assertTrue(launcher.toFile().setExecutable(true));
        var blocks = new ArrayList<Block>();
        var text = Files.readString(tutorial).replace("8460", port).replace("8461", Integer.toString(freePort()));
        for (var found = BLOCK.matcher(text); found.find();) {
            blocks.add(new Block(found.group(1), found.group(2), found.group(3)));
        }
        assertTrue(blocks.size() > 8, "only " + blocks.size() + " blocks were found");
        var checked = 0;
        for (var i = 0; i < blocks.size(); i++) {
            var block = blocks.get(i);
            if (block.file() != null) {
                var file = folder.resolve(block.file());
                Files.createDirectories(file.getParent());
                Files.writeString(file, block.file().endsWith(".yaml") ? block.text() + "server: {port: " + port + "}\n"
                        : block.text());
            } else if (block.text().contains("./doorwarden serve")) {
                run(block.text().substring(0, block.text().indexOf("./doorwarden serve")));
                serve(block.text().substring(block.text().indexOf("./doorwarden serve")));
            } else if (block.language().equals("sh")) {
                var printed = run(block.text());
                if (i + 1 < blocks.size() && blocks.get(i + 1).language().equals("text")) {
                    assertEquals(blocks.get(i + 1).text(), printed);
                    checked++;
                }
            }
        }
        assertEquals(blocks.stream().filter(block -> block.language().equals("text")).count(), checked);
    }

    private ProcessBuilder shell(String commands) {
        var builder = new ProcessBuilder(List.of("bash", "-euo", "pipefail", "-c", commands))
                .directory(folder.toFile());
        var bin = Path.of(System.getProperty("java.home"), "bin");
        builder.environment().merge("PATH", bin.toString(), (path, own) -> own + ":" + path);
        builder.environment().put("LC_ALL", "C.UTF-8");
        return builder;
    }

    private String run(String commands) throws IOException, InterruptedException {
        var process = shell(commands).redirectError(folder.resolve("errors").toFile()).start();
        var printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), commands + printed + Files.readString(folder.resolve("errors")));
        return printed;
    }

    private void serve(String command) throws IOException {
        serving = shell("exec " + command).redirectError(folder.resolve("log").toFile()).start();
        var out = new BufferedReader(serving.inputReader());
        var line = out.readLine();
        assertTrue(line != null && line.startsWith("ready "), () -> {
            try {
                return Files.readString(folder.resolve("log"));
            } catch (IOException e) {
                return e.toString();
            }
        });
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @AfterEach
    void stop() throws IOException, InterruptedException {
        var api = folder.resolve("shop/api.pid");                // of a tutorial that did not come to its end
        if (Files.exists(api)) {
            ProcessHandle.of(Long.parseLong(Files.readString(api).strip())).ifPresent(ProcessHandle::destroy);
        }
        if (serving != null) {
            serving.destroy();
            assertEquals(0, serving.waitFor());
        }
    }
}
