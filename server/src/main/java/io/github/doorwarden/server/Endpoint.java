package io.github.doorwarden.server;

import java.net.URI;
import java.util.List;
import java.util.Set;

/// An MCP endpoint: a path with a resource identifier of its own, and the part of the catalogue that is behind it.
///
/// @param path        for example `/mcp`; served with and without a slash at its end
/// @param resource    the resource identifier (RFC 8707, RFC 9728), for example `https://tools.example.com/mcp`
/// @param things      tools, resources, prompts and skills, in the order of their lists
/// @param openMethods methods that need no token (mixed authentication); a tool behind them is still guarded
/// @param methodScopes scopes that methods need; one that needs some is not open
/// @param instructions for the model, may be empty
public record Endpoint(String path, URI resource, Things things, Set<String> openMethods, MethodScopes methodScopes,
        String instructions) {

    public Endpoint {
        if (!path.matches("(/[A-Za-z0-9_-]+)+")) {
            throw new IllegalArgumentException("An endpoint's path is /segments of A-Z a-z 0-9 _ -, without a slash "
                    + "at its end: " + path);
        }
        openMethods = Set.copyOf(openMethods);
        openMethods.stream().filter(method -> !methodScopes.of(method).isEmpty()).findFirst().ifPresent(method -> {
            throw new IllegalArgumentException("The method " + method + " of the endpoint " + path + " is open, and "
                    + "needs scopes. It cannot be both.");
        });
    }

    /// An endpoint whose methods need no scopes.
    public Endpoint(String path, URI resource, Things things, Set<String> openMethods, String instructions) {
        this(path, resource, things, openMethods, MethodScopes.NONE, instructions);
    }

    /// An endpoint with tools alone.
    public Endpoint(String path, URI resource, List<Tool> tools, Set<String> openMethods, String instructions) {
        this(path, resource, Things.of(tools), openMethods, instructions);
    }

    public List<Tool> tools() {
        return things.tools();
    }

    /// The same door with other things behind it.
    public Endpoint with(Things others) {
        return new Endpoint(path, resource, others, openMethods, methodScopes, instructions);
    }
}
