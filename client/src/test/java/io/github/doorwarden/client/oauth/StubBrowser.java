package io.github.doorwarden.client.oauth;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;

/// A browser whose person agrees to everything at once. Each opened page is a tab.
final class StubBrowser implements Browser {

    final List<URI> tabs = new CopyOnWriteArrayList<>();
    final LinkedBlockingQueue<HttpResponse<String>> pages = new LinkedBlockingQueue<>();
    private final HttpClient client = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.ALWAYS).build();

    @Override
    public void open(URI address) {
        tabs.add(address);
        Thread.startVirtualThread(() -> {
            try {
                pages.add(client.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString()));
            } catch (IOException | InterruptedException gone) {
                // A closed tab; whoever waits for the page sees that none comes.
            }
        });
    }
}
