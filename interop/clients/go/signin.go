package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"os"
	"slices"

	"github.com/modelcontextprotocol/go-sdk/auth"
	"github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/modelcontextprotocol/go-sdk/oauthex"
	"golang.org/x/oauth2"
)

// signIn is interop sign-in (legacy | modern) URL REDIRECT_URI CALLS [DOCUMENT]; what it prints and reads is said in
// interop/README.md. The token is refreshed because the server's tokens are so short that the SDK takes each for expired.
func signIn(args []string) error {
	var calls []*mcp.CallToolParams
	if err := json.Unmarshal([]byte(args[3]), &calls); err != nil {
		return err
	}
	in := bufio.NewReader(os.Stdin)
	tokens, names := make(map[string]bool), make(map[string]bool)
	config := &auth.AuthorizationCodeHandlerConfig{
		RedirectURL:         args[2],
		RequestRefreshToken: true,
		AuthorizationCodeFetcher: func(_ context.Context, args *auth.AuthorizationArgs) (*auth.AuthorizationResult, error) {
			asked, err := url.Parse(args.URL)
			if err != nil {
				return nil, err
			}
			names[asked.Query().Get("client_id")] = true
			say(map[string]string{"authorize": args.URL})
			line, _, err := in.ReadLine()
			if err != nil {
				return nil, err
			}
			back, err := url.Parse(string(line))
			if err != nil {
				return nil, err
			}
			answer := back.Query()
			return &auth.AuthorizationResult{Code: answer.Get("code"), State: answer.Get("state"), Iss: answer.Get("iss")}, nil
		},
		NewTokenSource: func(ctx context.Context, config *oauth2.Config, token *oauth2.Token) (oauth2.TokenSource, error) {
			return noting{config.TokenSource(ctx, token), tokens}, nil
		},
	}
	if len(args) > 4 {
		config.ClientIDMetadataDocumentConfig = &auth.ClientIDMetadataDocumentConfig{URL: args[4]}
	} else {
		config.DynamicClientRegistrationConfig = &auth.DynamicClientRegistrationConfig{Metadata: &oauthex.ClientRegistrationMetadata{
			ClientName: "Go SDK", RedirectURIs: []string{args[2]}, TokenEndpointAuthMethod: "none",
			GrantTypes: []string{"authorization_code", "refresh_token"}, ResponseTypes: []string{"code"},
		}}
	}
	handler, err := auth.NewAuthorizationCodeHandler(config)
	if err != nil {
		return err
	}
	revision := "2025-11-25"
	if args[0] == "modern" {
		revision = "2026-07-28"
	}
	client := mcp.NewClient(&mcp.Implementation{Name: "interop-go", Version: "1"}, nil)
	session, err := client.Connect(context.Background(), &mcp.StreamableClientTransport{Endpoint: args[1], OAuthHandler: handler},
		&mcp.ClientSessionOptions{ProtocolVersion: revision})
	if err != nil {
		return err
	}
	defer session.Close()
	call := func(params *mcp.CallToolParams) (string, error) {
		called, err := session.CallTool(context.Background(), params)
		if err != nil {
			return "", err
		}
		return called.Content[0].(*mcp.TextContent).Text, nil
	}
	called, err := call(calls[0])
	if err != nil {
		return err
	}
	if _, err = call(calls[0]); err != nil {
		return err
	}
	refreshed, beyond := len(tokens) > 1, []string{}
	for _, params := range calls[1:] {
		text, err := call(params)
		if err != nil {
			return err
		}
		beyond = append(beyond, text)
	}
	say(map[string]any{"called": called, "beyond": beyond, "client": slices.Collect(maps.Keys(names))[0],
		"revision": session.InitializeResult().ProtocolVersion, "refreshed": refreshed})
	if _, _, err = in.ReadLine(); err != nil {
		return err
	}
	if called, err = call(calls[0]); err != nil {
		say(map[string]string{"refused": err.Error()})
		return nil
	}
	say(map[string]string{"called": called})
	return nil
}

// noting remembers the tokens that went by.
type noting struct {
	oauth2.TokenSource
	tokens map[string]bool
}

func (n noting) Token() (*oauth2.Token, error) {
	token, err := n.TokenSource.Token()
	if err != nil {
		return nil, fmt.Errorf("no token: %w", err)
	}
	n.tokens[token.RefreshToken] = true
	return token, nil
}
