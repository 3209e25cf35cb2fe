package io.github.doorwarden.client.wire;

import io.github.doorwarden.protocol.Message;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// How HTTP requests reach the endpoint of one server: who opens connections, and with which credentials. What the
/// server says of these to a POST (401, 403) is answered here and reaches no [Reader]. Safe for use by many threads.
public interface HttpChannel {

    /// What is sent.
    ///
    /// @param method  POST, GET or DELETE
    /// @param headers without credentials
    /// @param message of a POST; else empty
    record Sent(String method, Map<String, String> headers, Optional<Message> message) {
        public Sent {
            headers = Map.copyOf(headers);
        }
    }

    /// What comes back, read while it comes: good for as long as its [Reader] runs, on that thread.
    ///
    /// @param headers names in lower case
    /// @param body    decoded; whoever reads it bounds it
    /// @param clean   takes our credential out of a piece of the body, because a server may echo its request
    record Received(int status, Map<String, List<String>> headers, InputStream body, UnaryOperator<byte[]> clean) {

        /// The first value of a field, by its name in lower case.
        public Optional<String> header(String name) {
            return headers.getOrDefault(name, List.of()).stream().findFirst();
        }

        public boolean isSuccess() {
            return status >= 200 && status < 300;
        }

        byte[] without(byte[] piece) {
            return clean.apply(piece);
        }
    }

    /// Reads one answer.
    @FunctionalInterface
    interface Reader<T> {
        T read(Received answer) throws IOException;
    }

    /// Sends one request and lets its answer be read. An interrupt of the thread ends it.
    ///
    /// @param within from now until the answer is read
    /// @param call   whether it is one of the calls, which may have to wait for each other; false for a stream of news
    <T> T exchange(Sent sent, Duration within, boolean call, Reader<T> reader)
            throws ClientFailure, InterruptedException;
}
