package io.github.doorwarden.sources.openapi;

import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.store.Seal;
import io.github.doorwarden.upstream.UpstreamCall;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The parts of one tool's list. Where to go on travels sealed in the cursor, which is good for this tool of this
/// source, this caller and these arguments, and for nothing else. Safe for use by many threads.
final class Pages {

    static final String LIMIT = "limit";
    static final String CURSOR = "cursor";

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final String tool;
    private final Pagination settings;
    private final Optional<Argument> limit;
    private final Optional<Argument> position;
    private final int most;
    private final Supplier<Seal> seal;

    /// What one call asks for.
    ///
    /// @param at    page, offset or cursor, or with links a query; missing: the beginning
    /// @param limit items of this part
    record Page(JsonNode at, int limit) {}

    /// @param tool name with that of its source
    /// @throws IllegalArgumentException when the operation does not have the parameters, or has others of our names
    Pages(String tool, Pagination settings, Arguments arguments, Supplier<Seal> seal) {
        this.tool = tool;
        this.settings = settings;
        this.seal = seal;
        this.limit = settings.limit().map(name -> argument(arguments, name));
        this.position = settings.position().map(name -> argument(arguments, name));
        this.most = Math.min(settings.most(), limit.map(each -> each.schema().path("maximum"))
                .filter(JsonNode::isNumber).map(JsonNode::asInt).orElse(Integer.MAX_VALUE));
        for (var each : arguments.all()) {
            if (each.listed() && !isOurs(each) && (each.name().equals(CURSOR) || each.name().equals(LIMIT))) {
                throw new IllegalArgumentException("The tool " + tool + " has pagination and another argument called "
                        + each.name() + ". Rename that one.");
            }
        }
    }

    private Argument argument(Arguments arguments, String name) {
        return arguments.all().stream().filter(each -> each.wireName().equals(name)
                && (each.place() == Argument.Place.QUERY || each.place() == Argument.Place.BODY)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("The pagination of " + tool + " uses the parameter "
                        + name + ", which the operation does not have in its query or body."));
    }

    private boolean isOurs(Argument argument) {
        return limit.filter(argument::equals).isPresent() || position.filter(argument::equals).isPresent();
    }

    /// The same arguments without those that the parts are asked for with.
    Arguments without(Arguments arguments) {
        return new Arguments(arguments.all().stream().map(each -> isOurs(each) ? each.hidden() : each).toList(),
                arguments.body(), arguments.inside());
    }

    /// Adds `limit` and `cursor` to an input schema.
    void describe(ObjectNode input) {
        var properties = (ObjectNode) input.path("properties");
        if (limit.isPresent()) {
            properties.putObject(LIMIT).put("type", "integer").put("minimum", 1).put("maximum", most)
                    .put("default", Math.min(settings.size(), most)).put("description", "How many at once.");
        }
        properties.putObject(CURSOR).put("type", "string").put("maxLength", Limits.CURSOR_CHARACTERS)
                .put("description", "page.next_cursor of the part before, with the same other arguments; leave it out "
                        + "for the first part.");
    }

    /// @param arguments of the call
    Page open(ObjectNode arguments, Caller caller) throws RefusedArgument {
        var wanted = arguments.path(LIMIT).asInt(Math.min(settings.size(), most));
        var sent = arguments.path(CURSOR).asString("");
        if (sent.isEmpty()) {
            return new Page(JSON.missingNode(), Math.clamp(wanted, 1, most));
        }
        var opened = opened(sent, context(arguments, caller))
                .orElseThrow(() -> new RefusedArgument("This cursor is not "
                + "one that you got from this tool with these arguments. Repeat the arguments of the first part, or "
                + "begin again without a cursor."));
        var kept = opened.path("l").asInt(wanted);
        // pages of another size begin elsewhere
        return new Page(opened.path("p"), settings.style() == Pagination.Style.PAGE
                || settings.style() == Pagination.Style.LINK ? kept : Math.clamp(wanted, 1, most));
    }

    /// The cursor that leads on from here.
    String seal(JsonNode at, int size, ObjectNode arguments, Caller caller) {
        var plain = JSON.objectNode().put("l", size).set("p", at).toString().getBytes(StandardCharsets.UTF_8);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(seal.get().seal(plain,
                context(arguments, caller)));
    }

    private Optional<JsonNode> opened(String cursor, byte[] context) {
        try {
            return seal.get().open(Base64.getUrlDecoder().decode(cursor), context)
                    .map(plain -> JsonMapper.shared().readTree(plain));
        } catch (IllegalArgumentException | JacksonException notOurs) {
            return Optional.empty();
        }
    }

    /// What a cursor belongs to; no part can run into the next one.
    private byte[] context(ObjectNode arguments, Caller caller) {
        var all = JSON.arrayNode().add(tool).add(caller.kind().name()).add(caller.clientId()).add(caller.subject())
                .add(caller.tenant().orElse("")).add(sorted(others(arguments)));
        return all.toString().getBytes(StandardCharsets.UTF_8);
    }

    /// The arguments of the call that are the operation's own.
    static ObjectNode others(ObjectNode arguments) {
        var rest = arguments.deepCopy();
        rest.remove(CURSOR);
        rest.remove(LIMIT);
        return rest;
    }

    private static JsonNode sorted(JsonNode node) {
        if (node.isArray()) {
            var out = JSON.arrayNode();
            node.values().forEach(item -> out.add(sorted(item)));
            return out;
        }
        if (!node.isObject()) {
            return node;
        }
        var members = new TreeMap<String, JsonNode>();
        node.properties().forEach(each -> members.put(each.getKey(), sorted(each.getValue())));
        var out = JSON.objectNode();
        members.forEach(out::set);
        return out;
    }

    /// Values for the operation's own parameters, by the keys of their arguments.
    Map<String, JsonNode> values(Page page) {
        var values = new HashMap<String, JsonNode>();
        limit.ifPresent(argument -> values.put(argument.key(), JSON.numberNode(page.limit)));
        if (settings.style() != Pagination.Style.LINK && !page.at.isMissingNode()) {
            values.put(position.orElseThrow().key(), page.at);
        }
        return values;
    }

    /// The request for the part: with links, what the part before named takes the place of the query.
    UpstreamCall leading(UpstreamCall first, Page page) {
        if (settings.style() != Pagination.Style.LINK || page.at.isMissingNode()) {
            return first;
        }
        return new UpstreamCall(first.method(), path(first.target()) + "?" + page.at.asString(""), first.headers(),
                first.body(), first.slow(), first.requestId(), first.party());
    }

    static String path(String target) {
        return target.indexOf('?') < 0 ? target : target.substring(0, target.indexOf('?'));
    }

    Pagination settings() {
        return settings;
    }

    boolean hasLimit() {
        return limit.isPresent();
    }
}
