package io.github.doorwarden.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/// What a server of 2026-07-28 asks and tells: questions that end a request, tasks, changes, skills.
final class AskingTest {

    private static final ObjectNode NOTHING = StubServer.json("{}");
    private static final String FORM = "{'method':'elicitation/create','params':{'message':'Who?','requestedSchema':"
            + "{'type':'object','properties':{'name':{'type':'string'},'age':{'type':'integer','default':30}}}}}";

    private final List<Elicitation> asked = new CopyOnWriteArrayList<>();
    private final ClientOptions asking = ClientOptions.PLAIN.asking(question -> {
        asked.add(question);
        return new Elicitation.Answer.Accepted(StubServer.json("{'name':'Ada'}"));
    });

    @Test
    void aQuestionEndsTheRequest_AndItsAnswerGoesWithTheNextAndTheStateAsItWas() throws Exception {
        var rounds = new AtomicInteger();
        try (var server = StubServer.modern(one -> {
            if (one.method().equals("tools/list")) {
                one.result("{'tools':[]}");
            } else if (rounds.getAndIncrement() == 0) {
                one.result("{'resultType':'input_required','inputRequests':{'who':" + FORM + "},'requestState':"
                        + "' a+b/c=\\u00e9 '}");
            } else {
                one.result("{'content':[]}");
            }
        });
                var client = McpClient.connect(server.endpoint(), asking)) {
            client.call("greet", StubServer.json("{'x':1}"));
            var again = server.asked.getLast();
            assertEquals(StubServer.json("{'action':'accept','content':{'name':'Ada','age':30}}"),
                    again.params().at("/inputResponses/who"));
            assertEquals(" a+b/c=é ", again.params().path("requestState").asString());
            assertEquals(1, again.params().at("/arguments/x").asInt());
            assertEquals(4, server.asked.stream().map(one -> one.message().path("id").asInt()).distinct().count());
            client.call("greet", NOTHING);
            assertFalse(server.asked.getLast().params().has("requestState"));
            assertFalse(server.asked.getLast().params().has("inputResponses"));
            assertEquals("Who?", asked.getFirst().message());
        }
    }

    @Test
    void questionsWithoutAnEndAreNotAnswered_NorSuchAsNobodyIsThereFor() throws Exception {
        try (var server = StubServer.modern(one -> one.result(one.method().equals("tools/list") ? "{'tools':[]}"
                : "{'resultType':'input_required','inputRequests':{'who':" + FORM + "}}"));
                var endless = McpClient.connect(server.endpoint(), asking);
                var nobody = McpClient.connect(server.endpoint(), ClientOptions.PLAIN)) {
            assertThrows(McpFailure.Protocol.class, () -> endless.call("greet", NOTHING));
            assertEquals(Limits.ROUNDS, asked.size());
            assertThrows(McpFailure.Protocol.class, () -> nobody.call("greet", NOTHING));
            assertFalse(server.asked.getLast().params().at("/_meta/io.modelcontextprotocol~1clientCapabilities")
                    .has("elicitation"));
        }
    }

    @Test
    void onlyPagesThatAreSafeAreShown_AndRootsAndModelsAreAskedToo() throws Exception {
        var urls = new LinkedBlockingQueue<>(List.of("javascript:alert(1)", "http://example.com/", "file:///etc/passwd",
                "https://user@example.com/", "https://example.com/pay"));
        try (var server = StubServer.modern(one -> {
            var url = one.method().equals("tools/call") ? urls.poll() : null;
            if (url != null) {
                one.result("{'resultType':'input_required','inputRequests':{'u':{'method':'elicitation/create',"
                        + "'params':{'mode':'url','message':'Pay','elicitationId':'e','url':'" + url + "'}},'r':"
                        + "{'method':'roots/list'},'s':{'method':'sampling/createMessage','params':{'maxTokens':1}}}}");
            } else {
                one.result("{'tools':[],'content':[]}");
            }
        });
                var client = McpClient.connect(server.endpoint(), asking.sampling(request -> StubServer.json(
                        "{'role':'assistant','model':'m'}")).offering(() -> List.of(new Root(URI.create("file:///w"),
                                Optional.of("w")))))) {
            client.call("pay", NOTHING);
            var answers = server.asked.stream().map(one -> one.params().at("/inputResponses/u/action").asString(""))
                    .filter(action -> !action.isEmpty()).toList();
            assertEquals(List.of("decline", "decline", "decline", "decline", "accept"), answers);
            assertEquals(1, asked.size());
            assertEquals(StubServer.json("{'roots':[{'uri':'file:///w','name':'w'}]}"),
                    server.asked.getLast().params().at("/inputResponses/r"));
            assertEquals("m", server.asked.getLast().params().at("/inputResponses/s/model").asString());
        }
    }

