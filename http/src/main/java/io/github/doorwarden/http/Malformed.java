package io.github.doorwarden.http;

import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/// Answers for Jetty what Jetty itself refuses: same JSON, same fields, and none of Jetty's own words, pages or stack
/// traces.
final class Malformed implements Request.Handler {

    private final Answers answers;

    Malformed(Answers answers) {
        this.answers = answers;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        var status = request.getAttribute(ErrorHandler.ERROR_EXCEPTION) instanceof HttpException refused
                ? refused.getCode() : response.getStatus();
        answers.write(Routes.NOWHERE, request, Errors.malformed(status < 400 ? 500 : status), true, response, callback);
        return true;
    }
}
