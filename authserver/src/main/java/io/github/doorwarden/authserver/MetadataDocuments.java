package io.github.doorwarden.authserver;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.github.doorwarden.upstream.FetchRefused;
import io.github.doorwarden.upstream.GuardedFetch;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// Fetches and keeps the metadata documents of clients whose id is a URL (OAuth Client ID Metadata Document, draft 02,
/// §4, §8).
///
/// What holds: a document is fetched by one request at a time however many wait for it; so many per minute and host; it
/// is kept as long as its `Cache-Control` says, within 5 minutes and 24 hours; a failure is never kept, so the next
/// attempt starts afresh.
final class MetadataDocuments {

    private static final Pattern MAX_AGE = Pattern.compile("(?:^|[,\\s])max-age\\s*=\\s*\"?(\\d{1,9})");
    private static final Pattern NOT_KEPT = Pattern.compile("(?:^|[,\\s])no-(?:store|cache)(?:$|[,\\s=])");

    private record Kept(Client client, Duration time) {}

    private final AuthServerSettings settings;
    private final GuardedFetch fetch;
    private final Cache<String, Kept> kept;
    private final ConcurrentHashMap<String, CompletableFuture<Client>> underWay = new ConcurrentHashMap<>();
    private final Budget perHost;
    private final Budget all;

    MetadataDocuments(AuthServerSettings settings, GuardedFetch fetch, InstantSource clock) {
        this.settings = settings;
        this.fetch = fetch;
        this.perHost = new Budget(clock, Limits.FETCHES_PER_HOST_PER_MINUTE, Duration.ofMinutes(1));
        this.all = new Budget(clock, Limits.FETCHES_PER_MINUTE, Duration.ofMinutes(1));
        this.kept = Caffeine.newBuilder().maximumSize(Limits.DOCUMENTS_CACHED)
                .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
                .expireAfter(Expiry.<String, Kept>creating((id, document) -> document.time)).build();
    }

    /// Our own ids never look like this (AS-55).
    static boolean isUrl(String id) {
        return id.startsWith("https://") || id.startsWith("http://");
    }

    Optional<Client> cached(String id) {
        return settings.registration().metadataDocuments() ? Optional.ofNullable(kept.getIfPresent(id))
                .map(Kept::client) : Optional.empty();
    }

    /// Blocks for as long as a fetch takes.
    Client fetch(String id) throws DocumentRefused {
        if (!settings.registration().metadataDocuments()) {
            throw new DocumentRefused("This server does not take clients by their metadata document. Ask its "
                    + "operator to register the client.");
        }
        var url = MetadataDocument.url(id, settings.development());
        if (!settings.registration().unvouched().takes(url.getHost())) {                    // CIMD draft-02 §8.4
            throw new DocumentRefused(403, "This server takes no applications from " + url.getHost()
                    + " by their document. Ask its operator.");
        }
        var mine = new CompletableFuture<Client>();
        var first = underWay.putIfAbsent(id, mine);
        if (first != null) {
            return join(first);
        }
        try {
            var cached = cached(id);
            mine.complete(cached.isPresent() ? cached.get() : load(id, url));
        } catch (DocumentRefused | RuntimeException e) {
            mine.completeExceptionally(e);
        } finally {
            underWay.remove(id, mine);
        }
        return join(mine);
    }

    private static Client join(CompletableFuture<Client> fetched) throws DocumentRefused {
        try {
            return fetched.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof DocumentRefused refused) {
                throw new DocumentRefused(refused.status(), refused.getMessage());
            }
            throw e;
        }
    }

    private Client load(String id, URI url) throws DocumentRefused {
        if (!perHost.take(url.getHost()) || !all.take("")) {
            throw new DocumentRefused(429,
                    "Too many client documents were fetched in the last minute. Try again in a minute.");
        }
        var document = get(url);
        if (document.status() != 200) {
            throw new DocumentRefused("The client's metadata document was answered with status " + document.status()
                    + " instead of 200.");
        }
        requireJson(header(document, "content-type"));
        var client = MetadataDocument.parse(id, document.body(), settings);
        kept.put(id, new Kept(client, keepFor(header(document, "cache-control"))));
        return client;
    }

    private GuardedFetch.Fetched get(URI url) throws DocumentRefused {
        try {
            return fetch.get(url, "application/json", Limits.DOCUMENT_BYTES, Limits.DOCUMENT_DEADLINE);
        } catch (FetchRefused refused) {
            throw new DocumentRefused("The client's metadata document could not be fetched. " + refused.getMessage());
        }
    }

    private static String header(GuardedFetch.Fetched document, String name) {
        return String.join(",", document.headers().getOrDefault(name, List.of())).toLowerCase(java.util.Locale.ROOT);
    }

    private static void requireJson(String contentType) throws DocumentRefused {
        if (!contentType.matches("application/([a-z0-9!#$&^_.-]+\\+)?json\\s*(;.*)?")) {
            throw new DocumentRefused("The client's metadata document has no JSON content type.");
        }
    }

    /// RFC 9111 §5.2.2, bounded on both sides.
    static Duration keepFor(String cacheControl) {
        var age = MAX_AGE.matcher(cacheControl);
        var wanted = !NOT_KEPT.matcher(cacheControl).find() && age.find()
                ? Duration.ofSeconds(Long.parseLong(age.group(1))) : Duration.ZERO;
        if (wanted.compareTo(Limits.DOCUMENT_KEPT_AT_LEAST) < 0) {
            return Limits.DOCUMENT_KEPT_AT_LEAST;
        }
        return wanted.compareTo(Limits.DOCUMENT_KEPT_AT_MOST) > 0 ? Limits.DOCUMENT_KEPT_AT_MOST : wanted;
    }
}
