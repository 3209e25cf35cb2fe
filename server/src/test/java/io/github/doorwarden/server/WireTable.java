package io.github.doorwarden.server;

/// What we send, shape by shape, and from which revision to which: the text that [WireShapes] judges by.
///
/// A line at the margin opens a shape, with its revisions where it does not have all of them. An indented line is a
/// span of revisions (`2025-06-18..` since then, `..2025-11-25` until then, one date: that one alone) and the members
/// of that span, each with its kind; `?` marks what may be absent, `+Shape` takes the members of another shape in,
/// `*` leaves room for members that nobody names. A kind is a word of [WireShapes.Plain], a shape, a `'value'`, a list
/// `kind[]`, a map `{kind}`, or a choice of these. `Name = choice` names a choice; what its revision lacks is left out.
final class WireTable {

    static final String TEXT = """
            # Frames and what results have in common. A request inside a result of 2026-07-28 is no JSON-RPC message.
            Asked
              ..2025-11-25            jsonrpc '2.0', id string|integer
            AskedParams
              ..2025-11-25            _meta? object
              2025-11-25              task? object
            Result
              always                  _meta? object
            Complete
              always                  +Result
              2026-07-28..            resultType 'complete'
            Cacheable
              always                  +Complete
              2026-07-28..            ttlMs integer, cacheScope 'public'|'private'
            Page
              always                  +Cacheable, nextCursor? string

            # Descriptions
            Role = 'user'|'assistant'
            Annotations
              always                  audience? Role[], priority? fraction
              2025-06-18..            lastModified? time
            Icon 2025-11-25..
              always                  src uri, mimeType? string, sizes? string[], theme? 'light'|'dark'
            Named
              always                  name string
              2025-06-18..            title? string
            Described
              always                  +Named, description? string
              2025-06-18..            _meta? object
              2025-11-25..            icons? Icon[]

            # Tools
            ListToolsResult
              always                  +Page, tools Tool[]
            Tool
              always                  +Described, inputSchema Parameters
              2025-03-26..            annotations? ToolAnnotations
              2025-06-18..2025-11-25  outputSchema? Parameters
              2025-11-25              execution? Execution
              2026-07-28..            outputSchema? object
            Parameters
              always                  type 'object', required? string[], *
              ..2025-11-25            properties? {object}
              2025-11-25..            $schema? string
              2026-07-28..            properties? {object|boolean}
            ToolAnnotations 2025-03-26..
              always                  title? string, readOnlyHint? boolean, destructiveHint? boolean
              always                  idempotentHint? boolean, openWorldHint? boolean
            Execution 2025-11-25
              always                  taskSupport? 'forbidden'|'optional'|'required'
            CallToolResult
              always                  +Complete, content Block[], isError? boolean
              2025-06-18..2025-11-25  structuredContent? object
              2026-07-28..            structuredContent? any

            # Content
            Block = Text|Image|Audio|Link|Embedded
            Noted
              always                  annotations? Annotations
              2025-06-18..            _meta? object
            Text
              always                  +Noted, type 'text', text string
            Image
              always                  +Noted, type 'image', data base64, mimeType string
            Audio 2025-03-26..
              always                  +Noted, type 'audio', data base64, mimeType string
            Link 2025-06-18..
              always                  +Resource, type 'resource_link'
            Embedded
              always                  +Noted, type 'resource', resource Contents
            Contents = TextContents|BlobContents
            SomeContents
              always                  uri uri, mimeType? string
              2025-06-18..            _meta? object
            TextContents
              always                  +SomeContents, text string
            BlobContents
              always                  +SomeContents, blob base64

            # Resources
            ListResourcesResult
              always                  +Page, resources Resource[]
            ListResourceTemplatesResult
              always                  +Page, resourceTemplates ResourceTemplate[]
            Resource
              always                  +Described, uri uri, mimeType? string, size? integer, annotations? Annotations
            ResourceTemplate
              always                  +Described, uriTemplate string, mimeType? string, annotations? Annotations
            ReadResourceResult
              always                  +Cacheable, contents Contents[]

            # Prompts and completion
            ListPromptsResult
              always                  +Page, prompts Prompt[]
            Prompt
              always                  +Described, arguments? PromptArgument[]
            PromptArgument
              always                  +Named, description? string, required? boolean
            GetPromptResult
              always                  +Complete, description? string, messages PromptMessage[]
            PromptMessage
              always                  role Role, content Block
            CompleteResult
              always                  +Complete, completion Completion
            Completion
              always                  values string[], total? integer, hasMore? boolean

            # What a server can do
            ServerCapabilities
              always                  tools? Changing, prompts? Changing, resources? Watched
              always                  logging? object, experimental? {object}
              2025-03-26..            completions? object
              2025-11-25              tasks? object
              2026-07-28..            extensions? {object}
            Changing
              always                  listChanged? boolean
            Watched
              always                  +Changing, subscribe? boolean

            # Questions to the client
            InputRequiredResult 2026-07-28..
              always                  +Result, resultType 'input_required', requestState? string
              always                  inputRequests? {InputRequest}
            InputRequest = ElicitRequest|CreateMessageRequest|ListRootsRequest
            ListRootsRequest
              always                  +Asked, method 'roots/list', params? RootsParams
            RootsParams
              always                  _meta? object
            ElicitRequest 2025-06-18..
              always                  +Asked, method 'elicitation/create', params FormParams|PageParams
            FormParams 2025-06-18..
              always                  +AskedParams, message string, requestedSchema Form
              2025-11-25..            mode? 'form'
            PageParams 2025-11-25..
              always                  +AskedParams, mode 'url', message string, url uri
              2025-11-25              elicitationId string
            Form 2025-06-18..
              always                  type 'object', properties {Field}, required? string[]
              2025-11-25..            $schema? string
            Field = Line|Amount|Tick|Pick|TitledPick|Picks|TitledPicks
            Labelled 2025-06-18..
              always                  title? string, description? string
            Line 2025-06-18..
              always                  +Labelled, type 'string', minLength? integer, maxLength? integer
              always                  format? 'email'|'uri'|'date'|'date-time'
              2025-11-25..            default? string
            Amount 2025-06-18..
              always                  +Labelled, type 'number'|'integer', minimum? number, maximum? number
              2025-11-25..            default? number
            Tick 2025-06-18..
              always                  +Labelled, type 'boolean', default? boolean
            Pick 2025-06-18..
              always                  +Labelled, type 'string', enum string[], enumNames? string[]
              2025-11-25..            default? string
            TitledPick 2025-11-25..
              always                  +Labelled, type 'string', oneOf Titled[], default? string
            ManyPicks 2025-11-25..
              always                  +Labelled, type 'array', minItems? integer, maxItems? integer, default? string[]
            Picks 2025-11-25..
              always                  +ManyPicks, items PlainItems
            PlainItems 2025-11-25..
              always                  type 'string', enum string[]
            TitledPicks 2025-11-25..
              always                  +ManyPicks, items TitledItems
            TitledItems 2025-11-25..
              always                  anyOf Titled[]
            Titled 2025-11-25..
              always                  const string, title string

            # Sampling
            CreateMessageRequest
              always                  +Asked, method 'sampling/createMessage', params SamplingParams
            SamplingParams
              always                  +AskedParams, messages SamplingMessage[], maxTokens integer
              always                  modelPreferences? ModelPreferences, systemPrompt? string, temperature? number
              always                  includeContext? 'none'|'thisServer'|'allServers', stopSequences? string[]
              always                  metadata? object
              2025-11-25..            tools? Tool[], toolChoice? ToolChoice
            ToolChoice 2025-11-25..
              always                  mode? 'auto'|'required'|'none'
            ModelPreferences
              always                  hints? Hint[], costPriority? fraction, speedPriority? fraction
              always                  intelligencePriority? fraction
            Hint
              always                  name? string
            Sampled = Text|Image|Audio|ToolUse|ToolOutcome
            SamplingMessage
              always                  role Role
              ..2025-06-18            content Sampled
              2025-11-25..            content Sampled|Sampled[], _meta? object
            ToolUse 2025-11-25..
              always                  type 'tool_use', id string, name string, input object, _meta? object
            ToolOutcome 2025-11-25..
              always                  type 'tool_result', toolUseId string, content Block[], isError? boolean
              always                  _meta? object
              2025-11-25              structuredContent? object
              2026-07-28..            structuredContent? any

            # Notifications
            ProgressNotification
              always                  jsonrpc '2.0', method 'notifications/progress', params Progress
            Progress
              always                  progressToken string|integer, progress number, total? number, _meta? object
              2025-03-26..            message? string
            LoggingMessageNotification
              always                  jsonrpc '2.0', method 'notifications/message', params Log
            Log
              always                  level Level, logger? string, data any, _meta? object
            Level = 'debug'|'info'|'notice'|'warning'|'error'|'critical'|'alert'|'emergency'
            """;

    private WireTable() {}
}
