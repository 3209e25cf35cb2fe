//! The Rust SDK as a client program: doorwarden-interop (legacy | modern) (http URL | stdio COMMAND ARGUMENT...), or
//! doorwarden-interop sign-in (legacy | modern) URL REDIRECT_URI CALLS [DOCUMENT].
//! What it prints is said in interop/README.md.
#![allow(deprecated)] // logging, sampling and roots are deprecated, and offered

mod sign_in;

use std::future::Future;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, ensure};
use rmcp::model::*;
use rmcp::service::{
    ClientLifecycleMode, ClientServiceExt, NotificationContext, PeerRequestOptions, RequestContext,
    RoleClient, RunningService,
};
use rmcp::transport::{StreamableHttpClientTransport, TokioChildProcess};
use rmcp::{ClientHandler, ErrorData};
use serde_json::{Value, json};
use tokio::sync::Mutex;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// For one step: a cold server on a busy machine needs a few seconds.
const PATIENCE: Duration = Duration::from_secs(20);
const WATCHED: &str = "test://watched-resource";

/// What the client was told.
enum Told {
    Progress(f64),
    Log(Value),
    ToolsChanged,
    Updated(String),
}

struct Person {
    told: UnboundedSender<Told>,
}

impl Person {
    fn tell(&self, what: Told) {
        let _ = self.told.send(what); // nobody listens any more when the program ends
    }
}

impl ClientHandler for Person {
    fn get_info(&self) -> ClientInfo {
        let mut capabilities = ClientCapabilities::default();
        capabilities.elicitation = Some(Default::default());
        capabilities.sampling = Some(Default::default());
        capabilities.roots = Some(Default::default());
        ClientInfo::new(capabilities, Implementation::new("interop-rust", "1"))
    }

    async fn create_elicitation(
        &self,
        _: ElicitRequestParams,
        _: RequestContext<RoleClient>,
    ) -> Result<ElicitResult, ErrorData> {
        Ok(ElicitResult::new(ElicitationAction::Accept)
            .with_content(json!({"username": "ada", "email": "ada@example.com"})))
    }

    async fn create_message(
        &self,
        _: CreateMessageRequestParams,
        _: RequestContext<RoleClient>,
    ) -> Result<CreateMessageResult, ErrorData> {
        Ok(CreateMessageResult::new(
            SamplingMessage::assistant_text("forty-two"),
            "none".into(),
        ))
    }

    async fn list_roots(
        &self,
        _: RequestContext<RoleClient>,
    ) -> Result<ListRootsResult, ErrorData> {
        Ok(ListRootsResult::new(vec![Root::new("file:///work")]))
    }

    async fn on_progress(
        &self,
        params: ProgressNotificationParam,
        _: NotificationContext<RoleClient>,
    ) {
        self.tell(Told::Progress(params.progress));
    }

    async fn on_logging_message(
        &self,
        params: LoggingMessageNotificationParam,
        _: NotificationContext<RoleClient>,
    ) {
        self.tell(Told::Log(params.data));
    }

    async fn on_tool_list_changed(&self, _: NotificationContext<RoleClient>) {
        self.tell(Told::ToolsChanged);
    }

    async fn on_resource_updated(
        &self,
        params: ResourceUpdatedNotificationParam,
        _: NotificationContext<RoleClient>,
    ) {
        self.tell(Told::Updated(params.uri.to_string()));
    }
}

struct Program {
    client: RunningService<RoleClient, Person>,
    told: Mutex<UnboundedReceiver<Told>>,
    modern: bool,
}

fn lifecycle(era: &str) -> ClientLifecycleMode {
    if era != "modern" {
        return ClientLifecycleMode::Initialize;
    }
    ClientLifecycleMode::Auto {
        preferred_versions: vec![ProtocolVersion::V_2026_07_28],
        legacy_version: None,
    }
}

