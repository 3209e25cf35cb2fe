package io.github.doorwarden.client.oauth;

import java.util.List;
import java.util.Optional;

/// What a server says about itself (RFC 9728 §2), as far as a client needs it.
///
/// @param resource     as it stands there: it goes into requests byte for byte
/// @param servers      issuers of authorization servers; at least one
/// @param scopes       absent is another thing than none
/// @param takesProofs  tokens that are bound to a key of ours are known there
/// @param needsProofs  and no others are taken
record ResourceMetadata(String resource, List<String> servers, Optional<List<String>> scopes, boolean takesProofs,
        boolean needsProofs) {}
