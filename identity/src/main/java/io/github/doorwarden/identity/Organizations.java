package io.github.doorwarden.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/// Which organisations a person belongs to, as an organisation API tells it: `GET <memberships>?user_id=…` in the form
/// that WorkOS has (`data[].organization_id`, `status`, `list_metadata.after`). What was told is believed for a set
/// time and asked for once however many calls wait; a membership that is taken away ends within that time. While the
/// API is down nothing is believed any longer than that. Safe for use by many threads.
public final class Organizations {

    /// By which a client without pages chooses among several.
    public static final String HEADER = "Doorwarden-Tenant";

    private static final Logger LOG = LoggerFactory.getLogger(Organizations.class);

    /// What people are looked up by: the subject, the verified e-mail address, or both.
    public enum By { SUBJECT, EMAIL, BOTH }

    /// @param memberships address of the list, asked for when it is needed; it gets a query
    /// @param key         our credential there, sent as a bearer token
    /// @param keep        how long an answer is believed
    public record Settings(Supplier<URI> memberships, String key, By by, Duration keep) {

        /// Without the key.
        @Override
        public String toString() {
            return "Settings(by " + by + ", for " + keep + ")";
        }
    }

    /// @param name for people; the id when the API names none
    public record Organization(String id, String name) {}

    /// @param until what was told is believed
    public record Told(List<Organization> all, Instant until) {

        public Told {
            all = List.copyOf(all);
        }
    }

    private record Person(String subject, Optional<String> email) {}

    private final Settings settings;
    private final Provider.Calls calls;
    private final InstantSource clock;
    private final Cache<Person, CompletableFuture<Told>> known =
            Caffeine.newBuilder().maximumSize(Limits.PEOPLE_OF_ORGANIZATIONS).build();

    public Organizations(Settings settings, Provider.Calls calls, InstantSource clock) {
        this.settings = settings;
        this.calls = calls;
        this.clock = clock;
    }

    /// Blocks for as long as a provider may.
    ///
    /// @throws ProviderOutage when the API cannot be asked now
    public Told of(String subject, Optional<String> email) {
        var person = new Person(subject, email);
        while (true) {
            var told = known.getIfPresent(person);
            if (told == null) {
                told = begun(person);
            }
            try {
                var found = told.join();
                if (clock.instant().isBefore(found.until)) {
                    return found;
                }
            } catch (CompletionException e) {
                known.asMap().remove(person, told);
                throw e.getCause() instanceof ProviderOutage outage ? outage : new ProviderOutage(ASK, e.toString());
            }
            known.asMap().remove(person, told);
        }
    }

    private static final String ASK = "Which organisations you belong to cannot be told now. Try again in a minute.";

    /// Not on the caller's thread: one that is interrupted must not take the others' answer along.
    private CompletableFuture<Told> begun(Person person) {
        var mine = new CompletableFuture<Told>();
        var theirs = known.asMap().putIfAbsent(person, mine);
        if (theirs != null) {
            return theirs;
        }
        Thread.ofVirtual().name("organisations").start(() -> {
            try {
                mine.complete(new Told(ask(person), clock.instant().plus(settings.keep)));
            } catch (IOException | RuntimeException e) {
                LOG.atWarn().addKeyValue("why", e.getMessage()).log("The organisation API could not be asked.");
                mine.completeExceptionally(new ProviderOutage(ASK, "the organisation API: " + e.getMessage()));
            }
        });
        return mine;
    }

    private List<Organization> ask(Person person) throws IOException {
        var found = new ArrayList<Organization>();
        var query = query(person);
        if (query.isEmpty()) {
            return found;
        }
        var after = "";
        for (var page = 0; page < Limits.MEMBERSHIP_PAGES; page++) {
            var list = settings.memberships.get();
            var uri = URI.create(list + (list.getRawQuery() == null ? "?" : "&") + query
                    + "&limit=100" + (after.isEmpty() ? "" : "&after=" + encoded(after)));
            var json = calls.get(uri, Optional.of("Bearer " + settings.key)).json();
            json.path("data").values().forEach(each -> organization(each).filter(one -> !found.contains(one))
                    .ifPresent(found::add));
            after = json.path("list_metadata").path("after").asString("");
            if (after.isEmpty()) {
                return found;
            }
        }
        throw new IOException("it has more than " + Limits.MEMBERSHIP_PAGES + " pages of organisations for one person");
    }

    /// Whoever has no address that somebody vouches for is not looked up by one.
    private String query(Person person) {
        var parts = new ArrayList<String>();
        if (settings.by != By.EMAIL) {
            parts.add("user_id=" + encoded(person.subject));
        }
        if (settings.by != By.SUBJECT) {
            person.email.ifPresent(email -> parts.add("email=" + encoded(email)));
        }
        return String.join("&", parts);
    }

    /// What cannot stand in a signed header is nobody's tenant.
    private static Optional<Organization> organization(JsonNode membership) {
        var id = membership.path("organization_id").asString("");
        if (!membership.path("status").asString("active").equals("active") || id.length() > Limits.TENANT_CHARS
                || !id.matches("[!-~]+")) {
            return Optional.empty();
        }
        return Optional.of(new Organization(id, membership.path("organization_name").asString(id)));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