impl Program {
    async fn connect(era: &str, kind: &str, target: &[String]) -> Result<Self> {
        let modern = era == "modern";
        let lifecycle = lifecycle(era);
        let (sender, told) = unbounded_channel();
        let person = Person { told: sender };
        let client = if kind == "http" {
            let transport = StreamableHttpClientTransport::from_uri(target[0].as_str());
            person.serve_with_lifecycle(transport, lifecycle).await?
        } else {
            let mut command = tokio::process::Command::new(&target[0]);
            command.args(&target[1..]);
            person
                .serve_with_lifecycle(TokioChildProcess::new(command)?, lifecycle)
                .await?
        };
        Ok(Self {
            client,
            told: Mutex::new(told),
            modern,
        })
    }

    async fn lists(&self) -> Result<()> {
        let tools = self.client.list_all_tools().await?;
        ensure!(
            tools.iter().any(|tool| tool.name == "test_simple_text"),
            "the tool is not in the list"
        );
        Ok(())
    }

    async fn calls(&self) -> Result<()> {
        let text = self.call("test_simple_text", json!({})).await?;
        same("This is a simple text response for testing.", &text)
    }

    async fn progress(&self) -> Result<()> {
        self.forget().await;
        self.call("test_tool_with_progress", json!({})).await?;
        let mut seen = Vec::new();
        while seen.len() < 3 {
            if let Told::Progress(done) = self.next().await? {
                seen.push(done);
            }
        }
        ensure!(seen == [0.0, 50.0, 100.0], "the progress is {seen:?}");
        Ok(())
    }

    async fn logs(&self) -> Result<()> {
        let mut params = CallToolRequestParams::new("test_tool_with_logging");
        if self.modern {
            let mut meta = RequestMetaObject::new();
            meta.set_log_level(LoggingLevel::Info);
            params.meta = Some(meta);
        } else {
            self.client
                .set_level(SetLevelRequestParams::new(LoggingLevel::Info))
                .await?;
        }
        self.client.call_tool(params).await?;
        let mut seen = Vec::new();
        while seen.len() < 3 {
            if let Told::Log(data) = self.next().await? {
                seen.push(data);
            }
        }
        ensure!(
            seen[2] == "Tool execution completed",
            "the messages are {seen:?}"
        );
        Ok(())
    }

    async fn elicits(&self) -> Result<()> {
        let text = self
            .call("test_elicitation", json!({"message": "Who?"}))
            .await?;
        ensure!(
            text.contains("\"ada\""),
            "the answer is not in the text: {text}"
        );
        Ok(())
    }

    async fn samples(&self) -> Result<()> {
        let text = self
            .call("test_sampling", json!({"prompt": "What?"}))
            .await?;
        same("LLM response: forty-two", &text)
    }

    async fn roots(&self) -> Result<()> {
        let text = self
            .call("test_input_required_result_list_roots", json!({}))
            .await?;
        same("Roots: 1", &text)
    }

    async fn reads(&self) -> Result<()> {
        let listed = self.client.list_all_resources().await?;
        ensure!(
            listed.iter().any(|each| each.uri == "test://static-text"),
            "the resource is not in the list"
        );
        same(
            "This is the content of the static text resource.",
            &self.read("test://static-text").await?,
        )?;
        let templates = self.client.list_all_resource_templates().await?;
        same("test://template/{id}/data", &templates[0].uri_template)?;
        ensure!(
            self.read("test://template/7/data").await?.contains("\"7\""),
            "the id is not in the text"
        );
        Ok(())
    }

    async fn read(&self, uri: &str) -> Result<String> {
        let result = self
            .client
            .read_resource(ReadResourceRequestParams::new(uri))
            .await?;
        match &result.contents[0] {
            ResourceContents::TextResourceContents { text, .. } => Ok(text.clone()),
            other => Err(anyhow!("no text: {other:?}")),
        }
    }

    async fn prompts(&self) -> Result<()> {
        let listed = self.client.list_all_prompts().await?;
        let name = "test_prompt_with_arguments";
        ensure!(
            listed.iter().any(|each| each.name == name),
            "the prompt is not in the list"
        );
        let arguments = object(json!({"arg1": "one", "arg2": "two"}));
        let prompt = self
            .client
            .get_prompt(GetPromptRequestParams::new(name).with_arguments(arguments))
            .await?;
        let text = prompt.messages[0].content.as_text().context("no text")?;
        same("Prompt with arguments: arg1='one', arg2='two'", &text.text)
    }

