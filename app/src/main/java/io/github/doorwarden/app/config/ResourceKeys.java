package io.github.doorwarden.app.config;

import static io.github.doorwarden.app.config.Key.group;
import static io.github.doorwarden.app.config.Key.named;
import static io.github.doorwarden.app.config.Key.secret;
import static io.github.doorwarden.app.config.Key.text;

import io.github.doorwarden.sources.openapi.ResourceSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/// The keys about what of an API can be read as resources, and how its changes are heard of: their rows of [Keys], and
/// how they are read.
final class ResourceKeys {

    private static final String TEMPLATE = "sources.<name>.resources.<resource>.";
    private static final String FEED = "sources.<name>.changes";

    private ResourceKeys() {}

    static List<Key> all() {
        return List.of(
                named("sources.<name>.resources", "resource", "With `openapi` and `http`: resources that tools of "
                        + "this source read, with the same scopes."),
                text(TEMPLATE + "uri", "URI template whose variables are arguments of the tool, such as "
                        + "`notes://{id}`.").needed(),
                text(TEMPLATE + "tool", "The tool that reads them; one that changes nothing.").needed(),
                text(TEMPLATE + "title", "For people; without it, the tool's."),
                text(TEMPLATE + "description", "For the model; without it, the tool's."),
                group(FEED, "With `openapi` and `http`: a stream of the backend by which clients hear of changes to "
                        + "resources that they subscribed to: server-sent events, of JSON. It goes on where it was "
                        + "cut, by `Last-Event-ID`."),
                text(FEED + ".path", "Path of the stream behind the base URL, with its query."),
                secret(FEED + ".token", "Our credential for it, sent as a bearer token. Without it nothing is "
                        + "followed."),
                text(FEED + ".resource", "URI of what changed, with `{name}` for members of the event, such as "
                        + "`notes://{id}`."),
                text(FEED + ".tenant", "Member of the event with the organisation: its callers alone are told. Without "
                        + "it, every subscriber is."));
    }

    /// @param in the section of the source
    static ResourceSettings read(Section in) {
        var templates = new LinkedHashMap<String, ResourceSettings.Template>();
        in.named("resources").forEach((name, each) -> {
            templates.put(name, new ResourceSettings.Template(each.textOrEmpty("uri"), each.textOrEmpty("tool"),
                    each.text("title"), each.text("description")));
            each.end();
        });
        var feed = in.section("changes");
        var path = feed.textOrEmpty("path");
        var resource = feed.textOrEmpty("resource");
        var tenant = feed.text("tenant").filter(text -> !text.isBlank());
        var token = feed.secret("token");
        if (token.isPresent()) {
            List.of("path", "resource").stream().filter(key -> feed.textOrEmpty(key).isBlank()).forEach(feed::need);
        }
        if (!path.isEmpty() && !path.matches("/[!-~]*")) {
            feed.mistake("path", "must begin with / and have no blanks.");
        }
        feed.end();
        return new ResourceSettings(templates, token.isEmpty() || !path.startsWith("/") || resource.isBlank()
                ? Optional.empty() : Optional.of(new ResourceSettings.Feed(path, resource, tenant)));
    }

    /// The credential of the stream.
    static Optional<Secret> token(Section in) {
        return in.section("changes").secret("token");
    }
}
