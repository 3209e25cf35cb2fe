package io.github.doorwarden.conformance;

import io.github.doorwarden.server.Call;
import io.github.doorwarden.server.Content;
import io.github.doorwarden.server.Prompt;
import io.github.doorwarden.server.Resource;
import io.github.doorwarden.server.ResourceTemplate;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// Resources, templates and prompts of the fixture.
final class Readings {

    private static final byte[] PIXEL = Base64.getDecoder().decode(PlainTools.PIXEL);
    private static final String WATCHED = "test://watched-resource";
    private static final String TEMPLATE = "test://template/{id}/data";

    private Readings() {}

    private record Fixed(Spec spec, ObjectNode contents) implements Resource {
        @Override
        public List<ObjectNode> read(Call call) {
            return List.of(contents);
        }
    }

    static List<Resource> resources() {
        return List.of(
                new Fixed(new Resource.Spec("test://static-text", "Static text", "A line of text.", "text/plain"),
                        Content.textOf("test://static-text", "text/plain",
                                "This is the content of the static text resource.")),
                new Fixed(new Resource.Spec("test://static-binary", "Static binary", "One red pixel.", "image/png"),
                        Content.blobOf("test://static-binary", "image/png", PIXEL)),
                new Fixed(new Resource.Spec(WATCHED, "Watched", "Says when it changes.", "text/plain"),
                        Content.textOf(WATCHED, "text/plain", "Watch me.")));
    }

    private record ById(Spec spec) implements ResourceTemplate {
        @Override
        public List<ObjectNode> read(String uri, Call call) {
            var id = call.arguments().path("id").asString();
            return List.of(Content.textOf(uri, "application/json", PlainTools.JSON.createObjectNode().put("id", id)
                    .put("templateTest", true).put("data", "Data for ID: " + id).toString()));
        }

        @Override
        public List<String> complete(String variable, String value, Map<String, String> variables) {
            return List.of("123", "124", "200").stream().filter(id -> id.startsWith(value)).toList();
        }
    }

    static List<ResourceTemplate> templates() {
        return List.of(new ById(new ResourceTemplate.Spec(TEMPLATE, "Data by id", "Data of one id.",
                "application/json")));
    }

    /// What a prompt says.
    @FunctionalInterface
    private interface Words {
        List<ObjectNode> of(Call call) throws Exception;
    }

    private record Made(Spec spec, Words words) implements Prompt {
        @Override
        public Answer get(Call call) throws Exception {
            return new Answer(spec.description(), words.of(call));
        }

        @Override
        public List<String> complete(String argument, String value, Map<String, String> arguments) {
            return List.of("test1", "test2", "other").stream().filter(word -> word.startsWith(value)).toList();
        }
    }

    static List<Prompt> prompts() {
        return List.of(
                prompt("test_simple_prompt", "Says one thing.", List.of(),
                        call -> List.of(Prompt.message("user", "This is a simple prompt for testing."))),
                prompt("test_prompt_with_arguments", "Repeats two arguments.", List.of("arg1", "arg2"),
                        call -> List.of(Prompt.message("user", "Prompt with arguments: arg1='"
                                + call.arguments().path("arg1").asString() + "', arg2='"
                                + call.arguments().path("arg2").asString() + "'"))),
                prompt("test_prompt_with_embedded_resource", "Brings a resource along.", List.of("resourceUri"),
                        call -> List.of(Prompt.message("user", Content.embedded(Content.textOf(
                                        call.arguments().path("resourceUri").asString(), "text/plain",
                                        "Embedded resource content for testing."))),
                                Prompt.message("user", "Please process the embedded resource above."))),
                prompt("test_prompt_with_image", "Brings an image along.", List.of(),
                        call -> List.of(Prompt.message("user", Content.image(PIXEL, "image/png")),
                                Prompt.message("user", "Please analyze the image above."))),
                prompt("test_input_required_result_prompt", "Asks for context first.", List.of(), call -> {
                    var answer = call.ask("user_context", AskingTools.form("What is it about?",
                            "{\"context\": {\"type\": \"string\"}}", "context"));
                    return List.of(Prompt.message("user", "Context: "
                            + answer.accepted().map(each -> each.path("context").asString("")).orElse("none")));
                }));
    }

    private static Prompt prompt(String name, String description, List<String> arguments, Words words) {
        return new Made(new Prompt.Spec(name, description, arguments.stream()
                .map(each -> new Prompt.Argument(each, "", "Some text.", true)).toList()), words);
    }
}
