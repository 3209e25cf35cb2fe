package io.github.doorwarden.doctor;

import static io.github.doorwarden.doctor.Fault.Harm.HINDERS_ALL;
import static io.github.doorwarden.doctor.Fault.Harm.SOME;
import static io.github.doorwarden.doctor.Fault.Harm.STOPS_ALL;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// The list of tools, as clients and the models' APIs take it. No tool is called.
final class ToolProbes {

    private static final String LIST = "MCP 2025-11-25 Tools, Listing Tools";

    static final Fault NOT_LISTED = Fault.of("tools-not-listed", STOPS_ALL, "tools/list fails.", "a list of tools",
            LIST, "Look into the server's log.");

    static final Fault NAME_ODD = Fault.of("tool-name-odd", HINDERS_ALL,
            "Tools have names that the APIs of the models refuse, with the whole conversation.",
            "letters, digits, - and _", "MCP 2025-11-25 Tools, Tool Names", "Rename them.",
            "microsoft/vscode#243602", "awslabs/mcp#616");

    static final Fault NAME_LONG = Fault.of("tool-name-long", HINDERS_ALL,
            "Tools have names that are too long for Cursor, and with the name of the server before them for others.",
            "at most " + Limits.TOOL_NAME_CHARACTERS + " characters with the name of the server",
            "MCP 2025-11-25 Tools, Tool Names", "Shorten them.", "sparfenyuk/mcp-proxy#45",
            "github/github-mcp-server#520", "awslabs/mcp#1283");

    static final Fault SCHEMA_NO_OBJECT = Fault.of("tool-schema-no-object", STOPS_ALL,
            "Tools have an input schema that is no object: clients refuse the whole list.",
            "\"inputSchema\": {\"type\": \"object\", ...}", LIST,
            "Write type: object, without properties if there are none.");

    static final Fault NO_SEARCH = Fault.of("no-search-and-fetch", SOME,
            "There are no tools called search and fetch, without which ChatGPT uses a connector in developer mode "
            + "alone.",
            "tools with these names", "OpenAI, Building MCP servers for ChatGPT", "Name two tools so, if it is to be "
                    + "used for research.", "metatool-ai/metamcp#164");

    private ToolProbes() {}

    static void run(Visit visit) {
        if (visit.over || !visit.inside()) {
            return;
        }
        var answer = visit.wire.send(visit.authorized(visit.legacy
                ? Mcp.legacy(visit.url, "tools/list", visit.revision, visit.session)
                : Mcp.modern(visit.url, "tools/list")));
        var tools = answer.result().map(result -> result.get("tools")).filter(JsonNode::isArray);
        if (tools.isEmpty()) {
            visit.find(NOT_LISTED, answer);
            return;
        }
        var odd = new ArrayList<String>();
        var tooLong = new ArrayList<String>();
        var schemaless = new ArrayList<String>();
        var names = new ArrayList<String>();
        for (var tool : tools.get()) {
            var name = ResourceProbes.text(tool, "name");
            names.add(name);
            if (!name.matches("[A-Za-z0-9_-]+")) {
                odd.add(name);
            }
            if (name.length() > Limits.TOOL_NAME_CHARACTERS) {
                tooLong.add(name);
            }
            if (!tool.path("inputSchema").path("type").asString("").equals("object")) {
                schemaless.add(name);
            }
        }
        report(visit, NAME_ODD, answer, odd);
        report(visit, NAME_LONG, answer, tooLong);
        report(visit, SCHEMA_NO_OBJECT, answer, schemaless);
        if (!names.containsAll(Set.of("search", "fetch")) && visit.clients().contains(Clients.CHATGPT)) {
            visit.find(NO_SEARCH, answer.ask().words(), names.size() + " tools");
        }
    }

    private static void report(Visit visit, Fault fault, Answer answer, List<String> names) {
        if (!names.isEmpty()) {
            var shown = String.join(", ", names.subList(0, Math.min(names.size(), Limits.TOOLS_NAMED)));
            visit.find(fault, answer.ask().words(), names.size() > Limits.TOOLS_NAMED
                    ? shown + " and " + (names.size() - Limits.TOOLS_NAMED) + " more" : shown);
        }
    }
}
