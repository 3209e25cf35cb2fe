//! The Rust SDK signs somebody in by itself: sign-in (legacy | modern) URL REDIRECT_URI CALLS [DOCUMENT].
//! What it prints and reads is said in interop/README.md.

use anyhow::{Context, Result, bail};
use rmcp::ServiceError;
use rmcp::model::CallToolRequestParams;
use rmcp::service::{ClientInitializeError, ClientServiceExt, RoleClient, RunningService};
use rmcp::transport::StreamableHttpClientTransport;
use rmcp::transport::auth::{
    AuthClient, AuthorizationCallback, AuthorizationManager, AuthorizationRequest, CredentialStore,
    InMemoryCredentialStore, OAuthState, StoredCredentials, WWWAuthenticateParams,
};
use rmcp::transport::streamable_http_client::StreamableHttpClientTransportConfig;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader, Lines, Stdin, stdin};

type Person = Lines<BufReader<Stdin>>;
type Connected = RunningService<RoleClient, ()>;

/// The challenge that somebody gets who has not signed in: at once, or at the first call.
async fn challenge(era: &str, url: &str, first: &CallToolRequestParams) -> Result<String> {
    let stranger = AuthorizationManager::new(url).await?;
    let auth = AuthClient::new(reqwest::Client::default(), stranger);
    let challenge = match connect(era, url, &auth).await {
        Err(refused) => refused.auth_challenge().map(str::to_string),
        Ok(client) => match call(&client, first).await {
            Err(refused) => refused.auth_challenge().map(str::to_string),
            Ok(_) => bail!("a tool was called without signing in"),
        },
    };
    challenge.context("refused without a challenge")
}

async fn connect(
    era: &str,
    url: &str,
    auth: &AuthClient<reqwest::Client>,
) -> Result<Connected, ClientInitializeError> {
    let config = StreamableHttpClientTransportConfig::with_uri(url);
    let transport = StreamableHttpClientTransport::with_client(auth.clone(), config);
    ().serve_with_lifecycle(transport, super::lifecycle(era))
        .await
}

async fn call(client: &Connected, params: &CallToolRequestParams) -> Result<String, ServiceError> {
    let result = client.call_tool(params.clone()).await?;
    let text = result.content.first().and_then(|first| first.as_text());
    Ok(text.map(|text| text.text.clone()).unwrap_or_default())
}

pub async fn run(args: &[String]) -> Result<()> {
    let (era, url) = (&args[0], &args[1]);
    let calls: Vec<CallToolRequestParams> = serde_json::from_str(&args[3])?;
    let mut person = BufReader::new(stdin()).lines();
    let mut request = AuthorizationRequest::new(&args[2])
        .with_client_name("Rust SDK")
        .with_challenge(challenge(era, url, &calls[0]).await?);
    if let Some(document) = args.get(4) {
        request = request.with_client_metadata_url(document);
    }
    let memory = InMemoryCredentialStore::new();
    let manager = sign_in(url, request, &memory, &mut person).await?;
    let (name, _) = manager.get_credentials().await?;
    let auth = AuthClient::new(reqwest::Client::default(), manager);
    let client = connect(era, url, &auth).await?;
    let called = call(&client, &calls[0]).await?;
    let mut held = memory.load().await?.context("nothing is kept")?;
    held.token_received_at = Some(1); // long ago
    memory.save(held.clone()).await?;
    call(&client, &calls[0]).await?;
    let kept = memory.load().await?.context("nothing is kept")?;
    let refreshed = refresh_token(&kept)? != refresh_token(&held)?;
    let mut beyond = Vec::new();
    for params in &calls[1..] {
        step_up(url, &client, params, &auth, &mut person).await?;
        beyond.push(call(&client, params).await?);
    }
    let server = client.peer_info().context("no handshake")?;
    let revision = server.protocol_version.to_string();
    say(
        json!({"called": called, "beyond": beyond, "client": name, "revision": revision, "refreshed": refreshed}),
    );
    person.next_line().await?;
    match call(&client, &calls[0]).await {
        Ok(text) => say(json!({"called": text})),
        Err(refused) => match refused.auth_challenge() {
            Some(challenge) => say(json!({"refused": challenge})),
            None => return Err(refused.into()),
        },
    }
    Ok(())
}

/// The call is refused for want of a scope, and the person is asked for that.
async fn step_up(
    url: &str,
    client: &Connected,
    params: &CallToolRequestParams,
    auth: &AuthClient<reqwest::Client>,
    person: &mut Person,
) -> Result<()> {
    let Err(refused) = call(client, params).await else {
        bail!("a tool was called without its scope")
    };
    let challenge = refused.auth_challenge().context("refused otherwise")?;
    let asked = WWWAuthenticateParams::parse(challenge, &url.parse()?);
    let scope = asked.scope.context("the challenge names no scope")?;
    let manager = auth.auth_manager.lock().await;
    say(json!({"authorize": manager.request_scope_upgrade(&scope).await?}));
    let back = person.next_line().await?.context("nobody came back")?;
    let answer = AuthorizationCallback::from_redirect_url(&back)?;
    manager
        .exchange_code_for_token_with_issuer(
            &answer.code,
            &answer.csrf_token,
            answer.issuer.as_deref(),
        )
        .await?;
    Ok(())
}

async fn sign_in(
    url: &str,
    request: AuthorizationRequest,
    memory: &InMemoryCredentialStore,
    person: &mut Person,
) -> Result<AuthorizationManager> {
    let mut manager = AuthorizationManager::new(url).await?;
    manager.set_credential_store(memory.clone());
    let mut state = OAuthState::Unauthorized(manager);
    state.start_authorization(request).await?;
    say(json!({"authorize": state.get_authorization_url().await?}));
    let back = person.next_line().await?.context("nobody came back")?;
    state.handle_callback_url(&back).await?;
    state
        .into_authorization_manager()
        .context("not authorized after all")
}

fn refresh_token(held: &StoredCredentials) -> Result<Value> {
    Ok(serde_json::to_value(held)?["token_response"]["refresh_token"].take())
}

fn say(what: Value) {
    println!("{what}");
}
