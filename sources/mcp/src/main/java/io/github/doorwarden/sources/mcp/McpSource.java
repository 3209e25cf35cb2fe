package io.github.doorwarden.sources.mcp;

import io.github.doorwarden.server.Source;
import io.github.doorwarden.server.Things;
import io.github.doorwarden.client.wire.ClientFailure;
import io.github.doorwarden.client.wire.Lists;
import io.github.doorwarden.client.wire.Connection;
import io.github.doorwarden.client.wire.Talk;
import io.github.doorwarden.client.wire.Way;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Another MCP server, of any revision, behind this front door: its tools, resources and prompts under a prefix, as far
/// as the configuration exposes them and somebody approved their definitions ([Pins]). While the server is down, what
/// was approved stays listed, and calls say that it is down. Nobody's token goes there. Safe for use by many threads.
public final class McpSource implements Source {

    private static final Logger LOG = LoggerFactory.getLogger(McpSource.class);

    private final String name;
    private final McpSettings settings;
    private final Pins pins;
    private final Link link;
    private final CountDownLatch turned = new CountDownLatch(1);
    private volatile Listener listener = new Listener() {
        @Override
        public void thingsChanged() {
            // nobody yet
        }

        @Override
        public void resourceChanged(String uri) {
            // nobody yet
        }
    };
    private volatile Mount.Mounted mounted;

    // of the link's thread
    private FileTime looked = FileTime.fromMillis(0);
    private List<ObjectNode> resources = List.of();
    private List<ObjectNode> templates = List.of();
    private List<String> trouble = List.of();
    private List<Object> made = List.of();
    private Set<String> told = Set.of();
    private Hearing hearing = new Hearing(null, Set.of(), () -> { });

    /// What is heard of one connection.
    private record Hearing(Connection client, Set<String> watched, Runnable end) {}

    /// Connects to nothing before [#listen].
    ///
    /// @param version of this program, which the server is told
    public McpSource(String name, Way way, McpSettings settings, Pins pins, String version) {
        this.name = name;
        this.settings = settings;
        this.pins = pins;
        this.link = new Link(new Connection.Settings(name, way, settings.ask(), version), settings.concurrent(),
                new Work());
        make(false);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Things things() {
        return mounted.things();
    }

    @Override
    public List<String> warnings() {
        return mounted.warnings();
    }

    /// For whoever looks after the deployment: `up`, `down`, or `up, 2 held back`.
    public String state() {
        var state = link.up() ? "up" : "down";
        return mounted.held() == 0 ? state : state + ", " + mounted.held() + " held back";
    }

    /// Begins to connect. Waits, for a while, only when nothing is known of the server yet.
    @Override
    public void listen(Listener to) {
        listener = to;
        var first = !pins.known();
        link.start();
        if (first) {
            try {
                turned.await(Limits.FIRST_SIGHT.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        link.close();
        hearing.end.run();
    }

    /// What the link has done here.
    private final class Work implements Link.Work {

        @Override
        public void read(Connection client) throws ClientFailure, InterruptedException {
            if (!pins.known()) {
                Thread.sleep(Limits.SETTLING);
            }
            trouble = new ArrayList<>();
            var offered = new HashMap<String, Map<String, ObjectNode>>();
            list(client, "tools", "tools/list", "tools").ifPresent(all -> offered.put("tool",
                    Mount.named(all, trouble)));
            list(client, "prompts", "prompts/list", "prompts").ifPresent(all -> offered.put("prompt",
                    Mount.named(all, trouble)));
            resources = list(client, "resources", "resources/list", "resources").orElse(resources);
            templates = list(client, "resources", "resources/templates/list", "resourceTemplates").orElse(templates);
            pins.offer(offered);
            hear(client);
        }

        @Override
        public void show() {
            make(true);
        }

        @Override
        public void look() {
            if (!pins.changed().equals(looked)) {
                try {
                    make(true);
                } catch (Pins.PinsUnreadable e) {
                    LOG.atError().addKeyValue("source", name).setCause(e).log(e.getMessage()
                            + " What was served before stays.");
                }
            }
        }

        @Override
        public void turned(boolean up) {
            turned.countDown();
        }

        @Override
        public void resourceChanged(String uri) {
            listener.resourceChanged(Uris.of(settings.prefix(), Set.of(), true).mounted(uri));
        }
    }

    /// A whole list; empty when it cannot be had, so that what was there before stays. A server without such things has
    /// an empty one.
    private Optional<List<ObjectNode>> list(Connection client, String capability, String method,
            String member) throws ClientFailure, InterruptedException {
        if (!client.capabilities().path(capability).isObject()) {
            return Optional.of(List.of());
        }
        try {
            return Optional.of(Lists.all(client, name, method, member));
        } catch (ClientFailure e) {
            if (e.down()) {
                throw e;
            }
            if (method.equals("resources/templates/list") && e.kind() == ClientFailure.Kind.ERROR) {
                return Optional.of(List.of());           // many servers have resources and not this
            }
            trouble.add(e.getMessage());
            return Optional.empty();
        }
    }

    /// Which resources a client of ours watches is not known here, so the changes of all mounted ones are asked for.
    private void hear(Connection client) throws InterruptedException {
        var watched = new LinkedHashSet<String>();
        if (client.capabilities().path("resources").path("subscribe").asBoolean(false)) {
            resources.stream().map(each -> each.path("uri").asString("")).filter(settings::exposesResource)
                    .limit(Limits.WATCHED).forEach(watched::add);
        }
        var known = hearing.client == client ? hearing.watched : Set.<String>of();
        if (hearing.client == client && known.equals(watched)) {
            return;
        }
        if (client.revision().modern() || hearing.client != client) {
            hearing.end.run();
            hearing = new Hearing(client, watched, client.hear(Connection.filter(watched)));
        } else {
            hearing = new Hearing(client, watched, hearing.end);
        }
        if (!client.revision().modern()) {
            for (var uri : watched) {
                try {
                    if (!known.contains(uri)) {
                        client.request("resources/subscribe", JsonNodeFactory.instance.objectNode().put("uri", uri),
                                Map.of(), new Talk() { },
                                Limits.COMPLETION);
                    }
                } catch (ClientFailure e) {
                    LOG.debug("{} does not tell of {}.", name, uri, e);
                    return;
                }
            }
        }
    }

    /// @param tell whether somebody is to hear of what is other than before
    private void make(boolean tell) {
        looked = pins.changed();
        var known = pins.all();
        List<Object> now = List.of(known.stream().map(pin -> pin.kind() + pin.name() + pin.state()
                + pin.offered().map(Pins.Version::hash).orElse("")).toList(), resources, templates, trouble);
        if (now.equals(made) && mounted != null) {
            return;
        }
        var fresh = Mount.of(name, settings, link, known, resources, templates);
        var all = new ArrayList<>(trouble);
        all.addAll(fresh.warnings());
        mounted = new Mount.Mounted(fresh.things(), List.copyOf(all), fresh.held());
        made = now;
        if (tell) {
            all.stream().filter(warning -> !told.contains(warning))
                    .forEach(warning -> LOG.atWarn().addKeyValue("source", name).log(warning));
            told = new HashSet<>(all);
            listener.thingsChanged();
        }
    }
}
