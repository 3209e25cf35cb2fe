package io.github.doorwarden.app.config;

import static io.github.doorwarden.app.config.Key.address;
import static io.github.doorwarden.app.config.Key.choice;
import static io.github.doorwarden.app.config.Key.flag;
import static io.github.doorwarden.app.config.Key.group;
import static io.github.doorwarden.app.config.Key.items;
import static io.github.doorwarden.app.config.Key.json;
import static io.github.doorwarden.app.config.Key.late;
import static io.github.doorwarden.app.config.Key.named;
import static io.github.doorwarden.app.config.Key.number;
import static io.github.doorwarden.app.config.Key.pairs;
import static io.github.doorwarden.app.config.Key.secret;
import static io.github.doorwarden.app.config.Key.text;
import static io.github.doorwarden.app.config.Key.texts;
import static io.github.doorwarden.app.config.Key.time;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import io.github.doorwarden.authserver.AgentSettings;
import io.github.doorwarden.authserver.AuthServerSettings.Lifetimes;
import io.github.doorwarden.authserver.AuthServerSettings.Registration;
import io.github.doorwarden.authserver.AuthServerSettings.Tokens;
import io.github.doorwarden.authserver.Quirk;
import io.github.doorwarden.server.CallLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Every key of `doorwarden.yaml`, with its default, its bounds and its meaning: the one place that knows them.
/// [Section] reads no key without a row; the manual and the schema for editors are made from the rows.
final class Keys {

    private static final Duration SECOND = ofSeconds(1);

    /// In the order of the manual.
    static final List<Key> ALL = all();
    private static final Map<String, List<Key>> BY_PATH = byPath();

    private Keys() {}

    /// @throws IllegalStateException when the table lacks the key or has it as another kind: a mistake of ours
    static Key of(String path, List<Class<? extends Kind>> kinds) {
        return BY_PATH.getOrDefault(path, List.of()).stream()
                .filter(key -> kinds.stream().anyMatch(kind -> kind.isInstance(key.kind()))).findFirst()
                .orElseThrow(() -> new IllegalStateException("The key " + path
                        + " has no row of this kind in the table of keys."));
    }

    /// The rows that stand directly in a section.
    static List<Key> in(String section) {
        return ALL.stream().filter(key -> key.section().equals(section)).toList();
    }

    /// One row for each path, and for one that sources of different types read as different kinds, one for each kind.
    private static Map<String, List<Key>> byPath() {
        var all = new LinkedHashMap<String, List<Key>>();
        ALL.forEach(key -> {
            var rows = all.computeIfAbsent(key.path(), path -> new ArrayList<>());
            if (rows.stream().anyMatch(row -> row.kind().getClass() == key.kind().getClass())) {
                throw new IllegalStateException("The key " + key.path() + " has two rows.");
            }
            rows.add(key);
        });
        return Collections.unmodifiableMap(all);
    }

    private static List<Key> all() {
        var all = new ArrayList<Key>();
        all.addAll(List.of(
                text("name", "Doorwarden", "What people see as the name of the deployment."),
                flag("development", false, "Demo people and printed sign-in links. Refused when the deployment can be "
                        + "reached from outside."),
                text("state", "state", "Folder of the database and of everything generated, relative to the "
                        + "configuration. Whoever reads it can sign tokens."),
                text("plugins", "plugins", "Folder of jars, relative to the configuration: each is loaded at the "
                        + "start, and the sources that it has can be named under `endpoints`. Jars with a `verifier` "
                        + "or an `entitlement` of yours lie there too.")));
        all.addAll(server());
        all.add(pairs("front", true, "Makes this deployment a public front alone: from a path to the server that has "
                + "it "
                + "and everything below it, such as `/mcp: http://127.0.0.1:3004` and `/: http://127.0.0.1:3003`. The "
                + "servers behind need the same `server.public_origin`, and this one among `server.trusted_proxies`."));
        all.addAll(authorization());
        all.addAll(ElsewhereKeys.all());
        all.addAll(AccountKeys.all());
        all.addAll(DoorConfig.keys());
        all.addAll(tiers());
        all.addAll(mail());
        all.addAll(lifetimes());
        all.addAll(registration());
        all.addAll(quirks());
        all.addAll(AgentKeys.ROWS);
        all.addAll(tokens());
        all.addAll(OrganizationKeys.all());
        all.addAll(AdminConfig.ROWS);
        all.addAll(WatchConfig.ROWS);
        all.addAll(limits());
        all.addAll(endpoints());
        all.addAll(sources());
        all.addAll(OpenApiKeys.all());
        all.addAll(ResourceKeys.all());
        all.addAll(tools());
        all.addAll(upstreams());
        all.addAll(SigningKeys.all());
        all.addAll(CallSessionKeys.all());
        all.addAll(CompanionConfigs.rows());
        return List.copyOf(all);
    }

