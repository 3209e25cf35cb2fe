// A server made with the official Rust SDK, because its package has no examples: tools, one with progress and one that fails, a
// resource and a prompt. Without an argument it speaks over stdio, else over Streamable HTTP at that port.
use std::time::Duration;

use rmcp::{
    ErrorData, RoleServer, ServerHandler, ServiceExt,
    handler::server::{router::{prompt::PromptRouter, tool::ToolRouter}, wrapper::Parameters},
    model::{
        ListResourcesResult, PaginatedRequestParams, ProgressNotificationParam, PromptMessage, ReadResourceRequestParams, ReadResourceResponse,
        ReadResourceResult, Resource, ResourceContents, Role, ServerCapabilities, ServerConfig,
    },
    prompt, prompt_handler, prompt_router, schemars, service::RequestContext, tool, tool_handler, tool_router,
    transport::{stdio, streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService, session::local::LocalSessionManager}},
};

const ONE: &str = "rust://one";

#[derive(Debug, serde::Deserialize, serde::Serialize, schemars::JsonSchema)]
struct Sum {
    a: i32,
    b: i32,
}

#[derive(Debug, serde::Deserialize, serde::Serialize, schemars::JsonSchema)]
struct Name {
    name: String,
}

#[derive(Debug, Clone)]
struct Server {
    tool_router: ToolRouter<Self>,
    prompt_router: PromptRouter<Self>,
}

impl Server {
    fn new() -> Self {
        Self { tool_router: Self::tool_router(), prompt_router: Self::prompt_router() }
    }
}

#[tool_router]
impl Server {
    #[tool(description = "Adds two numbers")]
    fn sum(&self, Parameters(Sum { a, b }): Parameters<Sum>) -> String {
        (i64::from(a) + i64::from(b)).to_string()
    }

    #[tool(description = "Takes a while and says how far it is")]
    async fn slow(&self, context: RequestContext<RoleServer>) -> Result<String, ErrorData> {
        for step in 1..=3 {
            tokio::time::sleep(Duration::from_millis(50)).await;
            if let Some(token) = context.meta.get_progress_token() {
                let _ = context.peer.notify_progress(ProgressNotificationParam::new(token, f64::from(step)).with_total(3.0)).await;
            }
        }
        Ok("done".to_string())
    }

    #[tool(description = "Fails")]
    fn fail(&self) -> Result<String, String> {
        Err("It failed".to_string())
    }
}

#[prompt_router]
impl Server {
    #[prompt(name = "greet", description = "Greets somebody")]
    async fn greet(&self, Parameters(Name { name }): Parameters<Name>) -> Vec<PromptMessage> {
        vec![PromptMessage::new_text(Role::User, format!("Greet {name}."))]
    }
}

#[tool_handler(router = self.tool_router)]
#[prompt_handler(router = self.prompt_router)]
impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().enable_resources().enable_prompts().build())
    }

    async fn list_resources(
        &self, _: Option<PaginatedRequestParams>, _: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        Ok(ListResourcesResult::with_all_items(vec![Resource::new(ONE, "one")]))
    }

    async fn read_resource(
        &self, asked: ReadResourceRequestParams, _: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        if asked.uri != ONE {
            return Err(ErrorData::resource_not_found(format!("there is no {}", asked.uri), None));
        }
        Ok(ReadResourceResult::new(vec![ResourceContents::text("one", ONE)]).into())
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let Some(port) = std::env::args().nth(1) else {
        Server::new().serve(stdio()).await?.waiting().await?;
        return Ok(());
    };
    let service: StreamableHttpService<Server, LocalSessionManager> =
        StreamableHttpService::new(|| Ok(Server::new()), Default::default(), StreamableHttpServerConfig::default());
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    axum::serve(listener, axum::Router::new().nest_service("/mcp", service)).await?;
    Ok(())
}
