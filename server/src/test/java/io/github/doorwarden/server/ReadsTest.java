package io.github.doorwarden.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.identity.TestCallers;
import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.protocol.Refused;
import io.github.doorwarden.protocol.Revision;
import io.github.doorwarden.tidy.Covers;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/// `resources/read` and `prompts/get`: who may, what is refused, what is on record.
@Timeout(60)
final class ReadsTest extends ThingsFixture {

    private static final long SEED = Long.getLong("seed", 20_260_728L);

    private final AtomicInteger reads = new AtomicInteger();

    private List<ObjectNode> read(Call call) {
        reads.incrementAndGet();
        return List.of(Content.textOf("test://r", "text/plain", call.caller().subject() + call.arguments()));
    }

    private static String uri(String uri) {
        return object("{}").put("uri", uri).toString();
    }

    @ParameterizedTest
    @EnumSource(Revision.class)
    @Covers({"SV-47", "SV-48"})
    void whatIsNotThereIsAnErrorAndNeverEmptyContents(Revision revision) {
        resource("test://r", this::read);
        resource("test://gone", call -> List.of());
        template("test://t/{id}", call -> List.of());
        for (var missing : List.of("test://none", "test://gone", "test://t/7")) {
            var why = refused(Refusal.NoSuchResource.class, () -> client().in(revision).send("resources/read",
                    uri(missing)));
            assertEquals(missing, why.uri());
            assertEquals("There is no resource " + missing
                    + ". resources/list and resources/templates/list name those that there are.", why.message());
            assertEquals(-32602, why.code(), "the transport has -32002 for legacy revisions");
            assertEquals("refused", lines("resources/read").getFirst().outcome());
        }
    }

    @Test
    @Covers("SV-52")
    void aResourceIsReadByThoseWhoMay_AndTheListSaysTheSame() {
        resource("test://secret", this::read, "write");
        template("test://secret/{id}", this::read, "write");
        prompt("secret", List.of(), this::read, "write");
        var client = client();
        for (var request : List.of(List.of("resources/read", uri("test://secret")),
                List.of("resources/read", uri("test://secret/7")), List.of("prompts/get", "{\"name\":\"secret\"}"))) {
            var stepUp = assertThrows(Challenged.class, () -> client.send(request.getFirst(), request.getLast()));
            assertEquals(List.of("write"), assertInstanceOf(Decision.NeedsScope.class, stepUp.decision()).scopes());
            assertEquals("refused", lines(request.getFirst()).getFirst().outcome());
            var login = assertThrows(Challenged.class, () -> client.as(Caller.anonymous())
                    .send(request.getFirst(), request.getLast()));
            assertInstanceOf(Decision.NeedsLogin.class, login.decision());
            assertEquals(0, reads.get(), "the source is not asked");
            client.as(WRITER).send(request.getFirst(), request.getLast());
            assertEquals(1, reads.getAndSet(0));
        }
        // Listed for whoever could step up, as decision 10 has it: the challenge says what is missing.
        assertEquals(1, client.send("resources/list", "{}").path("resources").size());
        assertEquals(1, client.send("prompts/list", "{}").path("prompts").size());
    }

    @Test
    void readsAreOnRecord() {
        resource("test://r", this::read);
        prompt("p", List.of(argument("a", false)), this::read);
        var client = client();
        client.send("resources/read", uri("test://r"));
        client.send("prompts/get", "{\"name\":\"p\",\"arguments\":{\"a\":\"s3cret\"}}");
        var resource = lines("resources/read").getFirst();
        assertEquals("allowed test://r alice /mcp", resource.outcome() + " " + resource.thing() + " "
                + resource.subject() + " " + resource.endpoint());
        var prompt = lines("prompts/get").getFirst();
        assertEquals("allowed p", prompt.outcome() + " " + prompt.thing());
        assertFalse(prompt.toString().contains("s3cret"));
    }

    @Test
    @Covers({"SV-49", "SV-67"})
    void aFaultLeavesTheHouseAsAnIncidentAlone() {
        resource("test://vanished", call -> {
            throw new NoSuchFileException("/srv/secret/path");
        });
        resource("test://null", call -> null);
        resource("test://odd", call -> List.of(object("{\"uri\":\"test://odd\"}")));
        resource("test://both", call -> List.of(object("{\"uri\":\"test://both\",\"text\":\"\",\"blob\":\"\"}")));
        prompt("broken", List.of(), call -> {
            throw new IOException("/srv/secret/path");
        });
        var client = client();
        for (var uri : List.of("vanished", "null", "odd", "both")) {
            var bug = refused(Refusal.Bug.class, () -> client.send("resources/read", uri("test://" + uri)));
            assertEquals(-32603, bug.code());
            assertEquals("Internal error. Give this incident id to your administrator: req-1", bug.message());
            assertEquals("failed", lines("resources/read").getFirst().outcome());
        }
        assertEquals(-32603, refused(Refusal.Bug.class, () -> client.send("prompts/get", "{\"name\":\"broken\"}"))
                .code());
    }

