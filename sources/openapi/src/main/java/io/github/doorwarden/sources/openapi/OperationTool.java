package io.github.doorwarden.sources.openapi;

import io.github.doorwarden.server.AnswerBudget;
import io.github.doorwarden.server.Call;
import io.github.doorwarden.server.CallerValue;
import io.github.doorwarden.server.Tool;
import io.github.doorwarden.server.ToolResult;
import io.github.doorwarden.server.ToolSpec;
import io.github.doorwarden.sources.openapi.Pages.Page;
import io.github.doorwarden.upstream.Upstream;
import io.github.doorwarden.upstream.UpstreamAnswer;
import io.github.doorwarden.upstream.UpstreamCall;
import io.github.doorwarden.upstream.UpstreamFailure;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// One operation as a tool: arguments, request, answer, shape, budget.
final class OperationTool implements Tool {

    private static final Logger LOG = LoggerFactory.getLogger(OperationTool.class);

    /// Names of arguments by which most APIs can be asked for less.
    private static final Pattern NARROWING = Pattern.compile("(.*[_.-])?(limit|page|size|per_?page|offset|cursor|skip|"
            + "from|to|since|until|days?|dates?|start|end|filter|status|state|category|type|query|q|search|"
            + "fields)([_.-].*)?", Pattern.CASE_INSENSITIVE);

    private final ToolSpec spec;
    private final Requests requests;
    private final AnswerShape shape;
    private final AnswerBudget budget;
    private final Optional<Pages> pages;
    private final Upstream upstream;
    private final Access access;
    private final Parties parties;

    OperationTool(Conversion.Converted converted, Upstream upstream, Access access, Parties parties) {
        this.spec = converted.spec();
        this.requests = converted.requests();
        this.shape = converted.shape();
        this.budget = converted.budget();
        this.pages = converted.pages();
        this.upstream = upstream;
        this.access = access;
        this.parties = parties;
    }

    @Override
    public ToolSpec spec() {
        return spec;
    }

    @Override
    public ToolResult call(Call call) throws InterruptedException {
        return answered(call).result;
    }

    /// @param status of the backend's answer; 0 when there is none
    record Answered(ToolResult result, int status) {}

    Answered answered(Call call) throws InterruptedException {
        try {
            var page = pages.isPresent() ? pages.get().open(call.arguments(), call.caller()) : null;
            var own = page == null ? call.arguments() : Pages.others(call.arguments());
            var first = requests.build(own, call.caller(), caller(call), call.requestId(),
                    page == null ? Map.of() : pages.get().values(page));
            var request = page == null ? first : pages.get().leading(first, page);
            var traced = call.traceparent().map(trace -> request.with("traceparent", trace)).orElse(request);
            var sent = parties.of(call.caller()).map(traced::by).orElse(traced);
            var credentials = access.of(call, spec);
            var answer = credentials.isPresent() ? upstream.call(sent, credentials.get()) : upstream.call(sent);
            if (!answer.isSuccess()) {
                return new Answered(Failures.result(upstream.settings().name(), answer, requests.all(),
                        call.requestId()), answer.status());
            }
            return new Answered(page == null ? success(answer, call.requestId()) : part(call, page, sent, answer),
                    answer.status());
        } catch (RefusedArgument | Access.NoAccess | CallerValue.Absent refused) {
            return unanswered(refused.getMessage());
        } catch (UpstreamFailure failure) {
            LOG.warn("{} {}: {}", spec.name(), call.requestId(), failure.getMessage(), failure);
            return unanswered(failure.getMessage() + " Request id " + call.requestId() + ".");
        } catch (AnswerShape.Failed failed) {
            LOG.warn("{} {}: the answer could not be shaped", spec.name(), call.requestId(), failed);
            return unanswered("The answer of " + upstream.settings().name()
                    + " could not be brought into shape. Tell the "
                    + "administrator, with request id " + call.requestId() + ".");
        }
    }

    private static Answered unanswered(String why) {
        return new Answered(ToolResult.error(why), 0);
    }

    /// Method, path and arguments, as far as they are the caller's: what the configuration adds in secret stays secret.
    @Override
    public String preview(Call call) {
        var shown = requests.shown(call.arguments(), spec.secretArguments());
        var arguments = shown.arguments().isEmpty() ? "" : shown.arguments().toPrettyString();
        var cut = arguments.length() - Limits.PREVIEW_CHARACTERS;
        return (spec.title().isEmpty() ? spec.name() : spec.title()) + "\n" + shown.line() + " at "
                + upstream.settings().name() + (arguments.isEmpty() ? "" : ", with "
                + (cut > 0 ? arguments.substring(0, Limits.PREVIEW_CHARACTERS) + "… [" + cut + " characters more]"
                        : arguments));
    }

    /// The e-mail address, which people at the backend recognise; the subject of whoever has none, or too long a one.
    private static String caller(Call call) {
        return call.caller().email().filter(email -> email.length() <= Limits.CALLER_CHARS).orElse(call.caller()
                .subject());
    }