    private static void task(StubServer.Asked one, LinkedBlockingQueue<String> states) throws IOException {
        switch (one.method()) {
            case "tools/call" -> one.result("{'resultType':'task','taskId':'t1','status':'working','ttlMs':null,"
                    + "'pollIntervalMs':50}");
            case "tasks/get" -> one.result("{'resultType':'complete','taskId':'t1','pollIntervalMs':50,"
                    + states.poll() + "}");
            default -> one.result("{'resultType':'complete','tools':[]}");
        }
    }

    @Test
    void aTaskIsAskedForUntilItIsOver_AndItsQuestionsAreAnsweredOnce() throws Exception {
        var needs = "'status':'input_required','inputRequests':{'who':" + FORM + "}";
        var states = new LinkedBlockingQueue<>(List.of("'status':'working'", needs, needs,
                "'status':'completed','result':{'content':[{'type':'text','text':'done'}]}",
                "'status':'failed','error':{'code':-32603,'message':'Bang'}", "'status':'cancelled'"));
        try (var server = StubServer.modern(one -> task(one, states));
                var client = McpClient.connect(server.endpoint(), asking)) {
            assertEquals("done", client.call("slow", NOTHING).text());
            assertEquals(1, asked.size());
            var updates = server.asked.stream().filter(one -> one.method().equals("tasks/update")).toList();
            assertEquals(1, updates.size());
            assertEquals("t1", updates.getFirst().header("Mcp-Name"));
            assertEquals("Ada", updates.getFirst().params().at("/inputResponses/who/content/name").asString());
            var failed = assertThrows(McpFailure.Execution.class, () -> client.call("slow", NOTHING));
            assertEquals(-32603, failed.code());
            var begun = client.begin("slow", NOTHING, CallOptions.PLAIN);
            var task = ((McpClient.Begun.Running) begun).task();
            assertThrows(McpFailure.Execution.class, () -> client.tasks().await(task, CallOptions.PLAIN));
        }
    }

    @Test
    void aToolOf20251125ThatWantsATaskIsCalledAsOne() throws Exception {
        var polls = new AtomicInteger();
        try (var server = new StubServer(one -> {
            switch (one.method()) {
                case "initialize" -> one.result("{'protocolVersion':'2025-11-25','capabilities':{'tools':{}}}");
                case "tools/list" -> one.result("{'tools':[{'name':'slow','inputSchema':{'type':'object'},"
                        + "'execution':{'taskSupport':'required'}}]}");
                case "tools/call" -> one.result("{'task':{'taskId':'t9','status':'working','pollInterval':50}}");
                case "tasks/get" -> one.result("{'taskId':'t9','pollInterval':50,'status':'"
                        + (polls.incrementAndGet() < 3 ? "working" : "completed") + "'}");
                case "tasks/result" -> one.result("{'content':[{'type':'text','text':'old and slow'}]}");
                default -> one.status(one.message().has("id") ? 400 : 202);
            }
        });
                var client = McpClient.connect(server.endpoint(), ClientOptions.PLAIN)) {
            assertEquals("old and slow", client.call("slow", NOTHING).text());
            assertEquals(3, polls.get());
            var call = server.asked.stream().filter(one -> one.method().equals("tools/call")).findFirst().orElseThrow();
            assertTrue(call.params().path("task").isObject());
        }
    }

    @Test
    void whoeverStopsWaitingForATaskHasItStopped() throws Exception {
        var cancelled = new CountDownLatch(1);
        try (var server = StubServer.modern(one -> {
            switch (one.method()) {
                case "tasks/get" -> one.result("{'taskId':'t1','status':'working','pollIntervalMs':50}");
                case "tasks/cancel" -> {
                    cancelled.countDown();
                    one.result("{}");
                }
                default -> task(one, new LinkedBlockingQueue<>());
            }
        });
                var client = McpClient.connect(server.endpoint(), ClientOptions.PLAIN)) {
            assertThrows(McpFailure.Outage.class, () -> client.call("slow", NOTHING, CallOptions.PLAIN.within(
                    Duration.ofSeconds(1))));
            assertTrue(cancelled.await(30, TimeUnit.SECONDS));
        }
    }

