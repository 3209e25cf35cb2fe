package io.github.doorwarden.cli;

import io.github.doorwarden.server.Call;
import io.github.doorwarden.server.Content;
import io.github.doorwarden.server.Elicitation;
import io.github.doorwarden.server.Source;
import io.github.doorwarden.server.Things;
import io.github.doorwarden.server.Tool;
import io.github.doorwarden.server.ToolResult;
import io.github.doorwarden.server.ToolSpec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A tool of every temper, each with the calls that are to be made of it over every transport. A new tool belongs into
/// [#TOOLS] and is then in the matrix.
public final class ParitySource implements Source {

    record Name(String name) {}

    /// A call of the matrix.
    record Case(String tool, String arguments) {}

    private interface Answer {
        ToolResult of(Call call) throws Exception;
    }

    private record Plain(ToolSpec spec, Answer answer) implements Tool {
        @Override
        public ToolResult call(Call call) throws Exception {
            return answer.of(call);
        }
    }

    private record Offered(Tool tool, List<String> arguments) {}

    private static final byte[] BYTES = {1, 2, 3, (byte) 0xFF};
    private static final String TEXT = "{\"text\":{\"type\":\"string\",\"maxLength\":20}}";

    static final List<Offered> TOOLS = List.of(
            offered(tool("open", TEXT, Set.of(), true, call -> ToolResult.text("heard: "
                    + call.arguments().path("text").asString("nothing"))), "{\"text\":\"é\\n\\u2028x\"}", "{}",
                    "{\"text\":7}", "{\"text\":\"much more than twenty characters\"}"),
            offered(tool("who", "{}", Set.of(), true, call -> ToolResult.structured(JsonNodeFactory.instance
                    .objectNode().put("kind", call.caller().kind().toString()).put("subject", call.caller().subject())
                    .put("client", call.caller().clientId())
                    .put("scopes", String.join(" ", call.caller().scopes().stream().sorted().toList())))), "{}"),
            offered(tool("reads", TEXT, Set.of(Door.READ), true, call -> ToolResult.text("read")), "{}",
            "{\"text\":7}"),
            offered(tool("writes", TEXT, Set.of(Door.WRITE), false, call -> ToolResult.text("written")),
                    "{\"text\":\"x\"}"),
            offered(structured(), "{}"),
            offered(tool("fails", "{}", Set.of(), true, call -> ToolResult.error("That cannot be done.")), "{}"),
            offered(tool("breaks", "{}", Set.of(), true, call -> {
                throw new IllegalStateException("canary-inside-a-fault");
            }), "{}"),
            offered(tool("shows", "{}", Set.of(), true, call -> new ToolResult(List.of(Content.text("look"),
                    Content.image(BYTES, "image/png"), Content.audio(BYTES, "audio/wav"),
                    Content.link("notes://one", "one", "text/plain"),
                    Content.embedded(Content.textOf("notes://two", "text/plain", "two"))), Optional.empty(), false)),
                    "{}"),
            offered(confirmed(), "{\"text\":\"x\"}", "{\"confirmation\":\"invented\"}"),
            offered(tool("asks", "{}", Set.of(), true, call -> ToolResult.text(String.valueOf(
                    call.ask("name", Elicitation.form("Who are you?", Name.class))))), "{}"),
            offered(slow(), "{}"));

    /// Also of tools that are not here: one that nobody has, and one that is behind another door.
    static List<Case> cases() {
        var cases = new java.util.ArrayList<Case>();
        TOOLS.forEach(each -> each.arguments.forEach(arguments -> cases.add(new Case(each.tool.spec().name(),
                arguments))));
        cases.add(new Case("nobody_has_it", "{}"));
        cases.add(new Case("doorwarden_whoami", "{}"));
        return cases;
    }

    private static Offered offered(Tool tool, String... arguments) {
        return new Offered(tool, List.of(arguments));
    }

    private static ToolSpec spec(String name, String properties, Set<String> scopes, boolean readOnly) {
        var schema = (ObjectNode) Web.JSON.readTree("{\"type\":\"object\",\"properties\":" + properties + "}");
        return new ToolSpec(name, "Title of " + name, "Shows how a tool that " + name + " is served.", schema,
                Optional.empty(), JsonNodeFactory.instance.objectNode().put("readOnlyHint", readOnly), scopes, readOnly,
                Duration.ofSeconds(30), Set.of());
    }

    private static Tool tool(String name, String properties, Set<String> scopes, boolean readOnly, Answer answer) {
        return new Plain(spec(name, properties, scopes, readOnly), answer);
    }

    private static Tool structured() {
        var spec = spec("counts", "{}", Set.of(), true);
        var output = (ObjectNode) Web.JSON.readTree("{\"type\":\"object\",\"properties\":{\"n\":{\"type\":"
                + "\"integer\"}},\"required\":[\"n\"]}");
        return new Plain(new ToolSpec(spec.name(), spec.title(), spec.description(), spec.inputSchema(),
                Optional.of(output), spec.annotations(), spec.scopes(), true, spec.deadline(), Set.of()),
                call -> ToolResult.structured(JsonNodeFactory.instance.objectNode().put("n", 7)));
    }

    private static Tool confirmed() {
        return new Plain(spec("confirms", TEXT, Set.of(Door.READ), false).withConfirm(true),
                call -> ToolResult.text("done for good"));
    }

    private static Tool slow() {
        var spec = spec("waits", "{}", Set.of(), true);
        var never = new CountDownLatch(1);
        return new Plain(new ToolSpec(spec.name(), spec.title(), spec.description(), spec.inputSchema(),
                Optional.empty(), spec.annotations(), spec.scopes(), true, Duration.ofMillis(100), Set.of()), call -> {
                    never.await();
                    return ToolResult.text("never");
                });
    }

    @Override
    public String name() {
        return "parity";
    }

    @Override
    public Things things() {
        return Things.of(TOOLS.stream().map(Offered::tool).toList());
    }

    @Override
    public List<String> warnings() {
        return List.of();
    }
}