    async fn completes(&self) -> Result<()> {
        let values = self
            .client
            .complete_prompt_simple("test_prompt_with_arguments", "arg1", "test")
            .await?;
        same("test1 test2", &values.join(" "))
    }

    async fn cancels(&self) -> Result<()> {
        self.forget().await;
        let name = format!("{:?}", std::time::SystemTime::now());
        let params = CallToolRequestParams::new("test_wait")
            .with_arguments(object(json!({"name": name.as_str()})));
        let waiting = self
            .client
            .send_cancellable_request(
                ClientRequest::CallToolRequest(Request::new(params)),
                PeerRequestOptions::no_options(),
            )
            .await?;
        while !matches!(self.next().await?, Told::Progress(_)) {}
        waiting.cancel(Some("enough".into())).await?;
        let end = self.call("test_waited", json!({"name": name})).await?;
        same("cancelled", &end)
    }

    async fn hears(&self) -> Result<()> {
        if self.modern {
            let filter = SubscriptionFilter::builder()
                .tools_list_changed()
                .resource_subscriptions([WATCHED])
                .build();
            let mut subscription = self.client.listen(filter).await?;
            self.call("test_trigger_tool_change", json!({})).await?;
            let first = subscription.next().await?;
            ensure!(
                matches!(
                    first,
                    Some(ServerNotification::ToolListChangedNotification(_))
                ),
                "told of {first:?}"
            );
            self.call("test_trigger_resource_change", json!({})).await?;
            let second = subscription.next().await?;
            ensure!(
                matches!(
                    second,
                    Some(ServerNotification::ResourceUpdatedNotification(_))
                ),
                "told of {second:?}"
            );
            subscription.cancel().await?;
            return Ok(());
        }
        self.client
            .subscribe(SubscribeRequestParams::new(WATCHED))
            .await?;
        self.call("test_trigger_tool_change", json!({})).await?;
        while !matches!(self.next().await?, Told::ToolsChanged) {}
        self.call("test_trigger_resource_change", json!({})).await?;
        loop {
            if let Told::Updated(uri) = self.next().await? {
                return same(WATCHED, &uri);
            }
        }
    }

    async fn call(&self, tool: &'static str, arguments: Value) -> Result<String> {
        let params = CallToolRequestParams::new(tool).with_arguments(object(arguments));
        let result = self.client.call_tool(params).await?;
        let text = result.content[0].as_text().context("no text")?;
        Ok(text.text.clone())
    }

    async fn next(&self) -> Result<Told> {
        self.told
            .lock()
            .await
            .recv()
            .await
            .context("the connection closed")
    }

    async fn forget(&self) {
        let mut told = self.told.lock().await;
        while told.try_recv().is_ok() {}
    }
}

fn same(expected: &str, found: &str) -> Result<()> {
    ensure!(
        expected == found,
        "the text should be {expected}, but is {found}"
    );
    Ok(())
}

async fn report(feature: &str, step: impl Future<Output = Result<()>>) {
    let failure = match tokio::time::timeout(PATIENCE, step).await {
        Ok(Ok(())) => None,
        Ok(Err(error)) => Some(error.to_string()),
        Err(_) => Some("nothing happened within 20 s".to_string()),
    };
    match failure {
        None => println!("{}", json!({"feature": feature, "result": "ok"})),
        Some(note) => println!(
            "{}",
            json!({"feature": feature, "result": "failed", "note": note})
        ),
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args[0] == "sign-in" {
        return sign_in::run(&args[1..]).await;
    }
    let program = Program::connect(&args[0], &args[1], &args[2..]).await?;
    let server = program.client.peer_info().context("no handshake")?;
    println!(
        "{}",
        json!({"revision": server.protocol_version.to_string()})
    );
    report("lists", program.lists()).await;
    report("calls", program.calls()).await;
    report("progress", program.progress()).await;
    report("logs", program.logs()).await;
    report("elicits", program.elicits()).await;
    report("samples", program.samples()).await;
    report("roots", program.roots()).await;
    report("reads", program.reads()).await;
    report("prompts", program.prompts()).await;
    report("completes", program.completes()).await;
    report("cancels", program.cancels()).await;
    report("hears", program.hears()).await;
    program.client.cancel().await?;
    Ok(())
}
