package io.github.doorwarden.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.client.oauth.OAuthAuthorization;
import io.github.doorwarden.client.oauth.OAuthSettings;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The blocks of docs/client.md stand here too, word for word, and do what the page says.
final class ClientPageTest {

    private static final Pattern BLOCK = Pattern.compile("(?ms)^```java\\n(.*?)^```$");

    @TempDir
    Path folder;

    private static String squeezed(String java) {
        return java.replaceAll("\\s+", "");
    }

    @Test
    void everyBlockOfThePageIsHere() throws Exception {
        var here = squeezed(Files.readString(Path.of("src/test/java/io/github/doorwarden/client/ClientPageTest.java")));
        var blocks = BLOCK.matcher(Files.readString(Path.of("../docs/client.md"))).results().toList();
        assertEquals(3, blocks.size());
        blocks.forEach(block -> assertTrue(here.contains(squeezed(block.group(1))), () -> "not here: "
                + block.group(1)));
    }

    private static void five(URI endpoint, String token) throws InterruptedException {
        try (var client = McpClient.connect(endpoint, ClientOptions.PLAIN.named("my-program", "1.0")
                .withToken(token))) {
            for (var tool : client.tools()) {
                System.out.println(tool.name() + ": " + tool.description());
            }
            var result = client.call("add", Tool.arguments().put("a", 1).put("b", 2)).orThrow();
            System.out.println(result.text());
        } catch (McpFailure e) {
            System.out.println(e.getMessage() + " " + e.remedy());
        }
    }

    @Test
    void aToolIsCalled_AndAFailureSaysWhatToDo() throws Exception {
        var before = System.out;
        var printed = new ByteArrayOutputStream();
        try (var server = StubServer.modern(one -> {
            if (!one.header("Authorization").equals("Bearer right")) {
                one.status(401);
            } else if (one.method().equals("tools/list")) {
                one.result("{'tools':[{'name':'add','description':'Adds.','inputSchema':{'type':'object'}}]}");
            } else {
                one.result("{'content':[{'type':'text','text':'" + (one.params().at("/arguments/a").asInt()
                        + one.params().at("/arguments/b").asInt()) + "'}]}");
            }
        })) {
            System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
            five(server.endpoint(), "right");
            five(server.endpoint(), "wrong");
        } finally {
            System.setOut(before);
        }
        var lines = printed.toString(StandardCharsets.UTF_8).lines().toList();
        assertEquals("add: Adds.", lines.get(0));
        assertEquals("3", lines.get(1));
        assertTrue(lines.get(2).contains("(401)") && lines.get(2).contains("Sign in"), lines.toString());
    }

    @Test
    void whoeverAsksIsAnswered() throws Exception {
        var asking = ClientOptions.PLAIN
                .asking(question -> switch (question) {
                    case Elicitation.Form form -> new Elicitation.Answer.Accepted(form.defaults());
                    case Elicitation.Visit page -> new Elicitation.Answer.Declined();
                })
                .hearing(new Listener() {
                    @Override
                    public void resourceChanged(String uri) {
                        System.out.println("changed: " + uri);
                    }
                });
        var form = (Elicitation.Form) Elicitation.of(StubServer.json("{'message':'?','requestedSchema':{'properties':"
                + "{'size':{'type':'integer','default':3}}}}")).orElseThrow();
        assertEquals(StubServer.json("{'action':'accept','content':{'size':3}}"), form.result(asking.elicitor()
                .orElseThrow().ask(form)));
    }

    @Test
    void nothingIsAskedBeforeAServerWantsIt() throws Exception {
        try (var server = StubServer.modern(one -> one.result("{'tools':[]}"))) {
            var endpoint = server.endpoint();
            var settings = OAuthSettings.of(endpoint, folder, InstantSource.system(), "my-program");
            var signedIn = ClientOptions.PLAIN.with(OAuthAuthorization.open(settings));
            try (var client = McpClient.connect(endpoint, signedIn)) {
                assertEquals(0, client.tools().size());
            }
        }
    }
}
