package io.github.doorwarden.sources.openapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.sources.openapi.Argument.Place;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// What Swagger's own parser reads in our documents, we read in them too: the same operations, and in each the same
/// parameters, in the same places, required alike.
class OracleTest {

    /// Headers that a document may declare and nobody sends.
    private static final Set<String> NEVER_SENT = Set.of("authorization", "accept", "content-type");

    private static Map<String, Set<String>> theirs(Path file) {
        var options = new ParseOptions();
        options.setResolve(false);                               // it would fetch what a document refers to
        var parsed = new OpenAPIV3Parser().readLocation(file.toString(), List.of(), options).getOpenAPI();
        var all = new TreeMap<String, Set<String>>();
        parsed.getPaths().forEach((path, item) -> item.readOperationsMap().forEach((method, operation) ->
                all.put(method + " " + path, parameters(parsed, item.getParameters(), operation))));
        return all;
    }

    private static Set<String> parameters(OpenAPI parsed, List<Parameter> ofPath, Operation operation) {
        var byKey = new TreeMap<String, String>();
        var lists = new ArrayList<List<Parameter>>();
        lists.add(ofPath == null ? List.of() : ofPath);
        lists.add(operation.getParameters() == null ? List.of() : operation.getParameters());
        lists.forEach(list -> list.forEach(each -> {
            var parameter = each.get$ref() == null ? each : parsed.getComponents().getParameters()
                    .get(each.get$ref().substring(each.get$ref().lastIndexOf('/') + 1));
            if (parameter != null && parameter.getIn() != null && !parameter.getIn().equals("cookie")
                    && !(parameter.getIn().equals("header")
                    && NEVER_SENT.contains(parameter.getName().toLowerCase(Locale.ROOT)))) {
                var key = parameter.getIn() + " " + parameter.getName();
                byKey.put(key, key + (Boolean.TRUE.equals(parameter.getRequired()) ? " required" : ""));
            }
        }));
        return new TreeSet<>(byKey.values());
    }

    private static Set<String> ours(Document document, io.github.doorwarden.sources.openapi.Operation operation)
            throws Unconvertible {
        var all = new TreeSet<String>();
        for (var each : Arguments.of(document, operation, said -> { }).all()) {
            if (each.place() != Place.BODY && each.place() != Place.WHOLE_BODY) {
                all.add(each.place().name().toLowerCase(Locale.ROOT) + " " + each.wireName()
                        + (each.required() ? " required" : ""));
            }
        }
        return all;
    }

    static int agreeing(Path file) throws Exception {
        var theirs = theirs(file);
        var document = Document.read(file, file.getParent());
        var known = new TreeSet<String>();
        var compared = 0;
        for (var operation : document.operations()) {
            known.add(operation.address());
            try {
                assertEquals(theirs.get(operation.address()), ours(document, operation), operation.address());
                compared++;
            } catch (Unconvertible skipped) {
                // has its reason, which other tests look at
            }
        }
        document.lost().forEach(path -> theirs.keySet().removeIf(address -> address.endsWith(" " + path.path())));
        assertEquals(new TreeSet<>(theirs.keySet()), known);
        return compared;
    }

    @Test
    void operationsAndTheirParametersAreTheSame() throws Exception {
        assertTrue(agreeing(Backend.document("things.yaml")) == 8);
        assertTrue(agreeing(Backend.document("nasty.yaml")) >= 9);
    }
}
