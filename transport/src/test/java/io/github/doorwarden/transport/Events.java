package io.github.doorwarden.transport;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Reads an event stream, message by message. Closing it hangs up.
final class Events implements AutoCloseable {

    private final InputStream in;
    private final BufferedReader lines;

    Events(InputStream in) {
        this.in = in;
        this.lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    }

    /// The next message, waiting for it; null at the end.
    ObjectNode next() {
        try {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("data: ")) {
                    return (ObjectNode) JsonMapper.shared().readTree(line.substring(6));
                }
            }
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What comes until the end.
    List<ObjectNode> rest() {
        var all = new ArrayList<ObjectNode>();
        for (var next = next(); next != null; next = next()) {
            all.add(next);
        }
        return all;
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
