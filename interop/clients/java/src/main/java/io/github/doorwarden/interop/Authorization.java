package io.github.doorwarden.interop;

import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.AuthorizationGrant;
import com.nimbusds.oauth2.sdk.AuthorizationRequest;
import com.nimbusds.oauth2.sdk.AuthorizationResponse;
import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.GeneralException;
import com.nimbusds.oauth2.sdk.GrantType;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.RefreshTokenGrant;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.as.AuthorizationServerMetadata;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.client.ClientMetadata;
import com.nimbusds.oauth2.sdk.client.ClientRegistrationRequest;
import com.nimbusds.oauth2.sdk.client.ClientRegistrationResponse;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.token.BearerAccessToken;
import com.nimbusds.oauth2.sdk.token.BearerTokenError;
import com.nimbusds.oauth2.sdk.token.Tokens;
import com.nimbusds.oauth2.sdk.util.JSONObjectUtils;
import io.modelcontextprotocol.client.transport.HttpRequestSnapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/// What the Java SDK leaves to the program, done with Nimbus' OAuth SDK: what the challenge of a 401 leads to, from
/// discovery to tokens, and the refresh. The SDK asks it before each request and after each 401, from any thread.
final class Authorization {

    private static final int PATIENCE_MS = 10_000;
    private static final Pattern METADATA = Pattern.compile("\\bresource_metadata=\"([^\"]+)\"");

    private final String endpoint;
    private final URI redirect;
    private final URI document;
    private final UnaryOperator<URI> browser;
    private AuthorizationServerMetadata server;
    private ClientID client;
    private Tokens tokens;
    private int refreshed;

    /// @param document of the client's metadata, or null for one that registers
    /// @param browser  takes the person to a URL, and says where they came back to
    Authorization(String endpoint, URI redirect, URI document, UnaryOperator<URI> browser) {
        this.endpoint = endpoint;
        this.redirect = redirect;
        this.document = document;
        this.browser = browser;
    }

    synchronized String client() {
        return client.getValue();
    }

    synchronized boolean refreshed() {
        return refreshed > 0;
    }

    /// Makes the token one that the server does not know, as an expired one.
    synchronized void spoil() {
        var token = tokens.getAccessToken().getValue();
        tokens = new Tokens(new BearerAccessToken(token.substring(0, token.length() - 8) + "AAAAAAAA"),
                tokens.getRefreshToken());
    }

    /// Before a request.
    synchronized void sign(HttpRequest.Builder request) {
        if (tokens != null) {
            request.setHeader("Authorization", tokens.getBearerAccessToken().toAuthorizationHeader());
        }
    }