    @Test
    void changesAreHeardFromWhenASubscriptionIsMade() throws Exception {
        var heard = new LinkedBlockingQueue<String>();
        var listener = new Listener() {
            @Override
            public void listChanged(Kind kind) {
                heard.add(kind.name());
            }

            @Override
            public void resourceChanged(String uri) {
                heard.add(uri);
            }
        };
        var open = new CountDownLatch(1);
        try (var server = StubServer.modern(one -> {
            if (!one.method().equals("subscriptions/listen")) {
                one.result("{}");
                return;
            }
            var out = one.stream();
            StubServer.Asked.event(out, notice("subscriptions/acknowledged", "{'notifications':{}}"));
            if (one.params().at("/notifications/resourceSubscriptions/0").asString("").equals("file:///a")) {
                StubServer.Asked.event(out, notice("resources/updated", "{'uri':'file:///a'}"));
                StubServer.Asked.event(out, notice("tools/list_changed", "{}"));
            }
            try {
                open.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
                var client = McpClient.connect(server.endpoint(), ClientOptions.PLAIN.hearing(listener))) {
            client.subscribe("file:///a");
            assertEquals("file:///a", heard.poll(30, TimeUnit.SECONDS));
            assertEquals("TOOLS", heard.poll(30, TimeUnit.SECONDS));
            open.countDown();
        }
    }

    private static String notice(String method, String params) {
        return "data: {'jsonrpc':'2.0','method':'notifications/" + method + "','params':" + params + "}";
    }

    private static String digest(String text) throws Exception {
        return "sha256:" + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(
                StandardCharsets.UTF_8)));
    }

    @Test
    void aSkillThatIsNotWhatItsEntrySaysIsNotUsed_AndNothingElseOfIt() throws Exception {
        var good = "---\nname: pdf\ndescription: Fills in\nmetadata:\n  level: 2\n---\nBody\n";
        var shown = new LinkedBlockingQueue<>(List.of(good, good.replace("Body", "Evil"), good + "more",
                good.replace("level: 2", "level: 3")));
        for (var i = 0; i < 4; i++) {
            var text = shown.poll();
            var listed = i == 3 ? text : good;     // of the last one, the front matter alone is another
            var reads = new ArrayList<String>();
            var entry = StubServer.json("{'uri':'skill://pdf/SKILL.md','frontmatter':{'name':'pdf','description':"
                    + "'Fills in','metadata':{'level':2}},'resources':[{'uri':'skill://pdf/SKILL.md','digest':'"
                    + digest(listed) + "','size':" + listed.length() + "},{'uri':'skill://pdf/a/F.md','digest':'"
                    + digest("Forms") + "','size':5}]}");
            try (var server = StubServer.modern(one -> {
                if (one.method().equals("skills/list")) {
                    one.result("{'skills':[" + entry + "]}");
                } else {
                    var uri = one.params().path("uri").asString("");
                    reads.add(uri);
                    var contents = StubServer.json("{'contents':[{'uri':'" + uri + "'}]}");
                    ((ObjectNode) contents.at("/contents/0")).put("text", uri.endsWith("SKILL.md") ? text : "Forms");
                    one.body(200, "{\"jsonrpc\":\"2.0\",\"id\":" + one.message().path("id") + ",\"result\":" + contents
                            + "}");
                }
            });
                    var client = McpClient.connect(server.endpoint(), ClientOptions.PLAIN)) {
                var skill = client.skills().list().getFirst();
                assertEquals(List.of(), reads);
                assertThrows(McpFailure.Execution.class, () -> client.skills().read(skill, "skill://pdf/../x/K.md"));
                assertThrows(McpFailure.Execution.class, () -> client.skills().read(skill, "file:///etc/passwd"));
                if (i == 0) {
                    assertEquals("Forms", new String(client.skills().read(skill, "skill://pdf/a/F.md"),
                            StandardCharsets.UTF_8));
                    assertEquals(2, reads.size());
                } else {
                    assertThrows(McpFailure.Protocol.class, () -> client.skills().read(skill, "skill://pdf/a/F.md"));
                    assertEquals(List.of("skill://pdf/SKILL.md"), reads);
                }
            }
        }
    }
}
