package io.github.doorwarden.app.config;

import static io.github.doorwarden.app.config.Key.choice;
import static io.github.doorwarden.app.config.Key.flag;
import static io.github.doorwarden.app.config.Key.group;
import static io.github.doorwarden.app.config.Key.number;
import static io.github.doorwarden.app.config.Key.pairs;
import static io.github.doorwarden.app.config.Key.text;
import static io.github.doorwarden.app.config.Key.texts;
import static io.github.doorwarden.app.config.Key.time;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import java.util.List;

/// The rows of [Keys] for sources of the type `mcp`; `docs/sources/mcp.md` tells them as a whole.
final class McpKeys {

    private static final String SOURCE = "sources.<name>.";
    private static final int MEBIBYTE = 1024 * 1024;

    static final List<Key> ROWS = List.of(
            group(SOURCE + "stdio", "With `mcp`: the server is a process that is started here and spoken to over its "
                    + "standard input and output."),
            texts(SOURCE + "stdio.command", "The program and its arguments, as a list; no shell reads it."),
            pairs(SOURCE + "stdio.environment", false, "Its environment, whole: nothing is inherited, not even `PATH`. "
                    + "Values may be variables of the environment or of files."),
            text(SOURCE + "stdio.folder", ".", "Where it runs, relative to the configuration."),
            group(SOURCE + "http", "With `mcp`: the server is reached over Streamable HTTP."),
            text(SOURCE + "http.upstream", "The one of `upstreams` that it is, with the credentials that it is shown. "
                    + "The caller's token never goes there."),
            text(SOURCE + "http.path", "/mcp", "Path of the endpoint, below the upstream's base URL."),
            group(SOURCE + "expose", "With `mcp`: what is exposed, by the names that the server gives it; a `*` "
            + "stands "
                    + "for anything. Nothing else is, but for what `tools` names."),
            texts(SOURCE + "expose.tools", "Names of tools."),
            texts(SOURCE + "expose.resources", "URIs of resources and of resource templates."),
            texts(SOURCE + "expose.prompts", "Names of prompts."),
            group(SOURCE + "withhold", "With `mcp`: what is not exposed of that."),
            texts(SOURCE + "withhold.tools", "Names of tools."),
            texts(SOURCE + "withhold.resources", "URIs of resources and of resource templates."),
            texts(SOURCE + "withhold.prompts", "Names of prompts."),
            choice(SOURCE + "pinning", "approve", List.of("approve", "warn"), "With `mcp`: what becomes of a tool or "
                    + "prompt that is new, or says something else than when it was approved. `approve`: it is held "
                    + "back until `doorwarden sources approve`. `warn`: it is in use, and the log says so. What a "
                    + "server has when it is seen first is approved."),
            flag(SOURCE + "ask", false, "With `mcp`: whether the server may ask the caller's client (elicitation, "
                    + "sampling). A server of an earlier revision than the client's is then called again from the "
                    + "beginning once there is an answer."),
            time(SOURCE + "timeout", ofMinutes(1), ofSeconds(1), ofHours(1).minusMinutes(1), "With `mcp`: for one "
                    + "call."),
            number(SOURCE + "concurrent", 16, 1, 1_000, "With `mcp`: calls at the same time."),
            number(SOURCE + "max_bytes", 2 * MEBIBYTE, 1_000, 8 * MEBIBYTE, "With `mcp`: of one result. What is larger "
                    + "is not shown, and the model is told so."));

    private McpKeys() {}
}
