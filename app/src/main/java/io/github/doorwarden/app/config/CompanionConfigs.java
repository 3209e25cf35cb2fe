package io.github.doorwarden.app.config;

import static io.github.doorwarden.app.config.Key.named;
import static io.github.doorwarden.app.config.Key.pairs;
import static io.github.doorwarden.app.config.Key.text;
import static io.github.doorwarden.app.config.Key.texts;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The processes beside a deployment, and the servers behind a front: both may be known only once they have started.
final class CompanionConfigs {

    private CompanionConfigs() {}

    static List<Key> rows() {
        return List.of(
                named("companions", "name", "Processes that run beside the deployment and end with it. Each has a "
                        + "`main` or a `deployment`."),
                texts("companions.<name>.unless", "When none of these is empty, the companion is not started."),
                text("companions.<name>.main",
                        "A Java main class on Doorwarden's own class path. It prints `ready URL` when it is up."),
                text("companions.<name>.deployment", "Another deployment: a folder with a `doorwarden.yaml`, relative "
                        + "to this one. Its state lies in this one's, below its name; the variable of its address is "
                        + "where it listens."),
                pairs("companions.<name>.set", true, "With `deployment`: keys of that one that are set from here, as "
                        + "with `--set`."),
                pairs("companions.<name>.arguments", true, "With `main`: passed as `--name text`."),
                pairs("companions.<name>.environment", true, "Added to its environment."));
    }

    static Map<String, Config.CompanionConfig> read(Section top, Path folder) {
        var all = new LinkedHashMap<String, Config.CompanionConfig>();
        top.named("companions").forEach((name, companion) -> {
            var unless = companion.texts("unless");
            var main = companion.textOrEmpty("main");
            var deployment = companion.text("deployment")
                    .map(text -> companion.path("deployment", text, folder).normalize());
            var words = new ArrayList<String>();
            companion.pairs("arguments").forEach((key, value) -> words.addAll(List.of("--" + key, value)));
            var environment = companion.pairs("environment");
            var set = companion.pairs("set");
            if (main.isEmpty() == deployment.isEmpty()) {
                companion.mistake("main", "or deployment, one of them, must say what the companion is.");
            }
            deployment.filter(other -> !Files.isRegularFile(other.resolve(ConfigFile.NAME))).ifPresent(other ->
                    companion.mistake("deployment", "names " + other + ", where there is no " + ConfigFile.NAME + "."));
            if (deployment.isEmpty() && !set.isEmpty()) {
                companion.mistake("set", "is for a deployment. Give a main class arguments, or an environment.");
            }
            if (unless.isEmpty() || unless.stream().anyMatch(String::isBlank)) {
                all.put(name, new Config.CompanionConfig(name, main, deployment, set, words, environment));
            }
            companion.end();
        });
        return all;
    }

    /// A server may be a template: it is looked at again once it is known.
    static Map<String, String> front(Section top) {
        var front = new LinkedHashMap<String, String>();
        top.pairs("front").forEach((path, written) -> {
            var server = top.early(written);
            if (!path.equals("/") && !path.matches("(/(?!\\.{1,2}(/|$))[A-Za-z0-9._-]+)+")) {
                top.mistake("front", "has the path " + path + ", which must be / or segments such as /mcp.");
            } else if (!server.contains("${") && !isServer(server)) {
                top.mistake("front", "leads " + path + " to " + server + ", which must be scheme, host and port alone, "
                        + "such as http://127.0.0.1:3004.");
            } else {
                front.put(path, server);
            }
        });
        return front;
    }

    private static boolean isServer(String server) {
        return server.matches("https?://[^/?#@:]+(:[0-9]{1,5})?");
    }

    /// The servers behind a front, all of whose companions have started.
    ///
    /// @throws IllegalArgumentException with a sentence
    static Map<String, URI> settled(Map<String, String> front, Variables variables) {
        var all = new LinkedHashMap<String, URI>();
        front.forEach((path, written) -> {
            var server = variables.resolve(written);
            if (!isServer(server)) {
                throw new IllegalArgumentException("front leads " + path + " to " + server
                        + ", which is not scheme, host and port alone.");
            }
            all.put(path, URI.create(server));
        });
        return all;
    }
}
