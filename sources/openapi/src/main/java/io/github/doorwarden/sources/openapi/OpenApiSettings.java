package io.github.doorwarden.sources.openapi;

import io.github.doorwarden.server.CallerValue;
import io.github.doorwarden.upstream.UpstreamCall;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Which operations of a document become tools, and how they are presented. Nothing is exposed that is not named here.
/// Components have the names of the YAML keys in camel case, `defaultValue` (`default`) and `allowed` (`enum`) apart.
/// Null means absent.
///
/// @param origin       where the OpenAPI document comes from
/// @param selection    operations that become tools without being named one by one
/// @param tools        by the name of the tool, in the order in which they are listed
/// @param callerHeader header field that tells the backend who calls: e-mail address, else subject; no argument can set
///                     it
public record OpenApiSettings(Origin origin, Selection selection, Map<String, ToolSettings> tools,
        Optional<String> callerHeader) {

    public OpenApiSettings {
        selection = selection == null ? Selection.NOTHING : selection;
        tools = ordered(tools);
        callerHeader = absent(callerHeader);
        callerHeader.filter(name -> !UpstreamCall.maySet(name)).ifPresent(name -> {
            throw new IllegalArgumentException(name
                    + " cannot tell the caller: it is no header name, or one that carries"
                    + " credentials or frames the message. Take one such as X-On-Behalf-Of.");
        });
    }

    public OpenApiSettings(Path document, Map<String, ToolSettings> tools) {
        this(new Origin.OfFile(document, document.toAbsolutePath().getParent()), Selection.NOTHING, tools,
                Optional.empty());
    }

    /// The same, with its document from elsewhere.
    public OpenApiSettings from(Origin other) {
        return new OpenApiSettings(other, selection, tools, callerHeader);
    }

    /// @param operation   its operationId, or method and path: `GET /things/{id}`; empty: the included one whose tool
    /// has
    ///                    this name
    /// @param title       for people; the operation's summary when absent
    /// @param description for the model; the operation's own when absent
    /// @param scopes      all that a caller needs
    /// @param slow        uses the upstream's long deadline
    /// @param readOnly    overrides what the method says
    /// @param confirm     whether a person must confirm each call after a preview
    /// @param parameters  by the name that the argument has without renaming
    /// @param pagination  how the API hands out a list in parts; empty: as its arguments say
    public record ToolSettings(String operation, Optional<String> title, Optional<String> description,
            Set<String> scopes, boolean slow, Optional<Boolean> readOnly, boolean confirm,
            Map<String, ParameterSettings> parameters, AnswerSettings answer, Optional<Pagination> pagination) {

        public ToolSettings {
            title = absent(title);
            description = absent(description);
            scopes = scopes == null ? Set.of() : new LinkedHashSet<>(scopes);
            readOnly = absent(readOnly);
            parameters = ordered(parameters);
            answer = answer == null ? AnswerSettings.WHOLE : answer;
            pagination = absent(pagination);
        }

        /// As the operation hands out its list.
        public ToolSettings(String operation, Optional<String> title, Optional<String> description,
                Set<String> scopes, boolean slow, Optional<Boolean> readOnly, boolean confirm,
                Map<String, ParameterSettings> parameters, AnswerSettings answer) {
            this(operation, title, description, scopes, slow, readOnly, confirm, parameters, answer, null);
        }

        public ToolSettings withPagination(Pagination changed) {
            return new ToolSettings(operation, title, description, scopes, slow, readOnly, confirm, parameters,
                    answer, Optional.of(changed));
        }

        /// An operation as it is.
        public static ToolSettings of(String operation, String... scopes) {
            return new ToolSettings(operation, null, null, new LinkedHashSet<>(List.of(scopes)), false, null, false,
                    null, null);
        }

        /// With what the choice that includes its operation says, where it says nothing itself.
        ToolSettings over(Selection.Filter filter, Operation included) {
            return new ToolSettings(operation, title, description, scopes.isEmpty() ? filter.scopes() : scopes, slow,
                    readOnly, confirm || filter.confirm() && !readOnly.orElse(included.isSafe()), parameters, answer,
                    pagination);
        }

        public ToolSettings withParameters(Map<String, ParameterSettings> changed) {
            return new ToolSettings(operation, title, description, scopes, slow, readOnly, confirm, changed,
                    answer, pagination);
        }

        public ToolSettings withAnswer(AnswerSettings changed) {
            return new ToolSettings(operation, title, description, scopes, slow, readOnly, confirm, parameters,
                    changed, pagination);
        }

        public ToolSettings withConfirm(boolean changed) {
            return new ToolSettings(operation, title, description, scopes, slow, readOnly, changed, parameters,
                    answer, pagination);
        }
    }

    /// @param rename       what clients call the argument
    /// @param hide         clients neither see nor give it; sent only with a default
    /// @param fixed        always sent with this value, hidden
    /// @param defaultValue sent when the caller gives none
    /// @param allowed      the only values; empty: as the document says
    /// @param secret       kept out of the audit log, as is what the document marks with `format: password`
    /// @param bind         the proven caller gives the value; clients neither see nor can give it
    /// @param jsonata      an expression over the arguments that clients give makes the value; clients neither see nor
    ///                     can give it
    public record ParameterSettings(Optional<String> rename, Optional<String> description, boolean hide,
            Optional<JsonNode> fixed, Optional<JsonNode> defaultValue, List<JsonNode> allowed, boolean secret,
            Optional<CallerValue> bind, Optional<String> jsonata) {

        public ParameterSettings {
            rename = absent(rename);
            description = absent(description);
            fixed = absent(fixed);
            defaultValue = absent(defaultValue);
            allowed = allowed == null ? List.of() : List.copyOf(allowed);
            bind = absent(bind);
            jsonata = absent(jsonata);
        }

        /// Not computed.
        public ParameterSettings(Optional<String> rename, Optional<String> description, boolean hide,
                Optional<JsonNode> fixed, Optional<JsonNode> defaultValue, List<JsonNode> allowed, boolean secret,
                Optional<CallerValue> bind) {
            this(rename, description, hide, fixed, defaultValue, allowed, secret, bind, null);
        }
    }

    /// What is left of an answer, in this order: `jsonata`, `pick`, `drop`, `rename`, `items`. Paths are names with
    /// dots between them; lists on the way are entered: `items.owner.name`.
    ///
    /// @param pick     these paths and nothing else; empty: everything
    /// @param drop     without these paths
    /// @param rename   from a path to the new last name
    /// @param items    of each list outside other lists, at most; the cut is announced
    /// @param maxTokens of the answer as JSON, estimated; whole items are left out of the longest list until it fits
    /// @param jsonata  an expression over the answer, for what the others cannot do; there is no output schema then
    public record AnswerSettings(List<String> pick, List<String> drop, Map<String, String> rename,
            Optional<Integer> items, Optional<Integer> maxTokens, Optional<String> jsonata) {

        public static final AnswerSettings WHOLE = new AnswerSettings(null, null, null, null, null, null);

        public AnswerSettings {
            pick = pick == null ? List.of() : List.copyOf(pick);
            drop = drop == null ? List.of() : List.copyOf(drop);
            rename = ordered(rename);
            items = absent(items);
            maxTokens = absent(maxTokens);
            jsonata = absent(jsonata);
        }
    }

    private static <T> Optional<T> absent(Optional<T> value) {
        return value == null ? Optional.empty() : value;
    }

    private static <T> Map<String, T> ordered(Map<String, T> map) {
        return map == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }
}
