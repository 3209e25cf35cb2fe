package io.github.doorwarden.app.config;

import static io.github.doorwarden.app.config.Key.choice;
import static io.github.doorwarden.app.config.Key.group;
import static io.github.doorwarden.app.config.Key.late;
import static io.github.doorwarden.app.config.Key.secret;
import static io.github.doorwarden.app.config.Key.time;

import io.github.doorwarden.identity.Organizations;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The keys about an organisation API: their rows of [Keys], and how they are read.
final class OrganizationKeys {

    private static final String SECTION = "authorization.organizations";

    private OrganizationKeys() {}

    static List<Key> all() {
        return List.of(
                group(SECTION, "An API that says to which organisations people belong, in the form of WorkOS: `GET "
                        + "<url>?user_id=…` answers `data[].organization_id`. Whoever belongs to several chooses one "
                        + "on the consent page; a client without pages names it in the header `Doorwarden-Tenant`. "
                        + "Who is in none is refused by what needs an organisation."),
                late(SECTION + ".url", "Address of the list of memberships, such as "
                        + "`https://api.workos.com/user_management/organization_memberships`. https, or http on "
                        + "this machine."),
                secret(SECTION + ".key", "Our credential there, sent as a bearer token. Without it nobody is asked."),
                choice(SECTION + ".by", "subject", List.of("subject", "email", "both"), "How people are looked up: "
                        + "`user_id` with the subject of their tokens, `email` with the verified address, or both."),
                time(SECTION + ".keep", Duration.ofMinutes(1), Duration.ofSeconds(1), Duration.ofHours(1),
                        "How long an answer is believed, and so how long somebody who was put out may go on."));
    }

    /// @param in the section `authorization`
    static Optional<Config.OrganizationsConfig> read(Section authorization, Config.Mode mode) {
        var in = authorization.section("organizations");
        var url = in.textOrEmpty("url");
        var key = in.secret("key");
        var by = in.choice("by");
        var keep = in.duration("keep");
        if (key.isPresent() && url.isBlank()) {
            in.need("url");
        }
        if (key.isPresent() && mode == Config.Mode.OFF) {
            in.mistake("key", "is set, and with mode: off nobody signs in, so nobody belongs to an organisation.");
        }
        in.end();
        return url.isBlank() || by.isEmpty() ? Optional.empty() : key.map(secret -> new Config.OrganizationsConfig(url,
                secret, Organizations.By.valueOf(by.toUpperCase(Locale.ROOT)), keep));
    }
}
