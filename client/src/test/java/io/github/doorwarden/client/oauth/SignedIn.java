package io.github.doorwarden.client.oauth;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// A resource, its authority, a browser and a folder: what a test of signing in needs.
final class SignedIn implements AutoCloseable {

    /// Moves when the test says so.
    static final class Clock implements InstantSource {

        private volatile Instant now = Instant.parse("2026-11-26T12:00:00Z");

        @Override
        public Instant instant() {
            return now;
        }

        void pass(Duration time) {
            now = now.plus(time);
        }
    }

    final StubAuthority authority;
    final StubResource resource;
    final StubBrowser browser = new StubBrowser();
    final Clock clock = new Clock();
    final List<String> notices = new CopyOnWriteArrayList<>();
    OAuthSettings settings;

    SignedIn(Path folder) {
        this(folder, new StubAuthority());
    }

    SignedIn(Path folder, StubAuthority authority) {
        this.authority = authority;
        resource = new StubResource(authority);
        settings = OAuthSettings.of(resource.address(), folder, clock, "Test client").with(OAuthSettings.Keys.FILE)
                .with(browser).withNotices(notices::add);
    }

    SignedIn with(ClientIdentity identity) {
        settings = settings.with(Grant.SignedIn.as(identity));
        return this;
    }

    OAuthAuthorization open() {
        return OAuthAuthorization.open(settings);
    }

    /// @return the status of one call
    int call() throws Exception {
        return resource.call(open());
    }

    @Override
    public void close() {
        resource.close();
        authority.close();
    }
}
