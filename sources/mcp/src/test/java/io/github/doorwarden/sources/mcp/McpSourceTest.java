package io.github.doorwarden.sources.mcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.server.Resource;
import io.github.doorwarden.server.ToolOutage;
import io.github.doorwarden.sources.mcp.McpSettings.Choice;
import io.github.doorwarden.sources.mcp.McpSettings.ToolSettings;
import io.github.doorwarden.client.wire.Way;
import io.github.doorwarden.tidy.Polling;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Servers as processes, well-behaved and otherwise.
final class McpSourceTest {

    private static final McpSettings ALL = McpSettings.all("stub");

    @TempDir
    private Path folder;

    private static McpSettings within(Duration timeout) {
        return new McpSettings("stub", ALL.expose(), ALL.withhold(), Map.of(), Set.of(), true, false, timeout, 16,
                ALL.maxBytes());
    }

    private static McpSettings asking(int concurrent) {
        return new McpSettings("stub", ALL.expose(), ALL.withhold(), Map.of(), Set.of(), true, true,
                Duration.ofSeconds(20), concurrent, ALL.maxBytes());
    }

    @ParameterizedTest
    @ValueSource(strings = {"modern", "legacy", "old", "paged", "dies"})
    void everyRevisionIsMountedUnderThePrefix(String mode) throws Exception {
        try (var stub = Mounting.stdio(mode, folder, ALL)) {
            assertEquals("up", stub.source.state());
            assertTrue(stub.listed().containsAll(List.of("stub_echo", "stub_slow")), stub.listed().toString());
            var result = stub.call("echo", "{\"a\":{\"b\":1.0}}");
            assertEquals("{\"a\":{\"b\":1.0}}", result.structured().orElseThrow().toString());
            assertEquals("{\"type\":\"text\",\"text\":\"echo\",\"x\":1}", result.content().getFirst().toString());
            assertEquals("{\"x-more\":{\"y\":2.50},\"_meta\":{\"mine\":1}}", result.further().toString());
            var further = stub.tool("stub_echo").spec().further();
            assertEquals("{\"execution\":{\"taskSupport\":\"optional\"},\"x-unknown\":[1.0]}", further.toString());
            assertEquals("[ONLY]", stub.text("environment").replace("PWD, ", "").replace(", PWD", ""));
        }
    }

