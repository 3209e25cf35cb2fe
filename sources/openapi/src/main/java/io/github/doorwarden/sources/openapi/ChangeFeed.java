package io.github.doorwarden.sources.openapi;

import io.github.doorwarden.server.Source;
import io.github.doorwarden.upstream.Arriving;
import io.github.doorwarden.upstream.Upstream;
import io.github.doorwarden.upstream.UpstreamCall;
import io.github.doorwarden.upstream.UpstreamFailure;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Follows a backend's stream of changes (server-sent events, WHATWG HTML §9.2) and tells a listener which resources
/// read otherwise. A stream that ends goes on where it was cut, by `Last-Event-ID`; of a backend that is down it is
/// tried again, later and later. Where events name an organisation, its callers alone are told; an event that names
/// none then is told to nobody.
final class ChangeFeed implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ChangeFeed.class);
    private static final Pattern VARIABLE = Pattern.compile("\\{([A-Za-z0-9_]+)}");

    private final String source;
    private final ResourceSettings.Feed settings;
    private final Upstream upstream;
    private final Source.Listener listener;
    private final Thread thread;
    private String last = "";

    /// Begins to follow.
    ///
    /// @param upstream with the credentials of the stream; it stays open when this is closed
    ChangeFeed(String source, ResourceSettings.Feed settings, Upstream upstream, Source.Listener listener) {
        this.source = source;
        this.settings = settings;
        this.upstream = upstream;
        this.listener = listener;
        this.thread = Thread.ofVirtual().name("changes of " + source).start(this::follow);
    }

    private void follow() {
        var pause = Limits.FEED_PAUSE;
        try {
            while (true) {
                var began = System.nanoTime();
                try {
                    upstream.read(call(), Limits.FEED_READ, false, this::events);
                    pause = Limits.FEED_PAUSE;
                } catch (UpstreamFailure e) {
                    if (e.kind() == UpstreamFailure.Kind.TIMEOUT || System.nanoTime() - began
                            > Limits.FEED_PAUSE_MAX.toNanos()) {
                        pause = Limits.FEED_PAUSE;               // it was open, and is opened anew
                    } else {
                        LOG.atWarn().addKeyValue("source", source).log("Its changes cannot be followed now; it is "
                                + "tried again in {} s. {}", pause.toSeconds(), e.getMessage());
                    }
                }
                Thread.sleep(pause);
                pause = longer(pause);
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private static Duration longer(Duration pause) {
        var twice = pause.multipliedBy(2);
        return twice.compareTo(Limits.FEED_PAUSE_MAX) < 0 ? twice : Limits.FEED_PAUSE_MAX;
    }

    private UpstreamCall call() {
        return new UpstreamCall("GET", settings.path(), last.isEmpty() ? Map.of("Accept", "text/event-stream")
                : Map.of("Accept", "text/event-stream", "Last-Event-ID", last), Optional.empty(), true,
                UUID.randomUUID().toString());
    }

    private Void events(Arriving answer) throws IOException, UpstreamFailure {
        if (!answer.isSuccess()) {
            if (answer.status() >= 400 && answer.status() < 500 && !last.isEmpty()) {
                last = "";                                       // it knows the place no longer: go on from now
            }
            throw new UpstreamFailure(UpstreamFailure.Kind.BROKEN, "The stream was answered with " + answer.status()
                    + ".", null);
        }
        var lines = new EventLines(answer.body());
        var data = new StringBuilder();
        var id = last;
        for (var line = lines.next(); line != null; line = lines.next()) {
            if (line.isEmpty()) {
                tell(data.toString());
                last = id;
                data.setLength(0);
            } else if (line.startsWith("id:") && UpstreamCall.isFieldValue(line)) {
                id = line.substring(3).strip();
            } else if (line.startsWith("data:")) {
                data.append(line.substring(5).strip());
            }
            if (data.length() > Limits.FEED_EVENT_CHARACTERS) {
                throw new IOException("an event is longer than " + Limits.FEED_EVENT_CHARACTERS + " characters");
            }
        }
        return null;
    }

    private void tell(String data) {
        JsonNode event;
        try {
            event = JsonMapper.shared().readTree(data.isEmpty() ? "{}" : data);
        } catch (JacksonException e) {
            LOG.atWarn().addKeyValue("source", source).log("An event of its stream of changes is not JSON.");
            return;
        }
        var uri = uri(event);
        if (uri.isEmpty()) {
            return;                                              // of something that is no resource here
        }
        if (settings.tenant().isEmpty()) {
            listener.resourceChanged(uri.get());
            return;
        }
        var tenant = event.path(settings.tenant().get()).asString("");
        if (!tenant.isEmpty()) {
            listener.resourceChanged(uri.get(), tenant);
        }
    }

    private Optional<String> uri(JsonNode event) {
        var missing = new boolean[1];
        var uri = VARIABLE.matcher(settings.resource()).replaceAll(match -> {
            var value = event.path(match.group(1));
            var text = value.isIntegralNumber() ? value.asString() : value.asString("");
            missing[0] |= text.isEmpty();
            return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
        });
        return missing[0] ? Optional.empty() : Optional.of(uri);
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