    /// After a 401 or 403: whether it is worth another try.
    synchronized boolean refused(HttpRequestSnapshot request, HttpResponse.ResponseInfo response) {
        try {
            if (tokens != null && !sentWith(request)) {
                return true;                               // another thread has a new one by now
            }
            var challenge = response.headers().firstValue("WWW-Authenticate").orElse("");
            if (response.statusCode() == 403 && !insufficient(challenge)) {
                return false;
            }
            if (response.statusCode() == 403 || tokens == null || !refresh()) {
                signIn(challenge);
            }
            return true;
        } catch (GeneralException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean sentWith(HttpRequestSnapshot request) {
        return request.headers().firstValue("Authorization")
                .equals(Optional.of(tokens.getBearerAccessToken().toAuthorizationHeader()));
    }

    private static boolean insufficient(String challenge) throws ParseException {
        return BearerTokenError.INSUFFICIENT_SCOPE.getCode().equals(BearerTokenError.parse(challenge).getCode());
    }

    private boolean refresh() throws GeneralException, IOException {
        var answer = ask(new RefreshTokenGrant(tokens.getRefreshToken()));
        if (answer.indicatesSuccess()) {
            tokens = answer.toSuccessResponse().getTokens();
            refreshed++;
            return true;
        }
        var error = answer.toErrorResponse().getErrorObject();
        if (!OAuth2Error.INVALID_GRANT.getCode().equals(error.getCode())) {
            throw failed("the refresh", error);
        }
        tokens = null;
        return false;
    }

    private void signIn(String challenge) throws GeneralException, IOException {
        var scope = new Scope(BearerTokenError.parse(challenge).getScope());
        if (tokens != null && tokens.getAccessToken().getScope() != null) {
            scope.addAll(tokens.getAccessToken().getScope());
        }
        if (client == null) {
            discover(challenge);
            client = document == null ? register() : new ClientID(document.toString());
        }
        var state = new State();
        var verifier = new CodeVerifier();
        var asked = new AuthorizationRequest.Builder(ResponseType.CODE, client)
                .endpointURI(server.getAuthorizationEndpointURI()).redirectionURI(redirect).scope(scope).state(state)
                .codeChallenge(verifier, CodeChallengeMethod.S256).resource(URI.create(endpoint)).build();
        var answer = AuthorizationResponse.parse(browser.apply(asked.toURI()));
        if (!state.equals(answer.getState()) || !server.getIssuer().equals(answer.getIssuer())) {
            throw new GeneralException("an answer to another question came back: " + answer.toURI());
        }
        if (!answer.indicatesSuccess()) {
            throw failed("the authorization", answer.toErrorResponse().getErrorObject());
        }
        var code = answer.toSuccessResponse().getAuthorizationCode();
        var token = ask(new AuthorizationCodeGrant(code, redirect, verifier));
        if (!token.indicatesSuccess()) {
            throw failed("the code", token.toErrorResponse().getErrorObject());
        }
        tokens = token.toSuccessResponse().getTokens();
    }

    /// RFC 9728 for the resource, then RFC 8414 for the authorization server that it names.
    private void discover(String challenge) throws GeneralException, IOException {
        var found = METADATA.matcher(challenge);
        if (!found.find()) {
            throw new GeneralException("the challenge names no metadata: " + challenge);
        }
        var resource = JSONObjectUtils.parse(
                send(new HTTPRequest(HTTPRequest.Method.GET, URI.create(found.group(1)))).getBody());
        if (!endpoint.equals(JSONObjectUtils.getString(resource, "resource"))) {
            throw new GeneralException("the metadata is of another resource: " + resource);
        }
        var issuer = JSONObjectUtils.getStringList(resource, "authorization_servers").getFirst();
        server = AuthorizationServerMetadata.resolve(new Issuer(issuer), PATIENCE_MS, PATIENCE_MS);
        if (!server.getCodeChallengeMethods().contains(CodeChallengeMethod.S256)) {
            throw new GeneralException("the authorization server does not offer S256");
        }
        if (document != null && !Boolean.TRUE.equals(
                server.getCustomParameters().get("client_id_metadata_document_supported"))) {
            throw new GeneralException("the authorization server takes no metadata documents");
        }
    }

    private ClientID register() throws ParseException, IOException, GeneralException {
        var metadata = new ClientMetadata();
        metadata.setName("Java SDK");
        metadata.setRedirectionURI(redirect);
        metadata.setGrantTypes(Set.of(GrantType.AUTHORIZATION_CODE, GrantType.REFRESH_TOKEN));
        metadata.setResponseTypes(Set.of(ResponseType.CODE));
        metadata.setTokenEndpointAuthMethod(ClientAuthenticationMethod.NONE);
        var answer = ClientRegistrationResponse.parse(send(
                new ClientRegistrationRequest(server.getRegistrationEndpointURI(), metadata, null).toHTTPRequest()));
        if (!answer.indicatesSuccess()) {
            throw failed("the registration", answer.toErrorResponse().getErrorObject());
        }
        return answer.toSuccessResponse().getClientInformation().getID();
    }

    private TokenResponse ask(AuthorizationGrant grant) throws ParseException, IOException {
        var request = new TokenRequest.Builder(server.getTokenEndpointURI(), client, grant)
                .resource(URI.create(endpoint)).build();
        return TokenResponse.parse(send(request.toHTTPRequest()));
    }

    private static HTTPResponse send(HTTPRequest request) throws IOException {
        request.setConnectTimeout(PATIENCE_MS);
        request.setReadTimeout(PATIENCE_MS);
        return request.send();
    }

    private static GeneralException failed(String what, ErrorObject error) {
        return new GeneralException(what + " was refused: " + error.getCode() + ", " + error.getDescription());
    }
}
