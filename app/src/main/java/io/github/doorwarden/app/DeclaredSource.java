package io.github.doorwarden.app;

import io.github.doorwarden.app.config.Config;
import io.github.doorwarden.app.config.Secret;
import io.github.doorwarden.app.config.Variables;
import io.github.doorwarden.identity.ClientKey;
import io.github.doorwarden.server.CallerValue;
import io.github.doorwarden.server.Conditions;
import io.github.doorwarden.server.Source;
import io.github.doorwarden.sources.code.CodeSource;
import io.github.doorwarden.sources.files.FilesSource;
import io.github.doorwarden.sources.folder.FolderSource;
import io.github.doorwarden.sources.mcp.McpSource;
import io.github.doorwarden.sources.mcp.Pins;
import io.github.doorwarden.sources.mcp.UpstreamChannel;
import io.github.doorwarden.client.wire.Way;
import io.github.doorwarden.sources.documents.DocumentsSource;
import io.github.doorwarden.sources.documents.Labels;
import io.github.doorwarden.sources.openapi.Access;
import io.github.doorwarden.sources.openapi.OpenApiSource;
import io.github.doorwarden.sources.openapi.Parties;
import io.github.doorwarden.sources.skills.SkillsSource;
import io.github.doorwarden.sources.sql.SqlSource;
import io.github.doorwarden.store.Seal;
import io.github.doorwarden.upstream.ClientCredentials;
import io.github.doorwarden.upstream.Credentials;
import io.github.doorwarden.upstream.Hops;
import io.github.doorwarden.upstream.Party;
import io.github.doorwarden.upstream.ProvisionedKeys;
import io.github.doorwarden.upstream.RequestSigner;
import io.github.doorwarden.upstream.TenantKeys;
import io.github.doorwarden.upstream.TokenExchange;
import io.github.doorwarden.upstream.Upstream;
import io.github.doorwarden.upstream.UpstreamSettings;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One source of the configuration, made of what the configuration says of it. A new kind of source is one case here.
final class DeclaredSource implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DeclaredSource.class);

    /// All that the configuration says of a source: when this is the same, so is the source.
    /// @param files what it reads beside the configuration
    private record Declaration(Config.SourceConfig source, Optional<Config.UpstreamConfig> upstream,
            Conditions ofAll, Map<String, Conditions> ofTools, String files) {

        static Declaration of(Config config, Config.SourceConfig source) {
            var upstream = switch (source) {
                case Config.SourceConfig.OpenApi openApi -> Optional.of(config.upstreams().get(openApi.upstream()));
                case Config.SourceConfig.Mcp mcp -> Optional.ofNullable(config.upstreams().get(mcp.upstream()));
                default -> Optional.<Config.UpstreamConfig>empty();
            };
            return new Declaration(source, upstream,
                    config.conditions().bySource().getOrDefault(source.name(), Conditions.NONE),
                    config.conditions().byTool().getOrDefault(source.name(), Map.of()),
                    SourceFiles.of(config, source));
        }
    }

    private final Declaration declaration;
    private final Hops hops;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final Source source;
    private Optional<SqlSource> database = Optional.empty();
    private final Source made;

    /// @param variables that know this process and its companions
    /// @throws StartFailure with the source and the reason
    DeclaredSource(Config config, Variables variables, Config.SourceConfig declared, PersonalAccounts accounts,
            Hops hops, InstantSource clock) {
        this.hops = hops;
        var before = Declaration.of(config, declared);
        try {
            this.made = make(config, variables, declared, accounts, clock);
            open.push(made);
            this.source = new ConditionedSource(made, config.conditions());
            // a copy of a document is written while the source is made, and is no news then
            this.declaration = SourceFiles.areOurs(declared) ? Declaration.of(config, declared) : before;
        } catch (RuntimeException | LinkageError e) {                // a class of the user's may lack another one
            close();
            throw new StartFailure("The source " + declared.name() + " cannot be used: "
                    + (e instanceof IllegalArgumentException ? e.getMessage() : e.toString()), e);
        }
    }

    Source source() {
        return source;
    }

    /// Whether the configuration still says the same of it.
    boolean isStill(Config config, Config.SourceConfig declared) {
        return declaration.equals(Declaration.of(config, declared));
    }

    /// Looks at what is behind it, before anybody calls. What is not there stops nothing.
    ///
    /// @throws StartFailure when it lets the source do more than it needs, with the remedy
    void look() {
        try {
            database.ifPresent(SqlSource::start);
        } catch (IllegalArgumentException e) {
            throw new StartFailure("The source " + source.name() + " cannot be used: " + e.getMessage());
        }
    }

    /// How it is, if it can be down alone.
    Optional<String> state() {
        return made instanceof McpSource mcp ? Optional.of(mcp.state())
                : database.map(sql -> sql.reachable() ? "up" : "down");
    }

    private Source make(Config config, Variables variables, Config.SourceConfig declared, PersonalAccounts accounts,
            InstantSource clock) {
        return switch (declared) {
            case Config.SourceConfig.OpenApi openApi -> {
                var configured = config.upstreams().get(openApi.upstream());
                var upstream = upstream(configured, variables, clock).watched(hops);
                open.push(upstream);
                var stream = openApi.feedToken().map(token -> stream(configured, token, variables));
                stream.ifPresent(open::push);
                readable(config, openApi);
                yield new OpenApiSource(openApi.name(), SourceFiles.placed(config, openApi.settings()),
                        openApi.resources(), upstream, stream, access(configured, variables, accounts, clock),
                        party(configured),
                        () -> new Seal(FrontDoor.masterKey(variables), "cursor"), clock);
            }
            case Config.SourceConfig.Java java -> java(java.className());
            case Config.SourceConfig.Mcp mcp -> new McpSource(mcp.name(), mcp.stdio().isPresent() ? mcp.stdio().get()
                    : http(config, variables, mcp, clock), mcp.settings(), new Pins(config.state(), mcp.name(), clock),
                    Deployment.VERSION);
            case Config.SourceConfig.Skills skills ->
                    new SkillsSource(skills.name(), skills.folder(), skills.scopes());
            case Config.SourceConfig.Folder folder -> new FolderSource(folder.name(), folder.settings());
            case Config.SourceConfig.Sql sql -> {
                var made = new SqlSource(sql.name(), sql.settings());
                database = Optional.of(made);
                yield made;
            }
            case Config.SourceConfig.Files files ->
                    new FilesSource(files.name(), files.settings(), config.state().resolve("files"), clock).begin();
            case Config.SourceConfig.Documents documents -> new DocumentsSource(documents.name(),
                    documents.settings(), new Labels(documents.labels(), Entrance.policy(config, clock)),
                    config.state().resolve("documents").resolve(documents.name()));
            case Config.SourceConfig.Code code -> new CodeSource(code.name(), code.settings(),
                    Entrance.policy(config, clock), config.state().resolve("code").resolve(code.name()), clock);
        };
    }

    private Way http(Config config, Variables variables, Config.SourceConfig.Mcp mcp, InstantSource clock) {
        var configured = config.upstreams().get(mcp.upstream());
        if (Set.of("account", "token_exchange").contains(configured.credentials().type())
                || configured.signing().isPresent()) {
            throw new IllegalArgumentException("its upstream " + mcp.upstream() + " is told for whom each call is, and "
                    + "one connection to an MCP server serves all callers. Give it credentials of its own.");
        }
        if (configured.session().isPresent()) {
            throw new IllegalArgumentException("its upstream " + mcp.upstream() + " wants a session around each call, "
                    + "and a connection to an MCP server is one long call. Take an upstream without session.");
        }
        var upstream = upstream(configured, variables, clock).watched(hops);
        open.push(upstream);
        return new Way.Http(new UpstreamChannel(upstream, mcp.path()));
    }

    private static Source java(String name) {
        try {
            return (Source) Class.forName(name).getDeclaredConstructor().newInstance();
        } catch (ClassNotFoundException e) {
            throw new IllegalArgumentException("the class " + name + " is not on the class path.");
        } catch (ReflectiveOperationException | ClassCastException e) {
            throw new IllegalArgumentException("the class " + name
                    + " is not a Source with a public constructor without parameters.");
        }
    }

    private static Upstream upstream(Config.UpstreamConfig config, Variables variables, InstantSource clock) {
        var base = variables.resolve(config.baseUrl());
        var usual = UpstreamSettings.of(config.name(), URI.create(base));
        return new Upstream(usual.withLimits(config.concurrent(), usual.slotWait(), usual.maxAnswerBytes())
                .withSession(config.session()), credentials(config, variables, clock), config.signing().map(signing ->
                        new RequestSigner(signing.headers(), keys(signing, variables, clock), clock)));
    }

    private static TenantKeys keys(Config.SigningConfig signing, Variables variables, InstantSource clock) {
        return signing.provisioned().<TenantKeys>map(in -> new ProvisionedKeys(new ProvisionedKeys.Settings(
                variables.resolve(in.url()), in.token().reveal(), in.keyId(), in.key(), in.keep()), clock))
                .orElseGet(() -> new TenantKeys.Fixed(signing.usual(), signing.tenants()));
    }

    /// The same backend with the credential that its stream of changes takes: for all tenants, so for none.
    private static Upstream stream(Config.UpstreamConfig config, Secret token, Variables variables) {
        return new Upstream(UpstreamSettings.of(config.name(), URI.create(variables.resolve(config.baseUrl()))),
                Credentials.bearer(token.reveal()));
    }

    /// What is asked of a tool beside scopes nobody could ask of a resource.
    private static void readable(Config config, Config.SourceConfig.OpenApi source) {
        source.resources().templates().forEach((name, template) -> {
            if (!config.conditions().of(source.name(), template.tool()).equals(Conditions.NONE)) {
                throw new IllegalArgumentException("the resource " + name + " is read by the tool " + template.tool()
                        + ", which asks for a tier or a sign-in of some kind. Resources can ask for scopes alone.");
            }
        });
    }

    /// Whom calls to an upstream are for, where it is told so.
    private static Parties party(Config.UpstreamConfig upstream) {
        if (upstream.signing().isEmpty()) {
            return Parties.NONE;
        }
        var fixed = upstream.signing().get().tenant();
        return caller -> {
            try {
                return Optional.of(new Party(fixed.isPresent() ? fixed.get() : CallerValue.TENANT.of(caller),
                        caller.subject()));
            } catch (IllegalArgumentException e) {
                throw new Access.NoAccess(upstream.name() + " cannot be told who you are. " + e.getMessage()
                        + " Tell the administrator.");
            }
        };
    }

    private Access access(Config.UpstreamConfig upstream, Variables variables, PersonalAccounts accounts,
            InstantSource clock) {
        var in = upstream.credentials();
        return switch (in.type()) {
            case "account" -> accounts.of(in.account(), upstream.name());
            case "token_exchange" -> {
                var exchange = new TokenExchange(
                        new TokenExchange.Settings(URI.create(variables.resolve(in.tokenUrl())),
                        in.clientId(), in.clientSecret().map(Secret::reveal), given(variables.resolve(in.audience())),
                        given(variables.resolve(in.resource())), given(String.join(" ", in.scopes())),
                        proof(in, variables, clock)), clock);
                open.push(exchange);
                yield accounts.presented().exchanged(exchange);
            }
            default -> Access.SHARED;
        };
    }

    private static Credentials credentials(Config.UpstreamConfig config, Variables variables, InstantSource clock) {
        var in = config.credentials();
        return switch (in.type()) {
            case "static" -> Credentials.bearer(in.token().orElseThrow().reveal());
            case "client_credentials" -> new ClientCredentials(new ClientCredentials.Settings(
                    URI.create(variables.resolve(in.tokenUrl())), in.clientId(),
                            in.clientSecret().map(Secret::reveal).orElse(""),
                    given(variables.resolve(in.audience())), given(variables.resolve(in.resource())),
                            given(String.join(" ", in.scopes())),
                    in.fallbackToken().map(Secret::reveal), proof(in, variables, clock)), clock,
                    fell -> LOG.atWarn().addKeyValue("event", "mcp_auth_static_token").addKeyValue("client",
                            fell.clientId())
                            .addKeyValue("why", fell.why(
                                    )).log("No token could be had for a backend; the static one is used."));
            default -> Credentials.none();
        };
    }

    private static Optional<Supplier<Map<String, String>>> proof(Config.CredentialsConfig in, Variables variables,
            InstantSource clock) {
        return in.key().map(by -> () -> ClientKey.fields(in.clientId(), by.key().assertion(in.clientId(),
                variables.resolve(by.audience()), URI.create(variables.resolve(in.tokenUrl())), clock.instant())));
    }

    private static Optional<String> given(String value) {
        return Optional.of(value).filter(text -> !text.isEmpty());
    }

    @Override
    public void close() {
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                LOG.warn("A source could not be closed.", e);
            }
        }
    }
}