    private static List<Key> server() {
        return List.of(
                group("server", "Where it listens, and how clients see it."),
                text("server.host", "127.0.0.1", "Address to listen on; `0.0.0.0` for all of them."),
                number("server.port", 8460, 0, 65_535, "Port to listen on; 0 takes a free one."),
                address("server.public_origin", "Scheme, host and port as clients see them, such as "
                        + "`https://tools.example.com`: every URL that is handed out is built from it. Without it, "
                        + "`http://host:port`, or `https` with `tls`."),
                texts("server.allowed_origins", "Further origins of web pages that may call the endpoints."),
                texts("server.trusted_proxies",
                "Networks of the proxies in front, such as `10.0.0.0/8` or `192.0.2.7`: "
                        + "what they say in `X-Forwarded-For` or `Forwarded` is taken for the client's address. "
                        + "Nothing "
                        + "else is believed, and nobody else."),
                group("server.tls", "With these two files the server speaks https itself, HTTP/2 included. Without, "
                + "TLS "
                        + "ends at a proxy in front."),
                text("server.tls.certificate", "File of the certificate chain as PEM, the server's own first, relative "
                        + "to the configuration. A new one is used without a restart."),
                text("server.tls.key", "File of the certificate's private key: PEM, PKCS#8, not encrypted."));
    }

