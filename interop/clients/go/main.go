// Command interop is the Go SDK as a client program: interop (legacy | modern) (http URL | sse URL | stdio COMMAND ARGUMENT...), or
// interop sign-in (legacy | modern) URL REDIRECT_URI CALLS [DOCUMENT].
// What it prints is said in interop/README.md.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

const (
	patience = 20 * time.Second // for one step: a cold server on a busy machine needs a few
	watched  = "test://watched-resource"
)

type program struct {
	session  *mcp.ClientSession
	modern   bool
	progress chan float64
	logged   chan any
	changed  chan bool
	updated  chan string
}

func main() {
	if os.Args[1] == "sign-in" {
		if err := signIn(os.Args[2:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	p := &program{
		modern:   os.Args[1] == "modern",
		progress: make(chan float64, 16),
		logged:   make(chan any, 16),
		changed:  make(chan bool, 16),
		updated:  make(chan string, 16),
	}
	if err := p.connect(os.Args[2], os.Args[3:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	say(map[string]string{"revision": p.session.InitializeResult().ProtocolVersion})
	for _, step := range []struct {
		feature string
		do      func(context.Context) error
	}{
		{"lists", p.lists}, {"calls", p.calls}, {"progress", p.hearsProgress}, {"logs", p.logs}, {"elicits", p.elicits},
		{"samples", p.samples}, {"roots", p.roots}, {"reads", p.reads}, {"prompts", p.prompts}, {"completes", p.completes},
		{"cancels", p.cancels}, {"hears", p.hears},
	} {
		report(step.feature, step.do)
	}
	p.session.Close()
}

func (p *program) connect(kind string, target []string) error {
	client := mcp.NewClient(&mcp.Implementation{Name: "interop-go", Version: "1"}, &mcp.ClientOptions{
		ElicitationHandler: func(context.Context, *mcp.ElicitRequest) (*mcp.ElicitResult, error) {
			return &mcp.ElicitResult{Action: "accept", Content: map[string]any{"username": "ada", "email": "ada@example.com"}}, nil
		},
		CreateMessageHandler: func(context.Context, *mcp.CreateMessageRequest) (*mcp.CreateMessageResult, error) {
			return &mcp.CreateMessageResult{Role: "assistant", Model: "none", Content: &mcp.TextContent{Text: "forty-two"}}, nil
		},
		ProgressNotificationHandler: func(_ context.Context, told *mcp.ProgressNotificationClientRequest) {
			p.progress <- told.Params.Progress
		},
		LoggingMessageHandler:  func(_ context.Context, told *mcp.LoggingMessageRequest) { p.logged <- told.Params.Data },
		ToolListChangedHandler: func(context.Context, *mcp.ToolListChangedRequest) { p.changed <- true },
		ResourceUpdatedHandler: func(_ context.Context, told *mcp.ResourceUpdatedNotificationRequest) {
			p.updated <- told.Params.URI
		},
	})
	client.AddRoots(&mcp.Root{URI: "file:///work", Name: "work"})
	var transport mcp.Transport = &mcp.StreamableClientTransport{Endpoint: target[0]}
	switch kind {
	case "sse":
		transport = &mcp.SSEClientTransport{Endpoint: target[0]}
	case "stdio":
		transport = &mcp.CommandTransport{Command: exec.Command(target[0], target[1:]...)}
	}
	revision := "2025-11-25"
	if p.modern {
		revision = "2026-07-28"
	}
	var err error
	p.session, err = client.Connect(context.Background(), transport, &mcp.ClientSessionOptions{ProtocolVersion: revision})
	return err
}

func (p *program) lists(ctx context.Context) error {
	found, err := p.session.ListTools(ctx, nil)
	if err != nil {
		return err
	}
	return same("the tool in the list", true, slices.ContainsFunc(found.Tools, func(tool *mcp.Tool) bool { return tool.Name == "test_simple_text" }))
}

func (p *program) calls(ctx context.Context) error {
	return p.says(ctx, "This is a simple text response for testing.", "test_simple_text", nil)
}

func (p *program) hearsProgress(ctx context.Context) error {
	params := &mcp.CallToolParams{Name: "test_tool_with_progress", Arguments: map[string]any{}}
	params.SetProgressToken("p")
	if _, err := p.session.CallTool(ctx, params); err != nil {
		return err
	}
	for _, expected := range []float64{0, 50, 100} {
		if err := next(ctx, "the progress", expected, p.progress); err != nil {
			return err
		}
	}
	return nil
}

func (p *program) logs(ctx context.Context) error {
	params := &mcp.CallToolParams{Name: "test_tool_with_logging", Arguments: map[string]any{}}
	if p.modern {
		params.Meta = mcp.Meta{mcp.MetaKeyLogLevel: "info"}
	} else if err := p.session.SetLoggingLevel(ctx, &mcp.SetLoggingLevelParams{Level: "info"}); err != nil {
		return err
	}
	if _, err := p.session.CallTool(ctx, params); err != nil {
		return err
	}
	for _, expected := range []any{"Tool execution started", "Tool processing data", "Tool execution completed"} {
		if err := next(ctx, "the message", expected, p.logged); err != nil {
			return err
		}
	}
	return nil
}

func (p *program) elicits(ctx context.Context) error {
	text, err := p.call(ctx, "test_elicitation", map[string]any{"message": "Who?"})
	if err != nil {
		return err
	}
	return same("the answer in the text", true, strings.Contains(text, `"ada"`))
}

func (p *program) samples(ctx context.Context) error {
	return p.says(ctx, "LLM response: forty-two", "test_sampling", map[string]any{"prompt": "What?"})
}

func (p *program) roots(ctx context.Context) error {
	return p.says(ctx, "Roots: 1", "test_input_required_result_list_roots", nil)
}

func (p *program) reads(ctx context.Context) error {
	listed, err := p.session.ListResources(ctx, nil)
	if err != nil {
		return err
	}
	there := slices.ContainsFunc(listed.Resources, func(each *mcp.Resource) bool { return each.URI == "test://static-text" })
	text, err := p.read(ctx, "test://static-text")
	if err != nil {
		return err
	}
	templates, err := p.session.ListResourceTemplates(ctx, nil)
	if err != nil {
		return err
	}
	made, err := p.read(ctx, "test://template/7/data")
	return errors.Join(err,
		same("the resource in the list", true, there),
		same("the text", "This is the content of the static text resource.", text),
		same("the template", "test://template/{id}/data", templates.ResourceTemplates[0].URITemplate),
		same("the id in the text", true, strings.Contains(made, `"7"`)))
}

func (p *program) read(ctx context.Context, uri string) (string, error) {
	found, err := p.session.ReadResource(ctx, &mcp.ReadResourceParams{URI: uri})
	if err != nil {
		return "", err
	}
	return found.Contents[0].Text, nil
}

func (p *program) prompts(ctx context.Context) error {
	const name = "test_prompt_with_arguments"
	listed, err := p.session.ListPrompts(ctx, nil)
	if err != nil {
		return err
	}
	there := slices.ContainsFunc(listed.Prompts, func(each *mcp.Prompt) bool { return each.Name == name })
	prompt, err := p.session.GetPrompt(ctx, &mcp.GetPromptParams{Name: name, Arguments: map[string]string{"arg1": "one", "arg2": "two"}})
	if err != nil {
		return err
	}
	return errors.Join(same("the prompt in the list", true, there),
		same("the text", "Prompt with arguments: arg1='one', arg2='two'", prompt.Messages[0].Content.(*mcp.TextContent).Text))
}

func (p *program) completes(ctx context.Context) error {
	result, err := p.session.Complete(ctx, &mcp.CompleteParams{
		Ref:      &mcp.CompleteReference{Type: "ref/prompt", Name: "test_prompt_with_arguments"},
		Argument: mcp.CompleteParamsArgument{Name: "arg1", Value: "test"},
	})
	if err != nil {
		return err
	}
	return same("the values", "test1 test2", strings.Join(result.Completion.Values, " "))
}

func (p *program) cancels(ctx context.Context) error {
	name := fmt.Sprint(time.Now().UnixNano())
	calling, cancel := context.WithCancel(ctx)
	params := &mcp.CallToolParams{Name: "test_wait", Arguments: map[string]any{"name": name}}
	params.SetProgressToken("w")
	ended := make(chan error, 1)
	go func() {
		_, err := p.session.CallTool(calling, params)
		ended <- err
	}()
	began := next(ctx, "the progress", 0, p.progress)
	cancel()
	if err := <-ended; began != nil || !errors.Is(err, context.Canceled) {
		return errors.Join(began, fmt.Errorf("the call should be cancelled, but ended with: %v", err))
	}
	return p.says(ctx, "cancelled", "test_waited", map[string]any{"name": name})
}

func (p *program) hears(ctx context.Context) error {
	if err := p.session.Subscribe(ctx, &mcp.SubscribeParams{URI: watched}); err != nil {
		return err
	}
	if _, err := p.call(ctx, "test_trigger_tool_change", nil); err != nil {
		return err
	}
	if err := next(ctx, "the change of tools", true, p.changed); err != nil {
		return err
	}
	if _, err := p.call(ctx, "test_trigger_resource_change", nil); err != nil {
		return err
	}
	return next(ctx, "the changed resource", watched, p.updated)
}

func (p *program) call(ctx context.Context, tool string, arguments map[string]any) (string, error) {
	if arguments == nil {
		arguments = map[string]any{}
	}
	result, err := p.session.CallTool(ctx, &mcp.CallToolParams{Name: tool, Arguments: arguments})
	if err != nil {
		return "", err
	}
	return result.Content[0].(*mcp.TextContent).Text, nil
}

func (p *program) says(ctx context.Context, expected, tool string, arguments map[string]any) error {
	text, err := p.call(ctx, tool, arguments)
	if err != nil {
		return err
	}
	return same("the text", expected, text)
}

func next[T comparable](ctx context.Context, what string, expected T, from chan T) error {
	select {
	case found := <-from:
		return same(what, expected, found)
	case <-ctx.Done():
		return fmt.Errorf("%s did not come in time", what)
	}
}

func same[T comparable](what string, expected, found T) error {
	if expected != found {
		return fmt.Errorf("%s should be %v, but is %v", what, expected, found)
	}
	return nil
}

func report(feature string, step func(context.Context) error) {
	ctx, done := context.WithTimeout(context.Background(), patience)
	defer done()
	ended := make(chan error, 1)
	go func() { ended <- step(ctx) }()
	var err error
	select {
	case err = <-ended:
	case <-ctx.Done():
		err = fmt.Errorf("nothing happened within %v", patience)
	}
	if err != nil {
		say(map[string]string{"feature": feature, "result": "failed", "note": err.Error()})
		return
	}
	say(map[string]string{"feature": feature, "result": "ok"})
}

func say(line any) {
	if err := json.NewEncoder(os.Stdout).Encode(line); err != nil {
		panic(err)
	}
}
