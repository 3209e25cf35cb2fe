package io.github.doorwarden.app.config;

import io.github.doorwarden.identity.Scopes;
import io.github.doorwarden.server.MethodScopes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// `endpoints.<path>.method_scopes`: scopes that methods need whatever they work on.
final class MethodScopesConfig {

    private static final Map<String, String> MEANINGS = Map.of(
            "tools/list", "To list tools.",
            "tools/call", "To call any tool; also for the tasks that calls become.",
            "resources/list", "To list resources and their templates, and skills.",
            "resources/read", "To read resources and skills, to subscribe to resources, and to complete the variables "
                    + "of templates.",
            "prompts/list", "To list prompts.",
            "prompts/get", "To get prompts, and to complete their arguments.");

    private MethodScopesConfig() {}

    static List<Key> keys() {
        var keys = new ArrayList<Key>();
        keys.add(Key.group("endpoints.<path>.method_scopes", "Scopes that MCP methods need, by method, beside those of "
                + "the tool, resource or prompt. A client without one is told to ask for it. A method with scopes "
                + "cannot be open."));
        MethodScopes.METHODS.forEach(method -> keys.add(Key.texts("endpoints.<path>.method_scopes." + method,
                MEANINGS.get(method))));
        return keys;
    }

    static MethodScopes read(Section endpoint, Scopes known) {
        var in = endpoint.section("method_scopes");
        var all = new LinkedHashMap<String, Set<String>>();
        for (var method : MethodScopes.METHODS) {
            var scopes = Set.copyOf(in.texts(method));
            scopes.stream().filter(scope -> !known.knows(scope)).sorted().forEach(scope -> in.mistake(method,
                    "names " + scope + ", which is not declared under authorization.scopes."));
            if (!scopes.isEmpty()) {
                all.put(method, scopes);
            }
        }
        in.end();
        var methods = new MethodScopes(all);
        endpoint.texts("open_methods").stream().filter(method -> !methods.of(method).isEmpty()).forEach(method ->
                endpoint.mistake("open_methods", "has " + method + ", which needs scopes under method_scopes. Nobody "
                        + "has scopes who has no token, so take it out of one of the two."));
        return methods;
    }
}