    private static List<Key> authorization() {
        return List.of(
                group("authorization", "Who may come in."),
                choice("authorization.mode", "embedded", List.of("embedded", "external", "proxied", "off"),
                        "`embedded`: the authorization server in this process. `external`: tokens of a provider "
                        + "elsewhere are verified, see `issuers`. `proxied`: clients register here, people sign in at "
                        + "a provider, see `providers`. `off`: everybody on this machine may do everything; on "
                        + "loopback alone."),
                flag("authorization.session_api", false, "Whether people may also sign in by plain JSON, without "
                        + "OAuth: `POST /auth/login` sends a link, `GET /auth/callback` completes it, `POST "
                        + "/auth/verify-mfa` takes the second factor, `POST /auth/m2m/token` is for services. With "
                        + "`development`, `POST /auth/token` gives out tokens for demo people in one call."),
                named("authorization.scopes", "scope", "What a client may be allowed to do, by the scope's name."),
                text("authorization.scopes.<scope>.text", "What it lets an agent do, in plain words: the consent page "
                        + "shows it.").needed(),
                texts("authorization.scopes.<scope>.implies", "Scopes that come with it."),
                flag("authorization.scopes.<scope>.baseline", false, "Whether a client gets it that asks for no scope "
                        + "at all."),
                named("authorization.resources", "name", "Further APIs that tokens are issued for, beside the "
                        + "endpoints."),
                text("authorization.resources.<name>.name", "For people; without it, the key."),
                late("authorization.resources.<name>.identifier", "The audience of its tokens: an absolute URI.")
                        .needed(),
                flag("authorization.resources.<name>.for_people", false, "Whether a person may allow a client to use "
                        + "it, for example an MCP server in another process. Otherwise only services get tokens."),
                texts("authorization.resources.<name>.clients", "Ids of clients with credentials that may ask at "
                        + "`/introspect` what its tokens mean: the servers behind it."),
                items("authorization.clients", "OAuth clients that you register here. Others are registered by "
                        + "`doorwarden client add`, or come by themselves."),
                text("authorization.clients[].id", "The client's id.").needed(),
                text("authorization.clients[].name", "What people see on the consent page; without it, the id."),
                texts("authorization.clients[].redirect_uris", "Where its users come back to. Compared as strings, the "
                        + "port of loopback ones apart."),
                secret("authorization.clients[].secret", "Its secret. A client without one and without keys is "
                        + "public."),
                json("authorization.clients[].jwks", "Its public keys, with which it signs in by `private_key_jwt`: a "
                        + "JSON key set."),
                text("authorization.clients[].jwks_file", "The same in a file, relative to the configuration."),
                address("authorization.clients[].jwks_uri", "Where it publishes them."),
                texts("authorization.clients[].grants", List.of("authorization_code", "refresh_token"),
                        AgentSettings.GRANT_TYPES, "The grants that it may use."),
                flag("authorization.clients[].pushed_requests", false, "Whether it sends people here only with "
                        + "requests that it has pushed."),
                flag("authorization.clients[].dpop_bound_access_tokens", false, "Whether it gets no token without a "
                        + "proof of possession, so that none of its tokens is worth anything without its key."),
                texts("authorization.clients[].scopes", "Scopes that it may ask for; without them, any."),
                items("authorization.demo_people", "People to sign in as, with `development: true` alone. Others are "
                        + "added by `doorwarden user add`."),
                text("authorization.demo_people[].email", "What the person signs in with.").needed(),
                text("authorization.demo_people[].name", "The person's name.").needed(),
                secret("authorization.demo_people[].password", "The person's password. It is printed at the start.")
                        .needed());
    }

    private static List<Key> tiers() {
        return List.of(
                named("authorization.tiers", "tier", "Groups of callers, such as `ADMIN`; each caller is in the first "
                        + "whose lists name them. One without lists takes whoever is left, strangers included. Sources "
                        + "and tools name the tiers that may know of them."),
                texts("authorization.tiers.<tier>.emails", "Addresses of people."),
                texts("authorization.tiers.<tier>.domains", "Domains of people's addresses, exactly."),
                texts("authorization.tiers.<tier>.clients", "Ids of clients without a human."),
                named("authorization.tenants", "tenant", "Organisations; each caller belongs to the first whose lists "
                        + "name them, unless the token names one (`issuers.<name>.tenant_claim`). Sources can bind "
                        + "parameters to it, and upstreams are told it under a signature."),
                texts("authorization.tenants.<tenant>.emails", "Addresses of people."),
                texts("authorization.tenants.<tenant>.domains", "Domains of people's addresses, exactly."),
                texts("authorization.tenants.<tenant>.clients", "Ids of clients without a human."));
    }

    /// What can be asked of the caller of all tools of a source, and of one tool.
    static List<Key> conditions(String of, String whose) {
        return List.of(
                flag(of + "second_factor", false, "Whether " + whose
                + " can be called only for a person who signed in with two factors. "
                        + "Nothing of it exists for a client without a human."),
                time(of + "sign_in_age", ZERO, ZERO, ofDays(30), "How long ago the caller of " + whose
                        + " may have signed in; `0s`: however long."),
                texts(of + "tiers", "The tiers that may know of " + whose + "; without them, everybody."));
    }

    private static List<Key> mail() {
        return List.of(
                group("authorization.mail", "The mail server that brings sign-in links. Without it nobody is offered a "
                        + "link, except on the console with `development: true`."),
                text("authorization.mail.host", "Its name or address."),
                number("authorization.mail.port", 587, 1, 65_535, "Its port."),
                choice("authorization.mail.security", "starttls", List.of("starttls", "tls", "none"), "`starttls`: "
                        + "plain at first, then TLS, or nothing is sent. `tls`: TLS from the first byte, usually port "
                        + "465. `none`: for a mail server on this machine alone."),
                text("authorization.mail.user", "With whom to sign in there; without it, nobody does."),
                secret("authorization.mail.secret", "The password of that user."),
                text("authorization.mail.from", "The sender's address, such as `door@example.com`."));
    }

