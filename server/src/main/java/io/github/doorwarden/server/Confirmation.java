package io.github.doorwarden.server;

import io.github.doorwarden.store.Seal;
import io.github.doorwarden.store.Spent;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Preview, confirm, run, for tools with `confirm` ([ToolSpec#confirm]). A person whose client can be asked is shown
/// the preview and says yes or no. Every other client gets the preview as the answer, with a sealed confirmation that
/// makes the same call run when it comes back as an argument: good for this caller, this tool and these arguments, for
/// a few minutes, once. Safe for use by many threads. See `docs/decisions/0016-confirm-by-question-or-by-argument.md`.
final class Confirmation {

    static final String ARGUMENT = "confirmation";
    private static final String KIND = "confirmation";
    private static final String KEY = RequestStates.RESERVED + "confirm";
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Seal seal;
    private final Spent spent;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    Confirmation(Seal seal, Spent spent, InstantSource clock) {
        this.seal = seal;
        this.spent = spent;
        this.clock = clock;
    }

    /// The input schema of a tool as clients see it: with one more, optional argument when calls must be confirmed.
    static ObjectNode schema(ToolSpec spec) {
        if (!spec.confirm()) {
            return spec.inputSchema();
        }
        var schema = spec.inputSchema().deepCopy();
        if (schema.path("properties").has(ARGUMENT)) {
            throw new IllegalArgumentException("The tool " + spec.name() + " is to be confirmed, but has an argument "
                    + "of its own named " + ARGUMENT + ". Rename it.");
        }
        schema.withObject("properties").putObject(ARGUMENT).put("type", "string").put("description",
                "Leave this out. If the answer is a preview with a confirmation, show the preview to the user, and "
                + "only "
                        + "if the user agrees call again with the same arguments and that confirmation here.");
        return schema;
    }

    /// Before the tool runs, on its thread; null when it may.
    ///
    /// @param given the argument as it came; missing when it did not come
    ToolResult hold(Call call, Tool tool, JsonNode given) throws Exception {
        var occasion = Occasion.of(call.exchange(), tool.spec().name(), call.arguments());
        if (given.isString()) {
            return redeem(occasion, given.asString());
        }
        var preview = preview(call, tool);
        var question = Elicitation.form(preview + "\n\nShall this be done?", JsonNodeFactory.instance.objectNode()
                .put("type", "object").set("properties", JsonNodeFactory.instance.objectNode()));
        if (call.canAsk(question)) {
            return call.askAsDoor(KEY, question) instanceof Elicitation.Answer.Accepted ? null
                    : ToolResult.text("The user "
                    + "did not confirm, so nothing was done. Do not try again unless the user asks for it.");
        }
        return ToolResult.text(preview + "\n\nNothing was done yet. Show this to the user. Only if the user agrees, "
                + "call " + tool.spec().name() + " again with the same arguments and, within "
                + Limits.STATE_LIFETIME.toMinutes() + " minutes, " + ARGUMENT + ": " + sealed(occasion));
    }

    private static String preview(Call call, Tool tool) throws Exception {
        var own = tool.preview(call);
        if (!own.isBlank()) {
            return own;
        }
        var shown = call.arguments().deepCopy();
        tool.spec().secretArguments().stream().filter(shown::has).forEach(name -> shown.put(name, "(not shown)"));
        var title = tool.spec().title().isEmpty() ? tool.spec().name() : tool.spec().title();
        return title + (shown.isEmpty() ? "" : " with " + whole(shown.toPrettyString()));
    }

    /// What is cut is said: nobody confirms what was not shown without knowing it.
    private static String whole(String arguments) {
        var cut = arguments.length() - Limits.PREVIEW_CHARS;
        return cut <= 0 ? arguments : arguments.substring(0, Limits.PREVIEW_CHARS) + "… [" + cut
                + " characters more, which are not shown]";
    }

    private String sealed(Occasion occasion) {
        var id = new byte[16];
        random.nextBytes(id);
        return seal.sealText(JsonNodeFactory.instance.objectNode().put("c", occasion.caller())
                .put("e", occasion.endpoint()).put("d", occasion.digest())
                .put("x", clock.instant().plus(Limits.STATE_LIFETIME).toEpochMilli())
                .put("i", Base64.getUrlEncoder().withoutPadding().encodeToString(id)).toString());
    }

    private ToolResult redeem(Occasion occasion, String text) {
        var opened = text.length() > Limits.SEALED_STATE_CHARS ? Optional.<String>empty() : seal.openText(text);
        if (opened.isEmpty()) {
            return refused("is not one that this server gave");
        }
        var state = JSON.readTree(opened.get());
        if (!occasion.caller().equals(state.path("c").asString()) || !occasion.endpoint().equals(state.path("e")
                .asString())) {
            return refused("was given to somebody else");
        }
        if (!occasion.digest().equals(state.path("d").asString())) {
            return refused("was given for other arguments than these");
        }
        var expires = Instant.ofEpochMilli(state.path("x").asLong());
        if (!clock.instant().isBefore(expires)) {
            return refused("has expired");
        }
        if (!spent.take(KIND, state.path("i").asString(), expires, clock.instant())) {
            return refused("was used before, and each one is good once");
        }
        return null;
    }

    private static ToolResult refused(String why) {
        return ToolResult.error("Nothing was done: the " + ARGUMENT + " " + why + ". Call again without it for a new "
                + "preview.");
    }
}
