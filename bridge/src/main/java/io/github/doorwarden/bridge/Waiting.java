package io.github.doorwarden.bridge;

import io.github.doorwarden.protocol.Message;
import io.github.doorwarden.protocol.Meta;
import io.github.doorwarden.protocol.Methods;
import io.github.doorwarden.protocol.Revision;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What a host is answered while nobody has signed in, so that it waits too: every capability that a server may have,
/// and one tool that says where to sign in. The lists are read again afterwards.
final class Waiting {

    static final String TOOL = "doorwarden_sign_in";
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private Waiting() {}

    /// Whether this request gets an answer without the server, beside the first one.
    static boolean answers(Message.Request request) {
        return switch (request.method()) {
            case "server/discover", "tools/list", "prompts/list", "resources/list", "resources/templates/list", "ping",
                    "logging/setLevel" -> true;
            default -> isSignIn(request);
        };
    }

    static boolean isSignIn(Message.Request request) {
        return request.method().equals(Methods.TOOLS_CALL.wireName())
                && request.params().path("name").asString("").equals(TOOL);
    }

    static Message.Response answer(Message.Request request, String server, SignIn signIn) {
        var what = signIn.waiting().orElse("Somebody is signing in at the moment.");
        var result = switch (request.method()) {
            case "initialize" -> initialized(request, server, what);
            case "server/discover" -> discovered(server, what);
            case "tools/list" -> tools(server, what);
            case "prompts/list" -> with("prompts");
            case "resources/list" -> with("resources");
            case "resources/templates/list" -> with("resourceTemplates");
            case "tools/call" -> said(what + " Then ask again.", true);
            default -> JSON.objectNode();
        };
        return response(request, result);
    }

    static Message.Response signedIn(Message.Request request, String server) {
        return response(request, said("Somebody has signed in. The tools of " + server
                + " are there now: if you do not "
                + "see them, reload this server in your client.", false));
    }

    private static Message.Response response(Message.Request request, ObjectNode result) {
        if (Opening.isModern(request)) {
            result.put("resultType", "complete");
            if (Methods.named(request.method()).filter(Methods::cacheable).isPresent()) {
                result.put("ttlMs", 0).put("cacheScope", "private");
            }
        }
        return new Message.Response(request.id(), result, null);
    }

    private static ObjectNode with(String list) {
        var result = JSON.objectNode();
        result.putArray(list);
        return result;
    }

    private static ObjectNode capabilities() {
        var all = JSON.objectNode();
        all.putObject("tools").put("listChanged", true);
        all.putObject("prompts").put("listChanged", true);
        all.putObject("resources").put("listChanged", true).put("subscribe", true);
        all.putObject("completions");
        all.putObject("logging");
        return all;
    }

    private static ObjectNode about(String server) {
        return JSON.objectNode().put("name", server).put("version", "");
    }

    private static ObjectNode initialized(Message.Request request, String server, String what) {
        var result = JSON.objectNode().put("protocolVersion", Revision.of(request.params().path("protocolVersion")
                .asString("")).filter(known -> !known.modern()).orElse(Revision.newestLegacy()).date());
        result.set("capabilities", capabilities());
        result.set("serverInfo", about(server));
        return result.put("instructions", "Nobody has signed in at " + server + " yet. " + what);
    }

    private static ObjectNode discovered(String server, String what) {
        var result = JSON.objectNode();
        result.putArray("supportedVersions").add(Revision.V2026_07_28.date());
        result.set("capabilities", capabilities());
        result.putObject("_meta").set(Meta.SERVER_INFO, about(server));
        return result.put("instructions", "Nobody has signed in at " + server + " yet. " + what);
    }

    private static ObjectNode tools(String server, String what) {
        var result = JSON.objectNode();
        var tool = result.putArray("tools").addObject().put("name", TOOL).put("title", "Sign in")
                .put("description", "The tools of " + server + " are not here yet, because nobody has signed in. "
                + what
                        + " Call this tool to see whether that is done.");
        tool.putObject("inputSchema").put("type", "object").putObject("properties");
        tool.putObject("annotations").put("readOnlyHint", true);
        return result;
    }

    private static ObjectNode said(String text, boolean failed) {
        var result = JSON.objectNode();
        result.putArray("content").addObject().put("type", "text").put("text", text);
        return result.put("isError", failed);
    }
}
