package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.github.doorwarden.app.config.ConfigFile;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class OpenApiInspectTest {

    private static final String DOCUMENT = """
            openapi: 3.0.0
            info: {title: Things, version: "1"}
            servers: [{url: "https://api.things.example/v1"}]
            paths:
              /things: {get: {operationId: listThings, summary: Lists things, responses: {"200": {description: ok}}},
                post: {operationId: addThing, responses: {"200": {description: ok}}}}
              /raw: {post: {operationId: raw, requestBody: {required: true, content: {application/octet-stream: {}}}}}
            """;

    @TempDir
    private Path folder;

    private record Ran(int exit, String out, String err) {}

    private static Ran run(String... words) {
        var out = new StringWriter();
        var err = new StringWriter();
        var exit = Doorwarden.run(words, new PrintWriter(out, true), new PrintWriter(err, true));
        return new Ran(exit, out.toString(), err.toString());
    }

    @Test
    void everyOperationIsShownAsTheToolThatItWouldBecome_AndWhatIsSuggestedHolds() throws Exception {
        var file = Files.writeString(folder.resolve("api.yaml"), DOCUMENT);
        var ran = run("openapi", "inspect", file.toString());
        assertEquals(0, ran.exit, ran.err);
        assertTrue(ran.out.startsWith("Things  2 tools, about "), ran.out);
        for (var line : List.of("listThings", "reads   GET /things", "writes  POST /things",
                "POST /raw: its body is application/octet-stream, and only JSON, forms and plain text are sent.",
                "The tool addThing has no description", "https://api.things.example/v1")) {
            assertTrue(ran.out.contains(line), line + " is not in\n" + ran.out);
        }
        var yaml = ran.out.substring(ran.out.indexOf("sources:"));
        Files.writeString(folder.resolve(ConfigFile.NAME), "authorization: {mode: off}\n" + yaml);
        var checked = run("sources", "inspect", folder.toString(), "api", "--json");
        assertEquals(0, checked.exit, checked.err);
        assertEquals(List.of("listThings"), checked.out.lines().map(line -> JsonMapper.shared().readTree(line)
                .at("/tool/name").asString()).toList());
    }

    @Test
    void asJsonItIsOneObjectALine() throws Exception {
        var file = Files.writeString(folder.resolve("api.yaml"), DOCUMENT).toString();
        var lines = run("openapi", "inspect", "--json", file).out.lines().map(JsonMapper.shared()::readTree).toList();
        assertEquals(List.of("GET /things", "POST /things", "POST /raw", ""), lines.stream()
                .map(line -> line.path("operation").asString("")).toList());
        assertEquals("object", lines.getFirst().at("/tool/inputSchema/type").asString());
        assertEquals(lines.get(0).path("tokens").asInt() + lines.get(1).path("tokens").asInt(),
                lines.getLast().path("tokens").asInt());
        assertTrue(lines.get(2).path("skipped").asString().contains("octet-stream"));
    }

    @Test
    void whatCannotBeReadIsSaid_AndTheOthersAreShown() throws Exception {
        var file = Files.writeString(folder.resolve("api.yaml"), DOCUMENT).toString();
        var ran = run("openapi", "inspect", folder.resolve("no.yaml").toString(), file);
        assertEquals(1, ran.exit);
        assertTrue(ran.err.contains("There is no file") && ran.out.startsWith("Things"), ran.err);
        var elsewhere = run("openapi", "inspect", "http://api.example/openapi.yaml");
        assertTrue(elsewhere.exit == 1 && elsewhere.err.contains("must be https"), elsewhere.err);
    }

    @Test
    void aDocumentAtAnAddressIsFetchedOnce_AndAcceptedByCommand() throws Exception {
        var host = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        var texts = new ConcurrentHashMap<>(Map.of("text", DOCUMENT));
        host.createContext("/", exchange -> {
            var bytes = texts.get("text").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        host.start();
        try {
            var address = "http://127.0.0.1:" + host.getAddress().getPort() + "/api.yaml";
            assertTrue(run("openapi", "inspect", address).out.startsWith("Things  2 tools"));
            Files.writeString(folder.resolve(ConfigFile.NAME),
                    "authorization: {mode: off}\nendpoints: {/mcp: {sources: "
                    + "[api]}}\nupstreams: {u: {base_url: 'http://127.0.0.1:1'}}\nsources: {api: {type: openapi, "
                    + "upstream: u, document: '" + address + "', include: [{paths: [/**]}]}}\n");
            assertEquals(0, run("sources", "list", folder.toString()).exit);
            assertTrue(Files.notExists(folder.resolve("state")), "nothing is written by looking");
            assertEquals(0, run("openapi", "accept", folder.toString(), "api").exit);
            texts.put("text", DOCUMENT.replace("Lists things", "Lists them"));
            assertEquals("GET /things (the tool listThings) reads otherwise", run("openapi", "accept",
                    folder.toString(), "api").out.strip());
            assertTrue(run("openapi", "accept", folder.toString(), "api").err.contains("Nothing changes"));
            assertTrue(run("openapi", "accept", folder.toString(), "nope").err.contains("no source of type openapi"));
        } finally {
            host.stop(0);
        }
    }
}