    @Test
    void resourcesTemplatesAndPromptsComeUnderThePrefix_AndFindBack() throws Exception {
        var settings = new McpSettings("my_stub", ALL.expose(), new Choice(List.of(), List.of("*secret*"), List.of()),
                Map.of(), Set.of("see"), true, false, Duration.ofSeconds(20), 4, ALL.maxBytes());
        try (var stub = Mounting.stdio("legacy", folder, settings)) {
            var things = stub.source.things();
            assertEquals(List.of("my.stub+stub://a"), things.resources().stream().map(Resource::spec)
                    .map(Resource.Spec::uri).toList());
            assertEquals(Set.of("see"), things.resources().getFirst().spec().scopes());
            var read = things.resources().getFirst().read(Mounting.trial("{}", Map.of())).getFirst();
            assertEquals("{\"uri\":\"my.stub+stub://a\",\"text\":\"read\",\"_meta\":{\"x\":1}}", read.toString());
            var template = things.templates().getFirst();
            assertEquals(List.of("my.stub+stub://t/{id}"), things.templates().stream().map(each -> each.spec()
                    .uriTemplate()).toList());
            assertEquals("my.stub+stub://t/7", template.read("my.stub+stub://t/7", Mounting.trial("{}", Map.of()))
                    .getFirst().path("uri").asString());
            assertEquals(List.of("one", "two"), template.complete("id", "", Map.of()));
            var prompt = stub.prompt("my_stub_greet_me");
            assertEquals("my.stub+stub://a", prompt.get(Mounting.trial("{\"who\":\"Ada\"}", Map.of())).messages()
                    .getFirst().path("content").path("resource").path("uri").asString());
            assertEquals(List.of("one", "two"), prompt.complete("who", "", Map.of()));
            var links = stub.tool("my_stub_links").call(Mounting.trial("{}", Map.of())).content();
            assertEquals(List.of("my.stub+stub://t/1", "", "https://example.com/x"), links.stream()
                    .map(each -> each.path("uri").asString("")).toList());
            assertEquals("my.stub+stub://a", links.get(1).path("resource").path("uri").asString());
            var warnings = stub.source.warnings().toString();
            assertTrue(warnings.contains("no uri") && warnings.contains("{+path}"), warnings);
            assertEquals("subscribe stub://a", stub.heard("subscribe"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"secret", "%73ecret", "%2573ecret", "%25252525252573ecret", "7/..%2Fsecret",
        "x%2F..%2Fsecret", ".%2F%2Fsecret"})
    void whatIsWithheldIsNotReadThroughAPatternThatHasIt(String id) throws Exception {
        var settings = new McpSettings("stub", ALL.expose(), new Choice(List.of(), List.of("stub://t/secret"),
                List.of()), Map.of(), Set.of(), true, false, Duration.ofSeconds(20), 4, ALL.maxBytes());
        try (var stub = Mounting.stdio("legacy", folder, settings)) {
            var template = stub.source.things().templates().getFirst();
            assertEquals("stub://t/{id}", template.spec().uriTemplate().substring("stub+".length()));
            assertEquals(List.of(), template.read("stub+stub://t/" + id, Mounting.trial("{}", Map.of())));
            assertEquals("read", template.read("stub+stub://t/%7E7.%C3%BC", Mounting.trial("{}", Map.of())).getFirst()
                    .path("text").asString());
        }
    }

    @Test
    void onlyWhatIsNamedIsExposed_WithTheRulesThatItIsGiven() throws Exception {
        var tools = Map.of("echo", new ToolSettings(Optional.of("T"), Optional.of("D"), Set.of("write"),
                Optional.of(true), true, ToolSettings.AS_IT_IS.conditions()));
        var settings = new McpSettings("stub", new Choice(List.of("t*s"), List.of(), List.of()), Choice.NOTHING, tools,
                Set.of("use"), true, false, Duration.ofSeconds(20), 4, ALL.maxBytes());
        try (var stub = Mounting.stdio("legacy", folder, settings)) {
            assertEquals(Set.of("stub_echo", "stub_tells"), Set.copyOf(stub.listed()));
            var spec = stub.tool("stub_echo").spec();
            assertEquals("T D true true", spec.title() + " " + spec.description() + " " + spec.confirm() + " "
                    + spec.readOnly());
            assertEquals(Set.of("use", "write"), spec.scopes());
            assertFalse(stub.tool("stub_tells").spec().readOnly());
            assertTrue(stub.source.things().resources().isEmpty() && stub.source.things().prompts().isEmpty());
        }
    }

    @Test
    void strangeAnswersAreWithstood_AndLargeOnesAnnounced() throws Exception {
        try (var stub = Mounting.stdio("legacy", folder, ALL)) {
            assertEquals("first", stub.text("twice"));
            assertEquals("right", stub.text("wrong"));
            assertEquals("after garbage", stub.text("garbage"));
            var big = stub.call("big", "{}");
            assertTrue(big.isError() && Mounting.text(big).contains("2097152 are taken"), Mounting.text(big)
                    .substring(0, 100));
            var huge = assertThrows(ToolOutage.class, () -> stub.call("huge", "{}"));
            assertTrue(huge.getMessage().contains("more than 8388608 bytes"), huge.getMessage());
            assertEquals("told", stub.text("tells"), "and it goes on after all that");
        }
    }

    @Test
    void aServersOwnErrorIsPassedOnWithoutWhatMovesATerminal() throws Exception {
        Files.writeString(folder.resolve("tools.json"), "{\"tools\":[" + StubServer.tool("unknown") + "]}");
        try (var stub = Mounting.stdio("legacy", folder, ALL)) {
            var result = stub.call("unknown", "{}");
            assertTrue(result.isError());
            assertEquals("stub answered with error -32602: Unknown tool [31m unknown", Mounting.text(result));
        }
    }

    @Test
    void aSlowCallEndsInTime_AndTheServerIsToldThatItIsCancelled() throws Exception {
        try (var stub = Mounting.stdio("legacy", folder, within(Duration.ofSeconds(1)))) {
            var slow = assertThrows(ToolOutage.class, () -> stub.call("slow", "{}"));
            assertEquals("stub did not answer within 1 s.", slow.getMessage());
            var id = stub.heard("slow ").substring(5);
            assertTrue(stub.heard("notifications/cancelled").contains("\"requestId\":" + id));
            assertEquals("told", stub.text("tells"));
        }
    }

    @Test
    void whoIsInterruptedCancelsUpstreamToo() throws Exception {
        try (var stub = Mounting.stdio("legacy", folder, ALL)) {
            var task = new FutureTask<>(() -> stub.call("slow", "{}"));
            var thread = Thread.ofVirtual().start(task);
            var id = stub.heard("slow ").substring(5);
            thread.interrupt();
            assertTrue(stub.heard("notifications/cancelled").contains("\"requestId\":" + id));
            assertEquals(InterruptedException.class, assertThrows(ExecutionException.class, task::get).getCause()
                    .getClass());
        }
    }

    @Test
    void aCrashEndsItsCallsAtOnce_TheListStays_AndItComesBackByItself() throws Exception {
        try (var stub = Mounting.stdio("legacy", folder, ALL)) {
            var listed = stub.listed();
            var crash = assertThrows(ToolOutage.class, () -> stub.call("crash", "{}"));
            assertTrue(crash.getMessage().contains("has ended"), crash.getMessage());
            assertEquals(listed, stub.listed());
            assertEquals("told", eventually(stub, "tells"));
        }
    }

    private static String eventually(Mounting stub, String tool) throws Exception {
        var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (true) {
            try {
                return stub.text(tool);
            } catch (ToolOutage down) {
                if (System.nanoTime() > end) {
                    throw down;
                }
                Polling.pause();
            }
        }
    }

    @Test
    void aDeadServerStopsNothing_AndWhatWasApprovedStaysListed() throws Exception {
        try (var stub = Mounting.stdio("legacy", folder, ALL)) {
            assertEquals("up", stub.source.state());
        }
        var dead = new Way.Stdio(List.of(folder.resolve("none").toString()), Map.of(), folder);
        try (var stub = Mounting.at(folder, dead, ALL)) {
            assertEquals("down", stub.source.state());
            assertTrue(stub.listed().contains("stub_echo"));
            var down = assertThrows(ToolOutage.class, () -> stub.call("echo", "{}"));
            assertTrue(down.getMessage().contains("stub is down") && down.getMessage().contains("cannot be started")
                    && !down.getMessage().contains(folder.toString()), down.getMessage());
        }
        var never = Files.createDirectory(folder.resolve("never"));
        try (var stub = Mounting.at(never, dead, ALL)) {
            assertEquals(List.of(), stub.listed());
        }
    }

    @Test
    void anEndlessListIsLeftAlone_AndTheOthersAreMounted() throws Exception {
        Files.createFile(folder.resolve("endless"));
        try (var stub = Mounting.stdio("legacy", folder, ALL)) {
            assertEquals(List.of(), stub.listed());
            assertEquals(1, stub.source.things().prompts().size());
            assertTrue(stub.source.warnings().toString().contains("same page again and again"), stub.source.warnings()
                    .toString());
        }
    }

    @Test
    void allThatTheProcessStartedEndsWithIt() throws Exception {
        ProcessHandle child;
        try (var stub = Mounting.stdio("legacy", folder, ALL)) {
            child = ProcessHandle.of(Long.parseLong(stub.text("spawn"))).orElseThrow();
            assertTrue(child.isAlive());
        }
        child.onExit().get(30, TimeUnit.SECONDS);
    }

    @Test
    void noQuestionIsPassedOnUnlessThatIsAllowed() throws Exception {
        try (var stub = Mounting.stdio("legacy", folder, ALL)) {
            assertTrue(stub.text("asks").contains("may not ask those who call it"), "told the server so");
            assertEquals("initialize {}", stub.heard("initialize"));
        }
        var modern = Files.createDirectory(folder.resolve("modern"));
        try (var stub = Mounting.stdio("modern", modern, ALL)) {
            assertTrue(stub.text("round").contains("may not ask those who call it"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"legacy asks which", "modern round name"})
    void anAllowedQuestionReachesTheCaller_WhoIsToldWhoAsks_AndTheAnswerTheServer(String how) throws Exception {
        var words = how.split(" ");
        try (var stub = Mounting.stdio(words[0], folder, asking(4))) {
            var first = assertThrows(Error.class, () -> stub.call(words[1], "{}"), "the client is asked first");
            assertTrue(first.getClass().getName().endsWith("Asked"), first.toString());
            var key = key(words[0].equals("legacy") ? "q0_" : "r0_", words);
            var answer = StubServer.JSON.readTree("{\"action\":\"accept\",\"content\":{\"" + words[2]
                    + "\":\"this\",\"more\":1}}");
            var result = stub.tool("stub_" + words[1]).call(Mounting.trial("{}", Map.of(key, answer)));
            assertTrue(Mounting.text(result).contains("{\"" + words[2] + "\":\"this\"}"), Mounting.text(result));
            assertEquals(words[0].equals("modern"), Mounting.text(result).startsWith("s1 "));
        }
    }

    @Test
    void aServerThatAsksWithoutEndIsRefused() throws Exception {
        try (var stub = Mounting.stdio("legacy", folder, asking(4))) {
            var decline = StubServer.JSON.readTree("{\"action\":\"decline\"}");
            var answers = IntStream.range(0, 2 * Limits.ROUNDS).boxed().collect(Collectors.toMap(
                    round -> key("q" + round + "_", new String[] {"legacy", "nags", "which"}), round -> decline));
            var result = Mounting.text(stub.tool("stub_nags").call(Mounting.trial("{}", answers)));
            assertTrue(result.contains("asks without end"), result);
        }
    }

    @Test
    void aListOfOnePageThatIsTooLongIsRefusedLikeAnyOther() throws Exception {
        Files.writeString(folder.resolve("tools.json"), "{\"tools\":[" + IntStream.rangeClosed(0, 1_000)
                .mapToObj(i -> StubServer.tool("t" + i)).collect(Collectors.joining(",")) + "]}");
        try (var stub = Mounting.stdio("legacy", folder, ALL)) {
            assertEquals(List.of(), stub.listed());
            assertTrue(stub.source.warnings().toString().contains("tools/list is larger than what is taken"),
                    stub.source.warnings().toString());
        }
    }

    /// As the source makes it: of the question itself, so that no answer is used for another.
    private static String key(String round, String[] words) {
        var message = words[2].equals("which") ? "Which?" : "Name?";
        var params = "{\"message\":\"" + message + "\",\"requestedSchema\":{\"type\":\"object\",\"properties\":{\""
                + words[2] + "\":{\"type\":\"string\"}}}}";
        return round + Pins.sha256((words[2].equals("name") ? "name.x" : "") + "elicitation/create" + params)
                .substring(0, 24);
    }

    @Test
    void aQuestionThatMayBeAnothersIsAskedOfNobody() throws Exception {
        try (var stub = Mounting.stdio("legacy", folder, asking(4))) {
            var slow = Thread.ofVirtual().start(() -> assertThrows(InterruptedException.class,
                    () -> stub.call("slow", "{}")));
            stub.heard("slow ");
            assertTrue(stub.text("asks").contains("cannot be told whose call"));
            slow.interrupt();
            stub.heard("notifications/cancelled");
            slow.join();
            var asked = assertThrows(Error.class, () -> stub.text("asks"), "it has read that the other is over");
            assertTrue(asked.getClass().getName().endsWith("Asked"), asked.toString());
        }
    }

    @Test
    void newsOfTheServerAreTold() throws Exception {
        try (var stub = Mounting.stdio("legacy", folder, ALL)) {
            stub.told.clear();
            Files.writeString(folder.resolve("tools.json"), "{\"tools\":[" + Stream.of("echo", "change")
                    .map(StubServer::tool).reduce((a, b) -> a + "," + b).orElseThrow() + "]}");
            assertEquals("changed", stub.text("change"));
            assertEquals("stub+stub://a", stub.told.poll(30, TimeUnit.SECONDS));
            stub.change();
            assertEquals(Set.of("stub_echo", "stub_change"), Set.copyOf(stub.listed()));
        }
    }
}
