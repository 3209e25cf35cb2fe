//! The Rust SDK signs somebody in by itself: sign-in (legacy | modern) URL REDIRECT_URI TOOL ARGUMENTS [DOCUMENT].
//! What it prints and reads is said in interop/README.md.

use anyhow::{Context, Result, bail};
use rmcp::ServiceError;
use rmcp::model::CallToolRequestParams;
use rmcp::service::{ClientServiceExt, RoleClient, RunningService};
use rmcp::transport::StreamableHttpClientTransport;
use rmcp::transport::auth::{
    AuthClient, AuthorizationManager, AuthorizationRequest, CredentialStore,
    InMemoryCredentialStore, OAuthState, StoredCredentials,
};
use rmcp::transport::streamable_http_client::StreamableHttpClientTransportConfig;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader, Lines, Stdin, stdin};

struct Asking {
    era: String,
    url: String,
    call: CallToolRequestParams,
}

impl Asking {
    async fn connect(
        &self,
        manager: AuthorizationManager,
    ) -> std::result::Result<RunningService<RoleClient, ()>, rmcp::service::ClientInitializeError>
    {
        let transport = StreamableHttpClientTransport::with_client(
            AuthClient::new(reqwest::Client::default(), manager),
            StreamableHttpClientTransportConfig::with_uri(self.url.as_str()),
        );
        ().serve_with_lifecycle(transport, super::lifecycle(&self.era))
            .await
    }

    async fn call(
        &self,
        client: &RunningService<RoleClient, ()>,
    ) -> std::result::Result<String, ServiceError> {
        let result = client.call_tool(self.call.clone()).await?;
        let text = result.content.first().and_then(|first| first.as_text());
        Ok(text.map(|text| text.text.clone()).unwrap_or_default())
    }

    /// The challenge that somebody gets who has not signed in: at once, or at the first call.
    async fn challenge(&self) -> Result<String> {
        let challenge = match self
            .connect(AuthorizationManager::new(&self.url).await?)
            .await
        {
            Err(refused) => refused.auth_challenge().map(str::to_string),
            Ok(client) => match self.call(&client).await {
                Err(refused) => refused.auth_challenge().map(str::to_string),
                Ok(_) => bail!("a tool was called without signing in"),
            },
        };
        challenge.context("refused without a challenge")
    }
}

pub async fn run(args: &[String]) -> Result<()> {
    let mut lines = BufReader::new(stdin()).lines();
    let arguments: Value = serde_json::from_str(&args[4])?;
    let asking = Asking {
        era: args[0].clone(),
        url: args[1].clone(),
        call: CallToolRequestParams::new(args[3].clone())
            .with_arguments(rmcp::model::object(arguments)),
    };
    let mut request = AuthorizationRequest::new(&args[2])
        .with_client_name("Rust SDK")
        .with_challenge(asking.challenge().await?);
    if let Some(document) = args.get(5) {
        request = request.with_client_metadata_url(document);
    }
    let memory = InMemoryCredentialStore::new();
    let manager = sign_in(&asking.url, request, &memory, &mut lines).await?;
    let (name, _) = manager.get_credentials().await?;
    let client = asking.connect(manager).await?;
    let called = asking.call(&client).await?;
    let mut held = memory.load().await?.context("nothing is kept")?;
    held.token_received_at = Some(1); // long ago
    memory.save(held.clone()).await?;
    asking.call(&client).await?;
    let kept = memory.load().await?.context("nothing is kept")?;
    let refreshed = refresh_token(&kept)? != refresh_token(&held)?;
    let server = client.peer_info().context("no handshake")?;
    say(
        json!({"called": called, "client": name, "revision": server.protocol_version.to_string(),
        "refreshed": refreshed.to_string()}),
    );
    lines.next_line().await?;
    match asking.call(&client).await {
        Ok(text) => say(json!({"called": text})),
        Err(refused) => match refused.auth_challenge() {
            Some(challenge) => say(json!({"refused": challenge})),
            None => return Err(refused.into()),
        },
    }
    Ok(())
}

async fn sign_in(
    url: &str,
    request: AuthorizationRequest,
    memory: &InMemoryCredentialStore,
    lines: &mut Lines<BufReader<Stdin>>,
) -> Result<AuthorizationManager> {
    let mut manager = AuthorizationManager::new(url).await?;
    manager.set_credential_store(memory.clone());
    let mut state = OAuthState::Unauthorized(manager);
    state.start_authorization(request).await?;
    say(json!({"authorize": state.get_authorization_url().await?}));
    let back = lines.next_line().await?.context("nobody came back")?;
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
