package io.github.doorwarden.upstream;

import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;

/// Fetches documents whose address an operator wrote down, from private networks too: https, or http to this machine;
/// no redirect, no credentials, size and time bounded. Safe for use by many threads.
public final class DocumentFetch implements AutoCloseable {

    /// The document was not fetched; the message is a sentence that says why and what to do.
    public static final class Refused extends Exception {

        private static final long serialVersionUID = 1;

        Refused(String message, Throwable cause) {
            super(message, cause);
        }
    }

    private final int maxBytes;
    private final Duration deadline;
    private final Wire tls;
    private final Wire clear;

    /// @param maxBytes of one document, decoded
    /// @param deadline of one document, to its last byte
    public DocumentFetch(int maxBytes, Duration deadline) {
        this.maxBytes = maxBytes;
        this.deadline = deadline;
        this.tls = new Wire("The server of the document", URI.create("https://document"), deadline);
        this.clear = new Wire("The server of the document", URI.create("http://document"), deadline);
    }

    /// @return the body of an answer with 200
    public byte[] get(URI address) throws Refused {
        return get(address, deadline);
    }

    /// @param atMost when this document has less time than others have
    /// @return the body of an answer with 200
    public byte[] get(URI address, Duration atMost) throws Refused {
        if (!ProviderCalls.mayCall(address)) {
            throw new Refused("The address " + address + " is not fetched: it must be https, or http to this machine, "
                    + "without a user in it.", null);
        }
        var request = HttpRequest.newBuilder(address).GET()
                .header("Accept", "application/json, application/yaml, */*;q=0.1").header("Accept-Encoding", "identity")
                .build();
        try {
            var answer = ("https".equals(address.getScheme()) ? tls : clear).send(request, maxBytes,
                    atMost.compareTo(deadline) < 0 ? atMost : deadline);
            if (answer.status() != 200) {
                throw new Refused("The address " + address + " answered " + answer.status() + " and not 200"
                        + (answer.status() / 100 == 3 ? "; redirects are not followed: write down where it leads."
                        : "."), null);
            }
            return answer.body();
        } catch (UpstreamFailure e) {
            throw new Refused("The document at " + address + " could not be fetched: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refused("Fetching the document was cancelled.", e);
        }
    }

    @Override
    public void close() {
        tls.close();
        clear.close();
    }
}
