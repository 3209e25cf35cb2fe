package io.github.doorwarden.server;

import io.github.doorwarden.protocol.Revision;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Resources, templates and prompts behind one endpoint, as they are listed at each revision (MCP, schema of each
/// revision), and what of a content block a revision knows.
final class Wares {

    private Wares() {}

    record OfResource(Resource resource, Resource.Spec spec) implements Listing {

        OfResource(Resource resource) {
            this(resource, resource.spec());
            bounded("resource " + spec.uri(), spec.deadline());
        }

        @Override
        public String name() {
            return spec.uri();
        }

        @Override
        public Set<String> scopes() {
            return spec.scopes();
        }

        @Override
        public ObjectNode json(Revision revision) {
            var json = described("uri", spec.uri(), spec.name(), spec.title(), spec.description(), revision);
            given(json, "mimeType", spec.mimeType());
            if (!spec.annotations().isEmpty()) {
                json.set("annotations", spec.annotations());
            }
            spec.size().ifPresent(size -> json.put("size", size));
            icons(json, spec.icons(), revision);
            return json;
        }
    }

    record OfTemplate(ResourceTemplate template, ResourceTemplate.Spec spec, UriTemplate pattern) implements Listing {

        OfTemplate(ResourceTemplate template) {
            this(template, template.spec(), new UriTemplate(template.spec().uriTemplate()));
            bounded("resource template " + spec.uriTemplate(), spec.deadline());
        }

        @Override
        public String name() {
            return spec.uriTemplate();
        }

        @Override
        public Set<String> scopes() {
            return spec.scopes();
        }

        @Override
        public ObjectNode json(Revision revision) {
            var json = described("uriTemplate", spec.uriTemplate(), spec.name(), spec.title(), spec.description(),
                    revision);
            given(json, "mimeType", spec.mimeType());
            if (!spec.annotations().isEmpty()) {
                json.set("annotations", spec.annotations());
            }
            icons(json, spec.icons(), revision);
            return json;
        }
    }

    record OfPrompt(Prompt prompt, Prompt.Spec spec) implements Listing {

        OfPrompt(Prompt prompt) {
            this(prompt, prompt.spec());
            bounded("prompt " + spec.name(), spec.deadline());
        }

        @Override
        public String name() {
            return spec.name();
        }

        @Override
        public Set<String> scopes() {
            return spec.scopes();
        }

        @Override
        public ObjectNode json(Revision revision) {
            var json = JsonNodeFactory.instance.objectNode().put("name", spec.name());
            if (revision.compareTo(Revision.V2025_06_18) >= 0) {
                given(json, "title", spec.title());
            }
            json.put("description", spec.description());
            icons(json, spec.icons(), revision);
            if (!spec.arguments().isEmpty()) {
                var arguments = json.putArray("arguments");
                for (var argument : spec.arguments()) {
                    var each = arguments.addObject().put("name", argument.name());
                    if (revision.compareTo(Revision.V2025_06_18) >= 0) {
                        given(each, "title", argument.title());
                    }
                    given(each, "description", argument.description());
                    each.put("required", argument.required());
                }
            }
            return json;
        }
    }

    private static ObjectNode described(String idMember, String id, String name, String title, String description,
            Revision revision) {
        var json = JsonNodeFactory.instance.objectNode().put(idMember, id).put("name", name);
        if (revision.compareTo(Revision.V2025_06_18) >= 0) {
            given(json, "title", title);
        }
        given(json, "description", description);
        return json;
    }

    private static void given(ObjectNode json, String member, String value) {
        if (!value.isEmpty()) {
            json.put(member, value);
        }
    }

    static void icons(ObjectNode json, List<ObjectNode> icons, Revision revision) {
        if (revision.compareTo(Revision.V2025_11_25) >= 0 && !icons.isEmpty()) {
            icons.forEach(json.withArray("icons")::add);
        }
    }

    private static void bounded(String what, Duration deadline) {
        if (!deadline.isPositive() || deadline.compareTo(Limits.DEADLINE) > 0) {
            throw new IllegalArgumentException("The deadline of the " + what + " must be more than nothing and at most "
                    + Limits.DEADLINE + ".");
        }
    }

    /// A content block for a revision: what it does not know becomes a line of text, because a client may refuse the
    /// whole answer for one block of an unknown type.
    static ObjectNode block(ObjectNode block, Revision revision) {
        var type = block.path("type").asString("");
        if (type.equals("audio") && revision.compareTo(Revision.V2025_03_26) < 0) {
            return Content.text("(Audio, " + block.path("mimeType").asString("")
                    + ": this client's protocol revision cannot take it.)");
        }
        if (type.equals("resource_link") && revision.compareTo(Revision.V2025_06_18) < 0) {
            return Content.text(block.path("name").asString("") + ": " + block.path("uri").asString(""));
        }
        return block;
    }
}