    private static List<Key> lifetimes() {
        var usual = Lifetimes.STANDARD;
        return List.of(
                group("authorization.lifetimes", "How long things hold."),
                time("authorization.lifetimes.code", usual.code(), SECOND, ofMinutes(5), "An authorization code."),
                time("authorization.lifetimes.access_token", usual.accessToken(), SECOND, ofHours(24), "An access "
                        + "token: how long a stolen one works."),
                time("authorization.lifetimes.refresh_idle", usual.refreshIdle(), SECOND, ofDays(365), "A refresh "
                        + "token that nobody uses."),
                time("authorization.lifetimes.grant", usual.grant(), SECOND, ofDays(365), "What a person granted, "
                        + "however often it is refreshed."),
                time("authorization.lifetimes.refresh_grace", usual.refreshGrace(), ZERO, ofMinutes(2), "How long a "
                        + "spent refresh token still yields the same successor, for clients that lost the answer."),
                time("authorization.lifetimes.session", usual.session(), SECOND, ofDays(30), "A person's session in "
                        + "the browser."),
                time("authorization.lifetimes.consent", usual.consent(), ZERO, ofDays(365), "How long a consent is "
                        + "remembered."),
                time("authorization.lifetimes.magic_link", usual.magicLink(), SECOND, ofHours(1), "A sign-in link."));
    }

    private static List<Key> registration() {
        var usual = Registration.STANDARD;
        return List.of(
                group("authorization.registration", "How clients may come by themselves."),
                flag("authorization.registration.dynamic", usual.dynamic(), "Dynamic registration (RFC 7591)."),
                flag("authorization.registration.metadata_documents", usual.metadataDocuments(), "Clients whose id is "
                        + "the address of their metadata document."),
                texts("authorization.registration.private_schemes", usual.privateSchemes(), List.of(), "Schemes of "
                        + "programs on a person's machine that redirect URIs may have."),
                time("authorization.registration.unused_for", usual.unusedFor(), ofHours(1), ofDays(365), "A dynamic "
                        + "registration that nobody used for so long is forgotten."),
                number("authorization.registration.per_hour_per_peer", usual.perHourPerPeer(), 1, 100_000, "Dynamic "
                        + "registrations from one address."),
                number("authorization.registration.at_most", usual.atMost(), 1, 1_000_000, "Dynamic registrations that "
                        + "are kept."),
                texts("authorization.registration.scopes", "What clients that nobody here has vouched for may ask "
                        + "people for: those that registered themselves, and those with a metadata document. Without "
                        + "any, everything."),
                texts("authorization.registration.document_domains", "Hosts whose metadata documents are taken, "
                        + "`*.example.com` for all below one. Without any, all."),
                texts("authorization.registration.refused_domains", "Hosts whose metadata documents are not taken, "
                        + "whatever `document_domains` says."));
    }

