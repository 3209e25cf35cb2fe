package io.github.doorwarden.conformance;

import io.github.doorwarden.server.Source;
import io.github.doorwarden.server.Things;
import io.github.doorwarden.server.Tool;
import java.util.List;
import java.util.stream.Stream;

/// What the official conformance suite expects of a server: texts and shapes are those that its scenarios name.
public final class Fixture implements Source {

    private final Things things = new Things(
            Stream.of(PlainTools.all(), TellingTools.all(), AskingTools.all(), TaskTools.all(),
                    new WaitingTools().all())
                    .<Tool>flatMap(List::stream).toList(),
            Readings.resources(), Readings.templates(), Readings.prompts(), List.of());

    @Override
    public String name() {
        return "fixture";
    }

    @Override
    public Things things() {
        return things;
    }

    @Override
    public List<String> warnings() {
        return List.of();
    }
}
