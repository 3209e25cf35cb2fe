package io.github.doorwarden.app.config;

import io.github.doorwarden.authserver.AgentSettings;
import io.github.doorwarden.authserver.AuthServerSettings;
import io.github.doorwarden.authserver.MailSettings;
import io.github.doorwarden.authserver.NewClient;
import io.github.doorwarden.authserver.Quirks;
import io.github.doorwarden.authserver.ThirdParty;
import io.github.doorwarden.http.Networks;
import io.github.doorwarden.identity.ClientKey;
import io.github.doorwarden.identity.Organizations;
import io.github.doorwarden.identity.Scopes;
import io.github.doorwarden.identity.Tiers;
import io.github.doorwarden.server.CallLimits;
import io.github.doorwarden.server.Conditions;
import io.github.doorwarden.server.MethodScopes;
import io.github.doorwarden.sources.code.CodeSettings;
import io.github.doorwarden.sources.files.FilesSettings;
import io.github.doorwarden.sources.folder.FolderSettings;
import io.github.doorwarden.sources.mcp.McpSettings;
import io.github.doorwarden.client.wire.Way;
import io.github.doorwarden.sources.documents.DocumentsSettings;
import io.github.doorwarden.sources.documents.LabelRule;
import io.github.doorwarden.sources.openapi.OpenApiSettings;
import io.github.doorwarden.sources.openapi.ResourceSettings;
import io.github.doorwarden.sources.sql.SqlSettings;
import io.github.doorwarden.upstream.SessionSettings;
import io.github.doorwarden.upstream.SigningHeaders;
import io.github.doorwarden.upstream.SigningKey;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// One deployment, as its `doorwarden.yaml` says, checked: the tree that [ConfigFile] builds and the rest of the
/// product is handed in small pieces.
///
/// @param folder      where `doorwarden.yaml` lies
/// @param name        of the deployment, for people
/// @param development conveniences that are never for the public: demo people, printed sign-in links
/// @param front       from a path to the server that has it and everything below it, a template; empty: everything is
///                    served here
/// @param state       folder of the database and of everything generated
/// @param plugins     folder of jars with sources, or with classes that other keys name; need not be there
/// @param watch       what is measured, and who is told
/// @param limits      of calls, per caller
public record Config(Path folder, String name, boolean development, Server server, Map<String, String> front,
        Path state,
        Path plugins,
        Authorization authorization, AdminConfig admin, WatchConfig watch,
        CallLimits limits, List<EndpointConfig> endpoints, Map<String, SourceConfig> sources,
        SourceConditions conditions, Map<String,
                UpstreamConfig> upstreams,
        Map<String, CompanionConfig> companions, Variables variables) {

    /// @param publicOrigin   as clients see this deployment; empty: `http://127.0.0.1:<port>`, or `https` with TLS
    /// @param port           0: any that is free
    /// @param trustedProxies who may say for whom they ask
    /// @param tls            empty: TLS ends in front
    public record Server(String host, int port, Optional<URI> publicOrigin, List<String> allowedOrigins,
            Networks trustedProxies, Optional<Tls> tls) {

        /// What all URLs begin with when nothing else is said.
        public String scheme() {
            return tls.isPresent() ? "https" : "http";
        }
    }

    /// Files of PEM.
    public record Tls(Path certificate, Path key) {}

    /// Who says who may come in: the authorization server in this process, with or without a provider in the place of
    /// its own sign-in page; a provider elsewhere; nobody.
    public enum Mode { EMBEDDED, PROXIED, EXTERNAL, OFF }

    /// @param mail      empty: sign-in links go nowhere but, in development, to the console
    /// @param resources further APIs that tokens are issued for, beside the endpoints
    /// @param agents    with resources by their paths and names
    /// @param tenants   organisations of callers, where their tokens name none
    /// @param organizations who says to which organisations people belong
    /// @param sessionApi whether people and programs may sign in by plain JSON, without OAuth
    /// @param door      static tokens, and how long verified ones are believed
    public record Authorization(Mode mode, Scopes scopes, AuthServerSettings.Lifetimes lifetimes,
            AuthServerSettings.Registration registration, AuthServerSettings.Tokens tokens,
            AgentSettings agents, Quirks quirks, List<ResourceConfig> resources, List<ClientConfig> clients,
            List<PersonConfig> demoPeople, Optional<MailSettings> mail, Tiers tiers, Tiers tenants,
            ElsewhereConfig elsewhere, List<ThirdParty> accounts, Optional<OrganizationsConfig> organizations,
            boolean sessionApi, DoorConfig door) {

        private Authorization with(ElsewhereConfig other) {
            return new Authorization(mode, scopes, lifetimes, registration, tokens, agents, quirks, resources, clients,
                    demoPeople, mail, tiers, tenants, other, accounts, organizations, sessionApi, door);
        }

        /// False: everybody on this machine may do everything.
        public boolean enabled() {
            return mode != Mode.OFF;
        }
    }

    /// An organisation API.
    ///
    /// @param url a template: may hold `${companion:…}`
    public record OrganizationsConfig(String url, Secret key, Organizations.By by, Duration keep) {}

    /// @param forPeople whether a person may grant access to it
    /// @param clients   ids of those that may ask what its tokens mean
    public record ResourceConfig(String key, String name, String identifier, boolean forPeople, Set<String> clients) {}

    /// A client that the operator registers in the file.
    public record ClientConfig(String id, String name, List<String> redirectUris, Optional<Secret> secret,
            NewClient.PublicKeys keys, Set<String> grants, Set<String> scopes, boolean pushes,
            boolean dpopBound) {}

    public record PersonConfig(String email, String name, Secret password) {}

    /// This deployment as it runs, with what can change without a start taken from another reading of its file: the
    /// sources, the upstreams, and what is behind each endpoint. Who may come in, and where the state lies, stay as
    /// they were when it started. An endpoint that is gone has nothing behind it.
    public Config withLive(Config fresh) {
        var all = endpoints.stream().map(own -> fresh.endpoints.stream()
                .filter(other -> other.path.equals(own.path)).findFirst()
                .map(other -> own.with(other.sources, other.tools)).orElseGet(() -> own.with(List.of(), List.of())))
                .toList();
        return new Config(folder, name, development, server, front, state, plugins, authorization, admin, watch,
                limits, all,
                fresh.sources, fresh.conditions, fresh.upstreams, companions, variables);
    }

    /// The servers behind a front, once its companions have started.
    ///
    /// @throws IllegalArgumentException with a sentence
    public Map<String, URI> behind() {
        return CompanionConfigs.settled(front, variables);
    }

    /// Whether something that must be known before anybody comes in depends on companions.
    public boolean isWaiting() {
        return authorization.elsewhere.isWaiting();
    }

    /// The same with that known.
    ///
    /// @throws IllegalArgumentException with a sentence
    public Config settled() {
        return new Config(folder, name, development, server, front, state, plugins,
                authorization.with(authorization.elsewhere.settled(variables)), admin, watch, limits, endpoints,
                sources,
                conditions, upstreams, companions, variables);
    }

    /// The endpoints of another reading that take a start to be as it says: those that are new, and those of which more
    /// is another than what is behind them. One that is gone is one of them too: its address is.
    public List<String> endpointsWaiting(Config fresh) {
        var waiting = new ArrayList<String>();
        for (var own : endpoints) {
            if (fresh.endpoints.stream().noneMatch(other -> own.with(other.sources, other.tools).equals(other))) {
                waiting.add("endpoints." + own.path);
            }
        }
        fresh.endpoints.stream().map(EndpointConfig::path).filter(path -> endpoints.stream()
                .noneMatch(own -> own.path.equals(path))).forEach(path -> waiting.add("endpoints." + path));
        return waiting;
    }

    /// @param sources  whose tools are all behind it
    /// @param tools    names of further single tools
    /// @param methods  what methods need beside a token
    /// @param rest     whether the REST facade is there too
    /// @param sessions whether something is remembered of legacy clients
    public record EndpointConfig(String path, List<String> sources, List<String> tools, Set<String> openMethods,
            MethodScopes methods, boolean rest, String instructions, boolean sessions) {

        EndpointConfig with(List<String> otherSources, List<String> otherTools) {
            return new EndpointConfig(path, otherSources, otherTools, openMethods, methods, rest, instructions,
                    sessions);
        }
    }

    /// What tools ask of a caller beside scopes.
    ///
    /// @param bySource of all tools of a source, by its name
    /// @param byTool   of single tools, by source and tool
    public record SourceConditions(Map<String, Conditions> bySource, Map<String, Map<String, Conditions>> byTool) {

        public Conditions of(String source, String tool) {
            return bySource.getOrDefault(source, Conditions.NONE)
                    .and(byTool.getOrDefault(source, Map.of()).getOrDefault(tool, Conditions.NONE));
        }
    }

    /// Where tools come from.
    public sealed interface SourceConfig {

        String name();

        /// @param upstream  name of the backend that is called
        /// @param feedToken credential of its stream of changes
        record OpenApi(String name, String upstream, OpenApiSettings settings, ResourceSettings resources,
                Optional<Secret> feedToken) implements SourceConfig {}

        /// @param className of a [io.github.doorwarden.server.Source] with a public constructor without parameters, on
        ///                  the class path
        record Java(String name, String className) implements SourceConfig {}

        /// @param stdio    empty: it is reached over HTTP
        /// @param upstream name of the backend that it is then
        /// @param path     of its endpoint
        record Mcp(String name, Optional<Way.Stdio> stdio, String upstream, String path, McpSettings settings)
                implements SourceConfig {}

        /// @param scopes what a caller needs to read them
        record Skills(String name, Path folder, Set<String> scopes) implements SourceConfig {}

        /// A folder to work in.
        record Folder(String name, FolderSettings settings) implements SourceConfig {}

        /// Statements on a database.
        record Sql(String name, SqlSettings settings) implements SourceConfig {}
        /// Tables in files.
        record Files(String name, FilesSettings settings) implements SourceConfig {}
        /// @param labels who may read what, by the name of the label
        record Documents(String name, DocumentsSettings settings, Map<String, LabelRule> labels)
                implements SourceConfig {}

        record Code(String name, CodeSettings settings) implements SourceConfig {}
    }

    /// @param baseUrl a template: may hold `${companion:…}`
    /// @param signing empty when nothing is signed
    /// @param session around each call
    public record UpstreamConfig(String name, String baseUrl, CredentialsConfig credentials, int concurrent,
            Optional<SigningConfig> signing, Optional<SessionSettings> session) {}

    /// @param tenant  of all calls; empty: the caller's
    /// @param usual   for tenants without a key of their own
    /// @param tenants by their names
    /// @param provisioned in the place of both
    public record SigningConfig(Optional<String> tenant, Optional<SigningKey> usual, Map<String, SigningKey> tenants,
            SigningHeaders headers, Optional<ProvisionedConfig> provisioned) {}

    /// Where a backend gives out the keys of its tenants.
    ///
    /// @param url a template: may hold `${companion:…}`, and has `{tenant}`
    public record ProvisionedConfig(String url, Secret token, String keyId, String key, Duration keep) {}

    /// @param type     `none`, `static`, `client_credentials`, `token_exchange`, `account`
    /// @param account  whose own token is shown, with `account`
    /// @param audience sent as `audience`, as several identity providers want it; a template
    /// @param resource sent as `resource` (RFC 8707); a template
    public record CredentialsConfig(String type, Optional<Secret> token, String tokenUrl, String clientId,
            Optional<Secret> clientSecret,
            String audience, String resource, List<String> scopes, Optional<Secret> fallbackToken,
            String account, Optional<BackendKey> key) {}

    /// A key in the place of our secret.
    ///
    /// @param audience how the authorization server is named; a template
    public record BackendKey(ClientKey key, String audience) {}

    /// A process that runs beside the deployment and ends with it.
    ///
    /// @param main        Java main class on Doorwarden's own class path; empty when it is a deployment
    /// @param deployment  folder of another deployment; empty when it is a class
    /// @param set         keys of that one, templates
    /// @param arguments   templates
    /// @param environment templates
    public record CompanionConfig(String name, String main, Optional<Path> deployment, Map<String, String> set,
            List<String> arguments, Map<String, String> environment) {}
}
