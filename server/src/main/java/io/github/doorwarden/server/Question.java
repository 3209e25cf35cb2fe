package io.github.doorwarden.server;

import io.github.doorwarden.protocol.Refused;
import io.github.doorwarden.protocol.Revision;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Something that only the client or the person in front of it knows; asked by [Call#ask]. Immutable.
///
/// @param <A> what an answer is
public sealed interface Question<A> permits Elicitation, Form, Sampling, Roots {

    /// The method of the request to the client, for example `elicitation/create`.
    String method();

    /// The parameters of that request in the form of a revision.
    ObjectNode params(Revision revision);

    /// What a client must have declared, in the form of `clientCapabilities`, for example `{"elicitation": {}}`.
    ObjectNode capability();

    /// Whether capabilities that a client has declared are enough for this question.
    boolean answerableBy(ObjectNode capabilities);

    /// Whether a revision knows such questions at all: what a client declares beyond its revision does not count.
    boolean in(Revision revision);

    /// The client's result.
    ///
    /// @throws Refused `BadParams` when it has not the form that the specification gives it, or does not fit what was
    ///                 asked for
    A read(JsonNode result);
}