    private static List<Key> tokens() {
        var usual = Tokens.STANDARD;
        return List.of(
                choice("authorization.access_tokens", "jwt", List.of("jwt", "opaque"), "`jwt`: signed, so that other "
                        + "servers can check them by our keys. `opaque`: they say nothing; other servers ask "
                        + "`/introspect`."),
                choice("authorization.dpop", "optional", List.of("off", "optional", "required"), "Tokens bound to a "
                        + "key of the client (DPoP, RFC 9449), so that a stolen one opens nothing. `optional`: for "
                        + "clients that send a proof. `required`: for all, and most clients cannot."),
                flag("authorization.openid_provider", false, "Whether this is an OpenID provider for the clients "
                        + "that you register: with the scope `openid` they get an ID token, and learn at `/userinfo` "
                        + "who somebody is. Another deployment in mode `proxied` can let people sign in here."),
                flag("authorization.dpop_nonces", usual.nonces(), "Whether those proofs must carry a nonce of this "
                        + "server: none can be made ahead, and each client asks twice now and then."),
                group("authorization.keys", "What access tokens are signed with."),
                choice("authorization.keys.algorithm", usual.algorithm().name(), List.of("RS256", "PS256", "ES256"),
                        "Of the next key; a change makes one. Every resource server understands `RS256`."),
                time("authorization.keys.rotate_every", usual.rotateEvery(), ofHours(1), ofDays(3650), "How long one "
                        + "signs. The next is published ten minutes before; `doorwarden keys rotate` does it now."));
    }

    private static List<Key> quirks() {
        var all = new ArrayList<Key>();
        all.add(group("authorization.client_quirks", "Faults of known clients that this server can live with. Each is "
                + "on for the clients that it lists, by id, by the host of an id that is a URL, or by name, with `*` "
                + "for any characters: `[\"*\"]` for all, `[]` for none. A name is what a client says of itself. "
                + "`doorwarden client quirks` shows where each was seen."));
        for (var quirk : Quirk.values()) {
            var among = quirk.reach() == Quirk.Reach.EVERYBODY ? List.of("*") : List.<String>of();
            all.add(texts("authorization.client_quirks." + quirk.key(), quirk.usual(), among,
                    quirk.does() + " " + quirk.reason()));
        }
        return all;
    }

    private static List<Key> limits() {
        var usual = CallLimits.USUAL;
        return List.of(
                group("limits", "What one caller may use up. A call beyond it is answered with when to try again."),
                number("limits.calls_per_minute", usual.callsPerMinute(), 1, 100_000_000, "Calls of all tools."),
                number("limits.calls_per_tool_per_minute", usual.callsPerToolPerMinute(), 1, 100_000_000,
                        "Calls of one tool."),
                number("limits.concurrent_calls", usual.concurrentCalls(), 1, 100_000, "Calls that run at the same "
                        + "time."),
                number("limits.streams", usual.streams(), 1, 1_000_000, "Streams that are open at the same time to "
                        + "hear of changes."));
    }

    private static List<Key> endpoints() {
        var all = new ArrayList<>(List.of(
                named("endpoints", "path", "The MCP endpoints, by their path such as `/mcp`. None makes an "
                        + "authorization server alone, for `authorization.resources` with `for_people`."),
                texts("endpoints.<path>.sources",
                        "Sources that are all behind it, plugins' too. `builtin` has `doorwarden_whoami`."),
                texts("endpoints.<path>.tools", "Names of further single tools."),
                texts("endpoints.<path>.open_methods", List.of(), List.of("initialize", "notifications/initialized",
                        "ping", "server/discover", "tools/list"), "MCP methods that need no token."),
                flag("endpoints.<path>.rest", false, "Whether the tools can also be called as plain REST: `GET "
                        + "<path>/tools` and `POST <path>/tool/<name>`, under the same rules."),
                text("endpoints.<path>.instructions", "What every client is told about these tools as a whole."),
                choice("endpoints.<path>.sessions", "on", List.of("on", "off"), "`on`: clients of revisions before "
                        + "2026-07-28 get sessions, with progress, questions, logs and news of changes; behind several "
                        + "nodes a load balancer must then lead each session to one node. `off`: nothing is remembered "
                        + "of them, and they get answers alone.")));
        all.addAll(MethodScopesConfig.keys());
        return all;
    }

