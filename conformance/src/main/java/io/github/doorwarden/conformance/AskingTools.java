package io.github.doorwarden.conformance;

import io.github.doorwarden.server.Call;
import io.github.doorwarden.server.Elicitation;
import io.github.doorwarden.server.Question;
import io.github.doorwarden.server.Roots;
import io.github.doorwarden.server.Sampling;
import io.github.doorwarden.server.Tool;
import io.github.doorwarden.server.ToolResult;
import java.util.LinkedHashMap;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// Tools of the fixture that ask the client something: the same handlers at every revision, some under two names
/// because the suite has one for each era.
final class AskingTools {

    private static final String CAPITAL = "What is the capital of France?";

    private static final String DEFAULTS = """
            {"type": "object", "properties": {
               "name": {"type": "string", "default": "John Doe"},
               "age": {"type": "integer", "default": 30},
               "score": {"type": "number", "default": 95.5},
               "status": {"type": "string", "enum": ["active", "inactive", "pending"], "default": "active"},
               "verified": {"type": "boolean", "default": true}}}""";

    private static final String ENUMS = """
            {"type": "object", "properties": {
               "untitledSingle": {"type": "string", "enum": ["option1", "option2", "option3"]},
               "titledSingle": {"type": "string", "oneOf": [{"const": "value1", "title": "First Option"},
                   {"const": "value2", "title": "Second Option"}, {"const": "value3", "title": "Third Option"}]},
               "legacyEnum": {"type": "string", "enum": ["opt1", "opt2", "opt3"],
                   "enumNames": ["Option One", "Option Two", "Option Three"]},
               "untitledMulti": {"type": "array", "items": {"type": "string", "enum": ["option1", "option2", "option3"]}},
               "titledMulti": {"type": "array", "items": {"anyOf": [{"const": "value1", "title": "First Choice"},
                   {"const": "value2", "title": "Second Choice"}, {"const": "value3", "title": "Third Choice"}]}}}}""";

    private AskingTools() {}

    static List<Tool> all() {
        return List.of(
                withText("test_sampling", "prompt", "Asks the client's model.", call -> ToolResult.text("LLM response: "
                        + call.ask("sample", Sampling.of(call.arguments().path("prompt").asString(), 100)).text())),
                withText("test_elicitation", "message", "Asks the user.", call -> said(call.ask("user",
                        form(call.arguments().path("message").asString(), """
                                {"username": {"type": "string", "description": "User's response"},
                                 "email": {"type": "string", "description": "User's email address"}}""",
                                "username", "email")))),
                TellingTools.tool("test_elicitation_sep1034_defaults", "Asks with a default for every field.",
                        call -> said(call.ask("defaults", Elicitation.form("Check these.", json(DEFAULTS))))),
                TellingTools.tool("test_elicitation_sep1330_enums", "Asks with every kind of choice.",
                        call -> said(call.ask("enums", Elicitation.form("Choose.", json(ENUMS))))),
                TellingTools.tool("test_input_required_result_elicitation", "Asks for a name.", call ->
                        ToolResult.text("Hello, " + name(call.ask("user_name", NAME)) + "!")),
                TellingTools.tool("test_input_required_result_sampling", "Asks the client's model.", call ->
                        ToolResult.text(call.ask("capital_question", Sampling.of(CAPITAL, 100)).text())),
                TellingTools.tool("test_input_required_result_list_roots", "Asks for the client's folders.", call ->
                        ToolResult.text("Roots: " + call.ask("client_roots", new Roots()).size())),
                TellingTools.tool("test_input_required_result_request_state", "Asks for a yes.",
                AskingTools::confirmed),
                TellingTools.tool("test_input_required_result_tampered_state", "Asks for a yes.",
                        AskingTools::confirmed),
                TellingTools.tool("test_input_required_result_multiple_inputs", "Asks three things at once.", call -> {
                    var all = new LinkedHashMap<String, Question<?>>();
                    all.put("user_name", NAME);
                    all.put("greeting", Sampling.of("Write a greeting.", 50));
                    all.put("client_roots", new Roots());
                    call.askAll(all);
                    return ToolResult.text("Hello, " + name(call.ask("user_name", NAME)) + ".");
                }),
                TellingTools.tool("test_input_required_result_multi_round", "Asks twice, one after the other.", call ->
                {
                    var name = name(call.ask("step1", form("Step 1: what is your name?", NAME_FIELD, "name")));
                    var color = call.ask("step2", form("Step 2: which colour do you like?",
                            "{\"color\": {\"type\": \"string\"}}", "color"));
                    return ToolResult.text(name + " likes "
                            + color.accepted().map(each -> each.path("color").asString("")).orElse("nothing") + ".");
                }),
                TellingTools.tool("test_input_required_result_capabilities", "Asks what this client can answer.",
                        call -> {
                            var all = new LinkedHashMap<String, Question<?>>();
                            all.put("user_name", NAME);
                            all.put("greeting", Sampling.of("Write a greeting.", 50));
                            all.put("client_roots", new Roots());
                            all.values().removeIf(question -> !call.canAsk(question));
                            call.askAll(all);
                            return ToolResult.text("Asked " + all.size() + " questions.");
                        }));
    }

    private static final String NAME_FIELD = "{\"name\": {\"type\": \"string\"}}";
    static final Elicitation NAME = form("What is your name?", NAME_FIELD, "name");

    static String name(Elicitation.Answer answer) {
        return answer.accepted().map(each -> each.path("name").asString("")).orElse("stranger");
    }

    private static ToolResult confirmed(Call call) throws InterruptedException {
        var answer = call.ask("confirm", form("Please confirm.", "{\"ok\": {\"type\": \"boolean\"}}", "ok"));
        return ToolResult.text("Confirmed: " + answer.accepted().isPresent());
    }

    private static ToolResult said(Elicitation.Answer answer) {
        return ToolResult.text("User response: " + answer.accepted().map(ObjectNode::toString).orElse("none"));
    }

    static Elicitation form(String message, String fields, String... required) {
        var schema = PlainTools.JSON.createObjectNode().put("type", "object");
        schema.set("properties", json(fields));
        var names = schema.putArray("required");
        List.of(required).forEach(names::add);
        return Elicitation.form(message, schema);
    }

    private static ObjectNode json(String text) {
        return (ObjectNode) PlainTools.JSON.readTree(text);
    }

    static Tool withText(String name, String argument, String description, TellingTools.Handler handler) {
        return new TellingTools.Made(PlainTools.spec(name, description, """
                {"type": "object", "properties": {"%s": {"type": "string"}}, "required": ["%s"]}"""
                .formatted(argument, argument)), handler);
    }
}