    private ToolResult success(UpstreamAnswer answer, String requestId) throws AnswerShape.Failed {
        var type = answer.header("content-type").orElse("").toLowerCase(Locale.ROOT);
        if (answer.body().length == 0) {
            return spec.outputSchema().isPresent() ? ToolResult.structured(JsonNodeFactory.instance.objectNode())
                    : ToolResult.text(upstream.settings().name() + " answered " + answer.status()
                    + " without content: done.");
        }
        if (!type.contains("json") && !type.isEmpty()) {
            return text(answer, type);
        }
        try {
            return json(JsonMapper.shared().readTree(answer.body()), requestId);
        } catch (JacksonException e) {
            LOG.warn("{} {}: the answer is not JSON", spec.name(), requestId, e);
            return ToolResult.error(upstream.settings().name()
                    + " answered with something that is not JSON although it says so. Tell "
                    + "the administrator, with request id " + requestId + ".");
        }
    }

    private ToolResult json(JsonNode whole, String requestId) throws AnswerShape.Failed {
        var shaped = wrapped(shape.apply(whole)); // ours alone: the budget may shorten it in place
        if (!budget.fit(shaped, advice())) {
            return ToolResult.error("The answer is larger than the " + budget.maxTokens()
                    + " tokens that are passed on, and has no list "
                    + "that could be shortened. " + advice() + " Request id " + requestId + ".");
        }
        return ToolResult.structured(shaped);
    }

    /// A part of a list: its items as they are shaped, and under `page` what else a caller has to know.
    private ToolResult part(Call call, Page page, UpstreamCall sent, UpstreamAnswer answer) throws AnswerShape.Failed {
        var base = upstream.settings().baseUrl().toASCIIString().replaceAll("/$", "");
        PagedAnswer part;
        try {
            part = PagedAnswer.of(pages.get(), page, JsonMapper.shared().readTree(answer.body()), answer,
                    URI.create(base + sent.target())).orElse(null);
        } catch (JacksonException e) {
            part = null;
        }
        if (part == null) {
            LOG.warn("{} {}: the answer has no list where one was configured", spec.name(), call.requestId());
            return ToolResult.error(upstream.settings().name() + " answered without the list that was expected. Tell "
                    + "the administrator, with request id " + call.requestId() + ".");
        }
        var given = part.items().size();
        var shaped = listed(shape.apply(JsonNodeFactory.instance.objectNode().set("items", part.items())));
        var count = shaped.path("items").isArray() ? shaped.path("items").size() : given;
        var about = shaped.putObject("page").put("returned", count);
        part.total().ifPresent(total -> about.put("total", total));
        about.put("truncated", part.next().isPresent());
        part.next().ifPresent(next -> about.put("next_cursor", cursor(next, page, call)));
        if (!budget.fit(shaped, "Repeat it with a smaller limit.")) {
            return ToolResult.error("This part is larger than the " + budget.maxTokens()
                    + " tokens that are passed on. "
                    + "Repeat it with a smaller limit. Request id " + call.requestId() + ".");
        }
        var kept = shaped.path("items").isArray() ? shaped.path("items").size() : count;
        // of a list that the shape has called otherwise, the budget's own notice alone tells
        if (shaped.path("items").isArray() ? kept < count : shaped.has(AnswerBudget.NOTICE)) {
            about.put("returned", kept).put("truncated", true).remove("next_cursor");
            // go on behind what was kept, where it is known which of the backend's items that is
            if (kept > 0 && kept < count && !shape.hasExpression()
                    && pages.get().settings().style() == Pagination.Style.OFFSET) {
                about.put("next_cursor", cursor(JsonNodeFactory.instance.numberNode(page.at().asLong(0) + kept), page,
                        call));
            }
        }
        return ToolResult.structured(shaped);
    }

    private String cursor(JsonNode at, Page page, Call call) {
        return pages.get().seal(at, page.limit(), call.arguments(), call.caller());
    }

    /// What is left of a part. JSONata makes one value of a list of one, and nothing of an empty one: `items` stays a
    /// list.
    private static ObjectNode listed(JsonNode value) {
        if (value.isNull() || value.isMissingNode()) {
            return JsonNodeFactory.instance.objectNode().set("items", JsonNodeFactory.instance.arrayNode());
        }
        var shaped = wrapped(value);
        if (shaped.has("items") && !shaped.path("items").isArray()) {
            shaped.set("items", JsonNodeFactory.instance.arrayNode().add(shaped.path("items")));
        }
        return shaped;
    }

    /// `structuredContent` is an object (MCP, Tools, Structured content).
    private static ObjectNode wrapped(JsonNode value) {
        return switch (value) {
            case ObjectNode object -> object;
            case JsonNode list when list.isArray() -> JsonNodeFactory.instance.objectNode().set("items", list);
            default -> JsonNodeFactory.instance.objectNode().set("value", value);
        };
    }

    private ToolResult text(UpstreamAnswer answer, String type) {
        if (!type.startsWith("text/") || spec.outputSchema().isPresent()) {
            return ToolResult.error(upstream.settings().name()
                    + " answered with something that is not JSON, which cannot be passed on.");
        }
        var text = new String(answer.body(), StandardCharsets.UTF_8);
        if (answer.body().length <= budget.maxBytes()) {
            return ToolResult.text(text);
        }
        return ToolResult.text(Schemas.capped(text, budget.maxBytes() / 4) + "\n[Cut by the gateway: the whole has "
                + answer.body().length + " bytes. " + advice() + "]");
    }

    private String advice() {
        var names = requests.all().stream().filter(Argument::listed).map(Argument::name)
                .filter(name -> NARROWING.matcher(name).matches())
                .limit(6).toList();
        return names.isEmpty() ? "Ask for something more specific." : "Ask for less or for the next part with: "
                + String.join(", ", names) + ".";
    }
}