    private static List<Key> sources() {
        var all = new ArrayList<>(List.of(
                named("sources", "name", "Where tools, resources, prompts and skills come from; those of `plugins` "
                + "need no "
                        + "entry here."),
                choice("sources.<name>.type", List.of("openapi", "http", "java", "skills", "folder", "sql", "files",
                        "documents", "code", "mcp"),
                        "`openapi`: operations of a REST API. `http`: those of one without a document. `java`: a class "
                        + "of yours. `skills`: a folder of skills. `folder`: a folder to work in. "
                        + "`sql`: statements on a database. `files`: tables in CSV, TSV, JSON and Parquet. "
                        + "`documents`: documents that can be searched and fetched. `code`: code of repositories. "
                        + "`mcp`: "
                        + "another MCP server."),
                text("sources.<name>.class", "With `java`: a class on the class path that implements "
                        + "`io.github.doorwarden.server.Source` and has a public constructor without parameters."),
                text("sources.<name>.folder", "With `skills`: the folder, relative to the configuration. Each "
                + "directory "
                        + "in it with a `SKILL.md` is a skill. Changes are served within seconds. With `files`: what "
                        + "the files are relative to and may not lie outside of; the configuration's own, unless "
                        + "told. With `documents`: the folder that has them. With `folder`: the one that is worked in; "
                        + "nothing outside of it is reached, and no link is followed."),
                texts("sources.<name>.scopes",
                "With `skills`, `folder`, `documents`, `code` and `mcp`: scopes that a caller needs for "
                        + "anything of it, all of them."),
                text("sources.<name>.prefix", "In front of the names of its tools; with `openapi` of those that "
                + "`include` makes. "
                        + "With `mcp` also of prompts, and of "
                        + "URIs (`prefix+uri`); there it is the name of the source unless told, and an empty text "
                        + "takes "
                        + "it away: then two servers must not have the same names. With `documents`: `kb` makes "
                        + "`kb_search` and `kb_fetch`; ChatGPT's deep research wants `search` and `fetch`. With "
                        + "`code`: `ours` makes `ours_search_code`. With `folder`: `desk` makes `desk_list` and "
                        + "`folder://desk/`; there it is the name of the source unless told."),
                text("sources.<name>.document", "With `openapi`: the OpenAPI document (2.0, 3.0 or 3.1), JSON or YAML, "
                        + "relative to the configuration; or its address, https. Of that a copy is kept and used, and "
                        + "what changes there is a warning until `doorwarden openapi accept`."),
                text("sources.<name>.upstream", "With `openapi` and `http`: the one of `upstreams` that is called."),
                text("sources.<name>.caller_header",
                "With `openapi` and `http`: header that tells the backend who calls: the "
                        + "e-mail address, else the subject. No argument can set it.")));
        all.addAll(SqlKeys.OF_SOURCE);
        all.addAll(FilesKeys.all());
        all.addAll(FolderConfig.keys());
        all.addAll(McpKeys.ROWS);
        all.addAll(conditions("sources.<name>.", "its tools"));
        all.addAll(DocumentsKeys.all());
        all.addAll(CodeKeys.all());
        return all;
    }