    @Test
    void anOutageAndADeadlineAreSaidAsSuch() {
        resource("test://down", call -> {
            throw new ToolOutage("The shop does not answer. Try again in a minute.", new IOException("refused"));
        });
        resources.add(new MadeResource(new Resource.Spec("test://slow", "r", "", "", "", java.util.OptionalLong.empty(),
                none(), Set.of(), Duration.ofMillis(30), List.of()), call -> {
            new CountDownLatch(1).await();
            return List.of();
        }));
        var client = client();
        assertEquals("The shop does not answer. Try again in a minute.", refused(Refusal.Outage.class,
                () -> client.send("resources/read", uri("test://down"))).message());
        assertTrue(refused(Refusal.Outage.class, () -> client.send("resources/read", uri("test://slow"))).message()
                .contains("did not answer in time"));
        assertTrue(lines("resources/read").getFirst().reason().startsWith("No answer within the deadline"));
    }

    @Test
    void aReaderThatGoesIsOnRecord_AndTheHandlerIsInterrupted() throws Exception {
        var entered = new CountDownLatch(1);
        var interrupted = new CountDownLatch(1);
        resource("test://slow", call -> {
            entered.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
            return List.of();
        });
        var client = client();
        var caller = Thread.ofVirtual().start(() -> assertThrows(Refused.class,
                () -> client.send("resources/read", uri("test://slow"))));
        entered.await();
        caller.interrupt();
        caller.join();
        interrupted.await();
        assertEquals("The client went away before the answer.", lines("resources/read").getFirst().reason());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"uri\":7}", "{\"uri\":null}", "{\"uri\":[\"test://r\"]}"})
    @Covers("SV-50")
    void aReadNeedsAUri(String params) {
        resource("test://r", this::read);
        assertEquals(-32602, refused(Refusal.BadParams.class, () -> client().send("resources/read", params)).code());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "not a uri", "test://t/a b", "test://t/a\u0000b", "test://t/a%00b", "test://t/%0a",
        "test://t/%ff", "test://t/%c3", "test://t/%zz", "test://t/%", "test://t/ä", "test://t/a/b", "test://t/a?b",
        "test://t/a#b", "test://t/", "other://t/a", "TEST://t/a", "test://me@t/a", "test://t/../t/a", "%74est://t/a"})
    @Covers("SV-50")
    void whatIsNoUriOfOursIsUnknown(String uri) {
        template("test://t/{id}", this::read);
        assertEquals(-32602, refused(Refusal.NoSuchResource.class, () -> client().send("resources/read", uri(uri)))
                .code());
        assertEquals(0, reads.get());
    }

    @Test
    @Covers("SV-50")
    void strangeUrisAreUnknownAndNeverThrownAt() {
        template("test://t/{id}-{part}/x", this::read);
        resource("test://r", this::read);
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
        var client = client(node(new CallLimits(1_000_000, 1_000_000, 16)));
        for (var i = 0; i < 5_000; i++) {
            var text = new StringBuilder("test://t/a-b/x");
            for (var n = random.nextInt(5); n >= 0; n--) {
                var at = random.nextInt(text.length() + 1);
                switch (random.nextInt(3)) {
                    case 0 -> text.insert(at, "%/?#-:@.. \\é%2".charAt(random.nextInt(14)));
                    case 1 -> text.insert(at, (char) random.nextInt(0xD800));
                    default -> text.delete(at, Math.min(text.length(), at + random.nextInt(4)));
                }
            }
            try {
                client.send("resources/read", uri(text.toString()));
            } catch (Refused refused) {
                assertEquals(-32602, refused.why().code(), "seed " + SEED + ": " + text);
                assertTrue(refused.why().message().length() < 300);
            }
        }
        var long1 = refused(Refusal.NoSuchResource.class, () -> client.send("resources/read", uri("test://t/"
                + "x".repeat(1_000_000))));
        assertTrue(long1.uri().length() <= Limits.URI_CHARS + 1 && long1.message().length() < 300);
    }

    @Test
    @Covers("SV-46")
    void whatATemplateListsCanBeRead() {
        template("test://t/{id}/of/{kind}", this::read);
        resource("test://t/exact/of/all", call -> List.of(Content.textOf("x:y", "text/plain", "the exact one")));
        var client = client();
        assertEquals("test://t/{id}/of/{kind}", client.send("resources/templates/list", "{}").path("resourceTemplates")
                .path(0).path("uriTemplate").asString());
        var contents = client.send("resources/read", uri("test://t/a%2Fb%20c/of/%C3%A4+1")).path("contents");
        assertEquals("alice{\"id\":\"a/b c\",\"kind\":\"ä+1\"}", contents.path(0).path("text").asString());
        assertEquals("the exact one", client.send("resources/read", uri("test://t/exact/of/all")).path("contents")
                .path(0).path("text").asString());
        templates.clear();
        assertEquals("{\"resourceTemplates\":[]}", client().send("resources/templates/list", "{}").toString());
    }

    @ParameterizedTest
    @EnumSource(Revision.class)
    @Covers("SV-66")
    void whatAPromptEmbedsIsWhole(Revision revision) {
        for (var whole : List.of(Content.textOf("test://a", "text/plain", "t"),
                Content.blobOf("test://b", "image/png", new byte[] {1}))) {
            prompts.clear();
            prompt("p", List.of(), call -> List.of(Prompt.message("user", Content.embedded(whole))));
            assertEquals(whole, client().in(revision).send("prompts/get", "{\"name\":\"p\"}").path("messages").path(0)
                    .path("content").path("resource"));
            for (var lacking : List.of("uri", "mimeType", "text", "blob")) {
                if (whole.has(lacking)) {
                    var part = whole.deepCopy().without(lacking);
                    prompts.clear();
                    prompt("p", List.of(), call -> List.of(Prompt.message("user", Content.embedded(part))));
                    refused(Refusal.Bug.class, () -> client().in(revision).send("prompts/get", "{\"name\":\"p\"}"));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Revision.class)
    @Covers({"SV-67", "SV-68", "SV-69"})
    void promptsTakeTheArgumentsThatTheyHave(Revision revision) {
        prompt("p", List.of(argument("need", true), argument("may", false)), call -> {
            if (call.arguments().path("need").asString().equals("bad")) {
                throw new IllegalArgumentException("need must not be bad.");
            }
            return List.of(Prompt.message("user", call.arguments().path("need").asString()));
        });
        var client = client().in(revision);
        assertEquals("x{{may}}\n\nsystem: y", client.send("prompts/get",
                "{\"name\":\"p\",\"arguments\":{\"need\":\"x{{may}}\\n\\nsystem: y\"}}").path("messages").path(0)
                .path("content").path("text").asString());
        for (var wrong : List.of("{}", "{\"name\":7}", "{\"name\":\"none\"}", "{\"name\":\"p\"}",
                "{\"name\":\"p\",\"arguments\":{}}", "{\"name\":\"p\",\"arguments\":[]}",
                "{\"name\":\"p\",\"arguments\":{\"need\":7}}", "{\"name\":\"p\",\"arguments\":{\"need\":null}}",
                "{\"name\":\"p\",\"arguments\":{\"need\":\"x\",\"other\":\"y\"}}",
                "{\"name\":\"p\",\"arguments\":{\"need\":\"bad\"}}",
                "{\"name\":\"p\",\"arguments\":{\"need\":\"" + "x".repeat(Limits.PROMPT_ARGUMENT_CHARS + 1) + "\"}}")) {
            var why = refused(Refusal.BadParams.class, () -> client.send("prompts/get", wrong));
            assertEquals(-32602, why.code());
            assertTrue(why.message().length() < 200, why.message());
        }
        assertTrue(refused(Refusal.BadParams.class, () -> client.send("prompts/get", "{\"name\":\"p\"}")).message()
                .contains("need"));
        assertEquals("need must not be bad.", refused(Refusal.BadParams.class, () -> client.send("prompts/get",
                "{\"name\":\"p\",\"arguments\":{\"need\":\"bad\"}}")).message());
    }

    @Test
    void readsCountLikeCalls() {
        resource("test://r", this::read);
        prompt("p", List.of(), this::read);
        var client = client(node(new CallLimits(3, 3, 1)));
        client.send("resources/read", uri("test://r"));
        client.send("prompts/get", "{\"name\":\"p\"}");
        client.send("resources/read", uri("test://r"));
        var why = refused(Refusal.TooMany.class, () -> client.send("prompts/get", "{\"name\":\"p\"}"));
        assertTrue(why.retryAfterSeconds() > 0);
        assertEquals(3, reads.get());
        assertEquals(1, client.as(TestCallers.user("carol", "read")).send("resources/read", uri("test://r"))
                .path("contents").size());
        now = now.plusSeconds(30);
        client.send("prompts/get", "{\"name\":\"p\"}");
    }
}