    private static List<Key> tools() {
        var tool = "sources.<name>.tools.<tool>.";
        var all = new ArrayList<>(List.of(
                named("sources.<name>.tools", "tool",
                "With `openapi`, `http`, `sql` and `files`: the operations, statements or "
                        + "questions that become tools. Nothing is exposed that is neither named here nor included. "
                        + "With `mcp`: changes "
                        + "to single tools, by the names that the server gives them. With `code`: what single tools "
                        + "ask "
                        + "of a caller, by their names without the prefix."),
                text(tool + "operation", "With `openapi`: its operationId, or method and path: `GET /things/{id}`. May "
                + "be "
                        + "left out when `include` has a tool of this name."),
                text(tool + "title", "For people; without it, the operation's summary or the server's own."),
                text(tool + "description", "For the model; without it, the operation's or the server's own. A "
                        + "statement has none, so it must be given."),
                texts(tool + "scopes", "Scopes that a caller needs, all of them; with `mcp` and `code` beside those of "
                        + "the source."),
                flag(tool + "slow", false, "Whether it may take 60 seconds instead of 30."),
                flag(tool + "read_only", "Whether it changes nothing; without it, what the HTTP method says. "
                        + "Another MCP server's own word for it is not believed."),
                flag(tool + "confirm", false, "Whether a person must confirm each call after a preview, before the "
                        + "backend is called."),
                named(tool + "parameters", "parameter", "With `openapi`: changes to its arguments, by the "
                        + "name in the document. With `sql`: all of them, by the name in the statement."),
                text(tool + "parameters.<parameter>.rename", "What clients call the argument."),
                text(tool + "parameters.<parameter>.description", "For the model, instead of the document's."),
                flag(tool + "parameters.<parameter>.hide", false, "Clients neither see nor give it."),
                flag(tool + "parameters.<parameter>.secret", false, "Kept out of the audit log."),
                json(tool + "parameters.<parameter>.fixed", "Always sent with this value, and hidden."),
                json(tool + "parameters.<parameter>.default", "Sent when the caller gives none."),
                json(tool + "parameters.<parameter>.enum", "List of the only values; without it, as the document "
                        + "says."),
                group(tool + "answer", "What the model gets of an answer, in the order of these keys. Paths are names "
                        + "with dots between them; lists on the way are entered."),
                text(tool + "answer.jsonata", "A JSONata expression over the answer, for what the others cannot do."),
                texts(tool + "answer.pick", "These paths and nothing else."),
                texts(tool + "answer.drop", "Without these paths."),
                pairs(tool + "answer.rename", false, "From a path to the new last name."),
                number(tool + "answer.items", 1, 10_000, "At most so many items of each list; the cut is announced."),
                number(tool + "answer.max_tokens", 1, 20_000,
                "About so many (four bytes each), 8000 unless told: whole "
                        + "items are left out of the longest lists until the answer fits, and it says so.")));
        all.addAll(HttpConfig.rows(tool));
        all.addAll(PaginationConfig.rows(tool));
        all.addAll(SqlKeys.OF_TOOL);
        all.addAll(SqlKeys.OF_PARAMETER);
        all.addAll(SqlKeys.OF_ANSWER);
        all.addAll(conditions(tool, "this tool"));
        return all;
    }

    private static List<Key> upstreams() {
        var credentials = "upstreams.<name>.credentials.";
        var all = new ArrayList<>(List.of(
                named("upstreams", "name", "Backends that sources call."),
                late("upstreams.<name>.base_url", "The backend's address.").needed(),
                number("upstreams.<name>.concurrent", 64, 1, 10_000, "Calls to it that run at the same time."),
                group("upstreams.<name>.credentials", "What Doorwarden shows the backend. The caller's own token never "
                        + "goes there."),
                choice(credentials + "type", "none", List.of("none", "static", "client_credentials", "token_exchange",
                        "account"),
                "`static`: "
                        + "one bearer token. `client_credentials`: tokens from an authorization server, renewed in "
                        + "time. `token_exchange`: what an authorization server gives in exchange for the token that "
                        + "the "
                        + "caller came with (RFC 8693), which goes to that server and never to the backend. "
                        + "`account`: the token of the person behind the call, who has connected their account; "
                        + "who has not is asked to."),
                secret(credentials + "token", "With `static`: the token."),
                late(credentials + "token_url", "With `client_credentials` and `token_exchange`: the token endpoint."),
                text(credentials + "client_id", "With `client_credentials` and `token_exchange`: our id there."),
                secret(credentials + "client_secret",
                "With `client_credentials` and `token_exchange`: our secret there."),
                text(credentials + "account", "With `account`: the one of `authorization.accounts`."),
                late(credentials + "audience", "Sent as `audience`, as several identity providers want it."),
                late(credentials + "resource", "Sent as `resource` (RFC 8707)."),
                texts(credentials + "scopes", "Asked for at the token endpoint."),
                secret(credentials + "fallback_token",
                        "A static token for when the token endpoint gives none; each use is logged.")));
        all.addAll(ClientKeyRows.rowsOfBackend(credentials));
        return all;
    }
}
